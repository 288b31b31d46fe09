// Real numbers into codes and back, wherever the circuit's input has them.
#include "prove/input_meaning.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vouch {
namespace {

using Values = std::vector<std::vector<float>>;

// [1, row 2, column 1, channel 3], which the circuit has channel by channel.
InputMeaning channels_last() { return {"x", {1, 2, 1, 3}, {0.5F, 10, false}, 0, {{2, 1}, {3, 2}}}; }

TEST(InputMeaning, ElementsLieWhereTheDigitsSay) {
  const InputMeaning channels = channels_last();
  EXPECT_EQ(places_of(channels.first, channels.digits), (std::vector<size_t>{0, 2, 4, 1, 3, 5}));
  const InputMeaning scalar{"s", {}, {1, 0, false}, 7, {}};
  EXPECT_EQ(places_of(scalar.first, scalar.digits), std::vector<size_t>{7});
  EXPECT_TRUE(lies_within(scalar, 8));
  EXPECT_FALSE(lies_within(scalar, 7));
}

TEST(InputMeaning, HugeDigitsDoNotWrapAround) {
  InputMeaning meaning = channels_last();
  EXPECT_TRUE(lies_within(meaning, 6));
  EXPECT_FALSE(lies_within(meaning, 5));
  meaning.digits = {{UINT32_MAX, UINT32_MAX}, {UINT32_MAX, UINT32_MAX}};
  EXPECT_FALSE(lies_within(meaning, 6));
  meaning.digits.assign(64, {2, 0});
  EXPECT_FALSE(lies_within(meaning, UINT32_MAX));
}

TEST(InputMeaning, RealsRoundToTheNearestCodeAndAreCutOff) {
  const std::vector<InputMeaning> inputs{channels_last()};
  const auto made = input_codes(inputs, 6, Values{{0, 0.25F, 0.75F, -100, 1000, 0.5F}});
  ASSERT_TRUE(made.ok()) << made.error().message;
  // 10, 10.5 and 11.5 to even, cut off below, cut off above, 11; in the order of the places.
  EXPECT_EQ(made.value().codes, (std::vector<uint8_t>{10, 0, 10, 255, 12, 11}));
  EXPECT_EQ(made.value().off, (std::vector<double>{0, 190, 0.5, 1755, 0.5, 0}));
  EXPECT_EQ(input_reals(inputs, made.value().codes), (Values{{0, 0, 1, -5, 122.5F, 0.5F}}));
}

TEST(InputMeaning, SeveralInputsLieOneBehindTheOther) {
  const std::vector<InputMeaning> inputs{{"a", {2}, {1, 0, false}, 0, {{2, 1}}},
                                         {"b", {3}, {2, 1, false}, 2, {{3, 1}}}};
  const auto made = input_codes(inputs, 5, Values{{7, 8}, {0, 2, 4}});
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made.value().codes, (std::vector<uint8_t>{7, 8, 1, 2, 3}));
}

TEST(InputMeaning, OtherNumbersAreRefused) {
  const std::vector<InputMeaning> inputs{channels_last()};
  const auto error_of = [&](const Values& values) {
    const auto made = input_codes(inputs, 6, values);
    return made.ok() ? "accepted" : made.error().message;
  };
  EXPECT_EQ(error_of({{1, 2, 3}}), "'x' is [1, 2, 1, 3], 6 numbers: give as many, not 3");
  EXPECT_EQ(error_of({{}, {}}), "it has 2 inputs, and the model takes 1");
  EXPECT_EQ(error_of({{0, 0, 0, NAN, 0, 0}}),
            "element 3 of 'x' is not a finite number of float32: take it out");
  EXPECT_NE(error_of({{0, 0, 0, 0, 0, INFINITY}}).find("element 5"), std::string::npos);
}

}  // namespace
}  // namespace vouch
