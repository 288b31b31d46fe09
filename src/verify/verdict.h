// What the verifier says.
#pragma once

#include <cstdint>
#include <string>

namespace vouch {

/// Why a proof was rejected. docs/protocol.md says in which order things are looked at.
enum class Reason : uint8_t {
  kAccepted = 0,
  kDecoding,    ///< bytes that are not a file of ours, not canonical, too few or too many
  kDescriptor,  ///< a circuit that no honest prover would use
  kStatement,   ///< another model, input, context or output length than the one asked about
  kProduct,     ///< a product that the prover claimed is false
  kLinearForm,  ///< some linear relation is false: a check of the argument, an opening, a
                ///< commitment
};

struct Verdict {
  Reason reason = Reason::kAccepted;
  std::string detail;  ///< one sentence; empty when accepted
  [[nodiscard]] bool accepted() const { return reason == Reason::kAccepted; }
};

/// "accepted", "decoding", "descriptor", "statement", "product", "linear form".
[[nodiscard]] const char* reason_name(Reason reason);

}  // namespace vouch
