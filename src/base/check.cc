#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace vouch::internal {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "vouch: internal error: %s is false at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace vouch::internal
