#include "cli/kernel_choice.h"

#include "field/kernels/kernels.h"

namespace vouch {

Result<void> choose_kernels() {
  const Result<void> chosen = select_kernels("");
  return chosen.ok() ? Result<void>() : Error{"VOUCH_KERNELS: " + chosen.error().message};
}

}  // namespace vouch
