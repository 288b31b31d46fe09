// Z/p, p = 2^255 − 19, on eight elements side by side, in five limbs of 52 bits.
//
// *Lanes* are the operands of products: below 2^255 + 2^220, and only the low 52 bits of each word
// count. *Columns* are what comes out: five words of up to 62 bits, value Σ u_k·2^(52k), not to be
// multiplied before normalised() has carried them; sums and differences are made of columns, so
// that they cost no carries of their own.
//
// A difference must stay above 0 in every column: what is subtracted from is *raised* by 1024p,
// limb by limb more than two products have. Products are made so at no cost, since they start with
// it.
//
// Product: ten columns t_k of at most nine halves of products, t_k < 9·2^52. 2^260 ≡ 608 = 32·19
// (mod p): the upper five are carried and added to the lower ones times 608. The product is below
// 2^510·(1 + 2^-33), so t_9 < 2^42.1 and 608·t_9 < 2^52: nothing goes beyond column 4. The result
// is below 10·2^52 + 2^10 < 2^55.4 a column.
//
// normalised(): with h = ⌊(u_4 + ⌊u_3/2^52⌋)/2^47⌋ < 2^15, h·2^255 ≡ 19·h is moved from the top to
// the bottom, then one chain of carries ends it: the top limb is below 2^47 + 2^11.
#pragma once

#include "field/kernels/avx512.h"

#ifdef VOUCH_HAS_AVX512

#include <array>

#include "group/field25519.h"

#define VOUCH_LANES VOUCH_AVX512 inline
#define VOUCH_LANES_INLINE VOUCH_AVX512_INLINE
#define VOUCH_LANES_NAMESPACE avx512

namespace vouch::internal::avx512 {

inline constexpr size_t kLanes = 8;
using LaneMask = __mmask8;

struct FieldLanes {
  __m512i limb[5];
};
struct FieldColumns {
  __m512i u[5];
};

/// 32·32·p, limb by limb above any column of a product, and of two: it keeps differences positive.
inline constexpr uint64_t kBiasLow = 32 * (kMask52 - 607);
inline constexpr uint64_t kBias = 32 * kMask52;
static_assert(kBiasLow > 22 * (uint64_t{1} << 52));

VOUCH_AVX512_INLINE __m512i bias(size_t k) { return broadcast(k == 0 ? kBiasLow : kBias); }

VOUCH_AVX512_INLINE FieldColumns add(const FieldColumns& a, const FieldColumns& b) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm512_add_epi64(a.u[k], b.u[k]);
  }
  return c;
}

/// a − b; a is raised, b a product or the sum of two.
VOUCH_AVX512_INLINE FieldColumns subtract(const FieldColumns& a, const FieldColumns& b) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm512_sub_epi64(a.u[k], b.u[k]);
  }
  return c;
}

/// a + 1024p, from which a product, or two, can be subtracted.
VOUCH_AVX512_INLINE FieldColumns raised(const FieldColumns& a) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm512_add_epi64(a.u[k], bias(k));
  }
  return c;
}

/// −a in the lanes of the mask, above 0; a is a product.
VOUCH_AVX512_INLINE FieldColumns negate(const FieldColumns& a, LaneMask lanes) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm512_mask_sub_epi64(a.u[k], lanes, bias(k), a.u[k]);
  }
  return c;
}

VOUCH_AVX512_INLINE FieldLanes normalised(const FieldColumns& c) {
  const __m512i mask = broadcast(kMask52);
  const __m512i top = _mm512_add_epi64(c.u[4], _mm512_srli_epi64(c.u[3], 52));
  const __m512i h = _mm512_srli_epi64(top, 47);
  FieldLanes r{};
  r.limb[0] = add_low(c.u[0], h, broadcast(19));
  r.limb[1] = c.u[1];
  r.limb[2] = c.u[2];
  r.limb[3] = _mm512_and_si512(c.u[3], mask);
  r.limb[4] = _mm512_and_si512(top, broadcast(kMask52 >> 5));
  for (size_t k = 0; k < 4; ++k) {
    r.limb[k + 1] = _mm512_add_epi64(r.limb[k + 1], _mm512_srli_epi64(r.limb[k], 52));
  }
  return r;
}

/// Columns of value t_0 + … + t_9·2^468, folded.
VOUCH_AVX512_INLINE FieldColumns folded(__m512i t[10]) {
  for (size_t k = 5; k < 9; ++k) {
    t[k + 1] = _mm512_add_epi64(t[k + 1], _mm512_srli_epi64(t[k], 52));
  }
  const __m512i factor = broadcast(608);
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = add_low(t[k], t[k + 5], factor);
  }
  for (size_t k = 0; k < 4; ++k) {
    c.u[k + 1] = add_high(c.u[k + 1], t[k + 5], factor);
  }
  return c;
}

/// Columns that a product starts with: 0, or the bias if it is to come out raised, which costs
/// nothing.
VOUCH_AVX512_INLINE void start_columns(__m512i t[10], bool raise) {
  for (size_t k = 0; k < 10; ++k) {
    t[k] = raise && k < 5 ? bias(k) : _mm512_setzero_si512();
  }
}

