// The prover's side of a sumcheck over ragged arrays: k functions on the slots of a layout, folded
// together from the lowest bit up.
//
// At its first level the arrays are not stored: a source is asked for the first round's sum and for
// what the first fold leaves. The first level is the largest, and what it is made of (small
// integers, or nodes of a tree that is there anyway) says both at less than the price of the
// arrays. What the first folds leave may be made again in every round instead of being stored.
// Later rounds go through memory once: a fold adds up the next round's sums while what it wrote is
// in the cache.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "base/secret.h"
#include "prove/ragged.h"

namespace vouch {

/// The k arrays at their first level. Positions are stored ones (prove/ragged.h); all but bind() is
/// called from several threads.
class RaggedSource {
 public:
  /// Pairs that are asked for at a time, at most.
  static constexpr size_t kMostPairs = 256;

  RaggedSource() = default;
  RaggedSource(const RaggedSource&) = delete;
  RaggedSource& operator=(const RaggedSource&) = delete;
  virtual ~RaggedSource() = default;

  /// Writes entries [begin, begin + count), extra pads included; begin and count are even (or the
  /// whole array).
  virtual void write(size_t begin, size_t count, Scalar* const* out) const = 0;
  /// Σ_j eq[j]·(coefficient of t² in the summand of pair first + j).
  [[nodiscard]] virtual Scalar leading(size_t first, size_t pairs, const Scalar* eq) const = 0;
  /// Says at which z pairs will be folded.
  virtual void bind(const Scalar& z) = 0;
  /// Writes f(z) of all k functions f for pairs [first, first + pairs).
  virtual void fold(size_t first, size_t pairs, Scalar* const* out) const = 0;
};

class RaggedArrays {
 public:
  /// What one chunk of pairs adds to the first two sums: arrays[i] has 2·pairs entries, `eq` one a
  /// pair.
  using Summand = std::function<void(const Scalar* const* arrays, const Scalar* eq, size_t pairs,
                                     Scalar* sums)>;
  /// The two sums over all stored pairs, and Σ eq over them.
  using Sums = std::array<Scalar, 3>;

  /// `pads[i]` is the value of array i where no element is. What the first `unsaved` folds leave is
  /// not stored.
  RaggedArrays(const RaggedLevels& levels, unsigned level, std::vector<Scalar> pads,
               std::unique_ptr<RaggedSource> source, unsigned unsaved = 0);

  [[nodiscard]] const std::vector<Scalar>& pads() const { return pads_; }

  /// Before the first fold: Σ over all pairs of eq·(coefficient of t² in the pair's summand). `eq`
  /// is over the indices of the next level. Pads have no share in it.
  [[nodiscard]] Scalar leading(const SplitEq& eq) const;
  /// Binds the lowest variable to z.
  void fold(const Scalar& z) { fold(z, nullptr, nullptr); }
  /// fold, then the next round's sums; `eq` is over the indices of the level after the fold's.
  [[nodiscard]] Sums fold_and_sum(const Scalar& z, const SplitEq& eq, const Summand& summand) {
    return fold(z, &eq, &summand);
  }

  /// The arrays over the whole index space that is left, pads included.
  [[nodiscard]] std::vector<SecretVector<Scalar>> dense() const;

 private:
  Sums fold(const Scalar& z, const SplitEq* eq, const Summand* summand);
  /// Entries [begin, begin + count) of `level`, one of those that folds have left, from what is
  /// stored or from the source.
  void make(unsigned level, size_t begin, size_t count, Scalar* const* out) const;
  void fold_chunk(unsigned level, size_t first_pair, size_t pairs, Scalar* const* out) const;
  [[nodiscard]] std::vector<Buffer<Scalar>> take_buffers(size_t size);
  void add_chunk(unsigned level, size_t first_pair, size_t pairs, const Scalar* const* rows,
                 const SplitEq& eq, const Summand& summand, Sums& sums) const;

  const RaggedLevels& levels_;
  unsigned level_;
  unsigned source_level_;
  std::vector<Scalar> pads_;
  std::unique_ptr<RaggedSource> source_;  // until what it folds into is stored
  unsigned unsaved_;                      // folds that may still be left unsaved
  std::vector<Scalar> bound_;           // where pairs of level source, source + 1, … were folded
  std::vector<Buffer<Scalar>> arrays_;  // from then on
  std::vector<Buffer<Scalar>> spare_;   // what they were before
};

}  // namespace vouch
