// Trained models against what TensorFlow Lite itself answers (quantised logits of two sets of eight
// pictures). The roundings differ: TensorFlow Lite rounds its multipliers to float32 and every sum
// to a code in its own way, and one flipped code moves later ones, so codes differ by a little.
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

TEST_P(Golden, LogitsAreClose) {
  const auto [name, is_signed] = GetParam();
  VOUCH_SHARED_DATA(file, std::string("models/tflite/") + name + ".tflite");
  const Result<CompiledModel> model = compile_model(file, {});
  ASSERT_TRUE(model.ok()) << model.error().message;
  const Circuit& circuit = model.value().circuit;
  for (const ActivationTable& table : circuit.tables) {
    EXPECT_LE(table.bits, 18);
  }
  const size_t size = circuit.input().shape.rows;
  const size_t area = size * size;
  const size_t classes = circuit.output_tensor().shape.elements();
  int agreed = 0;
  int farthest = 0;
  double sum = 0;
  for (const std::string set : {"val", "pictures"}) {
    VOUCH_SHARED_DATA(inputs, "golden/" + set + "_u8_nhwc_" + std::to_string(size) + "_x8.bin");
    VOUCH_SHARED_DATA(logits, "golden/" + set + "__" + name + ".logits.bin");
    ASSERT_EQ(inputs.size(), 8 * 3 * area);
    ASSERT_EQ(logits.size(), 8 * classes);
    for (size_t picture = 0; picture < 8; ++picture) {
      std::vector<uint8_t> codes(3 * area);
      for (size_t i = 0; i < 3 * area; ++i) {
        codes[i % 3 * area + i / 3] = inputs[picture * 3 * area + i];
      }
      const std::vector<uint8_t> actual = run_plain(circuit, model.value().weights, codes).output;
      std::vector<uint8_t> expected(
          logits.begin() + static_cast<std::ptrdiff_t>(picture * classes),
          logits.begin() + static_cast<std::ptrdiff_t>((picture + 1) * classes));
      for (size_t i = 0; i < classes; ++i) {
        expected[i] = static_cast<uint8_t>(expected[i] + (is_signed ? 128 : 0));
        const int distance = std::abs(int{actual[i]} - int{expected[i]});
        farthest = std::max(farthest, distance);
        sum += distance;
      }
      const auto best = [](const std::vector<uint8_t>& x) {
        return std::max_element(x.begin(), x.end()) - x.begin();
      };
      agreed += best(actual) == best(expected) ? 1 : 0;
      // Another class may only win where the two are all but equal.
      const auto value_of = [&](auto index) { return int{expected[static_cast<size_t>(index)]}; };
      EXPECT_LE(value_of(best(expected)) - value_of(best(actual)), 2) << set << ' ' << picture;
    }
  }
  const double mean = sum / static_cast<double>(16 * classes);
  std::cout << name << ": top-1 agrees on " << agreed << " of 16, codes differ by " << mean
            << " in the mean, " << farthest << " at most\n";
  EXPECT_GE(agreed, 14);
  EXPECT_LE(farthest, 12);
  EXPECT_LT(mean, 1.5);
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
