// The files that verifiers have: model commitments, proofs, input openings.
#pragma once

#include "cli/inspect_command.h"

namespace vouch {

/// Inspectors of .pub, .proof and .open files.
[[nodiscard]] FileInspectors verifier_file_inspectors();

}  // namespace vouch
