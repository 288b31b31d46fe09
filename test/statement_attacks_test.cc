// The statement: every part of it is bound by the transcript, and none can be exchanged afterwards.
#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "attack_case.h"

namespace vouch::dense {
namespace {

const Encoding& some_point() {
  static const Encoding bytes = Point::generator().encode();
  return bytes;
}

struct Part {
  const char* name;
  std::function<void(Forgery&)> forget;  ///< the prover absorbs something else in its place
};

std::vector<Part> parts() {
  const auto absorbs = [](auto change) {
    return [change](Forgery& f) {
      f.absorbed = [change](Statement& s, ModelCommitment& m) { change(s, m); };
    };
  };
  const auto absorbs_rows = [](Column changed) {
    return [changed](Forgery& f) {
      f.absorbed_rows = [changed](Column column, Rows& rows) {
        if (column == changed) {
          rows.back() = some_point();
        }
      };
    };
  };
  return {
      {"circuit", absorbs([](Statement&, ModelCommitment& m) { m.circuit.back() ^= 1; })},
      {"W", absorbs([](Statement&, ModelCommitment& m) { m.weights.back() = some_point(); })},
      {"b", absorbs([](Statement&, ModelCommitment& m) { m.biases.back() = some_point(); })},
      {"D", absorbs([](Statement& s, ModelCommitment&) { s.input.back() = some_point(); })},
      {"mode", absorbs([](Statement& s, ModelCommitment&) { s.input_public = false; })},
      {"shape", absorbs([](Statement& s, ModelCommitment&) { s.shape.groups.budget += 1; })},
      {"salt", absorbs([](Statement& s, ModelCommitment&) { s.salts = {Salt{}}; })},
      {"context", absorbs([](Statement& s, ModelCommitment&) { s.context.clear(); })},
      {"output", absorbs([](Statement& s, ModelCommitment&) { s.output.assign(5, 0); })},
      {"X", absorbs_rows(Column::kX)},
      {"E", absorbs_rows(Column::kE)},
      {"m", absorbs_rows(Column::kM)},
  };
}

class WeakFiatShamir : public ::testing::TestWithParam<size_t> {};

// Everything is true, but the challenges do not depend on one part of the statement: whoever may
// choose that part after the challenges can make false things true.
TEST_P(WeakFiatShamir, PartThatIsNotAbsorbed) {
  Forgery forgery = honest();
  forgery.context = {1, 2, 3};
  parts()[GetParam()].forget(forgery);
  expect_stopped(forgery, Reason::kLinearForm, {});
}

INSTANTIATE_TEST_SUITE_P(Parts, WeakFiatShamir, ::testing::Range(size_t{0}, parts().size()),
                         [](const auto& at) { return parts()[at.param].name; });

class UnabsorbedMessage : public ::testing::TestWithParam<const char*> {};

TEST_P(UnabsorbedMessage, IsNoticed) {
  Forgery forgery = honest();
  bool met = false;
  forgery.channel.absorbed = [&](const std::string& label, size_t number) {
    const bool skip = label == GetParam() && number == 0;
    met |= skip;
    return !skip;
  };
  expect_stopped(forgery, Reason::kLinearForm, {});
  EXPECT_TRUE(met);
}

INSTANTIATE_TEST_SUITE_P(Labels, UnabsorbedMessage,
                         ::testing::Values("lookup roots", "lookup round", "lookup children",
                                           "bilinear claim", "bilinear round", "bilinear ends",
                                           "opening round", "products", "product f", "product g",
                                           "product h", "mask", "mask form", "blinder", "fold left",
                                           "fold right"));

// Two proofs of one run that differ in their contexts only: no challenge of one is in the other, or
// twice in one. A constant for a challenge is what several published systems have fallen to.
TEST(Challenges, NoneIsFixed) {
  Forgery forgery = honest();
  std::set<std::string> names;
  std::set<Encoding> seen;
  for (const char* context : {"first", "second"}) {
    forgery.context.assign(context, context + std::strlen(context));
    const DenseProof made = prove_small(forgery);
    for (const auto& [name, value] : made.challenges) {
      names.insert(name);
      EXPECT_TRUE(seen.insert(value.bytes()).second) << name;
    }
  }
  EXPECT_EQ(names.size(), 16U);
}

const DenseProof& good() {
  static const DenseProof made = [] {
    Forgery forgery = honest();
    forgery.context = {1, 2, 3};
    return prove_small(forgery);
  }();
  return made;
}

void expect_changed(const std::function<void(Proof&)>& change, Reason reason) {
  Proof proof = good().proof;
  change(proof);
  const Verdict verdict = judge(small_model(), proof);
  EXPECT_EQ(std::string(reason_name(verdict.reason)), reason_name(reason)) << verdict.detail;
}

TEST(ChangedAfterwards, NothingIsAccepted) {
  ASSERT_TRUE(judge(small_model(), good().proof).accepted());
  const Reason form = Reason::kLinearForm;
  expect_changed([](Proof& p) { p.model[0] ^= 1; }, Reason::kStatement);
  expect_changed([](Proof& p) { p.shape.groups.budget += 1; }, Reason::kDecoding);
  expect_changed([](Proof& p) { p.shape.groups.most = 1; }, Reason::kDecoding);
  expect_changed([](Proof& p) { p.shape.kappa += 1; }, Reason::kDecoding);
  expect_changed([](Proof& p) { p.shape.kappa = 18; }, Reason::kDescriptor);
  expect_changed([](Proof& p) { p.shape.pictures = 2; }, Reason::kDecoding);
  expect_changed(
      [](Proof& p) {
        p.input_public = false;
        p.salts.clear();
      },
      form);
  expect_changed([](Proof& p) { p.salts[0][31] ^= 1; }, form);
  expect_changed([](Proof& p) { p.context.push_back(0); }, form);
  expect_changed([](Proof& p) { p.context = {3, 2, 1}; }, form);
  expect_changed([](Proof& p) { p.output[1] ^= 1; }, form);
  expect_changed([](Proof& p) { std::swap(p.output[0], p.output[1]); }, form);
  expect_changed([](Proof& p) { p.output.push_back(0); }, Reason::kStatement);
  expect_changed([](Proof& p) { p.output.pop_back(); }, Reason::kStatement);
  for (Rows Proof::*rows : {&Proof::x, &Proof::e, &Proof::m}) {
    expect_changed([&](Proof& p) { std::swap((p.*rows).at(0), (p.*rows).at(1)); }, form);
  }
  for (Rows Proof::*rows : {&Proof::input, &Proof::x, &Proof::e, &Proof::m}) {
    expect_changed([&](Proof& p) { (p.*rows)[0] = some_point(); }, form);
    expect_changed([&](Proof& p) { (p.*rows).push_back(some_point()); }, Reason::kDecoding);
    expect_changed([&](Proof& p) { (p.*rows).pop_back(); }, Reason::kDecoding);
    expect_changed([&](Proof& p) { (p.*rows).clear(); }, Reason::kDecoding);
  }
}

TEST(ChangedAfterwards, SameColumnsOfAnotherProof) {
  Forgery again = honest();
  again.context = {1, 2, 3};
  const DenseProof other = prove_densely(small_model(), again, test_generators(), 2);
  ASSERT_TRUE(judge(small_model(), other.proof).accepted());
  for (Rows Proof::*rows : {&Proof::input, &Proof::x, &Proof::e, &Proof::m, &Proof::messages}) {
    ASSERT_NE(good().proof.*rows, other.proof.*rows);
    expect_changed([&](Proof& p) { p.*rows = other.proof.*rows; }, Reason::kLinearForm);
  }
}

TEST(ChangedAfterwards, WeightsOfAnotherModel) {
  const DenseModel other(small_circuit(), small_weights(small_circuit(), 2), kSmallShape,
                         test_generators());
  Proof proof = good().proof;
  EXPECT_EQ(judge(other, proof).reason, Reason::kStatement);
  proof.model = model_identity(other.commitment);
  EXPECT_EQ(judge(other, proof).reason, Reason::kLinearForm);
}

// The circuit is part of what a model's identity stands for.
TEST(ChangedAfterwards, SameWeightsInAnotherCircuit) {
  Circuit circuit = small_circuit();
  circuit.tensors[0].zero_point ^= 1;
  const DenseModel other(circuit, small_model().weights, kSmallShape, test_generators());
  Proof proof = good().proof;
  EXPECT_EQ(other.commitment.weights, small_model().commitment.weights);
  EXPECT_EQ(judge(other, proof).reason, Reason::kStatement);
  proof.model = model_identity(other.commitment);
  EXPECT_EQ(judge(other, proof).reason, Reason::kLinearForm);
}

Reason judged(const DenseProof& made, const Expectation& expected) {
  const LoadedModel loaded = load_commitment(small_model().commitment);
  return verify(*loaded.model, encode_proof(made.proof), expected, test_generators())
      .verdict.reason;
}

Expectation expecting(std::vector<Bytes> inputs, std::optional<Bytes> context = {}) {
  Expectation e;
  e.inputs = std::move(inputs);
  e.context = std::move(context);
  return e;
}

TEST(Expected, AnotherInputOrContextIsRejected) {
  const Bytes context{1, 2, 3};
  EXPECT_EQ(judged(good(), expecting({small_picture(1)}, context)), Reason::kAccepted);
  EXPECT_EQ(judged(good(), expecting({small_picture(2)})), Reason::kStatement);
  EXPECT_EQ(judged(good(), expecting({Bytes(49)})), Reason::kStatement);
  EXPECT_EQ(judged(good(), expecting({}, Bytes{1, 2})), Reason::kStatement);
  EXPECT_EQ(judged(good(), expecting({}, Bytes{})), Reason::kStatement);
}

TEST(Expected, HiddenInputNeedsItsOpening) {
  Forgery hidden = honest();
  hidden.input_public = false;
  const DenseProof made = prove_small(hidden);
  const auto with = [&](const Digest& input, const Salt& salt, uint32_t picture) {
    Expectation e = expecting({small_picture(picture)});
    e.openings = {InputOpening{input, salt}};
    return e;
  };
  const Digest D = input_identity(made.proof.input);
  EXPECT_EQ(judged(made, expecting({small_picture(1)})), Reason::kStatement);
  EXPECT_EQ(judged(made, with(D, made.salt, 1)), Reason::kAccepted);
  EXPECT_EQ(judged(made, with(D, Salt{}, 1)), Reason::kStatement);
  EXPECT_EQ(judged(made, with(D, made.salt, 2)), Reason::kStatement);
  EXPECT_EQ(judged(made, with(Digest{}, made.salt, 1)), Reason::kStatement);
}

}  // namespace
}  // namespace vouch::dense
