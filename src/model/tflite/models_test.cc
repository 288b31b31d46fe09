// Real models in TensorFlow Lite's format: all are read, and what the float executor makes of them
// is what TensorFlow Lite answers, but for its roundings.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/tflite/reader.h"
#include "network/float_executor.h"
#include "network/validate.h"
#include "picture/shared_data.h"

namespace vouch::tflite {
namespace {

using Reals = std::vector<float>;

struct ModelCase {
  const char* name;
  size_t layers;
};

class TfliteModels : public testing::TestWithParam<ModelCase> {};

TEST_P(TfliteModels, AreRead) {
  VOUCH_SHARED_DATA(file, std::string("models/tflite/") + GetParam().name + ".tflite");
  const Result<Network> read = read_tflite(file);
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Network& network = read.value();
  EXPECT_TRUE(validate(network).ok());
  size_t coded = 0;
  for (const NetworkTensor& tensor : network.tensors) {
    coded += tensor.codes ? 1 : 0;
  }
  EXPECT_EQ(network.layers.size(), GetParam().layers);
  EXPECT_EQ(coded, GetParam().layers + 1);  // every activation
}

INSTANTIATE_TEST_SUITE_P(
    Files, TfliteModels,
    testing::Values(
        ModelCase{"autoencoder_anomaly_int8", 10}, ModelCase{"dscnn_keywords_int8", 13},
        ModelCase{"mcunet_144_int8", 129}, ModelCase{"mobilenet_v1_0.25_128_quant", 31},
        ModelCase{"mobilenet_v1_visual_wake_words_int8", 31},
        ModelCase{"mobilenet_v2_0_5_224_quant", 66}, ModelCase{"mobilenet_v2_0_5_96_quant", 66},
        ModelCase{"mobilenet_v2_0_75_192_quant", 66}, ModelCase{"mobilenet_v2_0_75_96_quant", 66},
        ModelCase{"mobilenet_v2_1.0_224_quant", 66}, ModelCase{"mobilenet_v2_1_0_96_quant", 66},
        ModelCase{"resnet8_cifar10_int8", 16}, ModelCase{"tf2_mobilenet_v2_1.0_224_ptq", 68}),
    [](const auto& test) {
      std::string name = test.param.name;
      std::replace(name.begin(), name.end(), '.', '_');
      return name;
    });

// Makes the logits the output, where softmax follows.
void end_with_logits(Network& network) {
  for (const Layer& layer : network.layers) {
    if (layer.kind == LayerKind::kSoftmax) {
      network.outputs = layer.inputs;
      return;
    }
  }
}

struct Difference {
  int agreed = 0;  // pictures whose highest class is TensorFlow Lite's
  int farthest = 0;
  double mean = 0;
};

// `file` holds pixels and logits of 8 pictures.
Difference compare(const Network& network, const Bytes& pixels, const Bytes& logits) {
  const CodeScale from = *network.tensors[network.inputs[0]].codes;
  const CodeScale to = *network.tensors[network.outputs[0]].codes;
  const Result<FloatExecutor> executor = FloatExecutor::prepare(network);
  EXPECT_TRUE(executor.ok());
  const size_t classes = logits.size() / 8;
  Difference difference;
  for (size_t picture = 0; picture < 8; ++picture) {
    Reals x;
    for (size_t i = 0; i < pixels.size() / 8; ++i) {
      x.push_back(from.scale * static_cast<float>(pixels[picture * pixels.size() / 8 + i] -
                                                  int{from.zero_point}));
    }
    const std::vector<Reals> inputs = {x};
    const Reals y = executor.value().run(inputs).value()[0];
    EXPECT_EQ(y.size(), classes);
    std::vector<int> actual;
    std::vector<int> expected;
    for (size_t i = 0; i < classes; ++i) {
      actual.push_back(static_cast<int>(std::lround(y[i] / to.scale)) + to.zero_point);
      expected.push_back(
          static_cast<uint8_t>(logits[picture * classes + i] + (to.is_signed ? 128 : 0)));
      const int distance = std::abs(actual[i] - expected[i]);
      difference.farthest = std::max(difference.farthest, distance);
      difference.mean += distance / static_cast<double>(8 * classes);
    }
    const auto best = [](const std::vector<int>& v) {
      return std::max_element(v.begin(), v.end()) - v.begin();
    };
    difference.agreed += best(actual) == best(expected) ? 1 : 0;
  }
  return difference;
}

struct GoldenCase {
  const char* name;
  int size;
};

class TfliteGolden : public testing::TestWithParam<GoldenCase> {};

TEST_P(TfliteGolden, LogitsAreClose) {
  const auto [name, size] = GetParam();
  VOUCH_SHARED_DATA(file, std::string("models/tflite/") + name + ".tflite");
  Result<Network> network = read_tflite(file);
  ASSERT_TRUE(network.ok()) << network.error().message;
  Network logits_of = std::move(network).value();
  end_with_logits(logits_of);
  for (const std::string set : {"val", "pictures"}) {
    VOUCH_SHARED_DATA(pixels, "golden/" + set + "_u8_nhwc_" + std::to_string(size) + "_x8.bin");
    VOUCH_SHARED_DATA(logits, "golden/" + set + "__" + name + ".logits.bin");
    const Difference difference = compare(logits_of, pixels, logits);
    std::cout << name << ", " << set << ": top-1 agrees on " << difference.agreed
              << " of 8, codes differ by " << difference.mean << " in the mean, "
              << difference.farthest << " at most\n";
    EXPECT_GE(difference.agreed, 7);
    EXPECT_LE(difference.farthest, 12);
    EXPECT_LT(difference.mean, 1.5);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, TfliteGolden,
                         testing::Values(GoldenCase{"mobilenet_v2_1.0_224_quant", 224},
                                         GoldenCase{"mobilenet_v2_0_5_224_quant", 224},
                                         GoldenCase{"mobilenet_v2_0_75_192_quant", 192},
                                         GoldenCase{"mobilenet_v2_1_0_96_quant", 96},
                                         GoldenCase{"mobilenet_v2_0_75_96_quant", 96},
                                         GoldenCase{"mobilenet_v2_0_5_96_quant", 96},
                                         GoldenCase{"mobilenet_v1_0.25_128_quant", 128},
                                         GoldenCase{"tf2_mobilenet_v2_1.0_224_ptq", 224},
                                         GoldenCase{"mcunet_144_int8", 144}),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace vouch::tflite
