// Z/p, p = 2^255 − 19, on four elements side by side, in five signed limbs of 51 bits held as
// doubles, for processors with AVX2 and FMA: a fused multiply-add is the widest exact product that
// they have in vectors (Emmart, Luitjens, Weems, Woolley 2016).
//
// *Lanes* are the operands of products: doubles of integer value, |limb| ≤ 2^50 + 2^16 if they
// come from normalised(), below 2^51 if they come from memory. *Columns* are what comes out: five
// signed 64-bit integers u_k below 2^62 in size, value Σ u_k·2^(51k), to be carried by normalised()
// before they can be multiplied; so sums and differences cost no carries of their own.
//
// Product of two limbs, |ab| < 2^102: C + ab, C = 1.5·2^103, lies in the binade of C, where numbers
// are 2^51 apart; so a fused multiply-add rounds it to C + 2^51·h, h an integer below 2^51, and the
// bits of that double are those of C plus h. What was rounded away, l = ab − 2^51·h, |l| ≤ 2^50,
// comes out of the second, exactly, as D + l, D = 1.5·2^52; its bits are those of D plus l. The
// bits are added up as integers; how many C and D are in a column is known, and it starts with
// minus that. Rounding is to nearest, which is what programs have unless they ask for another.
//
// 2^255 ≡ 19: upper columns times 19 are added to the lower ones by shifts. With a below 2^51 and
// b normalised, |h| ≤ 2^50 and no column exceeds 86·2^50 + 86·2^50 < 2^58.
#pragma once

#include "group/kernels/avx2_features.h"

#ifdef VOUCH_HAS_AVX2

#include <immintrin.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "group/field25519.h"

#define VOUCH_LANES [[gnu::target("avx2,fma")]] inline
#define VOUCH_LANES_INLINE [[gnu::target("avx2,fma"), gnu::always_inline]] static inline
#define VOUCH_LANES_NAMESPACE avx2

namespace vouch::internal::avx2 {

inline constexpr size_t kLanes = 4;
using LaneMask = unsigned;  ///< bit i for lane i

struct FieldLanes {
  __m256d limb[5];
};
struct FieldColumns {
  __m256i u[5];
};

inline constexpr double kHighShift = 0x1.8p103;  ///< C above
inline constexpr double kLowShift = 0x1.8p52;    ///< D above
inline constexpr uint64_t kMask51 = (uint64_t{1} << 51) - 1;

VOUCH_LANES_INLINE __m256i broadcast(uint64_t x) {
  return _mm256_set1_epi64x(static_cast<int64_t>(x));
}

VOUCH_LANES_INLINE FieldColumns add(const FieldColumns& a, const FieldColumns& b) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm256_add_epi64(a.u[k], b.u[k]);
  }
  return c;
}
VOUCH_LANES_INLINE FieldColumns subtract(const FieldColumns& a, const FieldColumns& b) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm256_sub_epi64(a.u[k], b.u[k]);
  }
  return c;
}
/// From signed columns others can always be subtracted.
VOUCH_LANES_INLINE FieldColumns raised(const FieldColumns& a) { return a; }

/// All carries at once: u_k = r_k + 2^51·h_k, −2^50 ≤ r_k < 2^50, |h_k| ≤ 2^11, gives the limbs
/// r_k + h_{k−1} and r_0 + 19·h_4. A bias of 2^62 + 2^50 keeps the integers positive; as doubles
/// they lose it again.
VOUCH_LANES_INLINE FieldLanes normalised(const FieldColumns& c) {
  constexpr double kTwo52 = 0x1p52;
  constexpr double kHalf = 0x1p50;
  constexpr double kCarryBias = 0x1p11;
  const __m256i bias = broadcast((uint64_t{1} << 62) + (uint64_t{1} << 50));
  const __m256i mask = broadcast(kMask51);
  const __m256i exponent = broadcast(std::bit_cast<uint64_t>(kTwo52));
  __m256i low[5];
  __m256i carry[5];
  for (size_t k = 0; k < 5; ++k) {
    const __m256i w = _mm256_add_epi64(c.u[k], bias);
    low[k] = _mm256_or_si256(_mm256_and_si256(w, mask), exponent);
    carry[k] = _mm256_srli_epi64(w, 51);
  }
  carry[4] = _mm256_mul_epu32(carry[4], broadcast(19));
  FieldLanes r{};
  for (size_t k = 0; k < 5; ++k) {
    const double offset = kTwo52 + kHalf + (k == 0 ? 19 : 1) * kCarryBias;
    r.limb[k] = _mm256_sub_pd(_mm256_castsi256_pd(_mm256_add_epi64(low[k], carry[(k + 4) % 5])),
                              _mm256_set1_pd(offset));
  }
  return r;
}

