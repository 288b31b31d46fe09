// How many inputs go into one proof.
//
// Weights, lookup tables, messages and the folding are paid once a proof, so the more inputs the
// better, up to what memory holds: the prover's trees take 64 bytes an activation.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "prove/profile.h"

namespace vouch {

/// Bytes of memory that proving takes at most, by the sizes of what it holds; within some 20 % of
/// what is measured. `predicate`: of hidden outputs; its labels do not matter.
[[nodiscard]] uint64_t proving_memory(const Circuit& circuit, const ProofShape& shape,
                                      const std::optional<Predicate>& predicate = {});

/// Sizes of the fewest batches of nearly equal size for `inputs` ≥ 1 inputs of which each proof
/// stays within `memory` bytes and within what a verifier accepts. Error: not even one input does.
[[nodiscard]] Result<std::vector<uint16_t>> plan_batches(
    const Circuit& circuit, Profile profile, size_t inputs, uint64_t memory,
    const std::optional<Predicate>& predicate = {});

}  // namespace vouch