VOUCH_AVX512_INLINE FieldColumns multiply(const FieldLanes& a, const FieldLanes& b,
                                          bool raise = false) {
  __m512i t[10];
  start_columns(t, raise);
  for (size_t i = 0; i < 5; ++i) {
    for (size_t j = 0; j < 5; ++j) {
      t[i + j] = add_low(t[i + j], a.limb[i], b.limb[j]);
    }
    for (size_t j = 0; j < 5; ++j) {
      t[i + j + 1] = add_high(t[i + j + 1], a.limb[i], b.limb[j]);
    }
  }
  return folded(t);
}

/// a²: the mixed products once, doubled as columns.
VOUCH_AVX512_INLINE FieldColumns square(const FieldLanes& a, bool raise = false) {
  __m512i t[10];
  start_columns(t, false);
  for (size_t i = 0; i < 5; ++i) {
    for (size_t j = i + 1; j < 5; ++j) {
      t[i + j] = add_low(t[i + j], a.limb[i], a.limb[j]);
      t[i + j + 1] = add_high(t[i + j + 1], a.limb[i], a.limb[j]);
    }
  }
  for (size_t k = 1; k < 9; ++k) {
    t[k] = _mm512_add_epi64(t[k], t[k]);
  }
  if (raise) {
    for (size_t k = 0; k < 5; ++k) {
      t[k] = _mm512_add_epi64(t[k], bias(k));
    }
  }
  for (size_t i = 0; i < 5; ++i) {
    t[2 * i] = add_low(t[2 * i], a.limb[i], a.limb[i]);
    t[2 * i + 1] = add_high(t[2 * i + 1], a.limb[i], a.limb[i]);
  }
  return folded(t);
}

/// Words of integers below 2^256 as limbs.
VOUCH_AVX512_INLINE FieldLanes field_lanes(const Words& x) {
  return {{x.word[0], _mm512_shrdi_epi64(x.word[0], x.word[1], 52),
           _mm512_shrdi_epi64(x.word[1], x.word[2], 40),
           _mm512_shrdi_epi64(x.word[2], x.word[3], 28), _mm512_srli_epi64(x.word[3], 16)}};
}

/// The same element in all lanes.
VOUCH_AVX512_INLINE FieldLanes constant_lanes(const std::array<uint64_t, 4>& w) {
  return {{broadcast(w[0] & kMask52), broadcast((w[0] >> 52 | w[1] << 12) & kMask52),
           broadcast((w[1] >> 40 | w[2] << 24) & kMask52),
           broadcast((w[2] >> 28 | w[3] << 36) & kMask52), broadcast(w[3] >> 16)}};
}

VOUCH_AVX512_INLINE FieldColumns as_columns(const FieldLanes& x) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm512_and_si512(x.limb[k], broadcast(kMask52));
  }
  return c;
}

VOUCH_AVX512_INLINE FieldLanes blend(const FieldLanes& a, const FieldLanes& b, LaneMask choose_b) {
  FieldLanes r{};
  for (size_t k = 0; k < 5; ++k) {
    r.limb[k] = _mm512_mask_blend_epi64(choose_b, a.limb[k], b.limb[k]);
  }
  return r;
}
VOUCH_AVX512_INLINE void store(uint64_t (*to)[kLanes], const FieldLanes& x) {
  for (size_t k = 0; k < 5; ++k) {
    _mm512_store_si512(to[k], x.limb[k]);
  }
}
VOUCH_AVX512_INLINE void store(uint64_t (*to)[kLanes], const FieldColumns& x) {
  for (size_t k = 0; k < 5; ++k) {
    _mm512_store_si512(to[k], x.u[k]);
  }
}
VOUCH_AVX512_INLINE FieldLanes load_lanes(const uint64_t (*from)[kLanes]) {
  FieldLanes x{};
  for (size_t k = 0; k < 5; ++k) {
    x.limb[k] = _mm512_load_si512(from[k]);
  }
  return x;
}
VOUCH_AVX512_INLINE FieldColumns load_columns(const uint64_t (*from)[kLanes]) {
  FieldColumns x{};
  for (size_t k = 0; k < 5; ++k) {
    x.u[k] = _mm512_load_si512(from[k]);
  }
  return x;
}

/// Eight integers below 2^256, lane i in the four words from from[i] on.
VOUCH_AVX512_INLINE FieldLanes gather_field(const uint64_t* const from[kLanes]) {
  constexpr size_t kLane[4] = {0, 1, 4, 5};  // transpose() makes lanes of registers in this order
  __m512i z[4];
  for (size_t k = 0; k < 4; ++k) {
    const uint64_t* first = from[kLane[k]];
    const uint64_t* second = from[kLane[k] + 2];
    z[k] = _mm512_inserti64x4(
        _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(first))),
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(second)), 1);
  }
  return field_lanes(transpose(z));
}

/// Stored columns of one lane as an element: carried twice, with 2^255 ≡ 19 in between, they are
/// below 2^255 + 2^52 and fill four words.
inline Field25519 column_element(std::array<uint64_t, 5> u) {
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

/// Stored lanes: what is above 52 bits does not count.
inline Field25519 lane_element(std::array<uint64_t, 5> limbs) {
  for (uint64_t& limb : limbs) {
    limb &= kMask52;
  }
  return column_element(limbs);
}

}  // namespace vouch::internal::avx512

#endif  // VOUCH_HAS_AVX512
