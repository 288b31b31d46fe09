// x^((p−5)/8) on lanes: the long part of square roots, so of decoding and deriving points.
#pragma once

#include <algorithm>

#include "group/field25519.h"

namespace vouch::internal::VOUCH_LANES_NAMESPACE {

struct StoredField {
  alignas(64) uint64_t word[5][kLanes];
};

/// out = x^(2^n)·y.
VOUCH_LANES void square_and_multiply(StoredField& out, const StoredField& x, int n,
                                     const StoredField& y) {
  FieldLanes power = load_lanes(x.word);
  for (int i = 0; i < n; ++i) {
    power = normalised(square(power));
  }
  store(out.word, normalised(multiply(power, load_lanes(y.word))));
}

VOUCH_LANES void load_words(StoredField& out, const std::array<uint64_t, 4>* words) {
  const uint64_t* from[kLanes];
  for (size_t lane = 0; lane < kLanes; ++lane) {
    from[lane] = words[lane].data();
  }
  store(out.word, normalised(as_columns(gather_field(from))));
}

/// By the addition chain of Field25519::power_p_minus_5_over_8; b_k = x^(2^k − 1).
inline void power_lanes(StoredField& x) {
  StoredField x9{};
  StoredField b5{};
  StoredField b10{};
  StoredField b50{};
  StoredField b{};
  square_and_multiply(b, x, 1, x);    // x^3
  square_and_multiply(x9, b, 1, b);   // x^9
  square_and_multiply(b, x9, 0, x);   // x^10
  square_and_multiply(b, b, 0, x);    // x^11
  square_and_multiply(b5, b, 1, x9);  // x^31
  square_and_multiply(b10, b5, 5, b5);
  square_and_multiply(b, b10, 10, b10);  // b20
  square_and_multiply(b, b, 20, b);      // b40
  square_and_multiply(b50, b, 10, b10);
  square_and_multiply(b, b50, 50, b50);  // b100
  square_and_multiply(b, b, 100, b);     // b200
  square_and_multiply(b, b, 50, b50);    // b250
  square_and_multiply(x, b, 2, x);       // x^(2^252 − 3)
}

inline void power_p_minus_5_over_8(Field25519* x, size_t n) {
  for (size_t i = 0; i < n; i += kLanes) {
    const size_t count = std::min(kLanes, n - i);
    std::array<uint64_t, 4> words[kLanes]{};
    for (size_t lane = 0; lane < count; ++lane) {
      words[lane] = x[i + lane].words();
    }
    StoredField power{};
    load_words(power, words);
    power_lanes(power);
    for (size_t lane = 0; lane < count; ++lane) {
      x[i + lane] = lane_element({power.word[0][lane], power.word[1][lane], power.word[2][lane],
                                  power.word[3][lane], power.word[4][lane]});
    }
  }
}

}  // namespace vouch::internal::VOUCH_LANES_NAMESPACE
