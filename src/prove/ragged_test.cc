// Ragged levels and arrays against dense arrays over the whole index space.
#include "prove/ragged.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <random>
#include <set>

#include "field/kernels/kernels.h"
#include "prove/ragged_arrays.h"
#include "prove/ragged_samples.h"

namespace vouch {
namespace {

class Ragged : public ::testing::TestWithParam<RaggedSample> {
 protected:
  Ragged() : layout_(GetParam().extents, GetParam().min_bits), levels_(layout_) {}

  // One stored entry of a level; extra pads have an index, too.
  struct Entry {
    uint64_t index;
    size_t raw;  // meaningless for an extra pad
    bool pad;
  };
  std::vector<Entry> entries(unsigned f) const {
    std::vector<Entry> out;
    levels_.for_each_line(f, 0, levels_.size(f), false, [&](const LinePart& part) {
      EXPECT_EQ(part.position, out.size());
      for (size_t i = 0; i < part.count; ++i) {
        out.push_back({part.index() + i, part.raw() + i, i >= part.real()});
      }
    });
    return out;
  }

  // Random even ranges of a level's stored entries, and all of it.
  std::vector<std::pair<size_t, size_t>> ranges(unsigned f) const {
    const size_t pairs = levels_.size(f) / 2;
    std::vector<std::pair<size_t, size_t>> out{{0, levels_.size(f)}};
    std::mt19937_64 random(f);
    for (int k = 0; k < 20 && pairs > 0; ++k) {
      const size_t begin = random() % pairs;
      out.emplace_back(2 * begin, 2 * (1 + random() % (pairs - begin)));
    }
    return out;
  }

  Layout layout_;
  RaggedLevels levels_;
};

TEST_P(Ragged, LevelsHoldEveryIndexAboveAnElementOnce) {
  for (unsigned f = 0; f <= layout_.bits(); ++f) {
    std::set<uint64_t> expected;
    for (const Brick& brick : layout_.bricks()) {
      for (size_t i = 0; i < brick.elements(); ++i) {
        expected.insert(slot_of(brick, i) >> f);
      }
    }
    std::vector<uint64_t> held;
    const auto stored = entries(f);
    for (const Entry& e : stored) {
      if (!e.pad) {
        EXPECT_EQ(e.raw, held.size());
        held.push_back(e.index);
      } else {
        EXPECT_EQ(expected.count(e.index), 0U);
      }
    }
    EXPECT_EQ(stored.size(), levels_.size(f));
    EXPECT_TRUE(f == layout_.bits() ? stored.size() == 1 : stored.size() % 2 == 0);
    EXPECT_EQ(held.size(), expected.size());
    EXPECT_EQ(std::set<uint64_t>(held.begin(), held.end()), expected) << f;
  }
}

TEST_P(Ragged, PairsFoldIntoTheRawEntriesOfTheNextLevel) {
  for (unsigned f = 0; f < layout_.bits(); ++f) {
    const auto below = entries(f);
    std::vector<uint64_t> above;
    for (const Entry& e : entries(f + 1)) {
      if (!e.pad) {
        above.push_back(e.index);
      }
    }
    ASSERT_EQ(below.size(), 2 * above.size()) << f;
    for (size_t p = 0; p < above.size(); ++p) {
      ASSERT_EQ(below[2 * p].index, 2 * above[p]) << f;
      ASSERT_EQ(below[2 * p + 1].index, 2 * above[p] + 1) << f;
    }
  }
}

TEST_P(Ragged, PartsOfALevelAreTheWholesParts) {
  for (unsigned f = 0; f <= layout_.bits(); ++f) {
    const auto all = entries(f);
    for (const auto& [first, count] : ranges(f)) {
      const size_t begin = first;  // clang 14 cannot name a binding in a closure
      for (const bool joined : {false, true}) {
        size_t at = begin;
        levels_.for_each_line(f, begin, count, joined, [&](const LinePart& part) {
          ASSERT_EQ(part.position, at - begin);
          for (size_t i = 0; i < part.count; ++i, ++at) {
            ASSERT_EQ(i >= part.real(), all[at].pad);
            if (!all[at].pad) {
              ASSERT_EQ(part.raw() + i, all[at].raw);
            }
            if (!joined) {
              ASSERT_EQ(part.index() + i, all[at].index);
            }
          }
        });
        ASSERT_EQ(at, begin + count);
      }
    }
  }
}

TEST_P(Ragged, RawEntriesSpreadToTheirPlaces) {
  SecretRandom random = test_random(6);
  const Scalar pad = random_scalar(random);
  for (unsigned f = 0; f < layout_.bits(); ++f) {
    const auto all = entries(f);
    for (const auto& [begin, count] : ranges(f)) {
      const auto raw = levels_.raw_range(f, begin, count);
      std::vector<Scalar> out(count);
      for (size_t i = 0; i < raw.count; ++i) {
        out[i] = Scalar::from_u64(raw.first + i);
      }
      levels_.spread(f, begin, count, pad, out.data());
      for (size_t i = 0; i < count; ++i) {
        const Entry& e = all[begin + i];
        ASSERT_EQ(out[i], e.pad ? pad : Scalar::from_u64(e.raw)) << f << " " << begin << " " << i;
      }
    }
  }
}

TEST_P(Ragged, PiecesAreTheBricksElements) {
  const auto all = entries(0);
  for (const auto& [first, count] : ranges(0)) {
    const size_t begin = first;  // clang 14 cannot name a binding in a closure
    std::vector<bool> covered(count);
    levels_.for_each_piece(begin, count, [&](size_t brick, size_t element, size_t n, size_t at) {
      for (size_t i = 0; i < n; ++i) {
        ASSERT_LT(element + i, layout_.bricks()[brick].elements());
        ASSERT_EQ(slot_of(layout_.bricks()[brick], element + i), all[begin + at + i].index);
        ASSERT_FALSE(covered[at + i]);
        covered[at + i] = true;
      }
    });
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(covered[i], !all[begin + i].pad);
    }
  }
}

TEST_P(Ragged, PairEq) {
  SecretRandom random = test_random(1);
  for (unsigned f = 0; f < layout_.bits(); ++f) {
    const auto r = random_point(random, layout_.bits() - f - 1);
    const auto eq = dense_eq(r);
    const SplitEq split(r);
    const auto all = entries(f);
    for (const auto& [begin, count] : ranges(f)) {
      std::vector<Scalar> out(count / 2);
      for (size_t at = begin; at < begin + count;) {
        const auto [n, factor] =
            levels_.fill_pair_eq(f, at / 2, split, std::span(out).subspan((at - begin) / 2));
        ASSERT_GT(n, 0U);
        const uint64_t block = split.block(all[at].index / 2);
        for (size_t i = 0; i < n; ++i, at += 2) {
          ASSERT_EQ(factor * out[(at - begin) / 2], eq[all[at].index / 2]);
        }
        // It is as far as the block goes.
        ASSERT_TRUE(at == begin + count || split.block(all[at].index / 2) != block);
      }
    }
  }
}

// Two functions on the slots, made chunk by chunk, with the summand A·B of A and A + B.
class SlotFunctions final : public RaggedSource {
 public:
  SlotFunctions(const Layout& layout, const RaggedLevels& levels, const std::array<Scalar, 2>& pads,
                const std::array<std::vector<Scalar>, 2>& slots)
      : layout_(layout), levels_(levels), pads_(pads), slots_(slots) {}

