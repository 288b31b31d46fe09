// The .vouch file: what is written comes back, and nothing else is read.
#include "prove/model_file.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>

#include "prove/random_network.h"

namespace vouch {
namespace {

constexpr size_t kChecksumBytes = 32;

ProverModel model_of(WeightedCircuit network) {
  network.circuit.model_kappa = 6;
  network.circuit.input_kappa = 12;
  EXPECT_TRUE(validate(network.circuit).ok());
  static const Generators generators = Generators::load(1 << 10).value();
  return {std::move(network.circuit), std::move(network.weights), ProverModel::Seed{4, 7, 1, 1},
          generators};
}

// Two operators, a few hundred bytes.
WeightedCircuit tiny_network() {
  WeightedCircuit n;
  n.circuit.shift = 8;
  n.circuit.tables = {ActivationTable::clamp(17, 5, 200), ActivationTable::clamp(17, 0, 255)};
  n.circuit.tensors = {{{2, 1, 2, 2}, 3, 0}, {{2, 1, 2, 2}, 5, 0}, {{1, 1, 2, 2}, 0, 1}};
  n.circuit.ops = {{OpKind::kDepthwiseConv2d, {0}, {}, {}}, {OpKind::kConv2d, {1}, {}, {}}};
  n.weights = {{{-128, 127}, {32767, -32768}}, {{300, -1}, {8388608}}};
  return n;
}

ModelMetadata metadata_of(const ProverModel& model) {
  ModelMetadata m{"cat.tflite", "a test", {}, {"a note", ""}};
  for (size_t i = 0; i < model.circuit().ops.size(); ++i) {
    m.layer_names.push_back("layer " + std::to_string(i));
  }
  return m;
}

Bytes tiny_file() {
  const ProverModel model = model_of(tiny_network());
  return encode_model_file(model, metadata_of(model));
}

std::array<uint8_t, kChecksumBytes> blake2b(ByteSpan bytes) {
  std::array<uint8_t, kChecksumBytes> out{};
  crypto_generichash(out.data(), out.size(), bytes.data(), bytes.size(), nullptr, 0);
  return out;
}

// The content, of one piece, with a checksum that fits it.
Bytes sealed(ByteSpan content) {
  const auto checksum = blake2b(blake2b(content));
  Bytes file(content.begin(), content.end());
  file.insert(file.end(), checksum.begin(), checksum.end());
  return file;
}

ByteSpan content_of(const Bytes& file) {
  return ByteSpan(file).first(file.size() - kChecksumBytes);
}

void expect_same(const ProverModel& a, const ProverModel& b) {
  EXPECT_EQ(a.circuit(), b.circuit());
  EXPECT_EQ(a.seed(), b.seed());
  EXPECT_EQ(a.identity(), b.identity());
  EXPECT_EQ(a.weight_opening().blinders, b.weight_opening().blinders);
  EXPECT_EQ(a.bias_opening().blinders, b.bias_opening().blinders);
  EXPECT_EQ(a.weight_opening().rows, b.weight_opening().rows);
  ASSERT_EQ(a.weights().size(), b.weights().size());
  for (size_t i = 0; i < a.weights().size(); ++i) {
    EXPECT_EQ(a.weights()[i].weights, b.weights()[i].weights) << i;
    EXPECT_EQ(a.weights()[i].biases, b.weights()[i].biases) << i;
  }
}

std::string error_of(ByteSpan file) {
  const auto decoded = decode_model_file(file);
  return decoded.ok() ? "accepted" : decoded.error().message;
}

TEST(ModelFile, ComesBackAsItWasWritten) {
  for (uint32_t seed = 0; seed < 6; ++seed) {
    const ProverModel model = model_of(random_network(seed));
    const ModelMetadata metadata = metadata_of(model);
    const Bytes file = encode_model_file(model, metadata);
    const auto decoded = decode_model_file(file);
    ASSERT_TRUE(decoded.ok()) << decoded.error().message;
    expect_same(model, decoded.value().model);
    EXPECT_EQ(decoded.value().metadata, metadata);
    EXPECT_EQ(encode_model_file(decoded.value().model, decoded.value().metadata), file);
  }
}

TEST(ModelFile, TheDecodedModelRunsAsTheOriginalDoes) {
  const ProverModel model = model_of(tiny_network());
  const auto decoded = decode_model_file(tiny_file());
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  const auto input = random_codes(8, 1);
  const auto expected = model.executor().run(input, false);
  const auto actual = decoded.value().model.executor().run(input, false);
  ASSERT_TRUE(expected.ok() && actual.ok());
  EXPECT_EQ(actual.value().output(), expected.value().output());
}

TEST(ModelFile, EveryWidthComesBack) {
  for (unsigned bits = 0; bits < 47; ++bits) {
    WeightedCircuit n = tiny_network();
    n.weights[0].weights = {(int64_t{1} << bits) - 1, 0};
    n.weights[0].biases = {-(int64_t{1} << bits), int64_t{1} << bits};
    const ProverModel model = model_of(std::move(n));
    const auto decoded = decode_model_file(encode_model_file(model, metadata_of(model)));
    ASSERT_TRUE(decoded.ok()) << bits << ": " << decoded.error().message;
    expect_same(model, decoded.value().model);
  }
}

// With exact rounding the integers are wider.
TEST(ModelFile, EveryWidthOfExactRoundingComesBack) {
  const auto comes_back = [](int64_t weight, int64_t bias) {
    WeightedCircuit n = tiny_network();
    n.circuit.rounding = Rounding::kExact;
    n.circuit.shift = Limbs::kMaxBits;
    n.circuit.tables.clear();
    n.circuit.windows = {{Boundaries::kFloor, 0, 5, 200, 7, 8},
                         {Boundaries::kFloat32, 3, 0, 255, 9, 0}};
    n.weights[0].weights = {weight, 1};
    n.weights[0].biases = {-bias, bias};
    const ProverModel model = model_of(std::move(n));
    const Bytes file = encode_model_file(model, metadata_of(model));
    const auto decoded = decode_model_file(file);
    if (decoded.ok()) {
      expect_same(model, decoded.value().model);
      EXPECT_EQ(encode_model_file(decoded.value().model, decoded.value().metadata), file);
    }
    return decoded.ok();
  };
  for (unsigned bits = 0; bits < 61; ++bits) {
    EXPECT_TRUE(comes_back((int64_t{1} << std::min(bits, 51U)) - 1, int64_t{1} << bits)) << bits;
  }
  EXPECT_TRUE(comes_back(1 - kExactWeightBound, kExactBiasBound - 1));
  EXPECT_FALSE(comes_back(kExactWeightBound, 1));
  EXPECT_FALSE(comes_back(-kExactWeightBound, 1));
  EXPECT_FALSE(comes_back(1, kExactBiasBound));
  EXPECT_FALSE(comes_back(1, -kExactBiasBound));
  EXPECT_FALSE(comes_back(1, INT64_MAX));
}

TEST(ModelFile, EveryTruncationIsRefused) {
  const Bytes file = tiny_file();
  for (size_t n = 0; n < file.size(); ++n) {
    EXPECT_FALSE(decode_model_file(ByteSpan(file).first(n)).ok()) << n;
  }
  const ByteSpan content = content_of(file);
  for (size_t n = 0; n < content.size(); ++n) {
    EXPECT_FALSE(decode_model_file(sealed(content.first(n))).ok()) << n;
  }
}

TEST(ModelFile, BytesToSpareAreRefused) {
  Bytes file = tiny_file();
  Bytes content(content_of(file).begin(), content_of(file).end());
  file.push_back(0);
  EXPECT_NE(error_of(file).find("damaged"), std::string::npos);
  content.push_back(0);
  EXPECT_NE(error_of(sealed(content)).find("malformed"), std::string::npos);
}

TEST(ModelFile, TheChecksumFindsEveryChangedByte) {
  const Bytes file = tiny_file();
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    Bytes changed = file;
    changed[random() % file.size()] ^= static_cast<uint8_t>(1 + random() % 255);
    EXPECT_FALSE(decode_model_file(changed).ok());
  }
}

// With a checksum that fits, what is accepted must be the only encoding of what it says.
TEST(ModelFile, ChangedBytesAreRefusedOrCanonical) {
  const Bytes file = tiny_file();
  std::mt19937 random(2);
  int accepted = 0;
  for (int i = 0; i < 2000; ++i) {
    Bytes content(content_of(file).begin(), content_of(file).end());
    content[random() % content.size()] ^= static_cast<uint8_t>(1 + random() % 255);
    const Bytes changed = sealed(content);
    if (const auto decoded = decode_model_file(changed); decoded.ok()) {
      ++accepted;
      EXPECT_EQ(encode_model_file(decoded.value().model, decoded.value().metadata), changed);
    }
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, 2000);
}

class Integers : public testing::Test {
 protected:
  // Where the integers begin: the first list has two of one byte, the second two of two bytes.
  Integers() : model_(model_of(tiny_network())), file_(tiny_file()) {
    const ModelCommitment& m = model_.commitment();
    at_ = kMagicBytes + 2 + 4 + m.circuit.size() + 32 + 4 + 32 * m.weights.size() + 4 +
          32 * m.biases.size();
  }
  // The file with the first `old_bytes` bytes of the integers replaced.
  [[nodiscard]] std::string with(size_t old_bytes, const Bytes& replacement) const {
    const ByteSpan content = content_of(file_);
    Bytes changed(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(at_));
    changed.insert(changed.end(), replacement.begin(), replacement.end());
    const ByteSpan rest = content.subspan(at_ + old_bytes);
    changed.insert(changed.end(), rest.begin(), rest.end());
    return error_of(sealed(changed));
  }

