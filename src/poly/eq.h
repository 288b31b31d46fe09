// The multilinear Lagrange basis over {0,1}^n:
//
//     eq(r, i) = Π_j (bit j of i ? r_j : 1 − r_j),      f̃(r) = Σ_i eq(r, i)·f_i
//
// Points are in the order of index bits throughout: r[j] belongs to bit j of the index, bit 0 is
// the fastest-moving one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "field/scalar.h"

namespace vouch {

/// eq(r, i) for one index.
[[nodiscard]] Scalar eq_at(std::span<const Scalar> r, uint64_t i);

/// eq(r, s) of two points of equal length.
[[nodiscard]] Scalar eq_points(std::span<const Scalar> r, std::span<const Scalar> s);

/// All 2^n values, index 0 first, times `scale`. 2^n multiplications.
[[nodiscard]] std::vector<Scalar> eq_table(std::span<const Scalar> r,
                                           const Scalar& scale = Scalar::one());

/// eq(r, first), …, eq(r, first + count − 1); first + count ≤ 2^n. O(count + n) multiplications.
[[nodiscard]] std::vector<Scalar> eq_range(std::span<const Scalar> r, uint64_t first,
                                           uint64_t count);

/// Σ_{i < bound} eq(r, i), bound ≤ 2^n, in O(n).
[[nodiscard]] Scalar eq_below(std::span<const Scalar> r, uint64_t bound);

/// Σ_{i < bound} eq(r, i)·i, bound ≤ 2^n, n < 64, in O(n).
[[nodiscard]] Scalar eq_index_below(std::span<const Scalar> r, uint64_t bound);

/// scale·eq(r, i) over a large index space as high(block(i))·low_from(i)[0], for readers that walk
/// along runs of indices: within a block the factor high is the same, so a sum over a run takes one
/// multiplication by it.
class SplitEq {
 public:
  SplitEq() = default;
  explicit SplitEq(std::span<const Scalar> r, const Scalar& scale = Scalar::one());
  [[nodiscard]] uint64_t block(uint64_t i) const { return i >> low_bits_; }
  [[nodiscard]] const Scalar& high(uint64_t block) const { return high_[block]; }
  /// The other factors of i, i + 1, … up to the last index of i's block.
  [[nodiscard]] std::span<const Scalar> low_from(uint64_t i) const {
    return std::span(low_).subspan(i & (low_.size() - 1));
  }

 private:
  unsigned low_bits_ = 0;
  std::vector<Scalar> low_;
  std::vector<Scalar> high_;
};

}  // namespace vouch
