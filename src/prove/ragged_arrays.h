// The prover's side of a sumcheck over ragged arrays: k functions on the slots of a layout, folded
// together from the lowest bit up.
//
// At its first level the arrays are not stored but made on demand by a source, twice: once for the
// first round's sums and once for the first fold. The first level is the largest, and what makes it
// (small integers, or nodes of a tree that is there anyway) is cheap to read again.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "prove/ragged.h"

namespace vouch {

class RaggedArrays {
 public:
  /// Writes stored entries [begin, begin + count) of the first level of all k arrays, extra pads
  /// included; begin and count are even (or the whole array). Called from several threads.
  using Source = std::function<void(size_t begin, size_t count, Scalar* const* out)>;

  /// `pads[i]` is the value of array i where no element is.
  RaggedArrays(const RaggedLevels& levels, unsigned level, std::vector<Scalar> pads, Source source);

  [[nodiscard]] unsigned level() const { return level_; }
  [[nodiscard]] const std::vector<Scalar>& pads() const { return pads_; }

  /// What one chunk of pairs adds to the sums: arrays[i] has 2·pairs entries; `eq` has one entry a
  /// pair, or is null without an eq polynomial.
  using Summand = std::function<void(const Scalar* const* arrays, const Scalar* eq, size_t pairs,
                                     Scalar* sums)>;
  /// Σ over all stored pairs. With `eq` (over the indices of the next level) also Σ eq over those
  /// pairs, as the third entry.
  [[nodiscard]] std::array<Scalar, 3> sum(const SplitEq* eq, const Summand& summand) const;

  /// Binds the lowest variable to z.
  void fold(const Scalar& z);

  /// The arrays' values when no variable is left.
  [[nodiscard]] std::vector<Scalar> values() const;

 private:
  const RaggedLevels& levels_;
  unsigned level_;
  std::vector<Scalar> pads_;
  Source source_;                       // until the first fold
  std::vector<Buffer<Scalar>> arrays_;  // from then on
};

}  // namespace vouch
