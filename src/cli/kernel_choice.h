// VOUCH_KERNELS, which forces the kernels of a program.
#pragma once

#include "base/result.h"

namespace vouch {

/// Chooses the kernels, so that a name that is none here is an error of every command, also of
/// those that do not get as far as arithmetic.
[[nodiscard]] Result<void> choose_kernels();

}  // namespace vouch
