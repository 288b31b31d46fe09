#include "group/ristretto.h"

#include <algorithm>

#include "group/edwards.h"
#include "group/edwards_formulas.h"
#include "group/signed_digits.h"
#include "group/square_roots.h"
#include "group/straus.h"

namespace vouch {

using internal::CachedPoint;
using internal::Field25519;
using internal::Ratio;
using internal::SquareRootOfRatio;

namespace {

// MAP of RFC 9496, 4.3.4, up to its square root and from there on.
struct MapStart {
  Field25519 t;
  Field25519 r;
  Ratio ratio;
};

MapStart begin_map(std::span<const uint8_t, 32> bytes) {
  const Field25519 one = Field25519::one();
  const Field25519 t = Field25519::from_bytes(bytes);
  const Field25519 r = internal::kSqrtMinusOne * t.square();
  return {t,
          r,
          {.u = (r + one) * internal::kOneMinusDSquared,
           .v = (-one - r * internal::kD) * (r + internal::kD)}};
}

Point finish_map(const MapStart& start, const SquareRootOfRatio& square_root) {
  const auto& [t, r, ratio] = start;
  const auto& [was_square, root] = square_root;
  const Field25519 one = Field25519::one();
  const Field25519 s = Field25519::select(-(root * t).absolute(), root, was_square);
  const Field25519 c = Field25519::select(r, -one, was_square);
  const Field25519 n = c * (r - one) * internal::kDMinusOneSquared - ratio.v;
  const Field25519 w0 = (s + s) * ratio.v;
  const Field25519 w1 = n * internal::kSqrtAdMinusOne;
  const Field25519 ss = s.square();
  const Field25519 w2 = one - ss;
  const Field25519 w3 = one + ss;
  return Point::from_coordinates(w0 * w3, w2 * w1, w1 * w3, w0 * w2);
}

// Decoding, RFC 9496, 4.3.1, up to its square root, which is of 1/ratio.v, and from there on.
struct DecodeStart {
  bool canonical = false;
  Field25519 s;
  Field25519 u1;
  Field25519 u2;
  Field25519 v;
  Ratio ratio;
};

DecodeStart begin_decode(std::span<const uint8_t, Point::kBytes> bytes) {
  const Field25519 s = Field25519::from_bytes(bytes);
  const auto canonical = s.bytes();
  uint8_t difference = 0;
  for (size_t i = 0; i < Point::kBytes; ++i) {
    difference = static_cast<uint8_t>(difference | (canonical[i] ^ bytes[i]));
  }
  const Field25519 one = Field25519::one();
  const Field25519 ss = s.square();
  const Field25519 u1 = one - ss;
  const Field25519 u2 = one + ss;
  const Field25519 u2_squared = u2.square();
  const Field25519 v = -(internal::kD * u1.square()) - u2_squared;
  return {difference == 0 && !s.is_negative(), s, u1, u2, v, {.u = one, .v = v * u2_squared}};
}

std::optional<Point> finish_decode(const DecodeStart& start, const SquareRootOfRatio& root) {
  const Field25519 den_x = root.root * start.u2;
  const Field25519 den_y = root.root * den_x * start.v;
  const Field25519 x = ((start.s + start.s) * den_x).absolute();
  const Field25519 y = start.u1 * den_y;
  const Field25519 t = x * y;
  if (!start.canonical || !root.was_square || t.is_negative() || y.is_zero()) {
    return std::nullopt;
  }
  return Point::from_coordinates(x, y, Field25519::one(), t);
}

// Runs `finish(i, root)` for n square roots of what `begin(i)` gives, in blocks that stay in the
// first cache.
template <class Begin, class Finish>
void with_square_roots(size_t n, const Begin& begin, const Finish& finish) {
  constexpr size_t kBlock = 64;
  std::vector<Ratio> ratios;
  std::vector<SquareRootOfRatio> roots;
  for (size_t first = 0; first < n; first += kBlock) {
    const size_t count = std::min(kBlock, n - first);
    ratios.clear();
    for (size_t i = 0; i < count; ++i) {
      ratios.push_back(begin(first + i));
    }
    roots.resize(count);
    internal::square_roots_of_ratios(ratios, roots);
    for (size_t i = 0; i < count; ++i) {
      finish(first + i, roots[i]);
    }
  }
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
  const DecodeStart start = begin_decode(bytes);
  return finish_decode(start, internal::square_root_of_ratio(start.ratio.u, start.ratio.v));
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
  const auto map = [](std::span<const uint8_t, 32> half) {
    const MapStart start = begin_map(half);
    return finish_map(start, internal::square_root_of_ratio(start.ratio.u, start.ratio.v));
  };
  return map(bytes.first<32>()) + map(bytes.last<32>());
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
    const int32_t sign = digits[i] >> 31;
    const int32_t magnitude = (digits[i] ^ sign) - sign;
    CachedPoint chosen;
    for (size_t k = 1; k < multiples.size(); ++k) {
      chosen = CachedPoint::select(chosen, multiples[k], static_cast<int32_t>(k) == magnitude);
    }
    sum = internal::add_cached(sum, CachedPoint::select(chosen, -chosen, sign != 0));
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

std::vector<std::optional<Point>> decode_each(std::span<const Point::Encoding> encodings) {
  std::vector<DecodeStart> starts;
  starts.reserve(encodings.size());
  std::vector<std::optional<Point>> out(encodings.size());
  with_square_roots(
      encodings.size(),
      [&](size_t i) { return starts.emplace_back(begin_decode(encodings[i])).ratio; },
      [&](size_t i, const SquareRootOfRatio& root) { out[i] = finish_decode(starts[i], root); });
  return out;
}

std::optional<std::vector<Point>> decode_points(std::span<const Point::Encoding> encodings) {
  std::vector<Point> out;
  out.reserve(encodings.size());
  for (const auto& point : decode_each(encodings)) {
    if (!point) {
      return std::nullopt;
    }
    out.push_back(*point);
  }
  return out;
}

std::vector<Point> points_from_uniform_bytes(std::span<const UniformBytes> bytes) {
  std::vector<MapStart> starts;
  starts.reserve(2 * bytes.size());
  std::vector<Point> out(bytes.size());
  with_square_roots(
      2 * bytes.size(),
      [&](size_t i) {
        const std::span<const uint8_t, 64> both(bytes[i / 2]);
        return starts.emplace_back(begin_map(i % 2 == 0 ? both.first<32>() : both.last<32>()))
            .ratio;
      },
      [&](size_t i, const SquareRootOfRatio& root) {
        const Point point = finish_map(starts[i], root);
        out[i / 2] = i % 2 == 0 ? point : out[i / 2] + point;
      });
  return out;
}

}  // namespace vouch
