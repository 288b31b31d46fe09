// ristretto255 (RFC 9496): a group of prime order ℓ, made of the points of an Edwards curve of
// order 8ℓ by letting cosets of its 4-torsion stand for one element each. Elements are held as one
// point (X : Y : Z : T) of the coset in extended coordinates, x = X/Z, y = Y/Z, xy = T/Z, and added
// by the complete formulas for a = −1 (Hisil, Wong, Carter, Dawson 2008): no addition is
// exceptional.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "field/scalar.h"
#include "group/field25519.h"

namespace vouch {

struct NielsPoint;

/// A group element. Arithmetic is constant-time, but for what has _vartime in its name.
class Point {
 public:
  static constexpr size_t kBytes = 32;
  using Encoding = std::array<uint8_t, kBytes>;

  /// The identity.
  constexpr Point() : y_(internal::Field25519::one()), z_(internal::Field25519::one()) {}
  static constexpr Point identity() { return {}; }
  /// The generator of RFC 9496 (the base point of Ed25519).
  static const Point& generator();

  /// RFC 9496, 4.3.1, strictly: nothing for an encoding that encode() would not write. ~4 µs.
  [[nodiscard]] static std::optional<Point> decode(std::span<const uint8_t, kBytes> bytes);
  /// RFC 9496, 4.3.2. Equal elements have equal encodings.
  [[nodiscard]] Encoding encode() const;
  /// RFC 9496, 4.3.4: hash 64 uniform bytes to a group element whose logarithm nobody knows.
  static Point from_uniform_bytes(std::span<const uint8_t, 64> bytes);

  friend Point operator+(const Point& a, const Point& b);
  friend Point operator-(const Point& a, const Point& b) { return a + (-b); }
  friend Point operator+(const Point& a, const NielsPoint& b);
  friend Point operator-(const Point& a, const NielsPoint& b);
  Point operator-() const;
  Point& operator+=(const Point& b) { return *this = *this + b; }
  Point& operator-=(const Point& b) { return *this = *this - b; }
  Point& operator+=(const NielsPoint& b) { return *this = *this + b; }
  Point& operator-=(const NielsPoint& b) { return *this = *this - b; }
  [[nodiscard]] Point doubled() const;
  /// Equality of elements (cosets), not of coordinates.
  bool operator==(const Point& other) const;
  [[nodiscard]] bool is_identity() const { return *this == identity(); }

  /// s·P, constant-time in both. ~35 µs.
  [[nodiscard]] Point multiply(const Scalar& s) const;
  /// s·P, for public s.
  [[nodiscard]] Point multiply_vartime(const Scalar& s) const;

  /// Coordinates, for kernels and conversions.
  [[nodiscard]] const internal::Field25519& x() const { return x_; }
  [[nodiscard]] const internal::Field25519& y() const { return y_; }
  [[nodiscard]] const internal::Field25519& z() const { return z_; }
  [[nodiscard]] const internal::Field25519& t() const { return t_; }
  /// Contract: the coordinates are reduced and on the curve, XY = ZT, Z ≠ 0.
  static constexpr Point from_coordinates(const internal::Field25519& x,
                                          const internal::Field25519& y,
                                          const internal::Field25519& z,
                                          const internal::Field25519& t) {
    return {x, y, z, t};
  }

 private:
  constexpr Point(const internal::Field25519& x, const internal::Field25519& y,
                  const internal::Field25519& z, const internal::Field25519& t)
      : x_(x), y_(y), z_(z), t_(t) {}

  internal::Field25519 x_;
  internal::Field25519 y_;
  internal::Field25519 z_;
  internal::Field25519 t_;
};

/// An affine point as additions want it: y+x, y−x, 2d·xy, each the integer in [0, p) in four 64-bit
/// words: 96 bytes, so that tables of generators are small. The default is the identity.
struct NielsPoint {
  std::array<uint64_t, 4> y_plus_x = {1, 0, 0, 0};
  std::array<uint64_t, 4> y_minus_x = {1, 0, 0, 0};
  std::array<uint64_t, 4> xy2d = {0, 0, 0, 0};

  /// The element, with Z = 1.
  [[nodiscard]] Point point() const;
  bool operator==(const NielsPoint&) const = default;
};
static_assert(sizeof(NielsPoint) == 96);

/// Converts many points at the price of one inversion and ~7 multiplications a point.
[[nodiscard]] std::vector<NielsPoint> to_niels(std::span<const Point> points);

/// Point::decode of each: many cost less together (square roots on lanes).
[[nodiscard]] std::vector<std::optional<Point>> decode_each(
    std::span<const Point::Encoding> encodings);

/// The same, or nothing if any of them is not an encoding.
[[nodiscard]] std::optional<std::vector<Point>> decode_points(
    std::span<const Point::Encoding> encodings);

/// Point::from_uniform_bytes of each.
using UniformBytes = std::array<uint8_t, 64>;
[[nodiscard]] std::vector<Point> points_from_uniform_bytes(std::span<const UniformBytes> bytes);

}  // namespace vouch
