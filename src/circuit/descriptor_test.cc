// The circuit's encoding: what is written comes back, and nothing else is read.
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "circuit/circuit.h"
#include "circuit/columns.h"
#include "circuit/operators/linear_maps.h"
#include "circuit/random_circuit.h"

namespace vouch {
namespace {

Result<Circuit> decode_all(ByteSpan bytes) {
  ByteReader reader(bytes);
  auto circuit = decode_circuit(reader);
  if (circuit.ok() && !reader.finished()) {
    return Error{"bytes to spare"};
  }
  return circuit;
}

class Descriptors : public ::testing::TestWithParam<uint32_t> {};

TEST_P(Descriptors, ComeBack) {
  const Circuit circuit = random_circuit(GetParam(), 1 + GetParam() % 9);
  const auto decoded = decode_all(encode_circuit(circuit));
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(decoded.value(), circuit);
}

TEST_P(Descriptors, OfExactRoundingComeBack) {
  const Circuit circuit = with_windows(random_circuit(GetParam(), 1 + GetParam() % 9));
  const Bytes bytes = encode_circuit(circuit);
  const auto decoded = decode_all(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(decoded.value(), circuit);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_all(ByteSpan(bytes).first(length)).ok()) << length;
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const unsigned flip : {1U, 2U, 4U, 16U, 64U, 128U, 255U}) {
      Bytes changed = bytes;
      changed[i] = static_cast<uint8_t>(changed[i] ^ flip);
      const auto other = decode_all(changed);
      EXPECT_TRUE(!other.ok() || encode_circuit(other.value()) == changed) << i;
    }
  }
}

TEST_P(Descriptors, LeaveWhatFollows) {
  const Circuit circuit = random_circuit(GetParam());
  Bytes bytes = encode_circuit(circuit);
  const size_t length = bytes.size();
  bytes.insert(bytes.end(), {1, 2, 3});
  ByteReader reader(bytes);
  const auto decoded = decode_circuit(reader);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded.value(), circuit);
  EXPECT_EQ(reader.remaining(), 3U) << length;
}

TEST_P(Descriptors, NoPrefixIsOne) {
  const Bytes bytes = encode_circuit(random_circuit(GetParam()));
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_all(ByteSpan(bytes).first(length)).ok()) << length;
  }
}

TEST_P(Descriptors, AreCanonical) {
  const Bytes bytes = encode_circuit(random_circuit(GetParam(), 5));
  size_t accepted = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const unsigned flip : {1U, 2U, 4U, 8U, 16U, 32U, 64U, 128U, 255U, 3U}) {
      Bytes changed = bytes;
      changed[i] = static_cast<uint8_t>(changed[i] ^ flip);
      const auto decoded = decode_all(changed);
      if (decoded.ok()) {
        ++accepted;
        ASSERT_EQ(encode_circuit(decoded.value()), changed) << i << " " << flip;
      }
    }
  }
  EXPECT_GT(accepted, 0U);  // a zero-point, say, may be anything
}

INSTANTIATE_TEST_SUITE_P(Seeds, Descriptors, ::testing::Range(0U, 8U));

// Where the fields lie before the operators.
constexpr size_t kSoftmaxAt = 20;
constexpr size_t kTablesAt = 38;

// Where the number of operators lies, behind the tables.
size_t count_at(const Circuit& c) {
  ByteWriter tables;
  for (const ActivationTable& table : c.tables) {
    encode_table(tables, table);
  }
  return kTablesAt + 1 + tables.bytes().size();
}

TEST(Descriptor, RefusesWhatNoEncoderWrites) {
  const Circuit circuit = random_circuit(3);
  const Bytes bytes = encode_circuit(circuit);
  const size_t count = count_at(circuit);
  const size_t first_op = count + 4;
  const auto refused = [&](size_t at, uint8_t value, const std::string& reason) {
    Bytes changed = bytes;
    ASSERT_NE(changed[at], value);
    changed[at] = value;
    const auto r = decode_all(changed);
    ASSERT_FALSE(r.ok()) << reason;
    EXPECT_NE(r.error().message.find(reason), std::string::npos) << r.error().message;
  };
  refused(0, 1, "of version 1.1");
  refused(1, 0, "of version 0.2");
  refused(1, 2, "of version 2.2");
  refused(kSoftmaxAt, 2, "malformed");
  refused(kTablesAt, 0, "malformed");
  refused(kTablesAt, 255, "");
  refused(kTablesAt + 1, 8, "9…24 bits");
  refused(count, 0, "1 to 512 operators");
  refused(count, 5, "bytes to spare");
  refused(count, 7, "operator 6: unknown operator or no input");
  refused(count + 1, 3, "cut short or malformed");
  refused(count + 3, 255, "cut short or malformed");
  refused(first_op, 4, "operator 0: unknown operator");
  refused(first_op, 255, "operator 0: unknown operator");
  refused(first_op + 1, 0, "operator 0: unknown operator or no input");
  refused(first_op + 2, 1, "operator 0: reads tensor 1");
}

