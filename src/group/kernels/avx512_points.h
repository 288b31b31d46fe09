// Eight points of the curve side by side, and their additions (Hisil, Wong, Carter, Dawson 2008, as
// in group/edwards_formulas.h) on lanes (avx512_field25519.h).
//
// A point is held as what the next addition multiplies: Y−X, Y+X and T as lanes, and 2Z as columns,
// since additions to affine points only add to it. So an addition of an affine point carries seven
// times: E, F, G, H and the three.
#pragma once

#include "group/kernels/avx512_field25519.h"

#ifdef VOUCH_HAS_AVX512

#include <array>

#include "group/edwards.h"
#include "group/ristretto.h"

namespace vouch::internal {

struct FieldLimbs52 {
  uint64_t limb[5];
};
constexpr FieldLimbs52 field_limbs(const std::array<uint64_t, 4>& w) {
  return {{w[0] & kMask52, (w[0] >> 52 | w[1] << 12) & kMask52, (w[1] >> 40 | w[2] << 24) & kMask52,
           (w[2] >> 28 | w[3] << 36) & kMask52, w[3] >> 16}};
}
inline constexpr FieldLimbs52 kFourD = field_limbs((kTwoD + kTwoD).words());

struct PointLanes {
  FieldLanes y_minus_x;
  FieldLanes y_plus_x;
  FieldLanes t;
  FieldColumns two_z;
};

/// y−x, y+x, 2d·xy of affine points.
struct NielsLanes {
  FieldLanes y_minus_x;
  FieldLanes y_plus_x;
  FieldLanes xy2d;
};

/// Y−X, Y+X, 4d·T, 2Z: what an addition of two points takes from the second.
struct CachedLanes {
  FieldLanes y_minus_x;
  FieldLanes y_plus_x;
  FieldLanes t4d;
  FieldLanes two_z;
};

VOUCH_AVX512_INLINE FieldColumns as_columns(const FieldLanes& x) {
  FieldColumns c{};
  for (size_t k = 0; k < 5; ++k) {
    c.u[k] = _mm512_and_si512(x.limb[k], broadcast(kMask52));
  }
  return c;
}

/// 4d in all lanes.
VOUCH_AVX512_INLINE FieldLanes four_d_lanes() {
  return {{broadcast(kFourD.limb[0]), broadcast(kFourD.limb[1]), broadcast(kFourD.limb[2]),
           broadcast(kFourD.limb[3]), broadcast(kFourD.limb[4])}};
}

VOUCH_AVX512_INLINE PointLanes identity_lanes() {
  const FieldLanes one = small_field_lanes(1);
  return {one, one, small_field_lanes(0), as_columns(small_field_lanes(2))};
}

VOUCH_AVX512_INLINE FieldLanes blend(const FieldLanes& a, const FieldLanes& b, __mmask8 choose_b) {
  FieldLanes r{};
  for (size_t k = 0; k < 5; ++k) {
    r.limb[k] = _mm512_mask_blend_epi64(choose_b, a.limb[k], b.limb[k]);
  }
  return r;
}
VOUCH_AVX512_INLINE FieldColumns blend(const FieldColumns& a, const FieldColumns& b,
                                       __mmask8 choose_b) {
  FieldColumns r{};
  for (size_t k = 0; k < 5; ++k) {
    r.u[k] = _mm512_mask_blend_epi64(choose_b, a.u[k], b.u[k]);
  }
  return r;
}
// X = E·F, Y = G·H, Z = F·G, T = E·H.
// Doublings do not read T: where one follows, it need not be made.
VOUCH_AVX512_INLINE PointLanes finish_point(const FieldLanes& e, const FieldLanes& f,
                                            const FieldLanes& g, const FieldLanes& h,
                                            bool with_t = true) {
  const FieldColumns x = multiply(e, f);
  const FieldColumns y = multiply(g, h);
  const FieldColumns z = multiply(f, g);
  return {normalised(subtract(y, x)), normalised(add(y, x)),
          with_t ? normalised(multiply(e, h)) : small_field_lanes(0), add(z, z)};
}

/// p + q, p − q in the lanes of `negative`: there Y−X and Y+X of q change places and T its sign.
VOUCH_AVX512_INLINE PointLanes add_niels_lanes(const PointLanes& p, const NielsLanes& q,
                                               __mmask8 negative) {
  const FieldColumns a = multiply(p.y_minus_x, blend(q.y_minus_x, q.y_plus_x, negative));
  const FieldColumns b = multiply(p.y_plus_x, blend(q.y_plus_x, q.y_minus_x, negative));
  const FieldColumns c = multiply(p.t, q.xy2d);
  const FieldLanes e = normalised(subtract(b, a));
  const FieldLanes h = normalised(add(b, a));
  // D + C and D − C + 512p, in the negative lanes the other way round.
  const FieldColumns less = subtract(p.two_z, c);
  const FieldColumns more = add(p.two_z, c);
  return finish_point(e, normalised(blend(less, more, negative)),
                      normalised(blend(more, less, negative)), h);
}

VOUCH_AVX512_INLINE CachedLanes cached_lanes(const PointLanes& p, const FieldLanes& four_d) {
  return {p.y_minus_x, p.y_plus_x, normalised(multiply(p.t, four_d)), normalised(p.two_z)};
}

/// p + q, or p − q. The product of both 2Z is 4·Z·Z', so the others are doubled: X, Y, Z, T come
/// out times four.
VOUCH_AVX512_INLINE PointLanes add_cached_lanes(const PointLanes& p, const CachedLanes& q,
                                                bool subtracted = false, bool with_t = true) {
  const FieldColumns a = multiply(p.y_minus_x, subtracted ? q.y_plus_x : q.y_minus_x);
  const FieldColumns b = multiply(p.y_plus_x, subtracted ? q.y_minus_x : q.y_plus_x);
  const FieldColumns c = multiply(p.t, q.t4d);
  const FieldColumns d = multiply(normalised(p.two_z), q.two_z);
  const FieldColumns e = subtract(b, a);
  const FieldColumns h = add(b, a);
  const FieldLanes less = normalised(subtract(d, c));
  const FieldLanes more = normalised(add(d, c));
  return finish_point(normalised(add(e, e)), subtracted ? more : less, subtracted ? less : more,
                      normalised(add(h, h)), with_t);
}

/// 2p, of S = Y+X, M = Y−X: E = S² − M² = 4XY, H = S² + M² = 2(X² + Y²), G = 2·S·M = 2(Y² − X²),
/// F = (2Z)² − G. The formulas for a = −1, with F, H and so X, Y, Z, T times −1 and 2.
VOUCH_AVX512_INLINE PointLanes double_lanes(const PointLanes& p, bool with_t = true) {
  const FieldColumns s = square(p.y_plus_x);
  const FieldColumns m = square(p.y_minus_x);
  const FieldColumns product = multiply(p.y_plus_x, p.y_minus_x);
  const FieldColumns zz = square(normalised(p.two_z));
  const FieldColumns g = add(product, product);
  const FieldColumns half = subtract(zz, product);
  const FieldColumns f = subtract(half, product);
  return finish_point(normalised(subtract(s, m)), normalised(f), normalised(g),
                      normalised(add(s, m)), with_t);
}

/// Points in memory: the four coordinates as in PointLanes, lane by lane.
struct StoredPoints {
  alignas(64) uint64_t word[20][8];
};

VOUCH_AVX512_INLINE void store_points(StoredPoints& to, const PointLanes& p) {
  for (size_t k = 0; k < 5; ++k) {
    _mm512_store_si512(to.word[k], p.y_minus_x.limb[k]);
    _mm512_store_si512(to.word[5 + k], p.y_plus_x.limb[k]);
    _mm512_store_si512(to.word[10 + k], p.t.limb[k]);
    _mm512_store_si512(to.word[15 + k], p.two_z.u[k]);
  }
}

VOUCH_AVX512_INLINE PointLanes load_points(const StoredPoints& from) {
  PointLanes p{};
  for (size_t k = 0; k < 5; ++k) {
    p.y_minus_x.limb[k] = _mm512_load_si512(from.word[k]);
    p.y_plus_x.limb[k] = _mm512_load_si512(from.word[5 + k]);
    p.t.limb[k] = _mm512_load_si512(from.word[10 + k]);
    p.two_z.u[k] = _mm512_load_si512(from.word[15 + k]);
  }
  return p;
}

VOUCH_AVX512_INLINE PointLanes blend_points(const PointLanes& a, const PointLanes& b,
                                            __mmask8 choose_b) {
  return {blend(a.y_minus_x, b.y_minus_x, choose_b), blend(a.y_plus_x, b.y_plus_x, choose_b),
          blend(a.t, b.t, choose_b), blend(a.two_z, b.two_z, choose_b)};
}

/// Lane `lane` as a point: X, Y, Z and T times two.
Point stored_point(const StoredPoints& points, size_t lane);

/// One coordinate of eight affine points, lane i from from[i] + word.
VOUCH_AVX512_INLINE FieldLanes gather_field(const uint64_t* const from[8], size_t word) {
  constexpr size_t kLane[4] = {0, 1, 4, 5};  // transpose() makes lanes of registers in this order
  __m512i z[4];
  for (size_t k = 0; k < 4; ++k) {
    const uint64_t* first = from[kLane[k]] + word;
    const uint64_t* second = from[kLane[k] + 2] + word;
    z[k] = _mm512_inserti64x4(
        _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(first))),
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(second)), 1);
  }
  return field_lanes(transpose(z));
}

/// Eight affine points, from[i] being where the twelve words of a NielsPoint are.
VOUCH_AVX512_INLINE NielsLanes gather_niels(const uint64_t* const from[8]) {
  return {gather_field(from, 4), gather_field(from, 0), gather_field(from, 8)};
}
static_assert(offsetof(NielsPoint, y_plus_x) == 0 && offsetof(NielsPoint, y_minus_x) == 32 &&
              offsetof(NielsPoint, xy2d) == 64);

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
