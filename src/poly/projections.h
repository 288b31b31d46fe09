// Random projections of a vector, for a proof that all of its entries are small.
//
// The n bits of an index are cut into three blocks, the lowest first. Projection i has a random
// subset S of the values of each block, and is the sum of the entries all of whose blocks are in
// theirs:
//
//     p_i(f) = Σ_{j_2 ∈ S_{i,2}} Σ_{j_1 ∈ S_{i,1}} Σ_{j_0 ∈ S_{i,0}} f[j_0, j_1, j_2]
//
// If |f[j]| ≥ B for some j (the representative mod ℓ of least absolute value), then whatever else f
// holds, |p_i(f)| ≥ B/8 with probability ≥ 1/8: whether S_{i,0} contains j_0 changes the inner sum
// by f[j], so one of both is ≥ B/2; and so on outwards. Subsets of blocks rather than of all
// indices make p_i's multilinear extension a product of three short sums. Source of the idea: the
// lemma of Baum and Lyubashevsky (https://eprint.iacr.org/2017/759).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "field/scalar.h"

namespace vouch {

class Projections {
 public:
  static constexpr size_t kBlocks = 3;

  /// How many bytes `count` projections of vectors of 2^bits entries are made from.
  [[nodiscard]] static size_t bytes_needed(size_t count, unsigned bits);

  /// Projection by projection and block by block, ⌈2^b/8⌉ bytes each: value j of the block is in
  /// the subset if bit j mod 8 of byte ⌊j/8⌋ is 1. Contract: bytes_needed of them; bits ≤ 30.
  Projections(size_t count, unsigned bits, Bytes subsets);

  [[nodiscard]] size_t count() const { return count_; }
  [[nodiscard]] unsigned bits() const { return bits_; }
  /// Bits of each block: as equal as can be, the lower ones longer.
  [[nodiscard]] const std::array<unsigned, kBlocks>& block_bits() const { return block_bits_; }
  /// Whether value j of the block is in projection i's subset.
  [[nodiscard]] bool contains(size_t i, size_t block, uint64_t j) const {
    return (subset(i, block)[j / 8] >> (j % 8) & 1) != 0;
  }

  /// Σ_i coefficients[i]·p̃_i(point), p̃_i the multilinear extension of the projection's
  /// coefficients, which are 0 and 1. Variable-time in the subsets, which are public.
  [[nodiscard]] Scalar evaluate(std::span<const Scalar> coefficients,
                                std::span<const Scalar> point) const;

 private:
  [[nodiscard]] const uint8_t* subset(size_t i, size_t block) const {
    return subsets_.data() + i * stride_ + first_byte_[block];
  }

  size_t count_;
  unsigned bits_;
  std::array<unsigned, kBlocks> block_bits_{};
  std::array<size_t, kBlocks> first_byte_{};
  size_t stride_ = 0;
  Bytes subsets_;
};

}  // namespace vouch
