// The main tree's lowest layers from integers, against denominators written out slot by slot.
#include "prove/main_slots.h"

#include <gtest/gtest.h>

#include "prove/ragged_samples.h"
#include "prove/random_weights.h"

namespace vouch {
namespace {

struct Sample {
  const char* name;
  uint32_t seed;
  uint8_t shift;
  uint8_t bits;
  size_t ops = 6;
  bool own_clamps = false;  ///< 64 tables, one after the other
};

class MainSlotLayers : public ::testing::TestWithParam<Sample> {
 protected:
  MainSlotLayers()
      : circuit_(circuit()),
        columns_(circuit_, 5),
        layout_(columns_.layout(Column::kX)),
        levels_(layout_),
        weights_(circuit_.ops.size()),
        witness_(circuit_, columns_, weights_, trace()),
        slots_(witness_, levels_, challenges_) {}

  static Circuit circuit() {
    Circuit c = with_table_sizes(random_circuit(GetParam().seed, GetParam().ops), GetParam().shift,
                                 GetParam().bits);
    for (size_t i = 1; GetParam().own_clamps && i < c.tensors.size(); ++i) {
      c.tensors[i].table = static_cast<uint8_t>(i % 64);
    }
    for (uint8_t lo = 0; GetParam().own_clamps && c.tables.size() < 64; ++lo) {
      c.tables.push_back(ActivationTable::clamp(GetParam().bits, lo, 200));
    }
    return c;
  }

  // Random integers and the extremes of what tables hold; no network has to compute them.
  Trace trace() const {
    std::mt19937_64 random(GetParam().seed);
    const auto pick = [&](int64_t low, int64_t high) {
      const uint64_t r = random();
      const auto size = static_cast<uint64_t>(high - low + 1);
      return r % 4 == 0 ? low : r % 4 == 1 ? high : low + static_cast<int64_t>(r / 4 % size);
    };
    Trace trace;
    const int64_t bound = int64_t{1} << GetParam().bits;
    for (size_t number = 0; number < circuit_.tensors.size(); ++number) {
      const CodeBounds codes = circuit_.codes_of(number);
      TensorTrace t;
      for (size_t i = 0; i < circuit_.tensors[number].shape.elements(); ++i) {
        t.X.push_back(static_cast<uint8_t>(pick(codes.lo, codes.hi)));
        t.V.push_back(static_cast<int32_t>(pick(-bound, bound - 1)));
        t.R.push_back(static_cast<uint32_t>(pick(0, (int64_t{1} << circuit_.shift) - 1)));
      }
      trace.tensors.push_back(std::move(t));
    }
    return trace;
  }

  // Q_C and Q_R of all slots.
  std::array<std::vector<Scalar>, 2> denominators() const {
    const size_t size = size_t{1} << layout_.bits();
    std::array<std::vector<Scalar>, 2> Q{std::vector<Scalar>(size, challenges_.shifted(kPlainTag)),
                                         std::vector<Scalar>(size, challenges_.shifted(kRangeTag))};
    for (size_t b = 0; b < layout_.bricks().size(); ++b) {
      const TensorTrace& t = witness_.tensor(b + 1);
      for (size_t i = 0; i < t.X.size(); ++i) {
        const uint64_t slot = slot_of(layout_.bricks()[b], i);
        const int64_t E = int64_t{t.V[i]} - t.X[i];
        Q[0][slot] = challenges_.shifted(columns_.tag_of(b)) - Scalar::from_u64(t.X[i]) -
                     challenges_.gamma * Scalar::from_i64(E);
        Q[1][slot] -= Scalar::from_u64(t.R[i]);
      }
    }
    return Q;
  }

