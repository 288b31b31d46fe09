// Many products of one point: with the table P_{i,k} = k·16^i·P, k = 1…8, the product Σ d_i·16^i·P
// (signed digits, group/signed_digits.h) is 64 mixed additions and no doubling.
#pragma once

#include <vector>

#include "group/ristretto.h"

namespace vouch {

/// 48 kB and ~100 µs to make.
class FixedBase {
 public:
  explicit FixedBase(const Point& base);

  /// s·P, constant-time: every entry of a window's table is read. ~11 µs.
  [[nodiscard]] Point multiply(const Scalar& s) const;

 private:
  std::vector<NielsPoint> table_;  // [window][k − 1]
};

}  // namespace vouch
