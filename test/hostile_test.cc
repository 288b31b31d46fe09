// Files with lengths that lie and descriptors that no honest prover would write: refused for the
// right reason, and without allocating by the attacker's numbers.
#include <gtest/gtest.h>

#include "counting_new.h"
#include "tiny_case.h"

namespace vouch::dense {
namespace {

const VerifierModel& verifier_model() {
  static const LoadedModel loaded = load_commitment(tiny_model().commitment);
  return *loaded.model;
}

// Bytes allocated by `action`.
template <class Action>
size_t allocated_by(const Action& action) {
  const size_t before = bytes_allocated();
  action();
  return bytes_allocated() - before;
}

void put_u32(Bytes& bytes, size_t at, uint32_t x) {
  for (size_t i = 0; i < 4; ++i) {
    bytes.at(at + i) = static_cast<uint8_t>(x >> (8 * i));
  }
}

uint32_t get_u32(const Bytes& bytes, size_t at) {
  uint32_t x = 0;
  for (size_t i = 4; i-- > 0;) {
    x = x << 8 | bytes.at(at + i);
  }
  return x;
}

constexpr size_t kShapeBytes = 5;

// Where the lengths are: context, output, and five lists of rows.
std::vector<size_t> length_fields(const Bytes& proof) {
  std::vector<size_t> fields;
  size_t at = kMagicBytes + 2 + kDigestBytes + kShapeBytes + 1 + kSaltBytes;
  for (size_t i = 0; i < 7; ++i) {
    fields.push_back(at);
    at += 4 + get_u32(proof, at) * (i < 2 ? 1 : kPointBytes);
  }
  EXPECT_EQ(at, proof.size());
  return fields;
}

constexpr uint32_t kLies[] = {0, 1, 0x7fff, 0x20000, 0x20001, 0x7fffffff, 0x80000000, 0xffffffff};

TEST(Lengths, ThatLieInAProof) {
  const Bytes good = encode_proof(tiny_proof().proof);
  // No lie costs more than an honest proof; if it is noticed while the file is read, no more than
  // that.
  const size_t honest = allocated_by([&] {
    EXPECT_TRUE(verify(verifier_model(), good, {}, test_generators()).verdict.accepted());
  });
  const size_t messages = length_fields(good).back();
  for (const size_t field : length_fields(good)) {
    for (const uint32_t lie : kLies) {
      if (lie == get_u32(good, field)) {
        continue;
      }
      for (const bool cut : {false, true}) {
        Bytes bad = good;
        put_u32(bad, field, lie);
        bad.resize(cut ? field + 4 : bad.size());
        Verdict verdict;
        const size_t used = allocated_by(
            [&] { verdict = verify(verifier_model(), bad, {}, test_generators()).verdict; });
        EXPECT_EQ(verdict.reason, Reason::kDecoding) << field << " " << lie;
        const bool read = field == messages && cut && lie == 0;
        EXPECT_LT(used, read ? honest : 4 * good.size() + 4096) << field << " " << lie;
      }
    }
  }
}

TEST(Lengths, ThatLieInAModelCommitment) {
  const Bytes good = tiny_owner().model_public;
  const size_t circuit = kMagicBytes + 2;
  const size_t weights = circuit + 4 + get_u32(good, circuit);
  const size_t biases = weights + 4 + kPointBytes * get_u32(good, weights);
  const size_t bits = biases + 4 + kPointBytes * get_u32(good, biases);
  const size_t messages = bits + 4 + kPointBytes * get_u32(good, bits);
  ASSERT_EQ(messages + 4 + kPointBytes * get_u32(good, messages), good.size());
  for (const size_t field : {circuit, weights, biases, bits, messages}) {
    for (const uint32_t lie : kLies) {
      if (lie == get_u32(good, field)) {
        continue;
      }
      for (const bool cut : {false, true}) {
        Bytes bad = good;
        put_u32(bad, field, lie);
        bad.resize(cut ? field + 4 : bad.size());
        Verdict verdict;
        const size_t used = allocated_by([&] { verdict = load_model(bad).verdict; });
        EXPECT_EQ(verdict.reason, Reason::kDecoding) << field << " " << lie;
        EXPECT_LT(used, 4 * good.size() + 4096) << field << " " << lie;
      }
    }
  }
}

ModelCommitment with_circuit(const Bytes& circuit) {
  ModelCommitment commitment = tiny_model().commitment;
  commitment.circuit = circuit;
  return commitment;
}

void expect_descriptor(const Bytes& circuit, const std::string& what) {
  LoadedModel loaded;
  const size_t used = allocated_by([&] { loaded = load_commitment(with_circuit(circuit)); });
  EXPECT_EQ(std::string(reason_name(loaded.verdict.reason)), "descriptor") << what;
  EXPECT_NE(loaded.verdict.detail.find(what), std::string::npos) << loaded.verdict.detail;
  EXPECT_LT(used, size_t{1} << 20) << what;
}

void expect_descriptor(const Circuit& circuit, const std::string& what) {
  expect_descriptor(encode_circuit(circuit), what);
}

TEST(Descriptors, TensorsThatReadThemselvesOrWhatComesLater) {
  Circuit c = small_circuit();
  c.ops[3].inputs[0] = 4;  // its own output
  expect_descriptor(c, "reads tensor 4, which does not come before it");
  c.ops[3].inputs[0] = 6;
  expect_descriptor(c, "reads tensor 6, which does not come before it");
  c.ops[3].inputs[0] = 0xffffffff;
  expect_descriptor(c, "reads tensor 4294967295, which does not come before it");
  // Two operators that read each other.
  c = small_circuit();
  c.ops[3].inputs[0] = 5;
  expect_descriptor(c, "reads tensor 5, which does not come before it");
}

// Tensors, tables and operators' entries get their places from the circuit: a descriptor has no
// offsets that could overlap. What it has are shapes, and these must be the operators'.
TEST(Descriptors, ShapesThatTheOperatorsDoNotGive) {
  Circuit c = small_circuit();
  c.tensors[2].shape.channels = 5;  // depthwise: a multiple of 3
  expect_descriptor(c, "multiple of its input's");
  c = small_circuit();
  c.tensors[5].shape.channels = 7;  // a sum of tensors of 6 channels
  expect_descriptor(c, "number of channels that it cannot have");
  c = small_circuit();
  c.tensors[1].shape.channels = 0;
  expect_descriptor(c, "1…65536 channels");
}

TEST(Descriptors, TablesAndParameters) {
  Circuit c = small_circuit();
  c.tensors[1].lo = 201;
  expect_descriptor(c, "lo must not exceed hi");
  for (const auto& [member, value] : {std::pair{&Circuit::shift, 3},
                                      {&Circuit::shift, 25},
                                      {&Circuit::value_bits, 8},
                                      {&Circuit::value_bits, 25},
                                      {&Circuit::model_kappa, 3},
                                      {&Circuit::model_kappa, 17},
                                      {&Circuit::input_kappa, 3},
                                      {&Circuit::input_kappa, 17}}) {
    c = small_circuit();
    c.*member = static_cast<uint8_t>(value);
    expect_descriptor(c, "must be");
  }
}

TEST(Descriptors, BytesToSpareOrUnknown) {
  Bytes bytes = encode_circuit(small_circuit());
  bytes.push_back(0);
  expect_descriptor(bytes, "bytes to spare");
  bytes = encode_circuit(small_circuit());
  bytes.pop_back();
  LoadedModel loaded = load_commitment(with_circuit(bytes));
  EXPECT_EQ(loaded.verdict.reason, Reason::kDescriptor);
  bytes = encode_circuit(small_circuit());
  bytes[0] ^= 2;
  expect_descriptor(bytes, "version");
}

// lookups × table rows ≤ 2^50, D of at most 2^14 rows.
TEST(Descriptors, LargerThanTheArgumentAllows) {
  Circuit c = tiny_circuit();
  c.value_bits = 24;
  c.shift = 24;
  c.tensors[0].shape = {64, 1, 1024, 1024};
  c.tensors[1].shape = {2, 1, 2, 2};
  c.ops[0].window = {1, 1, 512, 512, 0, 0, 0, 0};
  expect_descriptor(c, "column D is larger than a proof can hold");  // 2^26 slots in rows of 2^4
  c.input_kappa = 16;
  expect_descriptor(c, "exceed 2^50");
}

// A descriptor within all limits, and a proof for it that is short of rows: refused at once.
TEST(Descriptors, LargeOneAndAProofWithoutRows) {
  Circuit c = tiny_circuit();
  c.input_kappa = 16;
  c.model_kappa = 16;
  c.tensors[0].shape = {64, 1, 1024, 1024};
  c.tensors[1].shape = {2, 1, 2, 2};
  c.ops[0].window = {1, 1, 512, 512, 0, 0, 0, 0};
  const ModelCommitment model = with_circuit(encode_circuit(c));
  LoadedModel loaded;
  size_t used = allocated_by([&] { loaded = load_commitment(model); });
  ASSERT_TRUE(loaded.model.has_value()) << loaded.verdict.detail;
  EXPECT_LT(used, size_t{1} << 20);

  Proof proof = tiny_proof().proof;
  proof.model = loaded.model->identity;
  proof.output.resize(8);
  const Bytes bytes = encode_proof(proof);
  Verdict verdict;
  used =
      allocated_by([&] { verdict = verify(*loaded.model, bytes, {}, test_generators()).verdict; });
  EXPECT_EQ(verdict.reason, Reason::kDecoding) << verdict.detail;
  EXPECT_LT(used, size_t{1} << 20);
}

}  // namespace
}  // namespace vouch::dense