  // Before and after the first fold, and the first round's coefficient of t² of Σ_i f_i·g_i.
  void expect_layer(RaggedArrays arrays, unsigned level, std::vector<std::vector<Scalar>> dense,
                    const std::vector<std::array<size_t, 2>>& products) {
    ASSERT_TRUE(equal(arrays.dense(), dense));
    const auto r = random_point(random_, layout_.bits() - level - 1);
    const auto eq = dense_eq(r);
    Scalar expected;
    for (size_t j = 0; j < eq.size(); ++j) {
      const auto slope = [&](size_t a) { return dense[a][2 * j + 1] - dense[a][2 * j]; };
      for (const auto& [a, b] : products) {
        expected += eq[j] * slope(a) * slope(b);
      }
    }
    EXPECT_EQ(arrays.leading(SplitEq(r)), expected);
    for (unsigned folds = 0; folds < std::min(3U, layout_.bits() - level); ++folds) {
      const Scalar z = random_scalar(random_);
      arrays.fold(z);
      for (auto& f : dense) {
        bind_lowest(f, z);
      }
      EXPECT_TRUE(equal(arrays.dense(), dense));
    }
  }

  SecretRandom random_ = test_random(1);
  LookupChallenges challenges_{random_scalar(random_), random_scalar(random_)};
  Circuit circuit_;
  Columns columns_;
  const Layout& layout_;
  RaggedLevels levels_;
  Weights weights_;
  Witness witness_;
  MainSlots slots_;
};

TEST_P(MainSlotLayers, Bottom) {
  const Scalar lambda = random_scalar(random_);
  const Scalar inverse = lambda.inverse();
  const auto Q = denominators();
  std::vector<std::vector<Scalar>> dense{Q[0], Q[1]};
  for (size_t i = 0; i < Q[0].size(); ++i) {
    dense[0][i] = lambda * Q[0][i] + Scalar::one();
    dense[1][i] = Q[1][i] + inverse;
  }
  expect_layer(slots_.bottom(lambda, inverse), 0, dense, {{0, 1}});
}

TEST_P(MainSlotLayers, Children) {
  const Scalar lambda = random_scalar(random_);
  const auto Q = denominators();
  std::vector<std::vector<Scalar>> dense(4);
  for (size_t i = 0; i < Q[0].size(); i += 2) {
    const Scalar P1 = Q[0][i + 1] + Q[1][i + 1];
    const Scalar Q1 = Q[0][i + 1] * Q[1][i + 1];
    dense[0].push_back(Q[0][i] + Q[1][i]);
    dense[1].push_back(Q[0][i] * Q[1][i]);
    dense[2].push_back(P1 + lambda * Q1);
    dense[3].push_back(Q1);
  }
  const FractionTree tree = slots_.tree();
  expect_layer(tree.children(1, lambda, slots_.children(lambda)), 1, dense, {{0, 3}, {1, 2}});
}

TEST_P(MainSlotLayers, Fractions) {
  const auto Q = denominators();
  Scalar sum;
  Scalar product = Scalar::one();
  for (size_t i = 0; i < Q[0].size(); ++i) {
    sum += (Q[0][i] + Q[1][i]) * (Q[0][i] * Q[1][i]).inverse();
    product *= Q[0][i] * Q[1][i];
  }
  const FractionTree tree = slots_.tree();
  EXPECT_EQ(tree.root_Q(), product);
  EXPECT_EQ(tree.root_P(), sum * product);
}

// Usual networks have R·E of two digits only; then R·X, and then R·tag.
INSTANTIATE_TEST_SUITE_P(Samples, MainSlotLayers,
                         ::testing::Values(Sample{"narrow", 1, 8, 13}, Sample{"narrow2", 2, 4, 9},
                                           Sample{"narrow3", 3, 12, 10}, Sample{"usual", 4, 20, 17},
                                           Sample{"wide_E", 5, 6, 24}, Sample{"wide_X", 6, 23, 9},
                                           Sample{"clamps", 7, 10, 10, 70, true},
                                           Sample{"wide_tags", 8, 24, 9, 70, true}),
                         [](const auto& sample) { return std::string(sample.param.name); });

}  // namespace
}  // namespace vouch