/// Columns 0…9 that a product of ten or fewer pairs of halves starts with: minus what its C's and
/// D's will add up to, `lows` and `highs` being how many of them go into each.
constexpr std::array<uint64_t, 10> starting_columns(const std::array<uint64_t, 10>& lows,
                                                    const std::array<uint64_t, 10>& highs) {
  std::array<uint64_t, 10> out{};
  for (size_t k = 0; k < 10; ++k) {
    out[k] = 0 - (lows[k] * std::bit_cast<uint64_t>(kLowShift) +
                  highs[k] * std::bit_cast<uint64_t>(kHighShift));
  }
  return out;
}

/// t[0] += l and t[1] += h of a·b.
VOUCH_LANES_INLINE void add_product(__m256i* t, __m256d a, __m256d b) {
  const __m256d high = _mm256_fmadd_pd(a, b, _mm256_set1_pd(kHighShift));
  const __m256d rest = _mm256_sub_pd(_mm256_set1_pd(kHighShift + kLowShift), high);
  const __m256d low = _mm256_fmadd_pd(a, b, rest);
  t[0] = _mm256_add_epi64(t[0], _mm256_castpd_si256(low));
  t[1] = _mm256_add_epi64(t[1], _mm256_castpd_si256(high));
}
static_assert(kHighShift + kLowShift - kHighShift == kLowShift);

/// Columns 5…9 times 19 to columns 0…4.
VOUCH_LANES_INLINE FieldColumns folded(const __m256i t[10]) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    const __m256i x = t[k + 5];
    const __m256i x18 = _mm256_add_epi64(_mm256_slli_epi64(x, 4), _mm256_slli_epi64(x, 1));
    c.u[k] = _mm256_add_epi64(_mm256_add_epi64(t[k], x), x18);
  }
  return c;
}

VOUCH_LANES_INLINE FieldColumns multiply(const FieldLanes& a, const FieldLanes& b,
                                         bool /*raise*/ = false) {
  constexpr auto kStart =
      starting_columns({1, 2, 3, 4, 5, 4, 3, 2, 1, 0}, {0, 1, 2, 3, 4, 5, 4, 3, 2, 1});
  __m256i t[10];
  for (size_t k = 0; k < 10; ++k) {
    t[k] = broadcast(kStart[k]);
  }
#pragma GCC unroll 5
  for (size_t i = 0; i < 5; ++i) {
#pragma GCC unroll 5
    for (size_t j = 0; j < 5; ++j) {
      add_product(t + i + j, a.limb[i], b.limb[j]);
    }
  }
  return folded(t);
}

/// a², a normalised: the mixed products once, of the doubled limb.
VOUCH_LANES_INLINE FieldColumns square(const FieldLanes& a, bool /*raise*/ = false) {
  constexpr auto kStart =
      starting_columns({1, 1, 2, 2, 3, 2, 2, 1, 1, 0}, {0, 1, 1, 2, 2, 3, 2, 2, 1, 1});
  __m256i t[10];
  for (size_t k = 0; k < 10; ++k) {
    t[k] = broadcast(kStart[k]);
  }
#pragma GCC unroll 5
  for (size_t i = 0; i < 5; ++i) {
    add_product(t + 2 * i, a.limb[i], a.limb[i]);
    const __m256d twice = _mm256_add_pd(a.limb[i], a.limb[i]);
#pragma GCC unroll 5
    for (size_t j = i + 1; j < 5; ++j) {
      add_product(t + i + j, twice, a.limb[j]);
    }
  }
  return folded(t);
}

/// The integers as lanes; |x| < 2^51.
VOUCH_LANES_INLINE __m256d as_double(__m256i x) {
  const __m256i bits = broadcast(std::bit_cast<uint64_t>(kLowShift));
  return _mm256_sub_pd(_mm256_castsi256_pd(_mm256_add_epi64(x, bits)), _mm256_set1_pd(kLowShift));
}

VOUCH_LANES_INLINE FieldColumns as_columns(const FieldLanes& x) {
  const __m256i bits = broadcast(std::bit_cast<uint64_t>(kLowShift));
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm256_sub_epi64(
        _mm256_castpd_si256(_mm256_add_pd(x.limb[k], _mm256_set1_pd(kLowShift))), bits);
  }
  return c;
}

/// Words of integers below 2^255 as limbs.
VOUCH_LANES_INLINE FieldLanes field_lanes(const __m256i w[4]) {
  const __m256i mask = broadcast(kMask51);
  const __m256i limb[5] = {
      _mm256_and_si256(w[0], mask),
      _mm256_and_si256(_mm256_or_si256(_mm256_srli_epi64(w[0], 51), _mm256_slli_epi64(w[1], 13)),
                       mask),
      _mm256_and_si256(_mm256_or_si256(_mm256_srli_epi64(w[1], 38), _mm256_slli_epi64(w[2], 26)),
                       mask),
      _mm256_and_si256(_mm256_or_si256(_mm256_srli_epi64(w[2], 25), _mm256_slli_epi64(w[3], 39)),
                       mask),
      _mm256_srli_epi64(w[3], 12)};
  return {{as_double(limb[0]), as_double(limb[1]), as_double(limb[2]), as_double(limb[3]),
           as_double(limb[4])}};
}

