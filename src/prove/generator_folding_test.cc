// Cross terms and folds of generators against their logarithms: with P_i = x_i·B everything is
// known in the exponent.
#include "prove/generator_folding.h"

#include <gtest/gtest.h>

#include "group/fixed_base.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

const FixedBase& base() {
  static const FixedBase instance(Point::generator());
  return instance;
}

std::vector<NielsPoint> points_of(std::span<const Scalar> logarithms) {
  std::vector<Point> points;
  for (const Scalar& x : logarithms) {
    points.push_back(base().multiply(x));
  }
  return to_niels(points);
}

Scalar dot(std::span<const Scalar> a, std::span<const Scalar> b) {
  Scalar sum;
  for (size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

// Folds 2^bits entries, of which only the first `present` have a generator, to the end.
void expect_folds(unsigned bits, size_t present, SecretRandom& random) {
  SCOPED_TRACE(std::to_string(present) + " of 2^" + std::to_string(bits));
  std::vector<Scalar> x = random_point(random, present);
  const auto points = points_of(x);
  GeneratorFolding folding(points, bits);
  x.resize(size_t{1} << bits);
  std::vector<Scalar> z = random_point(random, x.size());
  while (z.size() > 1) {
    const size_t half = z.size() / 2;
    const auto [left, right] = folding.cross_terms(z);
    const std::span<const Scalar> all_x(x);
    const std::span<const Scalar> all_z(z);
    ASSERT_EQ(left, base().multiply(dot(all_z.first(half), all_x.last(half)))) << z.size();
    ASSERT_EQ(right, base().multiply(dot(all_z.last(half), all_x.first(half)))) << z.size();
    const Scalar q = random_scalar(random);
    folding.fold(q);
    for (size_t i = 0; i < half; ++i) {
      z[i] += q * z[half + i];
      x[i] = q * x[i] + x[half + i];
    }
    z.resize(half);
    x.resize(half);
  }
}

TEST(GeneratorFolding, FewRounds) {
  SecretRandom random = test_random(1);
  for (unsigned bits = 1; bits <= 5; ++bits) {
    for (size_t present = 1; present <= size_t{1} << bits; ++present) {
      expect_folds(bits, present, random);
    }
  }
}

TEST(GeneratorFolding, AcrossOneCollapse) {
  SecretRandom random = test_random(2);
  for (const size_t present : {512, 511, 257, 256, 255, 33, 31, 1}) {
    expect_folds(9, present, random);
  }
}

TEST(GeneratorFolding, AcrossTwoCollapses) {
  SecretRandom random = test_random(3);
  expect_folds(13, 8192, random);
  expect_folds(13, 5001, random);
}

TEST(ParallelMsm, IsTheSum) {
  SecretRandom random = test_random(4);
  for (const size_t n : {0, 1, 2, 255, 256, 257, 1000}) {
    const auto x = random_point(random, n);
    const auto s = random_point(random, n);
    EXPECT_EQ(parallel_msm_vartime(s, points_of(x)), base().multiply(dot(s, x))) << n;
  }
}

}  // namespace
}  // namespace vouch
