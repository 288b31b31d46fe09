// Functionals against their coefficients written out over the whole index space.
#include "circuit/functional.h"

#include <gtest/gtest.h>

#include "poly/random_point.h"

namespace vouch {
namespace {

const std::vector<Extents> kBricks{{3, 2, 3, 1}, {2, 1, 5, 4}, {5, 1, 1, 1}};

BrickTerm random_term(const Layout& layout, size_t brick, SecretRandom& random) {
  BrickTerm term;
  term.brick = brick;
  for (size_t axis = 0; axis < 4; ++axis) {
    term.axes[axis] = random_point(random, layout.bricks()[brick].extents[axis]);
  }
  return term;
}

void add_coefficients(const BrickTerm& term, const Layout& layout, std::vector<Scalar>& out) {
  const Brick& brick = layout.bricks()[term.brick];
  const auto& e = brick.extents;
  for (uint32_t o = 0; o < e[0]; ++o) {
    for (uint32_t a = 0; a < e[1]; ++a) {
      for (uint32_t b = 0; b < e[2]; ++b) {
        for (uint32_t c = 0; c < e[3]; ++c) {
          out[brick.slot(o, a, b, c)] +=
              term.axes[0][o] * term.axes[1][a] * term.axes[2][b] * term.axes[3][c];
        }
      }
    }
  }
}

Scalar extension(const std::vector<Scalar>& f, std::span<const Scalar> point) {
  Scalar sum;
  for (size_t i = 0; i < f.size(); ++i) {
    sum += f[i] * eq_at(point, i);
  }
  return sum;
}

TEST(Functional, EvaluateIsTheCoefficientsExtension) {
  SecretRandom random = test_random(1);
  const Layout layout(kBricks);
  for (int k = 0; k < 10; ++k) {
    Functional f;
    std::vector<Scalar> coefficients(size_t{1} << layout.bits());
    for (size_t brick = 0; brick < kBricks.size(); ++brick) {
      f.bricks.push_back(random_term(layout, brick, random));
      add_coefficients(f.bricks.back(), layout, coefficients);
    }
    f.bricks.push_back(random_term(layout, 1, random));  // a second one on the same brick
    add_coefficients(f.bricks.back(), layout, coefficients);
    for (int e = 0; e < 2; ++e) {
      f.evaluations.push_back({random_scalar(random), random_point(random, layout.bits())});
      for (size_t i = 0; i < coefficients.size(); ++i) {
        coefficients[i] += f.evaluations.back().scale * eq_at(f.evaluations.back().point, i);
      }
    }
    const auto point = random_point(random, layout.bits());
    EXPECT_EQ(evaluate(f, layout, point), extension(coefficients, point));
  }
}

TEST(Functional, Empty) {
  SecretRandom random = test_random(2);
  const Layout layout(kBricks);
  EXPECT_TRUE(Functional{}.empty());
  EXPECT_EQ(evaluate({}, layout, random_point(random, layout.bits())), Scalar::zero());
}

TEST(Functional, TotalAndScale) {
  SecretRandom random = test_random(3);
  const Layout layout(kBricks);
  for (size_t brick = 0; brick < kBricks.size(); ++brick) {
    BrickTerm term = random_term(layout, brick, random);
    std::vector<Scalar> coefficients(size_t{1} << layout.bits());
    add_coefficients(term, layout, coefficients);
    Scalar sum;
    for (const Scalar& x : coefficients) {
      sum += x;
    }
    EXPECT_EQ(total(term), sum);
    const Scalar scale = random_scalar(random);
    scale_term(term, scale);
    std::vector<Scalar> scaled(coefficients.size());
    add_coefficients(term, layout, scaled);
    for (size_t i = 0; i < scaled.size(); ++i) {
      EXPECT_EQ(scaled[i], scale * coefficients[i]);
    }
  }
}

}  // namespace
}  // namespace vouch
