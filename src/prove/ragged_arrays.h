// The prover's side of a sumcheck over ragged arrays: k functions on the slots of a layout, folded
// together from the lowest bit up.
//
// At its first level the arrays are not stored but made on demand by a source, twice: once for the
// first round's sums and once for the first fold. The first level is the largest, and what makes it
// (small integers, or nodes of a tree that is there anyway) is cheap to read again. Later rounds go
// through memory once: a fold adds up the next round's sums while what it wrote is in the cache.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "base/secret.h"
#include "prove/ragged.h"

namespace vouch {

class RaggedArrays {
 public:
  /// Writes stored entries [begin, begin + count) of the first level of all k arrays, extra pads
  /// included; begin and count are even (or the whole array). Called from several threads.
  using Source = std::function<void(size_t begin, size_t count, Scalar* const* out)>;
  /// What one chunk of pairs adds to the first two sums: arrays[i] has 2·pairs entries, `eq` one a
  /// pair.
  using Summand = std::function<void(const Scalar* const* arrays, const Scalar* eq, size_t pairs,
                                     Scalar* sums)>;
  /// The two sums over all stored pairs, and Σ eq over them.
  using Sums = std::array<Scalar, 3>;

  /// `pads[i]` is the value of array i where no element is.
  RaggedArrays(const RaggedLevels& levels, unsigned level, std::vector<Scalar> pads, Source source);

  [[nodiscard]] const std::vector<Scalar>& pads() const { return pads_; }

  /// `eq` is over the indices of the next level.
  [[nodiscard]] Sums sum(const SplitEq& eq, const Summand& summand) const;
  /// Binds the lowest variable to z.
  void fold(const Scalar& z) { fold(z, nullptr, nullptr); }
  /// fold, then sum.
  [[nodiscard]] Sums fold_and_sum(const Scalar& z, const SplitEq& eq, const Summand& summand) {
    return fold(z, &eq, &summand);
  }

  /// The arrays over the whole index space that is left, pads included.
  [[nodiscard]] std::vector<SecretVector<Scalar>> dense() const;

 private:
  // A chunk of pairs on its way: k rows that the source fills, or that point into the arrays.
  class Reader;
  Sums fold(const Scalar& z, const SplitEq* eq, const Summand* summand);
  [[nodiscard]] std::vector<Buffer<Scalar>> take_buffers(size_t size);
  void add_chunk(unsigned level, size_t first_pair, size_t pairs, const Scalar* const* rows,
                 const SplitEq& eq, const Summand& summand, Sums& sums) const;

  const RaggedLevels& levels_;
  unsigned level_;
  std::vector<Scalar> pads_;
  Source source_;                       // until the first fold
  std::vector<Buffer<Scalar>> arrays_;  // from then on
  std::vector<Buffer<Scalar>> spare_;   // what they were before
};

}  // namespace vouch
