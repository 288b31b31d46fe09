// A verifier of files that loads a model which was found good once, not once a proof: what is said
// of many proofs is mostly said about few models.
#pragma once

#include <map>

#include "verify/verify.h"

namespace vouch {

class Models {
 public:
  explicit Models(const Generators& generators) : generators_(generators) {}

  /// What is wrong with the model commitment, or else with the proof about it.
  Verification verify(const Bytes& model, ByteSpan proof, const Expectation& expectation) {
    if (const auto known = good_.find(model); known != good_.end()) {
      return vouch::verify(known->second, proof, expectation, generators_);
    }
    LoadedModel loaded = load_model(model);
    if (!loaded.model) {
      return {std::move(loaded.verdict), std::nullopt};
    }
    // The first proof settles the bound, in one equation with its own if it gets that far.
    Verification first = vouch::verify(*loaded.model, proof, expectation, generators_);
    if (check_bound(*loaded.model, generators_).accepted()) {
      good_.emplace(model, std::move(*loaded.model));
    }
    return first;
  }

 private:
  const Generators& generators_;
  std::map<Bytes, VerifierModel> good_;
};

}  // namespace vouch
