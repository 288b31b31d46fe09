// The columns: each of them changed, alone and together with what follows from it; pads; the input.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>

#include "attack_case.h"

namespace vouch::dense {
namespace {

DenseWitness with_input(const std::function<void(std::vector<Scalar>& D)>& change) {
  DenseWitness w = small_run();
  change(w[Column::kD]);
  return run_on(small_model().circuit, small_model().columns, w);
}

// Another model's, or another picture's, run: what is committed of M or D stays as it is.
void run_unbound(Forgery& f, std::initializer_list<Column> kept,
                 const std::function<void(Circuit&, Weights&, std::vector<uint8_t>&)>& change) {
  f = Forgery(small_model(), run_with(change));
  for (const Column column : kept) {
    f.committed[column] = small_run()[column];
  }
  EXPECT_TRUE(f.committed[Column::kX] != small_run()[Column::kX] || f.committed.R != small_run().R);
}

// X + 1 and E − 1: R is right, and (X, E) is no row.
void move_excess(DenseWitness& w) {
  w[Column::kX][unclamped_slot(kLast)] += Scalar::one();
  w[Column::kE][unclamped_slot(kLast)] -= Scalar::one();
}

std::vector<Attack> column_attacks() {
  std::vector<Attack> all{
      {"Activation",
       {"claim C", "claim R", "claim X", "opening round"},
       [](Forgery& f) { f.committed[Column::kX][unclamped_slot(kDepthwise)] += Scalar::one(); }},
      // The code and everything that the tables know of it, but not the sum that it comes from.
      {"ActivationAndItsLookup",
       {"claim R", "opening round"},
       [](Forgery& f) {
         f = consistent(
             [](DenseWitness& w) { w[Column::kX][unclamped_slot(kDepthwise)] += Scalar::one(); });
       }},
      {"Excess",
       {"claim C", "claim R", "opening round"},
       [](Forgery& f) { f.committed[Column::kE][unclamped_slot(kStridedConv)] += Scalar::one(); }},
      {"ExcessMoved", {"root"}, [](Forgery& f) { f = consistent(move_excess); }},
      // With the multiplicities of the right code: X + E is in the table, only γ tells them apart.
      {"ExcessMovedAndNotCounted",
       {"root"},
       [](Forgery& f) {
         for (DenseWitness* w : {&f.committed, &f.looked_up, &f.multiplied}) {
           move_excess(*w);
         }
       }},
      {"Multiplicity",
       {"root"},
       [](Forgery& f) {
         f.committed[Column::kM][1] += Scalar::one();
         f.looked_up[Column::kM][1] += Scalar::one();
       }},
      // Everything is true of another model, whose weights and biases are not those of M.
      {"AnotherModel",
       {"claim R", "claim W", "opening round"},
       [](Forgery& f) {
         run_unbound(f, {Column::kW, Column::kB},
                     [](Circuit& c, Weights& w, auto&) { w = small_weights(c, 2); });
         EXPECT_NE(output_of(small_model().columns, f.committed),
                   output_of(small_model().columns, small_run()));
       }},
      // Everything is true of another picture, which is not the one in D. The input's square reads
      // it in Ŵ as well.
      {"AnotherPicture",
       {"claim D", "claim W", "claim X", "opening round"},
       [](Forgery& f) {
         run_unbound(f, {Column::kD}, [](Circuit&, Weights&, auto& p) { p = small_picture(2); });
       }},
      {"AnotherPictureNotLookedUp",
       {"claim W", "claim X", "opening round"},
       [](Forgery& f) {
         run_unbound(f, {Column::kD}, [](Circuit&, Weights&, auto& p) { p = small_picture(2); });
         f.looked_up[Column::kD] = small_run()[Column::kD];
         count_again(f);
       }},
      // Two operators read the input; each is shown another picture.
      {"TwoReadersTwoPictures",
       {"claim R", "opening round"},
       [](Forgery& f) {
         const auto second = column_of_codes(small_model().columns, small_picture(2));
         f = Forgery(small_model(),
                     run_on(small_model().circuit, small_model().columns, small_run(),
                            [&](size_t op, DenseWitness& w) {
                              w[Column::kD] = op == kStridedConv ? second : small_run()[Column::kD];
                            }));
       }},
      // The input as a sum of two columns: a part in D, the rest where a pad of X is.
      {"InputSplitOverTwoColumns",
       {"claim R", "claim W", "claim X", "opening round"},
       [](Forgery& f) {
         const Scalar part = Scalar::from_u64(5);
         EXPECT_GE(integer_of(small_run()[Column::kD][1]), 5);
         for (DenseWitness* w : {&f.committed, &f.looked_up}) {
           (*w)[Column::kD][1] -= part;
           (*w)[Column::kX][small_model().columns.layout(Column::kX).used()] += part;
         }
         count_again(f);
       }},
      {"InputCode256",
       {"root"},
       [](Forgery& f) {
         f = Forgery(small_model(), with_input([](auto& D) { D[2] = Scalar::from_u64(256); }));
       }},
      {"InputCode256LookedUpAs255",
       {"claim D", "opening round"},
       [](Forgery& f) {
         f = Forgery(small_model(), with_input([](auto& D) { D[2] = Scalar::from_u64(256); }));
         f.looked_up[Column::kD][2] = Scalar::from_u64(255);
         count_again(f);
       }},
      {"InputNegativeCode",
       {"root"},
       [](Forgery& f) {
         f = Forgery(small_model(), with_input([](auto& D) { D[2] = -Scalar::one(); }));
       }},
  };
  // Run and multiplied by other weights or biases than the model's. The weight of a product has a
  // claim of its own.
  const std::map<size_t, std::string> products{
      {kRepeated, "claim w1"}, {kSquare, "claim w2"}, {kTwoTensors, "claim w3"}};
  for (size_t op = 0; op < kSmallOps; ++op) {
    const auto product = products.find(op);
    const std::string claim = product == products.end() ? "claim W" : product->second;
    Labels labels{claim, "opening round"};
    all.push_back({"WeightOfOperator" + std::to_string(op), labels, [op](Forgery& f) {
                     run_unbound(f, {Column::kW}, [op](Circuit&, Weights& w, auto&) {
                       int64_t& weight = w[op].weights.front();
                       weight += (weight < 0 ? 1 : -1) * (std::abs(weight) == 1 ? 2 : 8);
                     });
                   }});
    all.push_back(
        {"BiasOfOperator" + std::to_string(op), {"claim R", "opening round"}, [op](Forgery& f) {
           run_unbound(f, {Column::kB},
                       [op](Circuit&, Weights& w, auto&) { w[op].biases.front() += 70; });
         }});
  }
  return all;
}
INSTANTIATE_ATTACKS(Columns, column_attacks);

// Pads inside a tensor's block and after the last tensor, in rows that are sent.
std::vector<uint64_t> pads() {
  const Layout& layout = small_model().columns.layout(Column::kX);
  const Brick& first = layout.bricks()[0];
  return {first.offset + 5, first.offset + 5 * 8, layout.used(), layout.used() + 1};
}

// X + E = 0 keeps the remainder 0, and (90, −90) is a row of the table that clamps at 90.
void put_clamped_zero(Forgery& f, uint64_t pad) {
  EXPECT_EQ(small_model().circuit.tensors[1].table, kNarrowClamp);
  f = consistent([&](DenseWitness& w) {
    w[Column::kX][pad] = Scalar::from_u64(90);
    w[Column::kE][pad] = -Scalar::from_u64(90);
  });
}

// The last pad's denominators are 0 in the prover's tree.
void vanish(Forgery& f, bool code, bool remainder) {
  f = wrong_rounding();
  f.leaves = [=, pad = pads().back()](Leaves& leaves, const LookupChallenges&) {
    leaves.main_c[pad] = code ? Scalar::zero() : leaves.main_c[pad];
    leaves.main_r[pad] = remainder ? Scalar::zero() : leaves.main_r[pad];
  };
}

// The wrong remainder counted at the slot past the tables' end.
void count_past_the_end(Forgery& f) {
  const Layout& tables = small_model().columns.layout(Column::kM);
  EXPECT_NE(tables.used() % 128, 0U) << "the tables' end must lie in a row that is sent";
  f = wrong_rounding();
  for (DenseWitness* w : {&f.committed, &f.looked_up}) {
    (*w)[Column::kM][tables.used()] = Scalar::one();
  }
}

// A row of W that holds something past its own 2^κ slots: the model's rows are the shorter ones.
const DenseModel& overlong_model() {
  static const auto model = [] {
    auto made = std::make_unique<DenseModel>(small_circuit(), small_weights(small_circuit(), 1),
                                             kSmallShape, test_generators());
    EXPECT_LT(made->columns.kappa(Column::kW), made->columns.max_kappa());
    Held& row = made->rows[static_cast<size_t>(Column::kW)][0];
    row.values[40] = Scalar::from_u64(1000);
    made->commitment.weights[0] = row.commit(test_generators()).encode();
    return made;
  }();
  return *model;
}

std::vector<Attack> pad_attacks() {
  std::vector<Attack> all{
      // α is drawn after the columns: that a denominator vanishes is a claim like others.
      {"VanishingCode",
       {"claim C", "opening round", "root"},
       [](Forgery& f) { vanish(f, true, false); }},
      {"VanishingRemainder",
       {"claim R", "opening round", "root"},
       [](Forgery& f) { vanish(f, false, true); }},
      // Then so do the roots, and the sum of fractions is 0 = 0 whatever else is looked up.
      {"BothVanish",
       {"claim C", "claim R", "opening round"},
       [](Forgery& f) { vanish(f, true, true); }},
      {"MultiplicityPastTheTables", {"root"}, count_past_the_end},
      {"RowPastTheTables",
       {"table denominator"},
       [](Forgery& f) {
         count_past_the_end(f);
         f.leaves = [R = f.looked_up.R[output_slot(kLast, {2, 0, 0, 0})]](
                        Leaves& leaves, const LookupChallenges& ch) {
           leaves.table_q[small_model().columns.layout(Column::kM).used()] =
               ch.shifted(kRangeTag) - R;
         };
       }},
      {"PastTheEndOfAModelsRow",
       {"opening"},
       [](Forgery& f) { f = Forgery(overlong_model(), small_run()); }},
  };
  for (size_t i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i);
    const auto put_one = [i](DenseWitness& w) { w[Column::kX][pads()[i]] = Scalar::one(); };
    // (1, 0) is a row of the plain table; the remainder −2^s is none.
    all.push_back({"Code" + number, {"root"}, [=](Forgery& f) {
                     f = consistent([&](DenseWitness& w) {
                       put_one(w);
                       w.R[pads()[i]] =
                           -Scalar::from_u64(uint64_t{1} << small_model().circuit.shift);
                     });
                   }});
    all.push_back({"CodeWithRemainderZero" + number, {"claim R", "opening round"}, [=](Forgery& f) {
                     f = consistent(put_one);
                   }});
    // A pad's tag is the plain table's.
    all.push_back(
        {"ClampedZero" + number, {"root"}, [=](Forgery& f) { put_clamped_zero(f, pads()[i]); }});
    all.push_back(
        {"ClampedZeroUnderItsTag" + number, {"claim C", "opening round"}, [=](Forgery& f) {
           put_clamped_zero(f, pads()[i]);
           const Columns& columns = small_model().columns;
           const uint64_t row =
               columns.layout(Column::kM).bricks()[1 + columns.table_of(0)].offset + 512;
           f.committed[Column::kM][row] += Scalar::one();
           f.looked_up[Column::kM][row] += Scalar::one();
           f.leaves = [=](Leaves& leaves, const LookupChallenges& ch) {
             leaves.main_c[pads()[i]] +=
                 ch.shifted(small_model().columns.tag_of(0)) - ch.shifted(kPlainTag);
           };
         }});
  }
  return all;
}
INSTANTIATE_ATTACKS(Pads, pad_attacks);

// Pads of W, b and D are read by no operator: what is in them changes nothing.
TEST(PadsOfTheModelAndTheInput, AreNotRead) {
  Circuit circuit = small_circuit();
  circuit.model_kappa = 7;
  const auto junk = [&](const Columns& columns, DenseWitness& w) {
    for (const Column column : {Column::kW, Column::kB}) {
      const Layout& layout = columns.layout(column);
      ASSERT_NE(layout.used() % 128, 0U);
      w[column][layout.used()] = Scalar::from_u64(1000);
    }
  };
  const Columns columns(circuit, kSmallShape.kappa);
  const DenseModel model(circuit, small_weights(circuit, 1), kSmallShape, test_generators(),
                         [&](DenseWitness& w) { junk(columns, w); });
  DenseWitness w = run(circuit, columns, model.weights, small_picture(1));
  const Bytes output = output_of(columns, w);
  junk(columns, w);
  w[Column::kD][5] = Scalar::from_u64(77);  // a pad of the picture: any code
  w = run_on(circuit, columns, w);
  Forgery forgery(model, w);
  const DenseProof made = prove_small(forgery);
  EXPECT_EQ(made.false_checks, Labels{});
  EXPECT_TRUE(judge(made).accepted());
  EXPECT_EQ(made.proof.output, output);
}

}  // namespace
}  // namespace vouch::dense
