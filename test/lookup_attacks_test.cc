// The lookups: a remainder that is in no table, and a prover who may choose where that is noticed.
#include <gtest/gtest.h>

#include <algorithm>

#include "tiny_case.h"

namespace vouch::dense {
namespace {

using Labels = std::vector<std::string>;
constexpr unsigned kAll = LookupLie::kAll;

struct Place {
  const char* name;
  LookupLie lie;
  Labels false_checks;
};

const std::vector<Place>& places() {
  static const std::vector<Place> all{
      {"Root", {}, {"root"}},
      {"FirstLayer", {1, Tree::kMain}, {"lookup layer"}},
      {"FirstLayerByTheInput", {1, Tree::kInput}, {"lookup layer"}},
      {"FirstLayerByTheTables", {1, Tree::kTable}, {"lookup layer"}},
      {"SecondLayersRound", {2, Tree::kMain}, {"lookup round"}},
      {"SecondLayersEnd", {2, Tree::kMain, false, true}, {"lookup layer"}},
      {"DeepRound", {6, Tree::kInput}, {"lookup round"}},
      {"DeepEnd", {9, Tree::kTable, false, true}, {"lookup layer"}},
      {"LeafC", {kAll, Tree::kMain, false}, {"claim C", "opening round"}},
      {"LeafR", {kAll, Tree::kMain, true}, {"claim R", "opening round"}},
      {"LeafInput", {kAll, Tree::kInput, false}, {"claim D", "opening round"}},
      {"LeafInputSecond", {kAll, Tree::kInput, true}, {"claim D", "opening round"}},
      {"LeafTableP", {kAll, Tree::kTable, false}, {"claim m", "opening round"}},
      {"LeafTableQ", {kAll, Tree::kTable, true}, {"table denominator"}},
  };
  return all;
}

class WrongRounding : public ::testing::TestWithParam<size_t> {};

// V + 1 with the consistent, negative remainder: the one false thing in the proof is where the
// prover has put it, and each of these places is enough to stop it.
TEST_P(WrongRounding, IsStopped) {
  Forgery forgery = wrong_rounding();
  forgery.lookup_lie = places()[GetParam()].lie;
  expect_stopped(forgery, Reason::kLinearForm, places()[GetParam()].false_checks);
}

INSTANTIATE_TEST_SUITE_P(Places, WrongRounding, ::testing::Range(size_t{0}, places().size()),
                         [](const auto& at) { return places()[at.param].name; });

// A leaf's claim that is false, and an opening whose rounds are all true.
TEST(LookupLies, UntilTheOpening) {
  for (const Place& place : places()) {
    if (place.false_checks.back() == "opening round") {
      Forgery forgery = wrong_rounding();
      forgery.lookup_lie = place.lie;
      lie_until_the_opening(forgery);
      expect_stopped(forgery, Reason::kLinearForm, {place.false_checks[0], "opening"});
    }
  }
}

// The remainder looked up as if it were one of the table's rows.
TEST(Leaves, OtherRemainderThanTheRealOne) {
  Forgery forgery = wrong_rounding();
  forgery.looked_up.R = small_run().R;
  forgery.committed[Column::kM] = forgery.looked_up[Column::kM] =
      count_lookups(small_model().circuit, small_model().columns, forgery.looked_up);
  expect_stopped(forgery, Reason::kLinearForm, {"claim R", "opening round"});
}

// A row that the range table does not have: −2^s + R in place of one that nobody looks up.
TEST(Leaves, TableWithARowOfOnesOwn) {
  Forgery forgery = wrong_rounding();
  const uint64_t slot = output_slot(7, {2, 0, 0, 0});
  const Scalar R = forgery.looked_up.R[slot];
  const Brick& range = small_model().columns.layout(Column::kM).bricks().front();
  uint64_t unused = range.offset;
  while (!forgery.committed[Column::kM][unused].is_zero()) {
    ASSERT_LT(++unused, range.offset + 64) << "every remainder occurs in the small run";
  }
  forgery.committed[Column::kM][unused] = Scalar::one();
  forgery.looked_up[Column::kM][unused] = Scalar::one();
  forgery.leaves = [=](Leaves& leaves, const LookupChallenges& ch) {
    leaves.table_q[unused] = ch.shifted(kRangeTag) - R;
  };
  expect_stopped(forgery, Reason::kLinearForm, {"table denominator"});
}

// Multiplicities in the tree that are not the committed ones.
TEST(Leaves, OtherMultiplicitiesThanTheCommitted) {
  Forgery forgery = honest();
  forgery.committed[Column::kM][3] += Scalar::one();
  expect_stopped(forgery, Reason::kLinearForm, {"claim m", "opening round"});
}

// A clamp left out: a code outside [90, 200] with E = 0 is no row of its tensor's table but one of
// the other's. Only the tags keep the two apart.
TEST(Tags, RowOfAnotherTensorsTable) {
  Forgery forgery(small_model(), run_with([](Circuit& c, Weights&, auto&) {
                    c.tensors[5].lo = 0;
                    c.tensors[5].hi = 255;
                  }));
  const Columns& columns = small_model().columns;
  ASSERT_NE(columns.clamp_table_of(4), columns.clamp_table_of(1));
  const Brick& other = columns.layout(Column::kM).bricks()[1 + columns.clamp_table_of(1)];
  std::vector<uint64_t> skipped;
  for (const Element& e : elements_of(columns.layout(Column::kX).bricks()[4].extents)) {
    const uint64_t slot = output_slot(4, e);
    const int64_t X = integer_of(forgery.committed[Column::kX][slot]);
    if (X < 90 || X > 200) {
      skipped.push_back(slot);
      const int64_t V = X + integer_of(forgery.committed[Column::kE][slot]);
      const Scalar one = Scalar::one();
      forgery.committed[Column::kM][other.offset + static_cast<uint64_t>(V + 512)] += one;
      forgery.looked_up[Column::kM][other.offset + static_cast<uint64_t>(V + 512)] += one;
    }
  }
  ASSERT_FALSE(skipped.empty());
  Forgery plain = forgery;
  expect_stopped(plain, Reason::kLinearForm, {"root"});
  forgery.leaves = [&](Leaves& leaves, const LookupChallenges& ch) {
    for (const uint64_t slot : skipped) {
      leaves.main_c[slot] += ch.shifted(columns.tag_of(1)) - ch.shifted(columns.tag_of(4));
    }
  };
  expect_stopped(forgery, Reason::kLinearForm, {"claim C", "opening round"});
}

// Every code looked up in the plain table, which has (X, 0) for all of 0…255: no clamp at all.
TEST(Tags, CodesInThePlainTable) {
  Circuit circuit = tiny_circuit();
  const Circuit unclamped = [&] {
    Circuit c = circuit;
    c.tensors[1].lo = 0;
    c.tensors[1].hi = 255;
    return c;
  }();
  circuit.tensors[1].lo = 70;
  const DenseModel model(circuit, tiny_weights(), kSmallShape, test_generators());
  DenseWitness w = run(unclamped, model.columns, model.weights, tiny_picture);
  const auto& bricks = model.columns.layout(Column::kM).bricks();
  std::fill_n(&w[Column::kM][bricks[1].offset], bricks.back().offset - bricks[1].offset,
              Scalar::zero());
  std::vector<uint64_t> slots;
  bool skipped = false;
  for (const Element& e : elements_of(model.columns.layout(Column::kX).bricks()[0].extents)) {
    slots.push_back(slot_of(model.columns.layout(Column::kX).bricks()[0], e));
    const int64_t X = integer_of(w[Column::kX][slots.back()]);
    ASSERT_TRUE(w[Column::kE][slots.back()].is_zero());
    w[Column::kM][bricks.back().offset + static_cast<uint64_t>(X)] += Scalar::one();
    skipped |= X < 70;
  }
  ASSERT_TRUE(skipped);
  Forgery forgery(model, w);
  forgery.leaves = [&](Leaves& leaves, const LookupChallenges& ch) {
    for (const uint64_t slot : slots) {
      leaves.main_c[slot] += ch.shifted(kPlainTag) - ch.shifted(model.columns.tag_of(0));
    }
  };
  const DenseProof made = prove_densely(model, forgery, test_generators());
  EXPECT_EQ(made.false_checks, (Labels{"claim C", "opening round"}));
  EXPECT_EQ(judge(model, made.proof).reason, Reason::kLinearForm);
}

// A code as a remainder, a remainder as a code: without tags the range table has rows 0…63 of both.
TEST(Tags, RemainderLookedUpAsACode) {
  const int64_t outside = 64;  // a code, but no remainder
  Forgery forgery = consistent([&](DenseWitness& w) {
    w.R[output_slot(7, {2, 0, 0, 0})] = Scalar::from_i64(outside);
  });
  const uint64_t slot = output_slot(7, {2, 0, 0, 0});
  const Brick& plain = small_model().columns.layout(Column::kM).bricks().back();
  forgery.committed[Column::kM][plain.offset + 64] += Scalar::one();
  forgery.looked_up[Column::kM][plain.offset + 64] += Scalar::one();
  expect_stopped(forgery, Reason::kLinearForm, {"claim R", "opening round", "root"});
  forgery.leaves = [&](Leaves& leaves, const LookupChallenges& ch) {
    leaves.main_r[slot] += ch.shifted(kPlainTag) - ch.shifted(kRangeTag);
  };
  expect_stopped(forgery, Reason::kLinearForm, {"claim R", "opening round"});
}

// The sum of fractions with the other sign on the tables' side.
TEST(Root, WrongSign) {
  Forgery forgery = honest();
  for (DenseWitness* w : {&forgery.committed, &forgery.looked_up}) {
    for (Scalar& m : (*w)[Column::kM]) {
      m = -m;
    }
  }
  expect_stopped(forgery, Reason::kLinearForm, {"root"});
}

// Tables that nothing looks up: true if the lookups were left out of the sum.
TEST(Root, NoMultiplicities) {
  Forgery forgery = wrong_rounding();
  for (DenseWitness* w : {&forgery.committed, &forgery.looked_up}) {
    std::fill((*w)[Column::kM].begin(), (*w)[Column::kM].end(), Scalar::zero());
  }
  expect_stopped(forgery, Reason::kLinearForm, {"root"});
}

// One tree left out of the sum: its lookups would be free.
TEST(Root, NothingMayBeLeftOut) {
  for (const auto change : {Column::kD, Column::kX}) {
    Forgery forgery = honest();
    forgery.committed[Column::kM] = forgery.looked_up[Column::kM] = [&] {
      DenseWitness w = small_run();
      const std::vector<Scalar> all = w[Column::kM];
      // Multiplicities without the input's lookups, or without all others.
      std::fill(w[Column::kX].begin(), w[Column::kX].end(), Scalar::from_u64(300));
      std::fill(w.R.begin(), w.R.end(), Scalar::from_u64(300));
      std::vector<Scalar> input = count_lookups(small_model().circuit, small_model().columns, w);
      for (size_t i = 0; change == Column::kD && i < input.size(); ++i) {
        input[i] = all[i] - input[i];
      }
      return input;
    }();
    expect_stopped(forgery, Reason::kLinearForm, {"root"});
  }
}

}  // namespace
}  // namespace vouch::dense
