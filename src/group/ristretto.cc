#include "group/ristretto.h"

#include "group/edwards.h"
#include "group/edwards_formulas.h"
#include "group/signed_digits.h"
#include "group/straus.h"

namespace vouch {

using internal::CachedPoint;
using internal::Field25519;

namespace {

// MAP of RFC 9496, 4.3.4.
Point map_to_curve(std::span<const uint8_t, 32> bytes) {
  const Field25519 one = Field25519::one();
  const Field25519 t0 = Field25519::from_bytes(bytes);
  const Field25519 r = internal::kSqrtMinusOne * t0.square();
  const Field25519 u = (r + one) * internal::kOneMinusDSquared;
  const Field25519 v = (-one - r * internal::kD) * (r + internal::kD);
  const auto [was_square, root] = internal::square_root_of_ratio(u, v);
  const Field25519 s = Field25519::select(-(root * t0).absolute(), root, was_square);
  const Field25519 c = Field25519::select(r, -one, was_square);
  const Field25519 n = c * (r - one) * internal::kDMinusOneSquared - v;
  const Field25519 w0 = (s + s) * v;
  const Field25519 w1 = n * internal::kSqrtAdMinusOne;
  const Field25519 ss = s.square();
  const Field25519 w2 = one - ss;
  const Field25519 w3 = one + ss;
  return Point::from_coordinates(w0 * w3, w2 * w1, w1 * w3, w0 * w2);
}

// y = 4/5 and the x that is not negative.
Point make_generator() {
  const Field25519 one = Field25519::one();
  const Field25519 y = Field25519::small(4) * Field25519::small(5).inverse();
  const Field25519 yy = y.square();
  const Field25519 x = internal::square_root_of_ratio(yy - one, internal::kD * yy + one).root;
  return Point::from_coordinates(x, y, one, x * y);
}

}  // namespace

const Point& Point::generator() {
  static const Point g = make_generator();
  return g;
}

std::optional<Point> Point::decode(std::span<const uint8_t, kBytes> bytes) {
  const Field25519 s = Field25519::from_bytes(bytes);
  const auto canonical = s.bytes();
  uint8_t difference = 0;
  for (size_t i = 0; i < kBytes; ++i) {
    difference = static_cast<uint8_t>(difference | (canonical[i] ^ bytes[i]));
  }
  if (difference != 0 || s.is_negative()) {
    return std::nullopt;
  }
  const Field25519 one = Field25519::one();
  const Field25519 ss = s.square();
  const Field25519 u1 = one - ss;
  const Field25519 u2 = one + ss;
  const Field25519 u2_squared = u2.square();
  const Field25519 v = -(internal::kD * u1.square()) - u2_squared;
  const auto [was_square, inverse_root] = internal::square_root_of_ratio(one, v * u2_squared);
  const Field25519 den_x = inverse_root * u2;
  const Field25519 den_y = inverse_root * den_x * v;
  const Field25519 x = ((s + s) * den_x).absolute();
  const Field25519 y = u1 * den_y;
  const Field25519 t = x * y;
  if (!was_square || t.is_negative() || y.is_zero()) {
    return std::nullopt;
  }
  return from_coordinates(x, y, one, t);
}

Point::Encoding Point::encode() const {
  const Field25519 u1 = (z_ + y_) * (z_ - y_);
  const Field25519 u2 = x_ * y_;
  const Field25519 inverse_root =
      internal::square_root_of_ratio(Field25519::one(), u1 * u2.square()).root;
  const Field25519 den1 = inverse_root * u1;
  const Field25519 den2 = inverse_root * u2;
  const Field25519 z_inverse = den1 * den2 * t_;
  const bool rotate = (t_ * z_inverse).is_negative();
  const Field25519 x = Field25519::select(x_, y_ * internal::kSqrtMinusOne, rotate);
  Field25519 y = Field25519::select(y_, x_ * internal::kSqrtMinusOne, rotate);
  const Field25519 den_inverse =
      Field25519::select(den2, den1 * internal::kInverseSqrtAMinusD, rotate);
  y = Field25519::select(y, -y, (x * z_inverse).is_negative());
  return (den_inverse * (z_ - y)).absolute().bytes();
}

Point Point::from_uniform_bytes(std::span<const uint8_t, 64> bytes) {
  return map_to_curve(bytes.first<32>()) + map_to_curve(bytes.last<32>());
}

Point operator+(const Point& a, const Point& b) { return internal::add_cached(a, CachedPoint(b)); }
Point operator+(const Point& a, const NielsPoint& b) { return internal::add_niels(a, b); }
Point operator-(const Point& a, const NielsPoint& b) { return internal::subtract_niels(a, b); }
Point Point::operator-() const { return {-x_, y_, z_, -t_}; }
Point Point::doubled() const { return internal::double_point(*this); }

bool Point::operator==(const Point& other) const {
  const bool same = x_ * other.y_ == y_ * other.x_;
  const bool turned = y_ * other.y_ == x_ * other.x_;
  return same || turned;
}

Point Point::multiply(const Scalar& s) const {
  std::array<CachedPoint, 9> multiples;  // 0…8 times this point
  Point multiple = *this;
  for (size_t i = 1; i < multiples.size(); ++i) {
    multiples[i] = CachedPoint(multiple);
    multiple = internal::add_cached(multiple, multiples[1]);
  }
  const auto digits = internal::signed_digits<4>(s);
  Point sum;
  for (size_t i = digits.size(); i-- > 0;) {
    for (int k = 0; k < 4; ++k) {
      sum = sum.doubled();
    }
    const int32_t digit = digits[i];
    const int32_t magnitude = digit < 0 ? -digit : digit;
    CachedPoint chosen;
    for (size_t k = 1; k < multiples.size(); ++k) {
      chosen = CachedPoint::select(chosen, multiples[k], static_cast<int32_t>(k) == magnitude);
    }
    sum = internal::add_cached(sum, CachedPoint::select(chosen, -chosen, digit < 0));
  }
  return sum;
}

Point Point::multiply_vartime(const Scalar& s) const {
  return internal::straus_vartime(std::span(&s, 1), std::span(this, 1));
}

Point NielsPoint::point() const { return Point() + *this; }

std::vector<NielsPoint> to_niels(std::span<const Point> points) {
  std::vector<Field25519> before(points.size());
  Field25519 product = Field25519::one();
  for (size_t i = 0; i < points.size(); ++i) {
    before[i] = product;
    product = product * points[i].z();
  }
  Field25519 inverse = product.inverse();
  std::vector<NielsPoint> out(points.size());
  for (size_t i = points.size(); i-- > 0;) {
    const Field25519 z_inverse = inverse * before[i];
    inverse = inverse * points[i].z();
    const Field25519 x = points[i].x() * z_inverse;
    const Field25519 y = points[i].y() * z_inverse;
    out[i] = {.y_plus_x = (y + x).words(),
              .y_minus_x = (y - x).words(),
              .xy2d = (x * y * internal::kTwoD).words()};
  }
  return out;
}

std::optional<std::vector<Point>> decode_points(std::span<const uint8_t> bytes) {
  if (bytes.size() % Point::kBytes != 0) {
    return std::nullopt;
  }
  std::vector<Point> out;
  out.reserve(bytes.size() / Point::kBytes);
  for (; !bytes.empty(); bytes = bytes.subspan(Point::kBytes)) {
    const auto point = Point::decode(bytes.first<Point::kBytes>());
    if (!point) {
      return std::nullopt;
    }
    out.push_back(*point);
  }
  return out;
}

}  // namespace vouch
