// Trees of fractions against the sum of all fractions, and their layers against dense trees.
#include "prove/fraction_tree.h"

#include <gtest/gtest.h>

#include "prove/ragged_samples.h"

namespace vouch {
namespace {

struct DenseLevel {
  std::vector<Scalar> P;
  std::vector<Scalar> Q;
};

class Trees : public ::testing::TestWithParam<RaggedSample> {
 protected:
  Trees()
      : layout_(GetParam().extents, std::max(GetParam().min_bits, 1U)),
        levels_(layout_),
        pad_P_(random_scalar(random_)),
        pad_Q_(random_scalar(random_)),
        leaves_{random_function(layout_, pad_P_, random_),
                random_function(layout_, pad_Q_, random_)} {}

  FractionTree tree() const {
    return {levels_,
            [this](size_t begin, size_t count, Scalar* P, Scalar* Q) {
              std::fill(P, P + count, pad_P_);
              std::fill(Q, Q + count, pad_Q_);
              levels_.for_each_piece(
                  begin, count, [&](size_t brick, size_t element, size_t n, size_t at) {
                    for (size_t i = 0; i < n; ++i) {
                      const uint64_t slot = slot_of(layout_.bricks()[brick], element + i);
                      P[at + i] = leaves_.P[slot];
                      Q[at + i] = leaves_.Q[slot];
                    }
                  });
            },
            pad_P_, pad_Q_};
  }

  // Level f of the dense tree.
  DenseLevel level(unsigned f) const {
    DenseLevel nodes = leaves_;
    for (; f > 0; --f) {
      DenseLevel next;
      for (size_t j = 0; j < nodes.P.size(); j += 2) {
        next.P.push_back(nodes.P[j] * nodes.Q[j + 1] + nodes.P[j + 1] * nodes.Q[j]);
        next.Q.push_back(nodes.Q[j] * nodes.Q[j + 1]);
      }
      nodes = std::move(next);
    }
    return nodes;
  }

  SecretRandom random_ = test_random(1);
  Layout layout_;
  RaggedLevels levels_;
  Scalar pad_P_;
  Scalar pad_Q_;
  DenseLevel leaves_;
};

TEST_P(Trees, RootIsTheSumOfAllFractions) {
  std::vector<Scalar> inverse = leaves_.Q;
  invert_all(inverse);
  Scalar sum;
  Scalar product = Scalar::one();
  for (size_t i = 0; i < inverse.size(); ++i) {
    sum += leaves_.P[i] * inverse[i];
    product *= leaves_.Q[i];
  }
  const FractionTree t = tree();
  EXPECT_EQ(t.root_Q(), product);
  EXPECT_EQ(t.root_P(), sum * product);
}

// From the root down: P_0, Q_0, M = P_1 + λ·Q_1 and Q_1 of every layer, before and after its first
// fold, and the first round's coefficient of t².
TEST_P(Trees, LayersAreTheDenseTrees) {
  FractionTree t = tree();
  for (unsigned f = layout_.bits(); f >= 1; --f) {
    const Scalar lambda = random_scalar(random_);
    const DenseLevel below = level(f - 1);
    std::array<std::vector<Scalar>, 4> dense;
    for (size_t j = 0; j < below.P.size(); j += 2) {
      dense[0].push_back(below.P[j]);
      dense[1].push_back(below.Q[j]);
      dense[2].push_back(below.P[j + 1] + lambda * below.Q[j + 1]);
      dense[3].push_back(below.Q[j + 1]);
    }
    t.release(f);
    RaggedArrays arrays = t.children(f, lambda);
    ASSERT_TRUE(equal(arrays.dense(), dense)) << f;
    if (f == layout_.bits()) {
      continue;
    }
    const auto r = random_point(random_, layout_.bits() - f - 1);
    const auto eq = dense_eq(r);
    Scalar expected;
    for (size_t j = 0; j < eq.size(); ++j) {
      const auto slope = [&](size_t a) { return dense[a][2 * j + 1] - dense[a][2 * j]; };
      expected += eq[j] * (slope(0) * slope(3) + slope(1) * slope(2));
    }
    ASSERT_EQ(arrays.leading(SplitEq(r)), expected) << f;
    for (unsigned bound = f; bound < layout_.bits(); ++bound) {
      const Scalar z = random_scalar(random_);
      arrays.fold(z);
      for (auto& d : dense) {
        bind_lowest(d, z);
      }
      ASSERT_TRUE(equal(arrays.dense(), dense)) << f << " " << bound;
    }
  }
}

std::string name_of_tree(const ::testing::TestParamInfo<RaggedSample>& sample) {
  return sample.param.name;
}

INSTANTIATE_TEST_SUITE_P(Samples, Trees, ::testing::ValuesIn(ragged_samples()), name_of_tree);

}  // namespace
}  // namespace vouch
