#include "group/kernels/avx512_points.h"

#ifdef VOUCH_HAS_AVX512

namespace vouch::internal {
namespace {

// Columns below 2^62 as an element: carried twice, with 2^255 ≡ 19 in between, they are below
// 2^255 + 2^52 and fill four words.
Field25519 element(uint64_t (&u)[5]) {
  constexpr uint64_t kTop = kMask52 >> 5;
  for (int pass = 0; pass < 2; ++pass) {
    for (size_t k = 0; k < 4; ++k) {
      u[k + 1] += u[k] >> 52;
      u[k] &= kMask52;
    }
    u[0] += 19 * (u[4] >> 47);
    u[4] &= kTop;
  }
  for (size_t k = 0; k < 4; ++k) {
    u[k + 1] += u[k] >> 52;
    u[k] &= kMask52;
  }
  const Field25519 top = Field25519::small(19 * (u[4] >> 47));
  return Field25519::from_words({u[0] | u[1] << 52, u[1] >> 12 | u[2] << 40,
                                 u[2] >> 24 | u[3] << 28, u[3] >> 36 | (u[4] & kTop) << 16}) +
         top;
}

}  // namespace

Point stored_point(const StoredPoints& points, size_t lane) {
  Field25519 coordinate[4];
  for (size_t c = 0; c < 4; ++c) {
    uint64_t u[5];
    for (size_t k = 0; k < 5; ++k) {
      const uint64_t word = points.word[5 * c + k][lane];
      u[k] = c < 3 ? word & kMask52 : word;  // the lanes' upper bits do not count
    }
    coordinate[c] = element(u);
  }
  const auto& [y_minus_x, y_plus_x, t, two_z] = coordinate;
  return Point::from_coordinates(y_plus_x - y_minus_x, y_plus_x + y_minus_x, two_z, t + t);
}

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