  ProverModel model_;
  Bytes file_;
  size_t at_ = 0;
};

TEST_F(Integers, OfAnyWidthButTheSmallestAreRefused) {
  const std::string malformed = "the compiled model is malformed";
  EXPECT_EQ(with(3, {1, 0x80, 0x7F}), "accepted");  // as it was
  EXPECT_EQ(with(3, {2, 0x80, 0xFF, 0x7F, 0}), malformed);
  EXPECT_EQ(with(3, {0}), malformed);
  EXPECT_EQ(with(3, {2, 0x80, 0x00, 0x7F, 0}), "accepted");  // 128 needs two bytes
  EXPECT_EQ(with(3, {7, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 64}), malformed);
  EXPECT_EQ(with(3, {255, 0, 0}), malformed);
}

TEST(ModelFile, CountsAreCheckedBeforeAnythingIsAllocated) {
  const ProverModel model = model_of(tiny_network());
  const Bytes file = tiny_file();
  const size_t rows = kMagicBytes + 2 + 4 + model.commitment().circuit.size() + 32;
  for (const size_t at : {kMagicBytes + 2, rows}) {
    Bytes content(content_of(file).begin(), content_of(file).end());
    std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(at), 4, uint8_t{0xFF});
    EXPECT_NE(error_of(sealed(content)), "accepted");
  }
}