  void write(size_t begin, size_t count, Scalar* const* out) const override {
    make(begin, count, out);
    finish(count, out);
  }
  Scalar leading(size_t first, size_t pairs, const Scalar* eq) const override {
    const auto f = pairs_of(first, pairs);
    Scalar sum;
    for (size_t j = 0; j < pairs; ++j) {
      sum += eq[j] * (f[0][2 * j + 1] - f[0][2 * j]) * (f[1][2 * j + 1] - f[1][2 * j]);
    }
    return sum;
  }
  void bind(const Scalar& z) override { z_ = z; }
  void fold(size_t first, size_t pairs, Scalar* const* out) const override {
    const auto f = pairs_of(first, pairs);
    for (size_t k = 0; k < 2; ++k) {
      for (size_t j = 0; j < pairs; ++j) {
        out[k][j] = f[k][2 * j] + z_ * (f[k][2 * j + 1] - f[k][2 * j]);
      }
    }
  }

 private:
  [[nodiscard]] std::array<std::vector<Scalar>, 2> pairs_of(size_t first, size_t pairs) const {
    std::array<std::vector<Scalar>, 2> f{std::vector<Scalar>(2 * pairs),
                                         std::vector<Scalar>(2 * pairs)};
    const std::array<Scalar*, 2> rows{f[0].data(), f[1].data()};
    write(2 * first, 2 * pairs, rows.data());
    return f;
  }
  void make(size_t begin, size_t count, Scalar* const* out) const {
    for (size_t k = 0; k < 2; ++k) {
      std::fill(out[k], out[k] + count, pads_[k]);
      levels_.for_each_piece(begin, count, [&](size_t brick, size_t element, size_t n, size_t at) {
        for (size_t i = 0; i < n; ++i) {
          out[k][at + i] = slots_[k][slot_of(layout_.bricks()[brick], element + i)];
        }
      });
    }
  }
  void finish(size_t n, Scalar* const* out) const { kernels().add(out[1], out[1], out[0], n); }

  const Layout& layout_;
  const RaggedLevels& levels_;
  std::array<Scalar, 2> pads_;
  std::array<std::vector<Scalar>, 2> slots_;
  Scalar z_;
};

// Two functions A and B with constant pads, ragged and dense, folded side by side.
class TwoArrays {
 public:
  TwoArrays(const Layout& layout, const RaggedLevels& levels, const Scalar& pad_a,
            const Scalar& pad_b, SecretRandom& random)
      : pads_{pad_a, pad_b},
        dense_{random_function(layout, pad_a, random), random_function(layout, pad_b, random)},
        arrays(levels, 0, {pad_a, pad_b},
               std::make_unique<SlotFunctions>(layout, levels, std::array{pad_a, pad_b - pad_a},
                                               std::array{dense_[0], difference(dense_)})) {}

