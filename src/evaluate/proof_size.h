// Bytes of files that do not exist yet: of a proof, and of a model's commitment. Exact.
#pragma once

#include <cstdint>

#include "argument/proof_shape.h"
#include "circuit/circuit.h"

namespace vouch {

/// Of encode_proof, for a proof of this shape with a context of so many bytes. Contract: as
/// choose_shape's.
[[nodiscard]] uint64_t proof_bytes(const Circuit& circuit, const ProofShape& shape,
                                   size_t context_bytes, bool input_public);

/// Of encode_model_public.
[[nodiscard]] uint64_t model_public_bytes(const Circuit& circuit);

}  // namespace vouch