TEST(ModelFile, OtherKindsAndVersionsAreNamed) {
  const Bytes file = tiny_file();
  Bytes other = file;
  other[7] = 'X';
  EXPECT_EQ(error_of(other), "this is not a compiled model (.vouch)");
  EXPECT_EQ(error_of({}), "this is not a compiled model (.vouch)");
  Bytes later = file;
  later[8] = 4;
  EXPECT_NE(error_of(later).find("version 1.4; this program reads version 1.2 and 1.3"),
            std::string::npos);
}

// The tiny network's input, [2, 2, 2] of two rows, two columns and two channels.
ModelMetadata metadata_with_input(const ProverModel& model) {
  ModelMetadata metadata = metadata_of(model);
  metadata.inputs = {{"x", {1, 2, 2, 2}, {0.5F, 3, true}, 0, {{2, 2}, {2, 1}, {2, 4}}}};
  return metadata;
}

TEST(ModelFile, WhatInputsStandForComesBack) {
  const ProverModel model = model_of(tiny_network());
  ModelMetadata metadata = metadata_with_input(model);
  const Bytes file = encode_model_file(model, metadata);
  EXPECT_EQ(file[8], 3);
  const auto decoded = decode_model_file(file);
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(decoded.value().metadata, metadata);
  EXPECT_EQ(encode_model_file(decoded.value().model, decoded.value().metadata), file);
  metadata.inputs.assign(ModelMetadata::kMaxInputs + 1, metadata.inputs[0]);
  EXPECT_EQ(encode_model_file(model, metadata), tiny_file());
}

