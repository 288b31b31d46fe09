// Points of the curve side by side, and their additions (Hisil, Wong, Carter, Dawson 2008, as in
// group/edwards_formulas.h) on a back-end's field lanes. Include that back-end's header first:
// avx512_field25519.h or avx2_field25519.h. It gives kLanes, FieldLanes (operands of products),
// FieldColumns (what products, their sums and differences are), and the operations on them.
//
// A point is held as what the next addition multiplies: Y−X, Y+X and T as lanes, and 2Z as columns,
// since additions to affine points only add to it and subtract from it (it is *raised*, as the
// back-end calls columns from which a product can be subtracted). So an addition of an affine point
// carries seven times: E, F, G, H and the three.
//
// Cycles of eight lanes with AVX-512 IFMA, two 512-bit units, coordinates in the first cache
// (measured): 390 an addition of affine points, 450 of others, 385 a doubling, 345 one without T.
// Some 655 instructions for the units are in the first of these, so 330 were the least.
#pragma once

#include <cstddef>

#include "group/edwards.h"
#include "group/ristretto.h"

namespace vouch::internal::VOUCH_LANES_NAMESPACE {

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

/// 4d in all lanes.
VOUCH_LANES_INLINE FieldLanes four_d_lanes() {
  static constexpr std::array<uint64_t, 4> kFourD = (kTwoD + kTwoD).words();
  return constant_lanes(kFourD);
}

VOUCH_LANES_INLINE PointLanes identity_lanes() {
  const FieldLanes one = constant_lanes({1, 0, 0, 0});
  return {one, one, constant_lanes({0, 0, 0, 0}), raised(as_columns(constant_lanes({2, 0, 0, 0})))};
}

// X = E·F, Y = G·H, Z = F·G, T = E·H.
// Doublings do not read T: where one follows, it need not be made.
VOUCH_LANES_INLINE PointLanes finish_point(const FieldLanes& e, const FieldLanes& f,
                                           const FieldLanes& g, const FieldLanes& h,
                                           bool with_t = true) {
  const FieldColumns x = multiply(e, f);
  const FieldColumns y = multiply(g, h, true);
  const FieldColumns z = multiply(f, g, true);
  return {normalised(subtract(y, x)), normalised(add(y, x)),
          with_t ? normalised(multiply(e, h)) : constant_lanes({0, 0, 0, 0}), add(z, z)};
}

/// p + q, p − q in the lanes of `negative`, in which Y−X and Y+X of q have changed places already
/// (gather_niels): its T has still to change its sign.
VOUCH_LANES_INLINE PointLanes add_niels_lanes(const PointLanes& p, const NielsLanes& q,
                                              LaneMask negative) {
  const FieldColumns a = multiply(p.y_minus_x, q.y_minus_x);
  const FieldColumns b = multiply(p.y_plus_x, q.y_plus_x, true);
  const FieldColumns c = negate(multiply(p.t, q.xy2d), negative);
  return finish_point(normalised(subtract(b, a)), normalised(subtract(p.two_z, c)),
                      normalised(add(p.two_z, c)), normalised(add(b, a)));
}

/// 1/(2d) and −1/(2d) in all lanes.
struct InverseTwoD {
  FieldLanes plus;
  FieldLanes minus;
};
VOUCH_LANES_INLINE InverseTwoD inverse_two_d_lanes() {
  static constexpr std::array<uint64_t, 4> kPlus = kTwoD.inverse().words();
  static constexpr std::array<uint64_t, 4> kMinus = (-kTwoD.inverse()).words();
  return {constant_lanes(kPlus), constant_lanes(kMinus)};
}

/// q, −q in the lanes of `negative`, in which Y−X and Y+X have changed places already: what adding
/// it to the identity gives, at a sixth of the price.
VOUCH_LANES_INLINE PointLanes niels_point_lanes(const NielsLanes& q, const InverseTwoD& inverse,
                                                LaneMask negative) {
  const FieldLanes factor = blend(inverse.plus, inverse.minus, negative);
  return {normalised(as_columns(q.y_minus_x)), normalised(as_columns(q.y_plus_x)),
          normalised(multiply(q.xy2d, factor)), raised(as_columns(constant_lanes({2, 0, 0, 0})))};
}

VOUCH_LANES_INLINE CachedLanes cached_lanes(const PointLanes& p, const FieldLanes& four_d) {
  return {p.y_minus_x, p.y_plus_x, normalised(multiply(p.t, four_d)), normalised(p.two_z)};
}

/// p + q, or p − q. The product of both 2Z is 4·Z·Z', so the others are doubled: X, Y, Z, T come
/// out times four.
VOUCH_LANES_INLINE PointLanes add_cached_lanes(const PointLanes& p, const CachedLanes& q,
                                               bool subtracted = false, bool with_t = true) {
  const FieldColumns a = multiply(p.y_minus_x, subtracted ? q.y_plus_x : q.y_minus_x);
  const FieldColumns b = multiply(p.y_plus_x, subtracted ? q.y_minus_x : q.y_plus_x, true);
  const FieldColumns c = multiply(p.t, q.t4d);
  const FieldColumns d = multiply(normalised(p.two_z), q.two_z, true);
  const FieldColumns e = subtract(b, a);
  const FieldColumns h = add(b, a);
  const FieldLanes less = normalised(subtract(d, c));
  const FieldLanes more = normalised(add(d, c));
  return finish_point(normalised(add(e, e)), subtracted ? more : less, subtracted ? less : more,
                      normalised(add(h, h)), with_t);
}

/// 2p, of S = Y+X, M = Y−X: E = S² − M² = 4XY, H = S² + M² = 2(X² + Y²), G = 2·S·M = 2(Y² − X²),
/// F = (2Z)² − G. The formulas for a = −1, with F, H and so X, Y, Z, T times −1 and 2.
VOUCH_LANES_INLINE PointLanes double_lanes(const PointLanes& p, bool with_t = true) {
  const FieldColumns s = square(p.y_plus_x, true);
  const FieldColumns m = square(p.y_minus_x);
  const FieldColumns product = multiply(p.y_plus_x, p.y_minus_x);
  const FieldColumns zz = square(normalised(p.two_z), true);
  const FieldColumns g = add(product, product);
  return finish_point(normalised(subtract(s, m)), normalised(subtract(zz, g)), normalised(g),
                      normalised(add(s, m)), with_t);
}

/// Points in memory: the four coordinates as in PointLanes, five words each, lane by lane.
struct StoredPoints {
  alignas(64) uint64_t word[20][kLanes];
};

VOUCH_LANES_INLINE void store_points(StoredPoints& to, const PointLanes& p) {
  store(to.word, p.y_minus_x);
  store(to.word + 5, p.y_plus_x);
  store(to.word + 10, p.t);
  store(to.word + 15, p.two_z);
}

VOUCH_LANES_INLINE PointLanes load_points(const StoredPoints& from) {
  return {load_lanes(from.word), load_lanes(from.word + 5), load_lanes(from.word + 10),
          load_columns(from.word + 15)};
}

VOUCH_LANES void store_identity(StoredPoints& to) { store_points(to, identity_lanes()); }

/// Lane `lane` as a point: X, Y, Z and T times two.
inline Point stored_point(const StoredPoints& points, size_t lane) {
  const auto words = [&](size_t coordinate) {
    std::array<uint64_t, 5> u{};
    for (size_t k = 0; k < 5; ++k) {
      u[k] = points.word[5 * coordinate + k][lane];
    }
    return u;
  };
  const Field25519 y_minus_x = lane_element(words(0));
  const Field25519 y_plus_x = lane_element(words(1));
  const Field25519 t = lane_element(words(2));
  return Point::from_coordinates(y_plus_x - y_minus_x, y_plus_x + y_minus_x,
                                 column_element(words(3)), t + t);
}

/// Where the coordinates of affine points are, in the words of NielsPoint; for −q those of Y−X and
/// Y+X are exchanged.
struct NielsAddresses {
  const uint64_t* y_minus_x[kLanes];
  const uint64_t* y_plus_x[kLanes];
  const uint64_t* xy2d[kLanes];

  /// `point`: the bytes of a NielsPoint; `negative`: 0 or 1.
  void set(size_t lane, const char* point, size_t negative) {
    const auto words = [point](size_t bytes) {
      return reinterpret_cast<const uint64_t*>(point + bytes);
    };
    y_plus_x[lane] = words(32 * negative);
    y_minus_x[lane] = words(32 - 32 * negative);
    xy2d[lane] = words(64);
  }
};
static_assert(offsetof(NielsPoint, y_plus_x) == 0 && offsetof(NielsPoint, y_minus_x) == 32 &&
              offsetof(NielsPoint, xy2d) == 64);

VOUCH_LANES_INLINE NielsLanes gather_niels(const NielsAddresses& from) {
  return {gather_field(from.y_minus_x), gather_field(from.y_plus_x), gather_field(from.xy2d)};
}

}  // namespace vouch::internal::VOUCH_LANES_NAMESPACE
