// The program `vouch-verify`: the verifier alone. It has no prover, no model readers and no threads
// in it.
#pragma once

#include "cli/program.h"

namespace vouch {

[[nodiscard]] Program verify_program();

}  // namespace vouch
