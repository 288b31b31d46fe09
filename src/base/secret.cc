#include "base/secret.h"

#include <sodium.h>

namespace vouch {

void secure_wipe(void* data, size_t n) {
  if (n != 0) {
    sodium_memzero(data, n);
  }
}

}  // namespace vouch
