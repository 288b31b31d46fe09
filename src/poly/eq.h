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

/// eq(r, ·) over a large index space as a product of two tables of about 2^(n/2) entries, for
/// readers that walk along runs of indices.
class SplitEq {
 public:
  SplitEq() = default;
  explicit SplitEq(std::span<const Scalar> r, const Scalar& scale = Scalar::one());
  /// out[k] = scale·eq(r, first + k), one multiplication each.
  void fill(uint64_t first, std::span<Scalar> out) const;

 private:
  unsigned low_bits_ = 0;
  std::vector<Scalar> low_;
  std::vector<Scalar> high_;
};

}  // namespace vouch
