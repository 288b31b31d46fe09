// The columns: each of them changed, alone and together with what follows from it; pads; the input.
#include <gtest/gtest.h>

#include "attack_case.h"

namespace vouch::dense {
namespace {

using Labels = std::vector<std::string>;

// An activation whose code is inside its clamp's range, so that the code next to it is one too.
uint64_t unclamped_slot(size_t op) {
  const Tensor& t = small_model().circuit.tensors[op + 1];
  for (const Element& e :
       elements_of(small_model().columns.layout(Column::kX).bricks()[op].extents)) {
    const uint64_t slot = output_slot(op, e);
    const int64_t X = integer_of(small_run()[Column::kX][slot]);
    if (t.lo < X && X < t.hi) {
      return slot;
    }
  }
  ADD_FAILURE() << "every output of operator " << op << " is clamped";
  return 0;
}

void expect_linear_form(Forgery forgery, const Labels& false_checks) {
  expect_stopped(forgery, Reason::kLinearForm, false_checks);
}

TEST(TamperedWith, CommittedActivations) {
  Forgery forgery = honest();
  forgery.committed[Column::kX][unclamped_slot(1)] += Scalar::one();
  expect_linear_form(forgery, {"claim C", "claim R", "claim X", "opening round"});
}

// The code and everything that the tables know of it, but not the sum that it comes from.
TEST(TamperedWith, ActivationsAndTheirLookups) {
  const auto change = [](DenseWitness& w) { w[Column::kX][unclamped_slot(1)] += Scalar::one(); };
  expect_linear_form(consistent(change), {"claim R", "opening round"});
}

TEST(TamperedWith, Excess) {
  Forgery forgery = honest();
  forgery.committed[Column::kE][unclamped_slot(2)] += Scalar::one();
  expect_linear_form(forgery, {"claim C", "claim R", "opening round"});
  // X and E changed so that their sum stays: R is right, (X, E) is no row.
  expect_linear_form(consistent([](DenseWitness& w) {
                       w[Column::kX][unclamped_slot(7)] += Scalar::one();
                       w[Column::kE][unclamped_slot(7)] -= Scalar::one();
                     }),
                     {"root"});
  // The same with the multiplicities of the right code: X + E is in the table, only γ tells them
  // apart.
  Forgery counted = honest();
  for (DenseWitness* w : {&counted.committed, &counted.looked_up, &counted.multiplied}) {
    (*w)[Column::kX][unclamped_slot(7)] += Scalar::one();
    (*w)[Column::kE][unclamped_slot(7)] -= Scalar::one();
  }
  expect_linear_form(counted, {"root"});
}

TEST(TamperedWith, Multiplicities) {
  Forgery forgery = honest();
  forgery.committed[Column::kM][1] += Scalar::one();
  expect_linear_form(forgery, {"claim m", "opening round"});
  forgery.looked_up[Column::kM][1] += Scalar::one();
  expect_linear_form(forgery, {"root"});
}

TEST(TamperedWith, Weights) {
  // Run and multiplied by other weights than the model's.
  for (size_t op = 0; op < small_model().circuit.ops.size(); ++op) {
    const DenseWitness other =
        run_with([&](Circuit&, Weights& w, auto&) { w[op].weights.front() += 3; });
    Forgery forgery(small_model(), other);
    forgery.committed[Column::kW] = small_run()[Column::kW];
    expect_linear_form(forgery, {"claim W", "opening round"});
  }
}

TEST(TamperedWith, Biases) {
  for (size_t op = 0; op < small_model().circuit.ops.size(); ++op) {
    const DenseWitness other =
        run_with([&](Circuit&, Weights& w, auto&) { w[op].biases.front() += 70; });
    Forgery forgery(small_model(), other);
    forgery.committed[Column::kB] = small_run()[Column::kB];
    expect_linear_form(forgery, {"claim R", "opening round"});
  }
}

// Everything is true of another model, whose weights and biases are not those of M.
TEST(Unbound, AnotherModel) {
  Forgery forgery(small_model(),
                  run_with([](Circuit& c, Weights& w, auto&) { w = small_weights(c, 2); }));
  for (const Column column : {Column::kW, Column::kB}) {
    forgery.committed[column] = small_run()[column];
  }
  ASSERT_NE(output_of(small_model().columns, forgery.committed),
            output_of(small_model().columns, small_run()));
  expect_linear_form(forgery, {"claim R", "claim W", "opening round"});
}

// Everything is true of another picture, which is not the one in D.
TEST(Unbound, AnotherPicture) {
  const DenseWitness other =
      run_with([](Circuit&, Weights&, auto& picture) { picture = small_picture(2); });
  Forgery forgery(small_model(), other);
  forgery.committed[Column::kD] = small_run()[Column::kD];
  expect_linear_form(forgery, {"claim D", "claim X", "opening round"});
  // Lookups of the committed one.
  forgery.looked_up[Column::kD] = small_run()[Column::kD];
  forgery.committed[Column::kM] = forgery.looked_up[Column::kM] =
      count_lookups(small_model().circuit, small_model().columns, forgery.looked_up);
  expect_linear_form(forgery, {"claim X", "opening round"});
}

// Two operators read the input; each is shown another picture.
TEST(Unbound, TwoReadersTwoPictures) {
  const auto second = column_of_codes(small_model().columns, small_picture(2));
  const DenseWitness mixed = run_on(small_model().circuit, small_model().columns, small_run(),
                                    [&](size_t op, DenseWitness& w) {
                                      w[Column::kD] = op == 2 ? second : small_run()[Column::kD];
                                    });
  expect_linear_form(Forgery(small_model(), mixed), {"claim R", "opening round"});
}

// The input as a sum of two columns: a part in D, the rest where a pad of X is.
TEST(Input, SplitOverTwoColumns) {
  const Scalar part = Scalar::from_u64(5);
  const uint64_t code = 1;
  ASSERT_GE(integer_of(small_run()[Column::kD][code]), 5);
  const uint64_t pad = small_model().columns.layout(Column::kX).used();
  Forgery forgery = honest();
  for (DenseWitness* w : {&forgery.committed, &forgery.looked_up}) {
    (*w)[Column::kD][code] -= part;
    (*w)[Column::kX][pad] += part;
  }
  forgery.committed[Column::kM] = forgery.looked_up[Column::kM] =
      count_lookups(small_model().circuit, small_model().columns, forgery.looked_up);
  expect_linear_form(forgery, {"claim R", "claim X", "opening round"});
}

DenseWitness with_code_256() {
  DenseWitness w = small_run();
  w[Column::kD][2] = Scalar::from_u64(256);
  return run_on(small_model().circuit, small_model().columns, w);
}

TEST(Input, Code256) {
  Forgery forgery(small_model(), with_code_256());
  expect_linear_form(forgery, {"root"});
  forgery.looked_up[Column::kD][2] = Scalar::from_u64(255);
  forgery.committed[Column::kM] = forgery.looked_up[Column::kM] =
      count_lookups(small_model().circuit, small_model().columns, forgery.looked_up);
  expect_linear_form(forgery, {"claim D", "opening round"});
}

TEST(Input, NegativeCode) {
  DenseWitness w = small_run();
  w[Column::kD][2] = -Scalar::one();
  expect_linear_form(
      Forgery(small_model(), run_on(small_model().circuit, small_model().columns, w)), {"root"});
}

// Pads inside a tensor's block and after the last tensor, in rows that are sent.
std::vector<uint64_t> pads() {
  const Layout& layout = small_model().columns.layout(Column::kX);
  const Brick& first = layout.bricks()[0];
  return {first.offset + 5, first.offset + 5 * 8, layout.used(), layout.used() + 1};
}

TEST(Pads, CodeInAPad) {
  for (const uint64_t pad : pads()) {
    const auto change = [&](DenseWitness& w) { w[Column::kX][pad] = Scalar::one(); };
    // (1, 0) is a row of the plain table; the remainder −2^s is none.
    Forgery real = consistent([&](DenseWitness& w) {
      change(w);
      w.R[pad] = -Scalar::from_u64(uint64_t{1} << small_model().circuit.shift);
    });
    expect_linear_form(real, {"root"});
    // The remainder looked up as 0.
    expect_linear_form(consistent(change), {"claim R", "opening round"});
  }
}

// X + E = 0 keeps the remainder 0, and (90, −90) is a row of the table that clamps at 90: a pad's
// tag is the plain table's.
TEST(Pads, ClampedZeroInAPad) {
  const Columns& columns = small_model().columns;
  const size_t clamped = columns.clamp_table_of(0);
  ASSERT_EQ(columns.clamp_tables()[clamped].lo, 90);
  for (const uint64_t pad : pads()) {
    Forgery forgery = consistent([&](DenseWitness& w) {
      w[Column::kX][pad] = Scalar::from_u64(90);
      w[Column::kE][pad] = -Scalar::from_u64(90);
    });
    expect_linear_form(forgery, {"root"});
    const uint64_t row = columns.layout(Column::kM).bricks()[1 + clamped].offset + 512;
    forgery.committed[Column::kM][row] += Scalar::one();
    forgery.looked_up[Column::kM][row] += Scalar::one();
    forgery.leaves = [&](Leaves& leaves, const LookupChallenges& ch) {
      leaves.main_c[pad] += ch.shifted(columns.tag_of(0)) - ch.shifted(kPlainTag);
    };
    expect_linear_form(forgery, {"claim C", "opening round"});
  }
}

// A pad's denominators made to vanish are no way out: α is drawn after the columns.
TEST(Pads, VanishingDenominator) {
  for (const bool remainder : {false, true}) {
    Forgery forgery = wrong_rounding();
    const uint64_t pad = pads().back();
    forgery.leaves = [&](Leaves& leaves, const LookupChallenges&) {
      (remainder ? leaves.main_r : leaves.main_c)[pad] = Scalar::zero();
    };
    const DenseProof made = prove_small(forgery);
    const Labels expected = remainder ? Labels{"claim R", "opening round", "root"}
                                      : Labels{"claim C", "opening round", "root"};
    EXPECT_EQ(made.false_checks, expected);
    EXPECT_EQ(judge(small_model(), made.proof).reason, Reason::kLinearForm);
  }
}

// Both leaves of a pad vanish: then so do the roots, the sum of fractions is 0 = 0 whatever else is
// looked up, and only the leaves' claims are false.
TEST(Pads, BothDenominatorsVanish) {
  Forgery forgery = wrong_rounding();
  const uint64_t pad = pads().back();
  forgery.leaves = [&](Leaves& leaves, const LookupChallenges&) {
    leaves.main_c[pad] = leaves.main_r[pad] = Scalar::zero();
  };
  expect_linear_form(forgery, {"claim C", "claim R", "opening round"});
}

TEST(Pads, MultiplicitiesPastTheTables) {
  const Layout& tables = small_model().columns.layout(Column::kM);
  ASSERT_NE(tables.used() % 128, 0U) << "the tables' end must lie in a row that is sent";
  Forgery forgery = wrong_rounding();
  for (DenseWitness* w : {&forgery.committed, &forgery.looked_up}) {
    (*w)[Column::kM][tables.used()] = Scalar::one();
  }
  expect_linear_form(forgery, {"root"});
  // As if the slot past the end were a row with the wrong remainder.
  const Scalar R = forgery.looked_up.R[output_slot(7, {2, 0, 0, 0})];
  forgery.leaves = [&](Leaves& leaves, const LookupChallenges& ch) {
    leaves.table_q[tables.used()] = ch.shifted(kRangeTag) - R;
  };
  expect_linear_form(forgery, {"table denominator"});
}

// Pads of W, b and D are read by no operator: what is in them changes nothing.
TEST(Pads, OfTheModelAndTheInputAreNotRead) {
  Circuit circuit = small_circuit();
  circuit.model_kappa = 7;
  const auto junk = [&](const Columns& columns, DenseWitness& w) {
    for (const Column column : {Column::kW, Column::kB}) {
      const Layout& layout = columns.layout(column);
      ASSERT_NE(layout.used() % 128, 0U);
      w[column][layout.used()] = Scalar::from_u64(1000);
    }
  };
  const Columns columns(circuit);
  const DenseModel model(circuit, small_weights(circuit, 1), test_generators(),
                         [&](DenseWitness& w) { junk(columns, w); });
  DenseWitness w = run(circuit, columns, model.weights, small_picture(1));
  const Bytes output = output_of(columns, w);
  junk(columns, w);
  w[Column::kD][5] = Scalar::from_u64(77);  // a pad of the picture: any code
  w = run_on(circuit, columns, w);
  Forgery forgery(model, w);
  const DenseProof made = prove_densely(model, forgery, test_generators());
  EXPECT_EQ(made.false_checks, Labels{});
  EXPECT_TRUE(judge(model, made.proof).accepted());
  EXPECT_EQ(made.proof.output, output);
}

// A row that holds something past its own 2^κ slots, where the model's rows are the shorter ones.
TEST(Pads, PastTheEndOfAModelsRows) {
  DenseModel model(small_circuit(), small_weights(small_circuit(), 1), test_generators());
  ASSERT_LT(model.columns.kappa(Column::kW), model.columns.max_kappa());
  auto& rows = model.rows[static_cast<size_t>(Column::kW)];
  rows[0].values[40] = Scalar::from_u64(1000);
  model.commitment.weights[0] = rows[0].commit(test_generators()).encode();
  Forgery forgery(model, small_run());
  const DenseProof made = prove_densely(model, forgery, test_generators());
  EXPECT_EQ(made.false_checks, Labels{"opening"});
  EXPECT_EQ(judge(model, made.proof).reason, Reason::kLinearForm);
}

}  // namespace
}  // namespace vouch::dense
