// Trained models against what TensorFlow Lite itself answers (quantised logits of two sets of eight
// pictures). With fast rounding codes differ by a little: TensorFlow Lite rounds its multipliers to
// float32 and every sum to a code in its own way, and one flipped code moves later ones. With exact
// rounding they are the same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "model/compile.h"
#include "model/plain_network.h"
#include "picture/shared_data.h"

namespace vouch {
namespace {

struct GoldenCase {
  const char* name;
  bool is_signed;
};

class Golden : public testing::TestWithParam<GoldenCase> {};

// Pictures as TensorFlow Lite reads them, and the codes that it answers.
struct Answered {
  std::string set;
  Bytes input;
  Bytes logits;
};

// [row][column][channel] to [channel][row][column].
Bytes by_channel(std::span<const uint8_t> picture) {
  const size_t area = picture.size() / 3;
  Bytes codes(picture.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    codes[i % 3 * area + i / 3] = picture[i];
  }
  return codes;
}

// Both sets of eight, or nothing if the shared data has not all of them.
std::vector<Answered> answered(const GoldenCase& model, size_t size, size_t classes) {
  std::vector<Answered> all;
  for (const std::string set : {"val", "pictures"}) {
    const Bytes inputs =
        shared_data("golden/" + set + "_u8_nhwc_" + std::to_string(size) + "_x8.bin");
    const Bytes logits = shared_data("golden/" + set + "__" + model.name + ".logits.bin");
    const size_t pixels = 3 * size * size;
    if (inputs.size() != 8 * pixels || logits.size() != 8 * classes) {
      return {};
    }
    for (size_t i = 0; i < 8; ++i) {
      Answered& one = all.emplace_back();
      one.set = set + ' ' + std::to_string(i);
      one.input = by_channel(std::span(inputs).subspan(i * pixels, pixels));
      for (const uint8_t code : std::span(logits).subspan(i * classes, classes)) {
        one.logits.push_back(static_cast<uint8_t>(code + (model.is_signed ? 128 : 0)));
      }
    }
  }
  return all;
}

TEST_P(Golden, LogitsAreClose) {
  const auto [name, is_signed] = GetParam();
  VOUCH_SHARED_DATA(file, std::string("models/tflite/") + name + ".tflite");
  const Result<CompiledModel> model = compile_model(file, {});
  ASSERT_TRUE(model.ok()) << model.error().message;
  const Circuit& circuit = model.value().circuit;
  for (const ActivationTable& table : circuit.tables) {
    EXPECT_LE(table.bits, 18);
  }
  const size_t classes = circuit.output_tensor().shape.elements();
  const auto all = answered(GetParam(), circuit.input().shape.rows, classes);
  ASSERT_EQ(all.size(), 16U);
  int agreed = 0;
  int farthest = 0;
  double sum = 0;
  for (const auto& [set, input, expected] : all) {
    const std::vector<uint8_t> actual = run_plain(circuit, model.value().weights, input).output;
    for (size_t i = 0; i < classes; ++i) {
      const int distance = std::abs(int{actual[i]} - int{expected[i]});
      farthest = std::max(farthest, distance);
      sum += distance;
    }
    const auto best = [](const std::vector<uint8_t>& x) {
      return static_cast<size_t>(std::max_element(x.begin(), x.end()) - x.begin());
    };
    agreed += best(actual) == best(expected) ? 1 : 0;
    // Another class may only win where the two are all but equal.
    EXPECT_LE(int{expected[best(expected)]} - int{expected[best(actual)]}, 2) << set;
  }
  const double mean = sum / static_cast<double>(16 * classes);
  std::cout << name << ": top-1 agrees on " << agreed << " of 16, codes differ by " << mean
            << " in the mean, " << farthest << " at most\n";
  EXPECT_GE(agreed, 14);
  EXPECT_LE(farthest, 12);
  EXPECT_LT(mean, 1.5);
}

TEST_P(Golden, LogitsAreEqualWithExactRounding) {
  VOUCH_SHARED_DATA(file, std::string("models/tflite/") + GetParam().name + ".tflite");
  CompileOptions options;
  options.rounding = Rounding::kExact;
  const Result<CompiledModel> model = compile_model(file, options);
  ASSERT_TRUE(model.ok()) << model.error().message;
  const Circuit& circuit = model.value().circuit;
  const auto all =
      answered(GetParam(), circuit.input().shape.rows, circuit.output_tensor().shape.elements());
  ASSERT_EQ(all.size(), 16U);
  for (const auto& [set, input, logits] : all) {
    EXPECT_EQ(run_plain(circuit, model.value().weights, input).output, logits) << set;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, Golden,
                         testing::Values(GoldenCase{"mobilenet_v2_1.0_224_quant", false},
                                         GoldenCase{"mobilenet_v2_0_5_224_quant", false},
                                         GoldenCase{"mobilenet_v2_0_75_192_quant", false},
                                         GoldenCase{"mobilenet_v2_1_0_96_quant", false},
                                         GoldenCase{"mobilenet_v2_0_75_96_quant", false},
                                         GoldenCase{"mobilenet_v2_0_5_96_quant", false},
                                         GoldenCase{"mobilenet_v1_0.25_128_quant", false},
                                         GoldenCase{"tf2_mobilenet_v2_1.0_224_ptq", true},
                                         GoldenCase{"mcunet_144_int8", true}),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

// Models of other kinds: their folding is checked by random networks; here, that they compile.
TEST(Models, SmallOnesCompile) {
  for (const char* name : {"autoencoder_anomaly_int8", "dscnn_keywords_int8",
                           "mobilenet_v1_visual_wake_words_int8", "resnet8_cifar10_int8"}) {
    VOUCH_SHARED_DATA(file, std::string("models/tflite/") + name + ".tflite");
    const Result<CompiledModel> model = compile_model(file, {});
    EXPECT_TRUE(model.ok()) << name << ": " << model.error().message;
  }
}

}  // namespace
}  // namespace vouch
