// Attacks on the proof that weights are bounded: a weight of 2^100, and each step of the proof
// replaced to hide it.
#include "argument/argument.h"
#include "attack_case.h"
#include "dense/bound.h"
#include "dense/opening.h"
#include "group/msm.h"
#include "verify/batch.h"
#include "verify/stand_in_bound.h"

namespace vouch::dense {
namespace {

constexpr size_t kLargeSlot = 3;

// The small model with one weight of 2^100.
const DenseModel& large_model() {
  static const DenseModel model(
      small_circuit(), small_weights(small_circuit(), 1), kSmallShape, test_generators(),
      [](DenseWitness& w) { w[Column::kW][kLargeSlot] = Scalar::from_u64(2).power(100); });
  return model;
}

/// Its test is Bound/BoundAttacked.IsStopped/NAME.
struct BoundAttack {
  std::string name;
  Labels false_checks;
  std::function<BoundForgery()> forge;
  Reason reason = Reason::kLinearForm;
};
void PrintTo(const BoundAttack& attack, std::ostream* out) { *out << attack.name; }

Verdict judge_bound(const PublicModel& file) {
  const LoadedModel loaded = load_model(encode_model_public(file));
  return loaded.model ? check_bound(*loaded.model, test_generators()) : loaded.verdict;
}

// The false value under this label of a proof made so.
Scalar false_value(const BoundForgery& forgery, const std::string& label) {
  const BoundProof made = prove_bound_densely(forgery, test_generators());
  for (const auto& [name, value] : made.false_values) {
    if (name == label) {
      return value;
    }
  }
  ADD_FAILURE() << label << " should be false";
  return {};
}

BoundForgery truncated() { return BoundForgery(large_model()); }

// A bias of 2^100 instead.
const DenseModel& large_bias_model() {
  static const DenseModel model(
      small_circuit(), small_weights(small_circuit(), 1), kSmallShape, test_generators(),
      [](DenseWitness& w) { w[Column::kB][kLargeSlot] = Scalar::from_u64(2).power(100); });
  return model;
}

BoundForgery without(size_t column) {
  BoundForgery f(column == 0 ? large_model() : large_bias_model());
  f.counted[column] = false;
  return f;
}
BoundForgery without_weights() { return without(0); }
BoundForgery without_biases() { return without(1); }

// All of a number, halved, in its second bit.
BoundForgery whole_numbers() {
  BoundForgery f(large_model());
  f.bits = [](std::vector<Scalar>& bits, const std::vector<Scalar>& numbers) {
    for (size_t i = 0; i < numbers.size(); ++i) {
      for (size_t j = 0; j < kProjectionBits; ++j) {
        bits[bit_slot(i, j)] = Scalar::zero();
      }
      bits[bit_slot(i, 1)] = numbers[i] * Scalar::from_u64(2).inverse();
    }
  };
  return f;
}

// The zero test's rounds lie all the way.
BoundForgery lying_rounds() {
  BoundForgery f = whole_numbers();
  f.rounds_lie = -false_value(f, "bound round");
  return f;
}

// A zero test that never saw the bits.
BoundForgery empty_zero_test() {
  BoundForgery f = whole_numbers();
  f.ledger.values = [](const std::string& label, size_t, std::span<Scalar> values) {
    if (label.starts_with("bound ")) {
      std::fill(values.begin(), values.end(), Scalar::zero());
    }
  };
  return f;
}

// And the product says what it should be.
BoundForgery lying_product() {
  BoundForgery f = lying_rounds();
  const Scalar error = false_value(f, "bound bit");
  f.ledger.products = [error](std::span<Scalar> z, size_t /*products*/) { z[0] -= error; };
  return f;
}

// And h(c) is sent as f(c)·g(c).
BoundForgery lying_product_and_h() {
  BoundForgery f = lying_product();
  f.channel.scalar = [product = Scalar::one()](const std::string& name, size_t, Scalar& x) mutable {
    if (name == "product f" || name == "product g") {
      product *= x;
    } else if (name == "product h") {
      x = product;
    }
  };
  return f;
}

BoundForgery lying_opening() {
  BoundForgery f = truncated();
  f.opening_lie = -false_value(f, "opening round");
  return f;
}

// A bit that is none, and another bit sent for it.
BoundForgery another_bit() {
  BoundForgery f = truncated();
  f.ledger.values = [](const std::string& label, size_t, std::span<Scalar> values) {
    values[0] += label == "bound bit" ? Scalar::one() : Scalar::zero();
  };
  return f;
}

// Numbers with errors that cancel if all have the same weight.
BoundForgery cancelling_numbers() {
  BoundForgery f(small_model());
  f.bits = [](std::vector<Scalar>& bits, const std::vector<Scalar>&) {
    size_t up = 0;  // a number with lowest bit 0 becomes one more, one with 1 one less
    while (!bits[bit_slot(up, 0)].is_zero()) {
      ++up;
    }
    size_t down = 0;
    while (bits[bit_slot(down, 0)].is_zero()) {
      ++down;
    }
    std::swap(bits[bit_slot(up, 0)], bits[bit_slot(down, 0)]);
  };
  return f;
}

// Weights, or biases, of 2^200 and −2^200 side by side: no projection with both or neither of them
// shows them.
BoundForgery cancelling(Column column) {
  static const auto model_of = [](Column large) {
    return DenseModel(small_circuit(), small_weights(small_circuit(), 1), kSmallShape,
                      test_generators(), [large](DenseWitness& w) {
                        const Scalar x = Scalar::from_u64(2).power(200);
                        w[large][kLargeSlot] += x;
                        w[large][kLargeSlot + 1] -= x;
                      });
  };
  static const DenseModel weights = model_of(Column::kW);
  static const DenseModel biases = model_of(Column::kB);
  return BoundForgery(column == Column::kW ? weights : biases);
}

class BoundAttacked : public ::testing::TestWithParam<BoundAttack> {};

TEST_P(BoundAttacked, IsStopped) {
  const BoundProof made = prove_bound_densely(GetParam().forge(), test_generators());
  EXPECT_EQ(made.false_checks, GetParam().false_checks);
  const Verdict verdict = judge_bound(made.file);
  EXPECT_EQ(std::string(reason_name(verdict.reason)), reason_name(GetParam().reason))
      << verdict.detail;
}

INSTANTIATE_TEST_SUITE_P(
    Bound, BoundAttacked,
    ::testing::Values(
        BoundAttack{"LargeWeightInTruncatedNumbers", {"opening round"}, truncated},
        BoundAttack{"LargeWeightInWholeNumbers", {"bound round"}, whole_numbers},
        BoundAttack{"NumbersWithoutWeights", {"opening round"}, without_weights},
        BoundAttack{"NumbersWithoutBiases", {"opening round"}, without_biases},
        BoundAttack{"EmptyZeroTest", {"opening round"}, empty_zero_test},
        BoundAttack{"RoundsThatLie", {"bound bit"}, lying_rounds},
        BoundAttack{"FalseSquare", {"product bound bit"}, lying_product, Reason::kProduct},
        BoundAttack{"FalseSquareAndH", {"product bound bit", "product h"}, lying_product_and_h},
        BoundAttack{"OpeningThatLies", {"opening"}, lying_opening},
        BoundAttack{"AnotherBit", {"bound bit", "opening round"}, another_bit},
        BoundAttack{"NumbersThatCancel", {"opening round"}, cancelling_numbers},
        BoundAttack{"WeightsThatCancel", {"opening round"}, [] { return cancelling(Column::kW); }},
        BoundAttack{"BiasesThatCancel", {"opening round"}, [] { return cancelling(Column::kB); }}),
    [](const auto& attack) { return attack.param.name; });

TEST(BoundHonest, IsAccepted) {
  const BoundProof made = prove_bound_densely(BoundForgery(small_model()), test_generators());
  EXPECT_TRUE(made.false_checks.empty());
  const Verdict verdict = judge_bound(made.file);
  EXPECT_TRUE(verdict.accepted()) << verdict.detail;
}

// The small model with a proof of bounds that is none, up to its final equation.
const VerifierModel& unbounded() {
  static const LoadedModel loaded = load_model(
      encode_model_public({small_model().commitment, stand_in_bound(small_model().circuit)}));
  return *loaded.model;
}

// What that equation gives instead of the identity.
Point error_of_unbounded() {
  const Equation& e = unbounded().bound->equation();
  const Generators& g = test_generators();
  return msm_vartime(e.generators, g.G().first(e.generators.size())) +
         msm_vartime(e.scalars, e.points) + g.H().point().multiply_vartime(e.h) +
         g.U().point().multiply_vartime(e.u);
}

// Takes that from the equation of another proof, which is true but for it: the last fold's left
// message is in it with coefficient 1.
void take_error_away(ChannelHooks& channel, unsigned kappa, size_t slots) {
  const size_t folds = folded_bits(kappa, static_cast<uint32_t>(slots)) - 2;
  const Point error = error_of_unbounded();
  channel.point = [=](const std::string& label, size_t number, Point& sent) {
    if (label == "fold left" && number + 1 == folds) {
      sent = sent - error;
    }
  };
}

// Equations that are checked in one sum. Alone each of them is seen to be false.
TEST(BoundInASum, IsNotMadeUpForByTheProof) {
  Forgery forgery = honest();
  const Columns& columns = small_model().columns;
  take_error_away(forgery.channel, columns.max_kappa(),
                  ledger_counts(columns, kSmallShape.groups).slots);
  const Bytes proof = encode_proof(prove_small(forgery).proof);
  EXPECT_EQ(verify(unbounded(), proof, {}, test_generators()).verdict.reason, Reason::kLinearForm);
}

TEST(BoundInASum, IsNotMadeUpForByAnotherModelsBound) {
  BoundForgery forgery(small_model());
  const BoundColumns columns(small_model().columns);
  take_error_away(forgery.channel, max_kappa(columns.shapes()), bound_ledger_counts(columns).slots);
  const LoadedModel other =
      load_model(encode_model_public(prove_bound_densely(forgery, test_generators()).file));
  Forgery true_run = honest();
  const Bytes proof = encode_proof(prove_small(true_run).proof);
  const std::vector<BatchItem> items{{&unbounded(), proof, nullptr},
                                     {&*other.model, proof, nullptr}};
  for (const Verification& v : verify_batch(items, test_generators())) {
    EXPECT_EQ(v.verdict.reason, Reason::kLinearForm);
  }
}

// A proof about one model in the file of another with the same rows.
TEST(BoundStatement, AnotherCircuitWithTheSameRows) {
  BoundProof made = prove_bound_densely(BoundForgery(small_model()), test_generators());
  Circuit circuit = small_circuit();
  circuit.tensors[0].zero_point ^= 1;
  made.file.commitment.circuit = encode_circuit(circuit);
  EXPECT_EQ(judge_bound(made.file).reason, Reason::kLinearForm);
}

// Two rows that are chosen after all challenges, so that their share in the final equation is the
// same: the first may then hold anything.
void exchange(Rows& rows, std::span<const Scalar> row_point) {
  const Scalar first = eq_at(row_point, 0);
  const Scalar second = eq_at(row_point, 1);
  const Point more = test_generators().G()[0].point().multiply(Scalar::from_u64(2).power(100));
  rows[0] = (*Point::decode(rows[0]) + more).encode();
  rows[1] = (*Point::decode(rows[1]) - more.multiply(first * second.inverse())).encode();
}

TEST(BoundStatement, RowsChosenLast) {
  Circuit circuit = small_circuit();
  circuit.model_kappa = 4;  // two rows of b
  const DenseModel model(circuit, small_weights(circuit, 1), kSmallShape, test_generators());
  const BoundColumns columns(model.columns);
  const BoundProof good = prove_bound_densely(BoundForgery(model), test_generators());
  EXPECT_TRUE(judge_bound(good.file).accepted());
  const auto row_point = [&](BoundColumn column) {
    return split_point(columns.shape(column), max_kappa(columns.shapes()), good.opening.point).row;
  };
  PublicModel file = good.file;
  exchange(file.commitment.weights, row_point(BoundColumn::kW));
  EXPECT_EQ(judge_bound(file).reason, Reason::kLinearForm) << "W";
  file = good.file;
  exchange(file.commitment.biases, row_point(BoundColumn::kB));
  EXPECT_EQ(judge_bound(file).reason, Reason::kLinearForm) << "b";
  file = good.file;
  exchange(file.bound.bits, row_point(BoundColumn::kBits));
  EXPECT_EQ(judge_bound(file).reason, Reason::kLinearForm) << "bits";
}

}  // namespace
}  // namespace vouch::dense
