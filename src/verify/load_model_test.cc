// Reading a model commitment: the reason of every refusal.
#include <gtest/gtest.h>

#include <functional>

#include "circuit/random_circuit.h"
#include "verify/stand_in_bound.h"
#include "verify/verify.h"

namespace vouch {
namespace {

Encoding some_row(size_t k) {
  return Point::generator().multiply(Scalar::from_u64(k + 2)).encode();
}

// Any group elements: whether they commit to weights is not a question of reading.
ModelCommitment commitment_of(const Circuit& circuit) {
  const Columns columns(circuit, 4);
  ModelCommitment m{encode_circuit(circuit), {}, {}};
  for (size_t i = 0; i < present_row_count(columns, Column::kW); ++i) {
    m.weights.push_back(some_row(i));
  }
  for (size_t i = 0; i < present_row_count(columns, Column::kB); ++i) {
    m.biases.push_back(some_row(100 + i));
  }
  return m;
}

PublicModel public_model_of(const Circuit& circuit) {
  return {commitment_of(circuit), stand_in_bound(circuit)};
}

TEST(LoadModel, Accepts) {
  for (uint32_t seed = 0; seed < 5; ++seed) {
    const Circuit circuit = random_circuit(seed);
    const ModelCommitment m = commitment_of(circuit);
    const LoadedModel loaded = load_model(encode_model_public({m, stand_in_bound(circuit)}));
    ASSERT_TRUE(loaded.verdict.accepted()) << loaded.verdict.detail;
    ASSERT_TRUE(loaded.model.has_value());
    ASSERT_NE(loaded.model->bound, nullptr);
    EXPECT_TRUE(loaded.model->bound->open());
    EXPECT_EQ(loaded.model->circuit, circuit);
    EXPECT_EQ(loaded.model->identity, model_identity(m));
    ASSERT_EQ(loaded.model->weights.size(), m.weights.size());
    for (size_t i = 0; i < m.weights.size(); ++i) {
      EXPECT_EQ(loaded.model->weights[i].encode(), m.weights[i]);
    }
    ASSERT_EQ(loaded.model->biases.size(), m.biases.size());
    for (size_t i = 0; i < m.biases.size(); ++i) {
      EXPECT_EQ(loaded.model->biases[i].encode(), m.biases[i]);
    }
  }
}

void expect_refused(const Bytes& file, Reason reason, const std::string& detail) {
  const LoadedModel loaded = load_model(file);
  EXPECT_FALSE(loaded.model.has_value());
  EXPECT_EQ(loaded.verdict.reason, reason) << loaded.verdict.detail;
  EXPECT_NE(loaded.verdict.detail.find(detail), std::string::npos) << loaded.verdict.detail;
}

class Refusals : public ::testing::Test {
 protected:
  void expect(const std::function<void(ModelCommitment&)>& change, Reason reason,
              const std::string& detail) const {
    PublicModel m = public_model_of(circuit_);
    change(m.commitment);
    expect_refused(encode_model_public(m), reason, detail);
  }
  void expect_of_bound(const std::function<void(WeightBound&)>& change, Reason reason,
                       const std::string& detail) const {
    PublicModel m = public_model_of(circuit_);
    change(m.bound);
    expect_refused(encode_model_public(m), reason, detail);
  }
  Circuit circuit_ = random_circuit(2);
};

TEST_F(Refusals, NotAModelFile) {
  Bytes file = encode_model_public(public_model_of(circuit_));
  file[0] = 'w';
  expect_refused(file, Reason::kDecoding, "this is not a model commitment");
  expect_refused({}, Reason::kDecoding, "this is not a model commitment");
  file[0] = 'V';
  const uint8_t version = file[8];
  for (const uint8_t minor : {uint8_t{0}, uint8_t{1}, uint8_t{3}, uint8_t{255}}) {
    file[8] = minor;
    expect_refused(file, Reason::kDecoding, "of version 1." + std::to_string(minor));
  }
  file[8] = version;
  file[9] = 2;
  expect_refused(file, Reason::kDecoding, "of version 2.2; this program reads version 1.2");
  file[9] = 1;
  file.push_back(0);
  expect_refused(file, Reason::kDecoding, "bytes to spare");
}

TEST_F(Refusals, Descriptor) {
  expect([](ModelCommitment& m) { m.circuit.clear(); }, Reason::kDescriptor,
         "descriptor of version");
  expect([](ModelCommitment& m) { m.circuit.pop_back(); }, Reason::kDescriptor, "cut short");
  expect([](ModelCommitment& m) { m.circuit.push_back(0); }, Reason::kDescriptor,
         "descriptor has bytes to spare");
  expect([](ModelCommitment& m) { m.circuit[2] = 2; }, Reason::kDescriptor, "malformed");
  expect([](ModelCommitment& m) { m.circuit[3] = 3; }, Reason::kDescriptor, "shift must be");
}

TEST_F(Refusals, Columns) {
  Circuit large = circuit_;
  large.tensors = {{{2, 1, 2048, 1024}, 0, 0}, {{2, 1, 4, 2}, 0, 0}};
  large.ops = {{OpKind::kDepthwiseConv2d, {0}, {512, 512, 512, 512}, {}}};
  large.model_kappa = 7;
  large.input_kappa = 7;
  expect([&](ModelCommitment& m) { m.circuit = encode_circuit(large); }, Reason::kDescriptor,
         "column D is larger");
  // Tables of any size a circuit may have are a matter of the proof's rows.
  large = circuit_;
  large.shift = 24;
  large.tables = {ActivationTable::clamp(24, 0, 255), ActivationTable::clamp(24, 1, 255),
                  ActivationTable::clamp(24, 2, 255), ActivationTable::clamp(24, 3, 255)};
  EXPECT_TRUE(load_model(encode_model_public(public_model_of(large))).verdict.accepted());
}

TEST_F(Refusals, RowCounts) {
  constexpr const char* kCount = "another number of rows than its circuit says";
  expect([](ModelCommitment& m) { m.weights.pop_back(); }, Reason::kDecoding, kCount);
  expect([](ModelCommitment& m) { m.weights.push_back(m.weights[0]); }, Reason::kDecoding, kCount);
  expect([](ModelCommitment& m) { m.biases.pop_back(); }, Reason::kDecoding, kCount);
  expect([](ModelCommitment& m) { m.biases.push_back(m.biases[0]); }, Reason::kDecoding, kCount);
  expect(
      [](ModelCommitment& m) {
        m.biases.push_back(m.weights.back());
        m.weights.pop_back();
      },
      Reason::kDecoding, kCount);
}

TEST_F(Refusals, Rows) {
  constexpr const char* kRow = "is not a group element other than the identity";
  const Encoding identity = Point::identity().encode();
  expect([&](ModelCommitment& m) { m.weights.back() = identity; }, Reason::kDecoding, kRow);
  expect([&](ModelCommitment& m) { m.biases.front() = identity; }, Reason::kDecoding, kRow);
  expect([](ModelCommitment& m) { m.weights[0][0] ^= 1; }, Reason::kDecoding, kRow);
  expect([](ModelCommitment& m) { m.biases[0][31] |= 128; }, Reason::kDecoding, kRow);
}

TEST_F(Refusals, BoundOfAnotherLength) {
  for (Rows WeightBound::*rows : {&WeightBound::bits, &WeightBound::messages}) {
    const char* const what = rows == &WeightBound::bits ? "bounded: another number of rows"
                                                        : "bounded: another number of messages";
    expect_of_bound([&](WeightBound& b) { (b.*rows).pop_back(); }, Reason::kDecoding, what);
    expect_of_bound([&](WeightBound& b) { (b.*rows).push_back(some_row(1)); }, Reason::kDecoding,
                    what);
    expect_of_bound([&](WeightBound& b) { (b.*rows).clear(); }, Reason::kDecoding, what);
  }
}

TEST_F(Refusals, BoundOfOtherPointsOrScalars) {
  const Encoding identity{};
  expect_of_bound([&](WeightBound& b) { b.bits.back() = identity; }, Reason::kDecoding,
                  "bounded: a row is not");
  expect_of_bound([&](WeightBound& b) { b.bits[0][0] ^= 1; }, Reason::kDecoding,
                  "bounded: a row is not");
  expect_of_bound([&](WeightBound& b) { b.messages[0] = identity; }, Reason::kDecoding,
                  "(bound round) is not the encoding");
  expect_of_bound([&](WeightBound& b) { b.messages.back().fill(0xff); }, Reason::kDecoding,
                  "(folded) is not a canonical scalar");
}

TEST_F(Refusals, BoundWithAFalseProduct) {
  const Columns model(circuit_, 4);
  const size_t h = bound_ledger_counts(BoundColumns(model)).messages + 2;
  expect_of_bound([&](WeightBound& b) { b.messages[h][0] = 1; }, Reason::kProduct,
                  "bounded: a product");
}

// The equation of such a proof is false, and then so is the verdict on any proof about the model.
TEST_F(Refusals, BoundThatDoesNotHold) {
  const LoadedModel loaded = load_model(encode_model_public(public_model_of(circuit_)));
  ASSERT_TRUE(loaded.model.has_value());
  const VerifierModel& model = *loaded.model;
  const Generators generators = Generators::load(generators_needed(model, Bytes{})).value();
  EXPECT_EQ(verify(model, Bytes{}, {}, generators).verdict.reason, Reason::kLinearForm);
  EXPECT_FALSE(model.bound->open());
  EXPECT_EQ(generators_needed(model), 0U);
  const Verdict verdict = check_bound(model, generators);
  EXPECT_EQ(verdict.reason, Reason::kLinearForm);
  EXPECT_NE(verdict.detail.find("weights are bounded"), std::string::npos);
}

TEST(ReasonNames, AreDistinct) {
  EXPECT_STREQ(reason_name(Reason::kAccepted), "accepted");
  EXPECT_STREQ(reason_name(Reason::kDecoding), "decoding");
  EXPECT_STREQ(reason_name(Reason::kDescriptor), "descriptor");
  EXPECT_STREQ(reason_name(Reason::kStatement), "statement");
  EXPECT_STREQ(reason_name(Reason::kProduct), "product");
  EXPECT_STREQ(reason_name(Reason::kLinearForm), "linear form");
}

}  // namespace
}  // namespace vouch
