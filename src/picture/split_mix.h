// Reproducible numbers for synthetic pictures and models. Not for secrets.
#pragma once

#include <cstdint>

namespace vouch {

/// SplitMix64 (Steele, Lea, Flood 2014).
class SplitMix64 {
 public:
  explicit SplitMix64(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// lo…hi, with the remainder's bias, which is far below what a picture shows.
  int64_t within(int64_t lo, int64_t hi) {
    return lo + static_cast<int64_t>(next() % static_cast<uint64_t>(hi - lo + 1));
  }
  /// [lo, hi), in steps of 2^−24 of the range.
  float uniform(float lo, float hi) {
    return lo + (hi - lo) * static_cast<float>(next() >> 40U) * 0x1p-24F;
  }
  /// Mean 0, variance 1, bell-shaped, within ±√12: the sum of four uniform numbers, which, unlike a
  /// logarithm, is the same everywhere.
  float normal() {
    float sum = 0;
    for (int i = 0; i < 4; ++i) {
      sum += uniform(-1.0F, 1.0F);
    }
    return sum * 0.8660254F;  // √(3/4): a uniform number of ±1 has variance 1/3
  }

 private:
  uint64_t state_;
};

}  // namespace vouch