/// The same element in all lanes.
VOUCH_LANES_INLINE FieldLanes constant_lanes(const std::array<uint64_t, 4>& w) {
  const __m256i words[4] = {broadcast(w[0]), broadcast(w[1]), broadcast(w[2]), broadcast(w[3])};
  return field_lanes(words);
}

/// All bits of the lanes in the mask.
VOUCH_LANES_INLINE __m256i lane_bits(LaneMask mask) {
  const __m256i bit = _mm256_setr_epi64x(1, 2, 4, 8);
  return _mm256_cmpeq_epi64(_mm256_and_si256(broadcast(mask), bit), bit);
}
VOUCH_LANES_INLINE FieldLanes blend(const FieldLanes& a, const FieldLanes& b, LaneMask choose_b) {
  const __m256d choose = _mm256_castsi256_pd(lane_bits(choose_b));
  FieldLanes r{};
  for (size_t k = 0; k < 5; ++k) {
    r.limb[k] = _mm256_blendv_pd(a.limb[k], b.limb[k], choose);
  }
  return r;
}
/// −a in the lanes of the mask.
VOUCH_LANES_INLINE FieldColumns negate(const FieldColumns& a, LaneMask lanes) {
  const __m256i ones = lane_bits(lanes);
  FieldColumns r{};
  for (size_t k = 0; k < 5; ++k) {
    r.u[k] = _mm256_sub_epi64(_mm256_xor_si256(a.u[k], ones), ones);
  }
  return r;
}

VOUCH_LANES_INLINE void store(uint64_t (*to)[kLanes], const FieldLanes& x) {
  for (size_t k = 0; k < 5; ++k) {
    _mm256_store_pd(reinterpret_cast<double*>(to[k]), x.limb[k]);
  }
}
VOUCH_LANES_INLINE void store(uint64_t (*to)[kLanes], const FieldColumns& x) {
  for (size_t k = 0; k < 5; ++k) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(to[k]), x.u[k]);
  }
}
VOUCH_LANES_INLINE __m256i load_word(const uint64_t (*from)[kLanes], size_t k) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(from[k]));
}
VOUCH_LANES_INLINE FieldColumns load_columns(const uint64_t (*from)[kLanes]) {
  return {{load_word(from, 0), load_word(from, 1), load_word(from, 2), load_word(from, 3),
           load_word(from, 4)}};
}
VOUCH_LANES_INLINE FieldLanes load_lanes(const uint64_t (*from)[kLanes]) {
  return {{_mm256_castsi256_pd(load_word(from, 0)), _mm256_castsi256_pd(load_word(from, 1)),
           _mm256_castsi256_pd(load_word(from, 2)), _mm256_castsi256_pd(load_word(from, 3)),
           _mm256_castsi256_pd(load_word(from, 4))}};
}

/// Four integers below 2^255, lane i in the four words from from[i] on.
VOUCH_LANES_INLINE FieldLanes gather_field(const uint64_t* const from[kLanes]) {
  __m256i row[4];
  for (size_t i = 0; i < 4; ++i) {
    row[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from[i]));
  }
  const __m256i low01 = _mm256_unpacklo_epi64(row[0], row[1]);  // words 0 and 2
  const __m256i high01 = _mm256_unpackhi_epi64(row[0], row[1]);
  const __m256i low23 = _mm256_unpacklo_epi64(row[2], row[3]);
  const __m256i high23 = _mm256_unpackhi_epi64(row[2], row[3]);
  const __m256i words[4] = {_mm256_permute2x128_si256(low01, low23, 0x20),
                            _mm256_permute2x128_si256(high01, high23, 0x20),
                            _mm256_permute2x128_si256(low01, low23, 0x31),
                            _mm256_permute2x128_si256(high01, high23, 0x31)};
  return field_lanes(words);
}

/// Stored columns of one lane as an element, |u_k| ≤ 2^60: 2^10·p makes them positive.
inline Field25519 column_element(std::array<uint64_t, 5> u) {
  for (size_t k = 0; k < 5; ++k) {
    u[k] += (k == 0 ? kMask51 - 18 : kMask51) << 10;
  }
  return Field25519::from_limbs(u);
}

/// Stored lanes.
inline Field25519 lane_element(std::array<uint64_t, 5> limbs) {
  for (uint64_t& limb : limbs) {
    limb = static_cast<uint64_t>(static_cast<int64_t>(std::bit_cast<double>(limb)));
  }
  return column_element(limbs);
}

}  // namespace vouch::internal::avx2

#endif  // VOUCH_HAS_AVX2
