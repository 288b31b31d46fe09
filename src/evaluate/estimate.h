// What a proof will cost on this machine, without making one.
//
// Bytes are exact. Time is a model: each step of the prover and of the verifier takes so many
// nanoseconds for each thing counted (proof_counts.h), as multiples of what kernels were just
// measured to take (machine_speed.h); the multiples are constants (cost_table.h). Memory is a sum
// of the same kind, what to expect; what prove/batches.h plans with is rather more.
#pragma once

#include <map>
#include <string>

#include "evaluate/machine_speed.h"
#include "evaluate/proof_counts.h"

namespace vouch {

struct Estimate {
  ProofCounts counts{};
  std::map<std::string, double> prove_seconds;   ///< by step
  std::map<std::string, double> verify_seconds;  ///< by step
  uint64_t prove_memory = 0;                     ///< bytes
  uint64_t proof_bytes = 0;                      ///< with the inputs public and without a context
  uint64_t model_public_bytes = 0;
};

[[nodiscard]] double total_seconds(const std::map<std::string, double>& steps);

/// Contract: as choose_shape's. Error: the shape is beyond what a verifier accepts.
[[nodiscard]] Result<Estimate> estimate(const Circuit& circuit, const ProofShape& shape,
                                        const MachineSpeed& speed);

}  // namespace vouch
