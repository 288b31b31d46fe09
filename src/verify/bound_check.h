// Whether a model's weights are bounded: the proof of it in the model commitment, up to its final
// equation, which is checked once, by itself or together with the first proof's.
#pragma once

#include <atomic>
#include <memory>

#include "argument/statement.h"
#include "verify/equation.h"
#include "verify/verdict.h"

namespace vouch {

class BoundCheck {
 public:
  explicit BoundCheck(Equation equation) : equation_(std::move(equation)) {}

  /// It was checked and is false.
  [[nodiscard]] bool failed() const { return state_.load() == State::kFails; }
  /// Nobody has checked the equation yet.
  [[nodiscard]] bool open() const { return state_.load() == State::kOpen; }
  [[nodiscard]] const Equation& equation() const { return equation_; }
  /// A sum in which the equation had a random weight was true.
  void set_holds() { state_ = State::kHolds; }
  /// Checks the equation, if nobody has: with `generators` of at least the equation's number.
  /// Thread-safe.
  [[nodiscard]] Verdict verdict(const Generators& generators);

 private:
  enum class State : uint8_t { kOpen, kHolds, kFails };
  Equation equation_;
  std::atomic<State> state_{State::kOpen};
};

/// Reads the proof about the model commitment whose rows, decoded, are `weights` and `biases`; the
/// verdict of all of it but the final equation.
struct ExaminedBound {
  Verdict verdict;
  std::unique_ptr<BoundCheck> check;  ///< if accepted so far
};
[[nodiscard]] ExaminedBound examine_bound(const ModelCommitment& model, const Columns& columns,
                                          const std::vector<Point>& weights,
                                          const std::vector<Point>& biases,
                                          const WeightBound& bound);

}  // namespace vouch
