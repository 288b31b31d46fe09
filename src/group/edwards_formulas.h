// Additions on −x² + y² = 1 + d·x²y² in extended coordinates. With products reduced (limbs below
// 2^51 + 2^16), the sums are left loose (group/field25519.h):
//   E = B − A, H = B + A < 2^52.6       D = 2·Z·Z' < 2^52.1       F = D − C, G = D + C < 2^53.1
//   doubling: H = A + B < 2^52.1, E = H − S < 2^53.1, G = A − B < 2^52.6, F = 2C + G < 2^53.4
#pragma once

#include "base/work.h"
#include "group/edwards.h"
#include "group/ristretto.h"

namespace vouch::internal {

/// A point ready to be added many times: Y+X, Y−X, Z, 2d·T.
struct CachedPoint {
  Field25519 y_plus_x = Field25519::one();
  Field25519 y_minus_x = Field25519::one();
  Field25519 z = Field25519::one();
  Field25519 t2d;

  CachedPoint() = default;
  explicit CachedPoint(const Point& p)
      : y_plus_x(p.y() + p.x()), y_minus_x(p.y() - p.x()), z(p.z()), t2d(p.t() * kTwoD) {}

  /// b where `choose_b`, else a; without a branch.
  static CachedPoint select(const CachedPoint& a, const CachedPoint& b, bool choose_b) {
    CachedPoint out;
    out.y_plus_x = Field25519::select(a.y_plus_x, b.y_plus_x, choose_b);
    out.y_minus_x = Field25519::select(a.y_minus_x, b.y_minus_x, choose_b);
    out.z = Field25519::select(a.z, b.z, choose_b);
    out.t2d = Field25519::select(a.t2d, b.t2d, choose_b);
    return out;
  }
  CachedPoint operator-() const {
    CachedPoint out;
    out.y_plus_x = y_minus_x;
    out.y_minus_x = y_plus_x;
    out.z = z;
    out.t2d = -t2d;
    return out;
  }
};

/// NielsPoint with its coordinates as field elements (Z = 1).
struct NielsCoordinates {
  Field25519 y_plus_x;
  Field25519 y_minus_x;
  Field25519 xy2d;
  explicit NielsCoordinates(const NielsPoint& p)
      : y_plus_x(Field25519::from_words(p.y_plus_x)),
        y_minus_x(Field25519::from_words(p.y_minus_x)),
        xy2d(Field25519::from_words(p.xy2d)) {}
};

/// From A = (Y1−X1)(Y2−X2), B = (Y1+X1)(Y2+X2), C = 2d·T1·T2, D = 2·Z1·Z2.
inline Point finish_sum(const Field25519& a, const Field25519& b, const Field25519& c,
                        const Field25519& d) {
  const Field25519 e = Field25519::subtract_loose(b, a);
  const Field25519 f = Field25519::subtract_loose(d, c);
  const Field25519 g = Field25519::add_loose(d, c);
  const Field25519 h = Field25519::add_loose(b, a);
  return Point::from_coordinates(e * f, g * h, f * g, e * h);
}

/// The difference: the second point's Y+X and Y−X change places and T changes sign, F and G swap.
inline Point finish_difference(const Field25519& a, const Field25519& b, const Field25519& c,
                               const Field25519& d) {
  const Field25519 e = Field25519::subtract_loose(b, a);
  const Field25519 f = Field25519::add_loose(d, c);
  const Field25519 g = Field25519::subtract_loose(d, c);
  const Field25519 h = Field25519::add_loose(b, a);
  return Point::from_coordinates(e * f, g * h, f * g, e * h);
}

inline Point add_cached(const Point& p, const CachedPoint& q) {
  count_work(Work::kPointAddition);
  const Field25519 zz = p.z() * q.z;
  return finish_sum(Field25519::subtract_loose(p.y(), p.x()) * q.y_minus_x,
                    Field25519::add_loose(p.y(), p.x()) * q.y_plus_x, p.t() * q.t2d,
                    Field25519::add_loose(zz, zz));
}

inline Point subtract_cached(const Point& p, const CachedPoint& q) {
  count_work(Work::kPointAddition);
  const Field25519 zz = p.z() * q.z;
  return finish_difference(Field25519::subtract_loose(p.y(), p.x()) * q.y_plus_x,
                           Field25519::add_loose(p.y(), p.x()) * q.y_minus_x, p.t() * q.t2d,
                           Field25519::add_loose(zz, zz));
}

inline Point add_niels(const Point& p, const NielsPoint& point) {
  count_work(Work::kPointAddition);
  const NielsCoordinates q(point);
  return finish_sum(Field25519::subtract_loose(p.y(), p.x()) * q.y_minus_x,
                    Field25519::add_loose(p.y(), p.x()) * q.y_plus_x, p.t() * q.xy2d,
                    Field25519::add_loose(p.z(), p.z()));
}

inline Point subtract_niels(const Point& p, const NielsPoint& point) {
  count_work(Work::kPointAddition);
  const NielsCoordinates q(point);
  return finish_difference(Field25519::subtract_loose(p.y(), p.x()) * q.y_plus_x,
                           Field25519::add_loose(p.y(), p.x()) * q.y_minus_x, p.t() * q.xy2d,
                           Field25519::add_loose(p.z(), p.z()));
}

inline Point double_point(const Point& p) {
  count_work(Work::kPointDoubling);
  const Field25519 a = p.x().square();
  const Field25519 b = p.y().square();
  const Field25519 zz = p.z().square();
  const Field25519 h = Field25519::add_loose(a, b);
  const Field25519 e = Field25519::subtract_loose(h, Field25519::add_loose(p.x(), p.y()).square());
  const Field25519 g = Field25519::subtract_loose(a, b);
  const Field25519 f = Field25519::add_loose(Field25519::add_loose(zz, zz), g);
  return Point::from_coordinates(e * f, g * h, f * g, e * h);
}

}  // namespace vouch::internal
