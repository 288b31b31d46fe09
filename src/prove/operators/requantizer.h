// From the accumulator A of an output element to what the circuit names: V = floor(A / 2^s),
// X = f(V), R = A − 2^s·V; or, with exact rounding, what exact_requantizer.h says.
//
// Accumulators are integers held in double precision. A double represents every integer up to 2^53
// and adds and multiplies such integers exactly while no intermediate exceeds that, so a sum whose
// terms' magnitudes add up to at most kAccumulatorBound = 2^50 is exact in any order of summation.
// No network whose worst case fits the circuit's value table is refused by that bound: all inputs
// together move A over a range of Σ|W|·(hi − lo) ≤ 2^(value_bits + s + 1) ≤ 2^49, and |b| < 2^47.
// The reason for doubles: every x86-64 processor multiplies and adds two of them at a time, while
// none multiplies two 64-bit integers at a time without extensions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "circuit/circuit.h"
#include "prove/operators/exact_requantizer.h"

namespace vouch {

inline constexpr uint64_t kAccumulatorBound = uint64_t{1} << 50;
/// |W| and |b| are below this (circuit/circuit.h).
inline constexpr uint64_t kWeightBound = uint64_t{1} << 47;

/// The sum of terms W·(X − z) plus b, watched for its worst case over all codes of a tensor.
class WorstCase {
 public:
  /// Adds `taps` terms of weight w that read codes within `codes`, or pads, of that zero-point.
  void add(int64_t w, const CodeBounds& codes, uint8_t zero_point, uint64_t taps = 1);
  /// A term of each weight.
  void add_all(std::span<const int64_t> w, const CodeBounds& codes, uint8_t zero_point);
  void add_bias(int64_t b);
  /// True while every sum, partial ones included, stays within ± kAccumulatorBound.
  [[nodiscard]] bool exact() const { return total_ <= kAccumulatorBound; }

 private:
  // Magnitudes that add up to `sum`, each times `factor`; `bits` are those that any of them has.
  void add_sum(uint64_t sum, uint64_t bits, uint64_t factor);
  uint64_t total_ = 0;
};

/// The last step of every operator. Contract: accumulators are integers, |A| ≤ kAccumulatorBound.
class Requantizer {
 public:
  Requantizer(unsigned shift, const ActivationTable& table);
  explicit Requantizer(const ExactRequantizer& exact) : exact_(exact) {}

  /// Writes X (and V and R if wanted) of the accumulators A to the elements at, at + 1, … of
  /// `sink`, all of one channel. False if a V lies outside of the table; what was written is then
  /// meaningless.
  [[nodiscard]] bool apply(std::span<const double> A, size_t at, const TensorSink& sink) const;

 private:
  void look_up(const int32_t* V, size_t n, uint8_t* X) const;

  std::optional<ExactRequantizer> exact_;
  unsigned shift_ = 0;
  unsigned bits_ = 0;
  CodeBounds bounds_;
  std::vector<uint8_t> values_;  // of f, by V + 2^bits; empty if f clamps to the bounds
};

}  // namespace vouch
