// Files with lengths that lie and descriptors that no honest prover would write: refused for the
// right reason, and without allocating by the attacker's numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "counting_new.h"
#include "exact_case.h"
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

// Where the lengths are: context, output, and six lists of rows.
std::vector<size_t> length_fields(const Bytes& proof) {
  std::vector<size_t> fields;
  size_t at = kMagicBytes + 2 + kDigestBytes + kShapeBytes + 1 + kSaltBytes;
  for (size_t i = 0; i < 8; ++i) {
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
  c.ops[kPointwise].inputs[0] = 4;  // its own output
  expect_descriptor(c, "reads tensor 4, which does not come before it");
  c.ops[kPointwise].inputs[0] = 6;
  expect_descriptor(c, "reads tensor 6, which does not come before it");
  c.ops[kPointwise].inputs[0] = 0xffffffff;
  expect_descriptor(c, "reads tensor 4294967295, which does not come before it");
  // Two operators that read each other.
  c = small_circuit();
  c.ops[kPointwise].inputs[0] = 5;
  expect_descriptor(c, "reads tensor 5, which does not come before it");
  // A product's second input, and one of a linear map.
  c = small_circuit();
  c.ops[kTwoTensors].inputs[1] = kTwoTensors + 1;
  expect_descriptor(c, "reads tensor 13, which does not come before it");
  c = small_circuit();
  c.ops[kJoin].inputs[3] = kLast + 1;
  expect_descriptor(c, "reads tensor 15, which does not come before it");
}

// Tensors, tables and operators' entries get their places from the circuit: a descriptor has no
// offsets that could overlap. What it has are shapes, and these must be the operators'.
TEST(Descriptors, ShapesThatTheOperatorsDoNotGive) {
  Circuit c = small_circuit();
  c.tensors[2].shape.channels = 5;  // depthwise: a multiple of 3
  expect_descriptor(c, "multiple of its input's");
  c = small_circuit();
  c.tensors[kSum + 1].shape.channels = 7;  // a sum of tensors of 6 channels
  expect_descriptor(c, "without runs has the same extent on both sides");
  c = small_circuit();
  c.tensors[kJoin + 1].shape.rows = 0;
  expect_descriptor(c, "1…65536 channels");
  c = small_circuit();
  c.tensors[kSquare + 1].shape.batch = 2;  // what the operator says is not in the descriptor
  EXPECT_EQ(encode_circuit(c), encode_circuit(small_circuit()));
  // A product of 2 × 3 × 3 and 1 × 3 × 1: not the other way, nor with other extents.
  c = small_circuit();
  std::swap(c.ops[kRepeated].inputs[0], c.ops[kRepeated].inputs[1]);
  expect_descriptor(c, "second input is as long as the first");
  c = small_circuit();
  c.ops[kRepeated].inputs[1] = kPool + 1;
  expect_descriptor(c, "second input is as long as the first");
  c = small_circuit();
  c.ops[kSquare].inputs.push_back(0);
  expect_descriptor(c, "reads two tensors");
  c = small_circuit();
  c.tensors[1].shape.channels = 0;
  expect_descriptor(c, "1…65536 channels");
}

TEST(Descriptors, LinearMaps) {
  const auto changed = [](const std::function<void(Op & join)>& change, const std::string& what) {
    Circuit c = small_circuit();
    change(c.ops[kJoin]);
    expect_descriptor(c, what);
  };
  const std::string outside = "run leaves its tensors";
  const auto run = [&](size_t term, size_t axis, const AxisRun& other, const std::string& what) {
    changed([&](Op& join) { join.terms[term].maps.at(axis).runs[0] = other; }, what);
  };
  // Term 2 reads 2 × 5 × 5 as 8 × 3 × 2, rows and columns exchanged.
  run(2, 0, {7, 1, 0, 1, 2, 1}, outside);
  run(2, 0, {0, -1, 0, 1, 2, 1}, outside);
  run(2, 0, {8, 0, 0, 1, 1, 1}, outside);
  run(2, 0, {0, 1, 1, 1, 2, 1}, outside);
  run(2, 1, {0, 1, 0, 3, 3, 1}, outside);
  run(2, 1, {0, 1, 3, -2, 3, 1}, outside);
  run(2, 1, {0, 0, 5, 0, 1, 1}, outside);
  run(2, 2, {0, 0, 0, 32767, 65535, 1}, outside);
  run(2, 2, {0, 0, 0, 0, 0, 1}, "run is empty");
  run(2, 2, {0, 0, 0, 0, 1, 0}, "run is empty");
  changed([](Op& join) { join.terms[1].input = 4; }, "input that there is not");
  changed([](Op& join) { join.terms[1].axes = {0, 1, 1}; }, "reads each axis once");
  changed([](Op& join) { join.terms[1].axes = {0, 1, 3}; }, "reads each axis once");
  changed(
      [](Op& join) {
        join.terms[2].axes = {0, 1, 2};
        join.terms[2].maps[1].runs.clear();
      },
      "the same extent on both sides");
  const std::string order = "numbered in order of first use";
  changed([](Op& join) { join.terms[0].weight = 1; }, order);
  changed([](Op& join) { join.terms[2].weight = 3; }, order);
  changed([](Op& join) { join.terms[2].weight = 65535; }, order);
  changed([](Op& join) { join.terms.clear(); }, "1 to 1024 terms");
  changed([](Op& join) { join.terms.resize(1025, join.terms[0]); }, "1 to 1024 terms");
  changed([](Op& join) { join.inputs.resize(65, 1); }, "reads 1 to 64 tensors");
  // Runs that do more work than a verifier wants to do.
  changed(
      [](Op& join) {
        join.terms.resize(400, join.terms[0]);
        for (MapTerm& term : join.terms) {
          term.maps[0].runs = {{0, 0, 0, 0, 65535, 1}};
        }
      },
      "too large for the verifier");
}

TEST(Descriptors, Windows) {
  const auto changed = [](const std::function<void(Window&)>& change, const std::string& what) {
    for (const SmallOp op : {kDilated, kTransposed, kDepthwise}) {
      Circuit c = small_circuit();
      change(c.ops[op].window);
      expect_descriptor(c, what);
    }
  };
  const std::string range = "kernel, stride and dilation must be 1…512";
  for (uint16_t Window::*member :
       {&Window::kernel_rows, &Window::kernel_columns, &Window::stride_rows,
        &Window::stride_columns, &Window::dilation_rows, &Window::dilation_columns}) {
    changed([=](Window& w) { w.*member = 0; }, range);
    changed([=](Window& w) { w.*member = 513; }, range);
  }
  for (int16_t Window::*member :
       {&Window::pad_top, &Window::pad_bottom, &Window::pad_left, &Window::pad_right}) {
    changed([=](Window& w) { w.*member = 513; }, "pads must be");
    changed([=](Window& w) { w.*member = -513; }, "pads must be");
  }
  // All that there is cut off.
  Circuit c = small_circuit();
  c.ops[kDilated].window.pad_top = -4;
  expect_descriptor(c, "larger than the padded input");
  c = small_circuit();
  c.ops[kTransposed].window.pad_top = 5;
  expect_descriptor(c, "larger than the padded input");
}

TEST(Descriptors, Tables) {
  const auto changed = [](const std::function<void(ActivationTable&)>& change,
                          const std::string& what) {
    Circuit c = small_circuit();
    change(c.tables[kSteps]);
    expect_descriptor(c, what);
  };
  changed([](ActivationTable& t) { t.bits = 8; }, "9…24 bits");
  changed([](ActivationTable& t) { t.bits = 25; }, "9…24 bits");
  changed([](ActivationTable& t) { t.ramps[0].every = 0; }, "apart and rise or fall");
  changed([](ActivationTable& t) { t.ramps[0].count = 0; }, "apart and rise or fall");
  changed([](ActivationTable& t) { t.ramps[0].rise = 0; }, "apart and rise or fall");
  changed([](ActivationTable& t) { std::swap(t.ramps[0], t.ramps[1]); }, "not in order");
  changed([](ActivationTable& t) { t.ramps[1].at = t.ramps[0].at + 39; }, "not in order");
  changed([](ActivationTable& t) { t.ramps[0].at = -512; }, "outside of it");
  changed([](ActivationTable& t) { t.ramps[3].every = 11; }, "outside of it");
  changed([](ActivationTable& t) { t.ramps[3].every = 65535; }, "outside of it");
  changed([](ActivationTable& t) { t.first = 80; }, "codes are 0…255");  // 270, 40 in the middle
  changed([](ActivationTable& t) { t.ramps[1].rise = -10; }, "codes are 0…255");
  changed(
      [](ActivationTable& t) {
        t.ramps = {{-511, 1, 1022, 1}, {600, 1, 3, 1}};
      },
      "more than 1024 steps");
  changed([](ActivationTable& t) { t.ramps.resize(1025); }, "more than 1024 ramps");

  Circuit c = small_circuit();
  c.tensors[2].table = 3;
  expect_descriptor(c, "its table is none of the circuit's");
  c = small_circuit();
  c.tables.clear();
  expect_descriptor(c, "1 to 64 tables");
  c = small_circuit();
  c.tables.resize(65, c.tables[0]);
  expect_descriptor(c, "1 to 64 tables");
  c = small_circuit();
  c.tables.resize(40, c.tables[0]);
  expect_descriptor(c, "more than 8192 steps");
}

TEST(Descriptors, ExactRounding) {
  const auto changed = [](const std::function<void(Circuit&)>& change, const std::string& what) {
    Circuit c = exact_circuit();
    change(c);
    expect_descriptor(c, what);
  };
  for (const uint8_t shift : std::to_array<uint8_t>({4, 12, 21, 24})) {
    changed([=](Circuit& c) { c.shift = shift; }, "shift must be 13…20");
  }
  changed([](Circuit& c) { c.windows[1].lo = 201; }, "lowest code is above");
  changed([](Circuit& c) { c.windows[0].zero_point = 1; }, "rounds down has a zero-point");
  for (const uint32_t side : {WindowTable::kMaxSide + 1, 0x7fffffffU, 0xffffffffU}) {
    changed([=](Circuit& c) { c.windows[2].below = side; }, "more than 2^20 windows");
    changed([=](Circuit& c) { c.windows[2].above = side; }, "more than 2^20 windows");
  }
  changed([](Circuit& c) { c.windows.clear(); }, "1 to 64 tables");
  changed([](Circuit& c) { c.windows.resize(65, c.windows[0]); }, "1 to 64 tables");
  changed([](Circuit& c) { c.tensors[2].table = 3; }, "its table is none of the circuit's");
  // Tables of the other kind, as bytes and in memory.
  changed([](Circuit& c) { c.rounding = Rounding::kFast; }, "");
  Circuit fast = small_circuit();
  fast.shift = 13;
  EXPECT_TRUE(validate(fast).ok());
  fast.rounding = Rounding::kExact;
  expect_descriptor(fast, "");
  EXPECT_FALSE(validate(fast).ok());
  for (const Rounding rounding : {Rounding::kFast, Rounding::kExact}) {
    Circuit both = exact_circuit();
    both.tables = small_circuit().tables;
    both.rounding = rounding;
    EXPECT_FALSE(validate(both).ok());
  }
}

TEST(Descriptors, UnknownWaysOfRounding) {
  const Bytes good = encode_circuit(exact_circuit());
  Circuit other = exact_circuit();
  other.windows[1].boundaries = Boundaries::kFloor;
  const Bytes floor = encode_circuit(other);
  const auto at = static_cast<size_t>(std::mismatch(good.begin(), good.end(), floor.begin()).first -
                                      good.begin());
  constexpr size_t kRoundingAt = 2;
  ASSERT_EQ(good[kRoundingAt], 1);
  for (const size_t place : {at, kRoundingAt}) {
    for (unsigned value = 2; value < 256; ++value) {
      Bytes bad = good;
      bad[place] = static_cast<uint8_t>(value);
      expect_descriptor(bad, "");
    }
  }
}

TEST(Descriptors, Parameters) {
  Circuit c = small_circuit();
  for (const auto& [member, value] : {std::pair{&Circuit::shift, 3},
                                      {&Circuit::shift, 25},
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
  c.tables[0].bits = 24;
  c.tables.push_back(c.tables[0]);
  c.shift = 24;
  c.tensors[0].shape = {64, 1, 1024, 1024};
  c.tensors[1].shape = {2, 1, 2, 2};
  c.ops[0].window = {1, 1, 512, 512, 0, 0, 0, 0};
  expect_descriptor(c, "more than 2^22 codes of one input");
  c.tensors[0].shape = {4, 1, 1024, 1024};
  expect_descriptor(c, "column D is larger than a proof can hold");  // 2^22 slots in rows of 2^4
  c.input_kappa = 16;
  expect_descriptor(c, "exceed 2^50");
  // 64 tables of 2^21 rows and more.
  c = tiny_circuit();
  c.rounding = Rounding::kExact;
  c.shift = Limbs::kMaxBits;
  c.input_kappa = 16;
  c.tables.clear();
  c.windows.resize(64,
                   {Boundaries::kFloat32, 0, 0, 255, WindowTable::kMaxSide, WindowTable::kMaxSide});
  c.tensors[0].shape = {1, 1, 1024, 1024};
  c.tensors[1].shape = {2, 1, 2, 2};
  c.ops[0].window = {1, 1, 512, 512, 0, 0, 0, 0};
  expect_descriptor(c, "exceed 2^50");
  c.tensors[0].shape = {1, 1, 512, 1024};
  c.tensors[1].shape = {2, 1, 1, 2};
  const LoadedModel largest = load_commitment(with_circuit(encode_circuit(c)));
  EXPECT_EQ(largest.verdict.detail.find("exceed"), std::string::npos) << largest.verdict.detail;
}

// A descriptor within all limits, and a proof for it that is short of rows: refused at once.
TEST(Descriptors, LargeOneAndAProofWithoutRows) {
  Circuit c = tiny_circuit();
  c.input_kappa = 16;
  c.model_kappa = 16;
  c.tensors[0].shape = {4, 1, 1024, 1024};
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