  void fold(const Scalar& z) {
    arrays.fold(z);
    fold_dense(z);
  }
  // fold, then the sums of the next round.
  [[nodiscard]] std::array<Scalar, 3> fold_and_sum(const Scalar& z, const SplitEq& eq) {
    fold_dense(z);
    return arrays.fold_and_sum(z, eq, summand);
  }

  // Σ_j eq_j·A(2j)·B(2j) and Σ_j eq_j·A(2j+1)·B(2j+1) over the whole index space; eq may be empty.
  [[nodiscard]] std::array<Scalar, 2> dense_sums(const std::vector<Scalar>& eq) const {
    std::array<Scalar, 2> sums{};
    for (size_t i = 0; i < dense_[0].size(); ++i) {
      const Scalar weight = eq.empty() ? Scalar::one() : eq[i / 2];
      sums[i % 2] += weight * dense_[0][i] * dense_[1][i];
    }
    return sums;
  }
  // Σ_j eq_j·(A(2j+1) − A(2j))·(B(2j+1) − B(2j)) over the whole index space.
  [[nodiscard]] Scalar dense_leading(const std::vector<Scalar>& eq) const {
    Scalar sum;
    for (size_t j = 0; j < eq.size(); ++j) {
      sum += eq[j] * (dense_[0][2 * j + 1] - dense_[0][2 * j]) *
             (dense_[1][2 * j + 1] - dense_[1][2 * j]);
    }
    return sum;
  }
  [[nodiscard]] std::vector<std::vector<Scalar>> dense() const {
    return {dense_.begin(), dense_.end()};
  }
  [[nodiscard]] Scalar pad_product() const { return pads_[0] * pads_[1]; }

 private:
  static void summand(const Scalar* const* a, const Scalar* weights, size_t pairs, Scalar* sums) {
    for (size_t i = 0; i < 2 * pairs; ++i) {
      sums[i % 2] += weights[i / 2] * a[0][i] * a[1][i];
    }
  }
  static std::vector<Scalar> difference(const std::array<std::vector<Scalar>, 2>& f) {
    std::vector<Scalar> out = f[1];
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] -= f[0][i];
    }
    return out;
  }
  void fold_dense(const Scalar& z) {
    bind_lowest(dense_[0], z);
    bind_lowest(dense_[1], z);
  }

  std::array<Scalar, 2> pads_;
  std::array<std::vector<Scalar>, 2> dense_;

 public:
  RaggedArrays arrays;
};

// The first round's coefficient of t²: pads have no share in it.
TEST_P(Ragged, LeadingCoefficient) {
  SecretRandom random = test_random(2);
  const TwoArrays pair(layout_, levels_, random_scalar(random), random_scalar(random), random);
  const auto r = random_point(random, layout_.bits() - 1);
  EXPECT_EQ(pair.arrays.leading(SplitEq(r)), pair.dense_leading(dense_eq(r)));
}

// A fold adds up the next round's sums on its way. The pads' share is one constant times what the
// stored pairs leave of Σ eq = 1.
TEST_P(Ragged, FoldsThatSum) {
  SecretRandom random = test_random(4);
  TwoArrays pair(layout_, levels_, random_scalar(random), random_scalar(random), random);
  for (unsigned f = 0; f + 1 < layout_.bits(); ++f) {
    const auto r = random_point(random, layout_.bits() - f - 2);
    const SplitEq eq(r);
    const auto got = pair.fold_and_sum(random_scalar(random), eq);
    const auto expected = pair.dense_sums(dense_eq(r));
    const Scalar pads = pair.pad_product() * (Scalar::one() - got[2]);
    ASSERT_EQ(got[0] + pads, expected[0]) << f;
    ASSERT_EQ(got[1] + pads, expected[1]) << f;
  }
  pair.fold(random_scalar(random));
  EXPECT_TRUE(equal(pair.arrays.dense(), pair.dense()));
}

// At every level, the first included, with both kinds of folds before it.
TEST_P(Ragged, DenseHasThePads) {
  SecretRandom random = test_random(5);
  TwoArrays pair(layout_, levels_, random_scalar(random), random_scalar(random), random);
  ASSERT_TRUE(equal(pair.arrays.dense(), pair.dense()));
  for (unsigned f = 0; f < layout_.bits(); ++f) {
    if (f % 2 == 1 && f + 1 < layout_.bits()) {
      const auto r = random_point(random, layout_.bits() - f - 2);
      (void)pair.fold_and_sum(random_scalar(random), SplitEq(r));
    } else {
      pair.fold(random_scalar(random));
    }
    ASSERT_TRUE(equal(pair.arrays.dense(), pair.dense())) << f;
  }
}

std::string name_of(const ::testing::TestParamInfo<RaggedSample>& sample) {
  return sample.param.name;
}

INSTANTIATE_TEST_SUITE_P(Samples, Ragged, ::testing::ValuesIn(ragged_samples()), name_of);

}  // namespace
}  // namespace vouch
