#include "group/msm.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "field/kernels/kernels.h"
#include "field/random_scalar.h"
#include "group/fixed_base.h"

namespace vouch {
namespace {

class Msm : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { ASSERT_TRUE(select_kernels(GetParam()).ok()); }
  void TearDown() override { ASSERT_TRUE(select_kernels("").ok()); }
};
INSTANTIATE_TEST_SUITE_P(All, Msm, testing::ValuesIn(available_kernels()),
                         [](const auto& back_end) { return std::string(back_end.param); });

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

TEST_P(Msm, EqualsTheSumOfProducts) {
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

TEST_P(Msm, SmallEqualsTheSumOfProducts) {
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

// Multiples a_i·B of the generator: a sum over them is one multiple, Σ x_i·a_i. Among them are the
// identity, equal points and opposite ones.
struct KnownPoints {
  std::vector<Scalar> logarithms;
  std::vector<NielsPoint> points;

  explicit KnownPoints(size_t n) : logarithms(n) {
    SecretRandom random(std::array<uint8_t, 32>{9});
    random_scalars(random, logarithms);
    for (size_t i = 0; i < n; i += 5) {
      logarithms[i] = Scalar::from_i64(static_cast<int64_t>(i % 3) - 1);
    }
    const FixedBase base(Point::generator());
    std::vector<Point> multiples(n);
    std::transform(logarithms.begin(), logarithms.end(), multiples.begin(),
                   [&](const Scalar& a) { return base.multiply(a); });
    points = to_niels(multiples);
  }
  // Σ x_i·a_i·B.
  template <class Int>
  [[nodiscard]] Point sum(const std::vector<Int>& x) const {
    Scalar total;
    for (size_t i = 0; i < x.size(); ++i) {
      total += Scalar::from_i64(static_cast<int64_t>(x[i])) * logarithms[i];
    }
    return Point::generator().multiply(total);
  }
};

TEST_P(Msm, ManyFullScalars) {
  const KnownPoints known(3000);
  SecretRandom random(std::array<uint8_t, 32>{10});
  for (const size_t n : {size_t{97}, size_t{128}, size_t{1000}, size_t{3000}}) {
    std::vector<Scalar> s(n);
    random_scalars(random, s);
    s[0] = -Scalar::one();
    s[1] = Scalar::zero();
    Scalar total;
    for (size_t i = 0; i < n; ++i) {
      total += s[i] * known.logarithms[i];
    }
    EXPECT_EQ(msm_vartime(s, std::span(known.points).first(n)), Point::generator().multiply(total));
  }
}

// Runs of equal digits of all lengths: one for all, one for each, and what lies between.
TEST_P(Msm, SmallNumbersOfAllDistributions) {
  const size_t n = 2000;
  const KnownPoints known(n);
  const std::span<const NielsPoint> points(known.points);
  const auto expect = [&](auto rule) {
    std::vector<int32_t> x(n);
    for (size_t i = 0; i < n; ++i) {
      x[i] = static_cast<int32_t>(rule(static_cast<int64_t>(i)));
    }
    for (const size_t length : {size_t{64}, size_t{65}, size_t{127}, n}) {
      const std::vector<int32_t> part(x.begin(), x.begin() + static_cast<long>(length));
      EXPECT_EQ(msm_small_vartime(points, std::span<const int32_t>(part)), known.sum(part));
    }
  };
  expect([](int64_t) { return 1; });
  expect([](int64_t) { return -255; });
  expect([](int64_t i) { return i % 2 == 0 ? 7 : -7; });
  expect([](int64_t i) { return i; });
  expect([](int64_t i) { return i % 256; });
  expect([](int64_t i) { return i < 1500 ? 3 : i % 256; });
  expect([](int64_t i) { return i % 7 == 0 ? 0 : (i * i * 7919) % 262144 - 131072; });
  expect([](int64_t i) { return i % 30 == 0 ? i - 1000 : 0; });
}

TEST_P(Msm, CollapseEqualsTheSums) {
  const KnownPoints known(200);
  SecretRandom random(std::array<uint8_t, 32>{11});
  const auto expect = [&](const std::vector<Scalar>& k, size_t n, size_t length, size_t begin,
                          size_t end) {
    const auto got = collapse_vartime(k, std::span(known.points).first(n), length, begin, end);
    ASSERT_EQ(got.size(), end - begin);
    for (size_t i = begin; i < end; ++i) {
      Scalar total;
      for (size_t j = 0; j < k.size() && i + j * length < n; ++j) {
        total += k[j] * known.logarithms[i + j * length];
      }
      EXPECT_EQ(got[i - begin].point(), Point::generator().multiply(total)) << i;
    }
  };
  std::vector<Scalar> k(16);
  random_scalars(random, k);
  expect(k, 160, 10, 0, 10);
  expect(k, 151, 10, 0, 10);
  expect(k, 5, 10, 0, 10);
  expect(k, 0, 10, 0, 10);
  expect(k, 200, 17, 8, 17);
  expect(k, 200, 17, 3, 3);
  expect({}, 200, 8, 0, 8);
  expect({Scalar::one()}, 200, 200, 0, 200);
  expect({Scalar::zero(), Scalar::zero()}, 200, 8, 0, 8);
  expect({Scalar::zero(), -Scalar::one(), Scalar::from_u64(2), Scalar::from_u64(2).power(252)}, 33,
         9, 0, 9);
}

}  // namespace
}  // namespace vouch
