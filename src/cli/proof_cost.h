// What the proofs of a plan cost: time and money.
#pragma once

#include <optional>
#include <string>

#include "cli/model_options.h"
#include "cli/output.h"

namespace CLI {
class App;
}

namespace vouch {

/// The options --model, --pictures, --proof-seconds and --price.
class ProofCostOptions {
 public:
  void declare(CLI::App& app);
  /// Lines, and the member "cost", about proofs of `samples` inputs; nothing if no cost is known.
  [[nodiscard]] Result<void> report(uint64_t samples, Output& output) const;

 private:
  struct OfOneProof {
    double seconds;  ///< on all cores that are used
    std::optional<uint64_t> bytes;
  };
  [[nodiscard]] Result<std::optional<OfOneProof>> of_one_proof() const;

  std::string model_path_;
  uint64_t pictures_ = 1;
  double proof_seconds_ = 0;
  double price_ = 0;
  ModelOptions model_;
};

/// 5025 seconds as "1 h 24 min".
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace vouch
