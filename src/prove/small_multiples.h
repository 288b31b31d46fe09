// Multiples x·f of one scalar f by small integers x, from two tables: a look-up or two and an
// addition where |x| < 2^20, a multiplication elsewhere.
#pragma once

#include <cstdint>
#include <vector>

#include "field/scalar.h"

namespace vouch {

class SmallMultiples {
 public:
  explicit SmallMultiples(const Scalar& factor) : factor_(factor), low_(kHalf), high_(kHalf) {
    for (size_t i = 1; i < kHalf; ++i) {
      low_[i] = low_[i - 1] + factor;
    }
    const Scalar step = low_.back() + factor;
    for (size_t i = 1; i < kHalf; ++i) {
      high_[i] = high_[i - 1] + step;
    }
  }

  [[nodiscard]] Scalar operator()(int64_t x) const {
    return x < 0 ? -magnitude(0 - static_cast<uint64_t>(x)) : magnitude(static_cast<uint64_t>(x));
  }

 private:
  static constexpr size_t kBits = 10;
  static constexpr size_t kHalf = size_t{1} << kBits;

  [[nodiscard]] Scalar magnitude(uint64_t x) const {
    if (x < kHalf) {
      return low_[x];
    }
    if (x < kHalf * kHalf) {
      return low_[x & (kHalf - 1)] + high_[x >> kBits];
    }
    return factor_ * Scalar::from_u64(x);
  }

  Scalar factor_;
  std::vector<Scalar> low_;
  std::vector<Scalar> high_;
};

}  // namespace vouch
