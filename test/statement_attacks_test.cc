// The statement: every part of it is bound by the transcript, and none can be exchanged afterwards.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "attack_case.h"
#include "verify/batch.h"

namespace vouch::dense {
namespace {

const Encoding& some_point() {
  static const Encoding bytes = Point::generator().encode();
  return bytes;
}

// Everything is true, but the challenges do not depend on one part of the statement: whoever may
// choose that part after the challenges can make false things true.
std::vector<Attack> unabsorbed_parts() {
  const auto absorbs = [](const char* name, auto change) {
    return Attack{name, {}, [change](Forgery& f) {
                    f.context = {1, 2, 3};
                    f.absorbed = [change](Statement& s, ModelCommitment& m) { change(s, m); };
                  }};
  };
  const auto absorbs_rows = [](Column changed) {
    return Attack{column_name(changed), {}, [changed](Forgery& f) {
                    f.absorbed_rows = [changed](Column column, Rows& rows) {
                      if (column == changed) {
                        rows.back() = some_point();
                      }
                    };
                  }};
  };
  return {
      absorbs("circuit", [](Statement&, ModelCommitment& m) { m.circuit.back() ^= 1; }),
      absorbs("W", [](Statement&, ModelCommitment& m) { m.weights.back() = some_point(); }),
      absorbs("b", [](Statement&, ModelCommitment& m) { m.biases.back() = some_point(); }),
      absorbs("D", [](Statement& s, ModelCommitment&) { s.input.back() = some_point(); }),
      absorbs("mode", [](Statement& s, ModelCommitment&) { s.input_public = false; }),
      absorbs("shape", [](Statement& s, ModelCommitment&) { s.shape.groups.budget += 1; }),
      absorbs("salt", [](Statement& s, ModelCommitment&) { s.salts = {Salt{}}; }),
      absorbs("context", [](Statement& s, ModelCommitment&) { s.context.clear(); }),
      absorbs("output", [](Statement& s, ModelCommitment&) { s.output.assign(5, 0); }),
      absorbs_rows(Column::kX),
      absorbs_rows(Column::kE),
      absorbs_rows(Column::kM),
  };
}
INSTANTIATE_ATTACKS(NotAbsorbed, unabsorbed_parts);

std::vector<Attack> unabsorbed_messages() {
  std::vector<Attack> all;
  for (const std::string label :
       {"lookup roots", "lookup round", "lookup children", "bilinear claim", "bilinear round",
        "bilinear ends", "opening round", "products", "product f", "product g", "product h", "mask",
        "mask form", "blinder", "fold left", "fold right"}) {
    std::string name = label;
    name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
    all.push_back({name, {}, [label](Forgery& f) {
                     f.channel.absorbed = [label](const std::string& of, size_t number) {
                       return of != label || number != 0;
                     };
                   }});
  }
  return all;
}
INSTANTIATE_ATTACKS(MessageNotAbsorbed, unabsorbed_messages);

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
  EXPECT_EQ(names.size(), 17U);
}

// A true proof, for a context.
const DenseProof& good() {
  static const DenseProof made = [] {
    Forgery forgery = honest();
    forgery.context = {1, 2, 3};
    return prove_small(forgery);
  }();
  return made;
}

const DenseProof& good_again() {
  static const DenseProof made = [] {
    Forgery forgery = honest();
    forgery.context = {1, 2, 3};
    return prove_small(forgery, 2);
  }();
  return made;
}

const DenseModel& other_model() {
  static const DenseModel model(small_circuit(), small_weights(small_circuit(), 2), kSmallShape,
                                test_generators());
  return model;
}

// The small model for proofs whose messages bind one variable each, whatever the budget.
const DenseModel& one_variable_model() {
  static const DenseModel model(small_circuit(), small_weights(small_circuit(), 1),
                                {kSmallShape.kappa, {9, 1}, 1}, test_generators());
  return model;
}

Bytes changed_circuit(const std::function<void(Circuit&)>& change) {
  Circuit circuit = small_circuit();
  change(circuit);
  return encode_circuit(circuit);
}

// A true proof that is changed when it is there, or shown with another model.
std::vector<Attack> changes() {
  const auto changed = [](const std::string& name, const std::function<void(Proof&)>& change,
                          Reason reason = Reason::kLinearForm) {
    return Attack{name,
                  {},
                  [change](Forgery& f) {
                    f.context = {1, 2, 3};
                    f.afterwards = [change](Proof& p, ModelCommitment&) { change(p); };
                  },
                  reason};
  };
  const auto with_model = [](const std::string& name,
                             const std::function<void(ModelCommitment&)>& change) {
    return Attack{name, {}, [change](Forgery& f) {
                    f.afterwards = [change](Proof&, ModelCommitment& m) { change(m); };
                  }};
  };
  const Reason decoding = Reason::kDecoding;
  std::vector<Attack> all{
      changed(
          "Budget", [](Proof& p) { p.shape.groups.budget += 1; }, decoding),
      changed(
          "Most", [](Proof& p) { p.shape.groups.most = 1; }, decoding),
      changed(
          "Kappa", [](Proof& p) { p.shape.kappa += 1; }, decoding),
      changed(
          "KappaOf18", [](Proof& p) { p.shape.kappa = 18; }, Reason::kDescriptor),
      changed(
          "Pictures", [](Proof& p) { p.shape.pictures = 2; }, decoding),
      {"BudgetThatHasNoEffect",
       {},
       [](Forgery& f) {
         f = Forgery(one_variable_model(), small_run());
         f.afterwards = [](Proof& p, ModelCommitment&) { p.shape.groups.budget += 1; };
       }},
      changed("Mode",
              [](Proof& p) {
                p.input_public = false;
                p.salts.clear();
              }),
      changed("Salt", [](Proof& p) { p.salts[0][31] ^= 1; }),
      changed("ContextLonger", [](Proof& p) { p.context.push_back(0); }),
      changed("Context",
              [](Proof& p) {
                p.context = {3, 2, 1};
              }),
      changed("Output", [](Proof& p) { p.output[1] ^= 1; }),
      changed("OutputSwapped", [](Proof& p) { std::swap(p.output[0], p.output[1]); }),
      changed(
          "OutputLonger", [](Proof& p) { p.output.push_back(0); }, Reason::kStatement),
      changed(
          "OutputShorter", [](Proof& p) { p.output.pop_back(); }, Reason::kStatement),
      with_model("ModelsWeights", [](ModelCommitment& m) { m = other_model().commitment; }),
      with_model("ModelsZeroPoint",
                 [](ModelCommitment& m) {
                   m.circuit = changed_circuit([](Circuit& c) { c.tensors[0].zero_point ^= 1; });
                 }),
      // What the argument does not read.
      with_model("ModelsScale",
                 [](ModelCommitment& m) {
                   m.circuit = changed_circuit([](Circuit& c) { c.output.scale = 0.5F; });
                 }),
  };
  const std::vector<std::pair<std::string, Rows Proof::*>> columns{
      {"D", &Proof::input}, {"X", &Proof::x}, {"E", &Proof::e}, {"M", &Proof::m}};
  for (const auto& [name, rows] : columns) {
    all.push_back(changed("Row" + name, [rows = rows](Proof& p) { (p.*rows)[0] = some_point(); }));
    all.push_back(changed("RowsExchanged" + name, [rows = rows](Proof& p) {
      std::swap((p.*rows).at(0), (p.*rows).at(1));
    }));
    all.push_back(changed(
        "RowMore" + name, [rows = rows](Proof& p) { (p.*rows).push_back(some_point()); },
        decoding));
    all.push_back(changed(
        "RowLess" + name, [rows = rows](Proof& p) { (p.*rows).pop_back(); }, decoding));
    all.push_back(changed(
        "NoRows" + name, [rows = rows](Proof& p) { (p.*rows).clear(); }, decoding));
    all.push_back(changed("OtherProofs" + name,
                          [rows = rows](Proof& p) { p.*rows = good_again().proof.*rows; }));
  }
  all.push_back(
      changed("OtherProofsMessages", [](Proof& p) { p.messages = good_again().proof.messages; }));
  return all;
}
INSTANTIATE_ATTACKS(ChangedAfterwards, changes);

TEST(ChangedAfterwards, OtherModelsIdentity) {
  ASSERT_TRUE(judge(good()).accepted());
  ASSERT_TRUE(judge(good_again()).accepted());
  EXPECT_EQ(judge(other_model(), good().proof).reason, Reason::kStatement);
  Proof proof = good().proof;
  proof.model[0] ^= 1;
  EXPECT_EQ(judge(small_model(), proof).reason, Reason::kStatement);
}

Reason judged(const DenseProof& made, const Expectation& expected) {
  return judge(made, expected).reason;
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
  EXPECT_EQ(judged(made, with(D, made.salts[0], 1)), Reason::kAccepted);
  EXPECT_EQ(judged(made, with(D, Salt{}, 1)), Reason::kStatement);
  EXPECT_EQ(judged(made, with(D, made.salts[0], 2)), Reason::kStatement);
  EXPECT_EQ(judged(made, with(Digest{}, made.salts[0], 1)), Reason::kStatement);
}

// Proofs checked together. Each has an equation that is false by the opposite of the other's.
TEST(Batch, ErrorsThatCancel) {
  const LoadedModel loaded = load_commitment(small_model().commitment);
  const Scalar z = Scalar::decode(good().proof.messages.back()).value();
  std::vector<Bytes> proofs;
  std::vector<BatchItem> items;
  for (const Scalar& error : {Scalar::one(), -Scalar::one()}) {
    Proof bad = good().proof;
    bad.messages.back() = (z + error).bytes();
    proofs.push_back(encode_proof(bad));
  }
  for (const Bytes& proof : proofs) {
    items.push_back({&*loaded.model, proof, nullptr});
  }
  for (const Verification& v : verify_batch(items, test_generators())) {
    EXPECT_EQ(v.verdict.reason, Reason::kLinearForm);
  }
}

// An input that is not the proof's, but whose rows have the same sum.
TEST(Expected, InputWithTheSameSumOfRows) {
  std::vector<uint8_t> other = small_picture(1);
  const Brick& brick = small_model().columns.layout(Column::kD).bricks()[0];
  const auto slot = [&](uint32_t channel) { return brick.slot(0, channel, 0, 0); };
  const size_t row = size_t{1} << small_model().columns.kappa(Column::kD);
  ASSERT_EQ(slot(0) % row, slot(1) % row);
  ASSERT_NE(slot(0) / row, slot(1) / row);
  ASSERT_TRUE(other[0] < 255 && other[25] > 0);
  ++other[0];
  --other[25];
  EXPECT_EQ(judged(good(), expecting({other})), Reason::kStatement);
}

}  // namespace
}  // namespace vouch::dense
