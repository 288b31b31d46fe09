#include "model/new_model.h"

#include <gtest/gtest.h>

#include <set>

#include "model/compile.h"
#include "model/plain_network.h"
#include "picture/new_picture.h"
#include "picture/resample.h"

namespace vouch {
namespace {

CompiledModel compiled(double width, unsigned size, uint64_t seed, unsigned classes) {
  const Result<Bytes> file = new_mobilenet_v2(width, size, seed, classes);
  EXPECT_TRUE(file.ok()) << file.error().message;
  Result<CompiledModel> model = compile_model(file.value(), {});
  EXPECT_TRUE(model.ok()) << model.error().message;
  return std::move(model).value();
}

TEST(NewModel, HasTheShapesOfMobileNetV2) {
  const CompiledModel model = compiled(0.35, 96, 1, 1001);
  const Circuit& c = model.circuit;
  EXPECT_EQ(c.ops.size(), 64U);
  for (const ActivationTable& table : c.tables) {
    EXPECT_EQ(table, ActivationTable::clamp(17, table.first, code_bounds(table).hi));
  }
  EXPECT_EQ(c.preparation, (Preparation{96, 96, 875}));
  EXPECT_TRUE(c.output.softmax);
  EXPECT_EQ(c.tensors[1].shape,
            (Shape{16, 1, 48, 48}));  // 32·0.35 = 11.2 → 8 is over 10 % less → 16
  EXPECT_EQ(c.tensors[62].shape, (Shape{1280, 1, 3, 3}));
  EXPECT_EQ(c.output_tensor().shape, (Shape{1001, 1, 1, 1}));
}

// The share of values that ReLU6 takes away decides what proving costs. In the trained network of
// width 1.0 at 224 × 224 it is 37.5 % of all, 17.8 to 86.4 % by layer; here about 40 % in each. And
// a logit has to say something about the picture.
TEST(NewModel, ClampsAndAnswersLikeATrainedOne) {
  const CompiledModel model = compiled(0.35, 96, 2, 1001);
  const Circuit& c = model.circuit;
  std::vector<ClampCount> counts(c.ops.size());
  std::set<size_t> answers;
  constexpr uint64_t kPictures = 12;
  for (uint64_t i = 0; i < kPictures; ++i) {
    const Picture picture = resample(new_picture(1000 + i, 120, 120), 96, 96, 875);
    const PlainRun run = run_plain(c, model.weights, picture_codes(picture, 3));
    for (size_t k = 0; k < counts.size(); ++k) {
      counts[k].values += run.clamps[k].values;
      counts[k].low += run.clamps[k].low;
      counts[k].high += run.clamps[k].high;
    }
    const auto best = std::max_element(run.output.begin(), run.output.end());
    EXPECT_LT(*best, 255);  // not saturated
    answers.insert(static_cast<size_t>(best - run.output.begin()));
    const auto least = std::min_element(run.output.begin(), run.output.end());
    EXPECT_GT(*best - *least, 60);
  }
  EXPECT_GE(answers.size(), kPictures / 2);
  double clamped = 0;
  double values = 0;
  for (size_t k = 0; k + 2 < counts.size(); ++k) {
    const auto own = static_cast<double>(counts[k].low + counts[k].high);
    const double share = own / static_cast<double>(counts[k].values);
    if (c.tensors[k + 1].zero_point == 0) {
      EXPECT_GT(share, 0.28) << model.layer_names[k];
      EXPECT_LT(share, 0.43) << model.layer_names[k];
      clamped += own;
      values += static_cast<double>(counts[k].values);
    } else {
      EXPECT_LT(share, 0.01) << model.layer_names[k];
    }
  }
  EXPECT_NEAR(clamped / values, 0.355, 0.05);
}

TEST(NewModel, SeedsDiffer) {
  const auto file = [](uint64_t seed) { return new_mobilenet_v2(0.1, 32, seed, 10).value(); };
  EXPECT_EQ(file(1), file(1));
  EXPECT_NE(file(1), file(2));
}

// On the smallest pictures the last layers see a pixel each: channels there hardly vary.
TEST(NewModel, SmallestPicturesCompile) {
  for (const uint64_t seed : {0U, 1U, 2U, 3U}) {
    for (const ActivationTable& table : compiled(0.1, 32, seed, 5).circuit.tables) {
      EXPECT_EQ(table.bits, 17) << seed;
    }
  }
}

TEST(NewModel, RefusesOtherSizes) {
  EXPECT_FALSE(new_mobilenet_v2(0.05, 96, 1).ok());
  EXPECT_FALSE(new_mobilenet_v2(2.5, 96, 1).ok());
  EXPECT_FALSE(new_mobilenet_v2(1.0, 31, 1).ok());
  EXPECT_FALSE(new_mobilenet_v2(1.0, 513, 1).ok());
  EXPECT_FALSE(new_mobilenet_v2(1.0, 96, 1, 1).ok());
  EXPECT_FALSE(new_mobilenet_v2(1.0, 96, 1, 10001).ok());
}

}  // namespace
}  // namespace vouch
