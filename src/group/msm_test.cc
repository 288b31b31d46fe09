#include "group/msm.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "field/random_scalar.h"

namespace vouch {
namespace {

struct Sample {
  std::vector<Point> points;
  std::vector<NielsPoint> niels;
  std::vector<Scalar> scalars;
};

Sample sample(size_t n) {
  std::array<uint8_t, 32> seed{7};
  SecretRandom random(seed);
  Sample out;
  out.points.resize(n);
  out.scalars.resize(n);
  for (Point& p : out.points) {
    std::array<uint8_t, 64> bytes{};
    random.fill(bytes);
    p = Point::from_uniform_bytes(bytes);
  }
  random_scalars(random, out.scalars);
  out.niels = to_niels(out.points);
  return out;
}

Point naive(std::span<const Scalar> s, std::span<const Point> points) {
  Point sum;
  for (size_t i = 0; i < s.size(); ++i) {
    sum += points[i].multiply(s[i]);
  }
  return sum;
}

TEST(Msm, EqualsTheSumOfProducts) {
  const Sample all = sample(300);
  for (const size_t n : std::vector<size_t>{0, 1, 2, 3, 10, 95, 96, 97, 300}) {
    auto s = std::vector<Scalar>(all.scalars.begin(), all.scalars.begin() + static_cast<long>(n));
    if (n > 4) {
      s[0] = Scalar::zero();
      s[1] = Scalar::one();
      s[2] = -Scalar::one();
      s[3] = Scalar::from_u64(2).power(252);
    }
    const Point expected = naive(s, all.points);
    EXPECT_EQ(msm_vartime(s, std::span(all.points).first(n)), expected) << n;
    EXPECT_EQ(msm_vartime(s, std::span(all.niels).first(n)), expected) << n;
  }
}

template <class Int>
void expect_small_equals_naive(const Sample& all, const std::vector<Int>& x) {
  std::vector<Scalar> s(x.size());
  std::transform(x.begin(), x.end(), s.begin(), [](Int v) { return Scalar::from_i64(v); });
  EXPECT_EQ(msm_small_vartime(all.niels, std::span<const Int>(x)), naive(s, all.points));
}

TEST(MsmSmall, EqualsTheSumOfProducts) {
  const Sample all = sample(100);
  for (int bits = 0; bits < 64; ++bits) {
    std::vector<int64_t> x(100);
    for (size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<int64_t>(all.scalars[i].limbs[0]) >> (63 - bits);
    }
    x[3] = 0;
    expect_small_equals_naive(all, x);
  }
  expect_small_equals_naive<int64_t>(all, {INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN + 1});
  expect_small_equals_naive<int32_t>(all, {INT32_MIN, INT32_MAX, 0, -1, 1, 1 << 16, -(1 << 16)});
  expect_small_equals_naive<uint8_t>(all, {255, 0, 1, 128, 127, 255});
  expect_small_equals_naive<int32_t>(all, {});
  expect_small_equals_naive<int32_t>(all, {0, 0});
}

}  // namespace
}  // namespace vouch