// Version 1.2 has no inputs, and another checksum.
TEST(ModelFile, TheVersionBeforeIsRead) {
  const Bytes file = tiny_file();
  const ByteSpan content = content_of(file);
  Bytes before(content.begin(), content.end() - 2);
  before[8] = 2;
  std::array<uint8_t, 64> full{};
  crypto_hash_sha512(full.data(), before.data(), before.size());
  before.insert(before.end(), full.begin(), full.begin() + kChecksumBytes);
  const auto decoded = decode_model_file(before);
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(encode_model_file(decoded.value().model, decoded.value().metadata), file);
  before[100] ^= 1;
  EXPECT_EQ(error_of(before), "the compiled model is damaged: its checksum is wrong");
}

// Pieces of 2^18 bytes have a checksum each.
TEST(ModelFile, DamageIsFoundInEveryPiece) {
  const ProverModel model = model_of(tiny_network());
  ModelMetadata metadata = metadata_of(model);
  metadata.notes.assign(600, std::string(ModelMetadata::kMaxTextBytes, 'x'));
  const Bytes file = encode_model_file(model, metadata);
  ASSERT_GT(file.size(), size_t{2} << 18);
  ASSERT_EQ(error_of(file), "accepted");
  for (const size_t at : {file.size() / 7, file.size() / 2, file.size() - 100}) {
    Bytes damaged = file;
    damaged[at] ^= 4;
    EXPECT_EQ(error_of(damaged), "the compiled model is damaged: its checksum is wrong") << at;
  }
}

TEST(ModelFile, InputsThatAreNotTheCircuitsAreRefused) {
  const ProverModel model = model_of(tiny_network());
  const auto with = [&](const std::function<void(InputMeaning&)>& change) {
    ModelMetadata metadata = metadata_with_input(model);
    change(metadata.inputs[0]);
    return error_of(encode_model_file(model, metadata));
  };
  const std::string malformed = "the compiled model is malformed";
  EXPECT_EQ(with([](InputMeaning& /*unchanged*/) {}), "accepted");
  EXPECT_EQ(with([](InputMeaning& input) { input.first = 1; }), malformed);
  EXPECT_EQ(with([](InputMeaning& input) { input.digits[0].step = 3; }), malformed);
  EXPECT_EQ(with([](InputMeaning& input) { input.digits[0].extent = 3; }), malformed);
  EXPECT_EQ(with([](InputMeaning& input) { input.digits[0].extent = 0; }), malformed);
  EXPECT_EQ(with([](InputMeaning& input) { input.shape = {1, 2, 2, 3}; }), malformed);
  EXPECT_EQ(with([](InputMeaning& input) { input.shape.assign(9, 1); }), malformed);
  EXPECT_EQ(with([](InputMeaning& input) { input.codes.scale = 0; }), malformed);
  EXPECT_EQ(with([](InputMeaning& input) { input.codes.scale = NAN; }), malformed);
  // Half of the circuit's input, and all of it twice.
  EXPECT_EQ(with([](InputMeaning& input) {
              input.shape = {1, 2, 2, 1};
              input.digits.pop_back();
            }),
            malformed);
  ModelMetadata twice = metadata_with_input(model);
  twice.inputs.push_back(twice.inputs[0]);
  EXPECT_EQ(error_of(encode_model_file(model, twice)), malformed);
}

TEST(ModelFile, LongTextsAreCut) {
  const ProverModel model = model_of(tiny_network());
  ModelMetadata metadata = metadata_of(model);
  metadata.file_name.assign(5000, 'x');
  metadata.notes.assign(3000, "note");
  const auto decoded = decode_model_file(encode_model_file(model, metadata));
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(decoded.value().metadata.file_name.size(), ModelMetadata::kMaxTextBytes);
  EXPECT_EQ(decoded.value().metadata.notes.size(), ModelMetadata::kMaxNotes);
}

}  // namespace
}  // namespace vouch
