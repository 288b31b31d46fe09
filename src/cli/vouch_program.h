// The program `vouch`: everything. The owner compiles, commits and proves with it; anybody can
// verify with it.
#pragma once

#include "cli/program.h"

namespace vouch {

[[nodiscard]] Program vouch_program();

}  // namespace vouch