TEST(Descriptor, ChannelsThatTheOperatorCannotHave) {
  Circuit c;
  c.tables = {ActivationTable::clamp(9, 0, 255)};
  c.tensors = {{{3, 1, 4, 4}, 0, 0}, {{6, 1, 4, 4}, 0, 0}};
  c.ops = {{OpKind::kDepthwiseConv2d, {0}}};
  ASSERT_TRUE(decode_all(encode_circuit(c)).ok());
  c.tensors[1].shape.channels = 4;
  const auto r = decode_all(encode_circuit(c));
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.error().message.find("a multiple of its input's"), std::string::npos);
}

// Each field of windows, terms and tables, changed alone, gives another circuit, or none.
TEST(Descriptor, WindowsTermsAndTables) {
  Circuit c = plain_circuit();
  c.ops[0].window.transposed = true;
  c.ops[0].window.dilation_rows = 2;
  c.ops[0].window.pad_left = -1;
  c.tensors[1].shape = output_shape(c.ops[0], {c.tensors[0].shape}, {4}).value();
  c.ops.resize(1);
  c.tensors.resize(2);
  ASSERT_TRUE(validate(c).ok()) << validate(c).error().message;
  EXPECT_EQ(decode_all(encode_circuit(c)).value(), c);
}

// Seconds of this process while it decodes.
double seconds_to_decode(const Bytes& bytes, bool* accepted) {
  const std::clock_t start = std::clock();
  const auto r = decode_all(bytes);
  *accepted = false;
  if (r.ok()) {
    const Columns columns(r.value(), 16);
    *accepted = validate_columns(columns).ok() && validate_proof_rows(columns).ok();
  }
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

Circuit hostile(const Shape& input, size_t ops, const Op& op, const Shape& output) {
  Circuit c;
  c.model_kappa = 16;
  c.input_kappa = 16;
  c.tables = {ActivationTable::clamp(9, 0, 255)};
  c.tensors = {{input, 0, 0}};
  for (size_t i = 0; i < ops; ++i) {
    c.ops.push_back(op);
    c.tensors.push_back({output, 0, 0});
  }
  return c;
}

// A linear map of `terms` terms with `runs` runs of `count` entries along its rows.
Op many_runs(size_t terms, size_t runs, uint16_t count) {
  MapTerm term;
  term.maps[1].runs.assign(runs, {0, 1, 0, 1, count, 1});
  return {OpKind::kLinearMap, {0}, {}, std::vector<MapTerm>(terms, term)};
}

// Descriptors whose numbers are as large as the format allows. Measured: the slowest takes 7 ms.
TEST(Descriptor, HostileNumbersCostLittle) {
  const Window wide{512, 512, 1, 1, 512, 512, 512, 512};
  Window up{512, 512, 512, 512};
  up.transposed = true;
  const std::vector<Circuit> descriptors{
      hostile({65536, 1, 64, 64}, 512, {OpKind::kConv2d, {0}, wide}, {65536, 1, 577, 577}),
      hostile({1, 1, 3072, 3072}, 512, {OpKind::kConv2d, {0}, wide}, {1, 1, 3585, 3585}),
      hostile({65536, 1, 1, 1}, 512, {OpKind::kConv2d, {0}}, {65536, 1, 1, 1}),
      hostile({65536, 1, 1, 1}, 7, {OpKind::kDepthwiseConv2d, {0}}, {65536, 1, 1, 1}),
      hostile({1, 1, 4096, 4096}, 1, {OpKind::kConv2d, {0}, up}, {1, 1, 2097152, 2097152}),
      hostile({1, 1, 1, 1}, 512, sum_of(std::vector<uint32_t>(64, 0)), {1, 1, 1, 1}),
      hostile({1, 1, 1, 1}, 512, sum_of(std::vector<uint32_t>(65, 0)), {1, 1, 1, 1}),
      hostile({1, 1, 4096, 1}, 200, many_runs(1, 10, 4096), {1, 1, 4096, 1}),
      hostile({1, 1, 4096, 1}, 20, many_runs(1, 10, 4096), {1, 1, 4096, 1}),
      hostile({65536, 1, 1, 1}, 512, {OpKind::kProduct, {0, 0}}, {65536, 1, 1, 1}),
      hostile({1, 1, 1, 1}, 7, many_runs(1024, 8, 1), {1, 1, 1, 1}),
      hostile({~0U, ~0U, ~0U, ~0U}, 512, {OpKind::kConv2d, {0}, wide}, {~0U, ~0U, ~0U, ~0U}),
  };
  for (size_t i = 0; i < descriptors.size(); ++i) {
    bool accepted = false;
    const Bytes bytes = encode_circuit(descriptors[i]);
    EXPECT_LE(bytes.size(), size_t{1} << 20) << i;  // as files may have
    RecordProperty("bytes_" + std::to_string(i), std::to_string(bytes.size()));
    const double seconds = seconds_to_decode(bytes, &accepted);
    RecordProperty("seconds_" + std::to_string(i), std::to_string(seconds));
    EXPECT_LT(seconds, 1.0) << i;  // far above what it takes, also under sanitizers
    EXPECT_EQ(accepted, i == 3 || i == 5 || i == 8 || i == 10) << i;
  }
}

}  // namespace
}  // namespace vouch
