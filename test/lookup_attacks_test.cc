// The lookups: a remainder that is in no table, and a prover who may choose where that is noticed.
#include <gtest/gtest.h>

#include <algorithm>

#include "tiny_case.h"

namespace vouch::dense {
namespace {

constexpr unsigned kAll = LookupLie::kAll;

const Brick& plain_table() { return small_model().columns.layout(Column::kM).bricks().back(); }

// The output whose code is wrong in wrong_rounding().
uint64_t wrong_slot() { return output_slot(kLast, {2, 0, 0, 0}); }

// V + 1 with the consistent, negative remainder: the one false thing in the proof is where the
// prover has put it, and each of these places is enough to stop it. A leaf's claim that is false
// can have an opening whose rounds are all true.
std::vector<Attack> places() {
  const std::vector<std::pair<LookupLie, Attack>> lies{
      {{}, {"Root", {"root"}, {}}},
      {{1, Tree::kMain}, {"FirstLayer", {"lookup layer"}, {}}},
      {{1, Tree::kInput}, {"FirstLayerByTheInput", {"lookup layer"}, {}}},
      {{1, Tree::kTable}, {"FirstLayerByTheTables", {"lookup layer"}, {}}},
      {{2, Tree::kMain}, {"SecondLayersRound", {"lookup round"}, {}}},
      {{2, Tree::kMain, false, true}, {"SecondLayersEnd", {"lookup layer"}, {}}},
      {{6, Tree::kInput}, {"DeepRound", {"lookup round"}, {}}},
      {{9, Tree::kTable, false, true}, {"DeepEnd", {"lookup layer"}, {}}},
      {{kAll, Tree::kMain, false}, {"LeafC", {"claim C", "opening round"}, {}}},
      {{kAll, Tree::kMain, true}, {"LeafR", {"claim R", "opening round"}, {}}},
      {{kAll, Tree::kInput, false}, {"LeafInput", {"claim D", "opening round"}, {}}},
      {{kAll, Tree::kInput, true}, {"LeafInputSecond", {"claim D", "opening round"}, {}}},
      {{kAll, Tree::kTable, false}, {"LeafTableP", {"claim m", "opening round"}, {}}},
      {{kAll, Tree::kTable, true}, {"LeafTableQ", {"table denominator"}, {}}},
  };
  std::vector<Attack> all;
  for (auto [lie, attack] : lies) {
    attack.forge = [lie = lie](Forgery& f) {
      f = wrong_rounding();
      f.lookup_lie = lie;
    };
    all.push_back(attack);
    if (attack.false_checks.back() == "opening round") {
      attack.name += "UntilTheOpening";
      attack.false_checks.back() = "opening";
      attack.forge = [honest_opening = attack.forge](Forgery& f) {
        honest_opening(f);
        lie_until_the_opening(f);
      };
      all.push_back(attack);
    }
  }
  return all;
}
INSTANTIATE_ATTACKS(WrongRounding, places);

// Multiplicities without the input's lookups, or without all others.
void forget_lookups(Forgery& f, bool of_the_input) {
  DenseWitness w = small_run();
  const std::vector<Scalar> all = w[Column::kM];
  std::fill(w[Column::kX].begin(), w[Column::kX].end(), Scalar::from_u64(300));
  std::fill(w.R.begin(), w.R.end(), Scalar::from_u64(300));
  std::vector<Scalar> m = count_lookups(small_model().circuit, small_model().columns, w);
  for (size_t i = 0; of_the_input && i < m.size(); ++i) {
    m[i] = all[i] - m[i];
  }
  f.committed[Column::kM] = f.looked_up[Column::kM] = m;
}

// Codes outside [90, 200] at a tensor that is clamped, with E = 0, counted in the table of one that
// is not. Returns their slots.
std::vector<uint64_t> skip_the_clamp(Forgery& f) {
  f = Forgery(small_model(), run_with([](Circuit& c, Weights&, auto&) {
                c.tensors[kSum + 1].table = kPlainClamp;
              }));
  const Columns& columns = small_model().columns;
  EXPECT_EQ(columns.table_of(kSum), kNarrowClamp);
  const Brick& other = columns.layout(Column::kM).bricks()[1 + kPlainClamp];
  std::vector<uint64_t> skipped;
  for (const Element& e : elements_of(columns.layout(Column::kX).bricks()[kSum].extents)) {
    const uint64_t slot = output_slot(kSum, e);
    const int64_t X = integer_of(f.committed[Column::kX][slot]);
    if (X < 90 || X > 200) {
      skipped.push_back(slot);
      const int64_t V = X + integer_of(f.committed[Column::kE][slot]);
      count_row(f, other.offset + static_cast<uint64_t>(V + 512));
    }
  }
  EXPECT_FALSE(skipped.empty());
  return skipped;
}

// A network whose output is clamped at 70, run without the clamp, with all codes looked up in the
// plain table, which has (X, 0) for all of 0…255.
const DenseModel& clamped_model() {
  static const DenseModel model(
      [] {
        Circuit c = tiny_circuit();
        c.tables[0] = ActivationTable::clamp(9, 70, 255);
        return c;
      }(),
      tiny_weights(), kSmallShape, test_generators());
  return model;
}

void look_up_codes_in_the_plain_table(Forgery& f) {
  const DenseModel& model = clamped_model();
  Circuit unclamped = model.circuit;
  unclamped.tables[0] = ActivationTable::clamp(9, 0, 255);
  DenseWitness w = run(unclamped, model.columns, model.weights, tiny_picture);
  const auto& bricks = model.columns.layout(Column::kM).bricks();
  std::fill_n(&w[Column::kM][bricks[1].offset], bricks.back().offset - bricks[1].offset,
              Scalar::zero());
  std::vector<uint64_t> slots;
  bool skipped = false;
  for (const Element& e : elements_of(model.columns.layout(Column::kX).bricks()[0].extents)) {
    slots.push_back(slot_of(model.columns.layout(Column::kX).bricks()[0], e));
    const int64_t X = integer_of(w[Column::kX][slots.back()]);
    EXPECT_TRUE(w[Column::kE][slots.back()].is_zero());
    w[Column::kM][bricks.back().offset + static_cast<uint64_t>(X)] += Scalar::one();
    skipped |= X < 70;
  }
  EXPECT_TRUE(skipped);
  f = Forgery(model, w);
  f.leaves = [slots, &model](Leaves& leaves, const LookupChallenges& ch) {
    for (const uint64_t slot : slots) {
      leaves.main_c[slot] += ch.shifted(kPlainTag) - ch.shifted(model.columns.tag_of(0));
    }
  };
}

// The small network with clamps alone: in their tables (X, 0) is a row of every code X that is one.
const DenseModel& clamping_model() {
  static const DenseModel model(
      [] {
        Circuit c = small_circuit();
        c.tables[kSteps] = ActivationTable::clamp(9, 0, 255);
        return c;
      }(),
      small_weights(small_circuit(), 1), kSmallShape, test_generators());
  return model;
}

// E as it need not be where nobody looks: (X, 0) in the place of every (X, E).
void look_up_no_excess(Forgery& f) {
  const DenseModel& model = clamping_model();
  DenseWitness w = run(model.circuit, model.columns, model.weights, small_picture(1));
  uint64_t slot = output_slot(kLast, {0, 0, 0, 0});
  while (!w[Column::kE][slot].is_zero() || integer_of(w[Column::kX][slot]) == 255) {
    ++slot;
    ASSERT_LT(slot, output_slot(kLast, {0, 0, 0, 0}) + 5);
  }
  w[Column::kX][slot] += Scalar::one();
  w[Column::kE][slot] -= Scalar::one();
  f = Forgery(model, w);
  std::fill(f.looked_up[Column::kE].begin(), f.looked_up[Column::kE].end(), Scalar::zero());
  count_again(f);
}

// Run with other tables, whose rows the prover puts in the place of the circuit's.
void run_with_tables(Forgery& f, const std::vector<ActivationTable>& tables) {
  f = Forgery(small_model(), run_with([&](Circuit& c, Weights&, auto&) { c.tables = tables; }));
  count_again(f);
  const Columns& columns = small_model().columns;
  const auto row = [&columns = small_model().columns](size_t table, int64_t V) {
    return columns.layout(Column::kM).bricks()[1 + table].offset + static_cast<uint64_t>(V + 512);
  };
  size_t changed = 0;
  for (size_t op = 0; op < kSmallOps; ++op) {
    for (const Element& e : elements_of(columns.layout(Column::kX).bricks()[op].extents)) {
      const int64_t X = integer_of(f.committed[Column::kX][output_slot(op, e)]);
      const int64_t V = X + integer_of(f.committed[Column::kE][output_slot(op, e)]);
      if (code_of(small_model().circuit.tables[columns.table_of(op)], V) != X) {
        count_row(f, row(columns.table_of(op), V));
        ++changed;
      }
    }
  }
  EXPECT_GT(changed, 10U);
  f.leaves = [tables, row](Leaves& leaves, const LookupChallenges& ch) {
    for (size_t k = 0; k < tables.size(); ++k) {
      for (int64_t V = -512; V < 512; ++V) {
        const Scalar X = Scalar::from_i64(code_of(tables[k], V));
        leaves.table_q[row(k, V)] =
            ch.shifted(kFirstActivationTag + k) - X - ch.gamma * (Scalar::from_i64(V) - X);
      }
    }
  };
}

std::vector<ActivationTable> without_falling_steps() {
  std::vector<ActivationTable> tables = small_model().circuit.tables;
  std::erase_if(tables[kSteps].ramps, [](const Ramp& ramp) { return ramp.rise < 0; });
  return tables;
}

// A remainder that is a code but no remainder, 64, counted in the table of codes.
void count_a_remainder_as_a_code(Forgery& f) {
  f = consistent([](DenseWitness& w) { w.R[wrong_slot()] = Scalar::from_u64(64); });
  count_row(f, plain_table().offset + 64);
}

std::vector<Attack> lookup_attacks() {
  return {
      // The remainder looked up as if it were the right code's.
      {"OtherRemainderThanTheRealOne",
       {"claim R", "opening round"},
       [](Forgery& f) {
         f = wrong_rounding();
         f.looked_up.R = small_run().R;
         count_again(f);
       }},
      {"ExcessNotLookedUp", {"claim C", "opening round"}, look_up_no_excess},
      // A row that the range table does not have: −2^s + R in place of another table's that nobody
      // looks up.
      {"TableWithARowOfOnesOwn",
       {"table denominator"},
       [](Forgery& f) {
         f = wrong_rounding();
         const Scalar R = f.looked_up.R[wrong_slot()];
         uint64_t unused = small_model().columns.layout(Column::kM).bricks()[1].offset;
         while (!f.committed[Column::kM][unused].is_zero()) {
           ++unused;
         }
         count_row(f, unused);
         f.leaves = [=](Leaves& leaves, const LookupChallenges& ch) {
           leaves.table_q[unused] = ch.shifted(kRangeTag) - R;
         };
       }},
      {"TableWithoutFallingSteps",
       {"table denominator"},
       [](Forgery& f) { run_with_tables(f, without_falling_steps()); }},
      {"TableOfTheFirst",
       {"table denominator"},
       [](Forgery& f) {
         run_with_tables(f, std::vector(3, small_model().circuit.tables[kPlainClamp]));
       }},
      // Multiplicities in the tree that are not the committed ones.
      {"OtherMultiplicitiesThanTheCommitted",
       {"claim m", "opening round"},
       [](Forgery& f) { f.committed[Column::kM][3] += Scalar::one(); }},
      // A clamp left out: only the tags keep two tensors' tables apart.
      {"RowOfAnotherTensorsTable", {"root"}, [](Forgery& f) { (void)skip_the_clamp(f); }},
      {"TagOfAnotherTensorsTable",
       {"claim C", "opening round"},
       [](Forgery& f) {
         const std::vector<uint64_t> skipped = skip_the_clamp(f);
         f.leaves = [skipped](Leaves& leaves, const LookupChallenges& ch) {
           const Columns& columns = small_model().columns;
           for (const uint64_t slot : skipped) {
             leaves.main_c[slot] +=
                 ch.shifted(columns.tag_of(kDepthwise)) - ch.shifted(columns.tag_of(kSum));
           }
         };
       }},
      {"CodesInThePlainTable", {"claim C", "opening round"}, look_up_codes_in_the_plain_table},
      // Without tags the range table has rows 0…63 of codes, and the plain table remainders 0…255.
      {"RemainderAsACode",
       {"claim R", "opening round", "root"},
       [](Forgery& f) { count_a_remainder_as_a_code(f); }},
      {"RemainderUnderACodesTag",
       {"claim R", "opening round"},
       [](Forgery& f) {
         count_a_remainder_as_a_code(f);
         f.leaves = [](Leaves& leaves, const LookupChallenges& ch) {
           leaves.main_r[wrong_slot()] += ch.shifted(kPlainTag) - ch.shifted(kRangeTag);
         };
       }},
      // V − 1 and R + 64, which is a remainder if α is 0: −R' − γ² is half of −2R' − 2γ², the
      // plain table's row 2R', and two of those are one of these.
      {"RemainderAsHalfACode",
       {"root"},
       [](Forgery& f) {
         const uint64_t slot = unclamped_slot(kLast);
         f = consistent([&](DenseWitness& w) {
           w[Column::kX][slot] -= Scalar::one();
           w.R[slot] += Scalar::from_u64(64);
         });
         const int64_t R = integer_of(f.looked_up.R[slot]);
         count_row(f, plain_table().offset + static_cast<uint64_t>(2 * R));
         count_row(f, plain_table().offset + static_cast<uint64_t>(2 * R));
       }},
      // The sum of fractions with the other sign on the tables' side.
      {"WrongSign",
       {"root"},
       [](Forgery& f) {
         for (DenseWitness* w : {&f.committed, &f.looked_up}) {
           for (Scalar& m : (*w)[Column::kM]) {
             m = -m;
           }
         }
       }},
      // Tables that nothing looks up: true if the lookups were left out of the sum.
      {"NoMultiplicities",
       {"root"},
       [](Forgery& f) {
         f = wrong_rounding();
         for (DenseWitness* w : {&f.committed, &f.looked_up}) {
           std::fill((*w)[Column::kM].begin(), (*w)[Column::kM].end(), Scalar::zero());
         }
       }},
      // One tree left out of the sum: its lookups would be free.
      {"InputLeftOut",
       {"root"},
       [](Forgery& f) {
         DenseWitness w = small_run();
         w[Column::kD][2] = Scalar::from_u64(256);
         f = Forgery(small_model(), run_on(small_model().circuit, small_model().columns, w));
         w = f.looked_up;
         const std::vector<Scalar> with = w[Column::kM];
         std::fill(w[Column::kD].begin(), w[Column::kD].end(), Scalar::from_u64(300));
         f.committed[Column::kM] = f.looked_up[Column::kM] =
             count_lookups(small_model().circuit, small_model().columns, w);
         EXPECT_NE(f.committed[Column::kM], with);
       }},
      {"ActivationsLeftOut",
       {"root"},
       [](Forgery& f) {
         f = wrong_rounding();
         forget_lookups(f, false);
       }},
      {"InputLeftOutOfTheCount", {"root"}, [](Forgery& f) { forget_lookups(f, true); }},
  };
}
INSTANTIATE_ATTACKS(Lookups, lookup_attacks);

}  // namespace
}  // namespace vouch::dense
