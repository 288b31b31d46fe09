#include "evaluate/npy_inputs.h"

#include <gtest/gtest.h>

#include <limits>

#include "evaluate/new_npy.h"

namespace vouch {
namespace {

const Shape kCircuit{2, 1, 1, 3};             // 2 channels, 1 row, 3 columns
const Dimensions kChannelsFirst{1, 2, 1, 3};  // as the model has it

// What is read refers to the file.
struct Read {
  Bytes file;
  Result<NpyInputs> inputs;
};

Read read(Bytes file, const std::optional<Shape>& circuit = kCircuit,
          const Dimensions& network = kChannelsFirst) {
  auto inputs = NpyInputs::of(read_npy(file).value(), circuit, network);
  return {std::move(file), std::move(inputs)};
}

void expect_refused(const Read& read, const std::string& why) {
  ASSERT_FALSE(read.inputs.ok()) << why;
  EXPECT_NE(read.inputs.error().message.find(why), std::string::npos)
      << read.inputs.error().message;
}

TEST(NpyInputs, CodesInEitherOrder) {
  const Bytes planar = {0, 1, 2, 10, 11, 12};
  for (const char* shape : {"1, 3, 2", "3, 2", "1, 1, 3, 2"}) {
    const Read got = read(new_npy("|u1", shape, {0, 10, 1, 11, 2, 12}));
    ASSERT_TRUE(got.inputs.ok()) << shape;
    EXPECT_FALSE(got.inputs.value().are_reals());
    EXPECT_EQ(got.inputs.value().size(), 1U);
    EXPECT_EQ(got.inputs.value().codes(0), planar) << shape;
  }
  for (const char* shape : {"1, 2, 1, 3", "2, 1, 3", "2, 3"}) {
    const Read got = read(new_npy("|u1", shape, planar));
    ASSERT_TRUE(got.inputs.ok()) << shape;
    EXPECT_EQ(got.inputs.value().codes(0), planar) << shape;
  }
  const Read several = read(new_npy("|i1", "2, 2, 1, 3", {0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 255}));
  ASSERT_TRUE(several.inputs.ok());
  EXPECT_EQ(several.inputs.value().size(), 2U);
  EXPECT_EQ(several.inputs.value().codes(1), (Bytes{129, 130, 131, 132, 133, 127}));
}

// Where both orders have one shape, codes lie as they do in raw files.
TEST(NpyInputs, AmbiguousCodesAreRowsColumnsChannels) {
  const Read got = read(new_npy("|u1", "2, 2, 2", {0, 10, 1, 11, 2, 12, 3, 13}), Shape{2, 1, 2, 2});
  EXPECT_EQ(got.inputs.value().codes(0), (Bytes{0, 1, 2, 3, 10, 11, 12, 13}));
}

TEST(NpyInputs, RealsInTheModelsOrder) {
  const std::vector<float> values = {0, -1.5F, 2, 3, 4, 5};
  for (const char* shape : {"1, 2, 1, 3", "2, 1, 3", "2, 3", "6,", "1, 6"}) {
    const Read got = read(new_npy(shape, values), std::nullopt);
    ASSERT_TRUE(got.inputs.ok()) << shape;
    EXPECT_TRUE(got.inputs.value().are_reals());
    EXPECT_EQ(got.inputs.value().size(), 1U);
    EXPECT_EQ(got.inputs.value().reals(0).value(), values) << shape;
  }
  std::vector<float> twice = values;
  twice.insert(twice.end(), {9, 9, 9, 9, 9, 7});
  for (const char* shape : {"2, 2, 1, 3", "2, 1, 2, 1, 3", "2, 6"}) {
    const Read got = read(new_npy(shape, twice));
    ASSERT_TRUE(got.inputs.ok()) << shape;
    EXPECT_EQ(got.inputs.value().size(), 2U);
    EXPECT_EQ(got.inputs.value().reals(1).value()[5], 7) << shape;
  }
  const Read doubles = read(new_npy("<f8", "1,", {0, 0, 0, 0, 0, 0, 0xF8, 0x3F}), {}, {1, 1});
  EXPECT_EQ(doubles.inputs.value().reals(0).value(), std::vector<float>{1.5F});
}

TEST(NpyInputs, RefusesWhatFitsNeither) {
  const std::vector<float> values(6);
  expect_refused(read(new_npy("3, 2", values)),
                 "its shape is [3, 2]: store values in the order of the model's input, "
                 "[1, 2, 1, 3], of one input or with an axis before that counts inputs");
  expect_refused(read(new_npy("1, 1, 3, 2", values)), "[1, 2, 1, 3]");
  expect_refused(read(new_npy("|u1", "6,", Bytes(6))), "store codes as [1, 3, 2] or [2, 1, 3]");
  expect_refused(read(new_npy("|u1", "6,", Bytes(6)), std::nullopt), "store values, as float32");
  expect_refused(read(new_npy("<i4", "2, 3", Bytes(24))), "store codes as uint8 or int8");
  const Read infinite =
      read(new_npy("6,", {1, 2, 3, std::numeric_limits<float>::infinity(), 5, 6}));
  const auto reals = infinite.inputs.value().reals(0);
  ASSERT_FALSE(reals.ok());
  EXPECT_NE(reals.error().message.find("element 3 of input 0"), std::string::npos);
}

TEST(CountIn, AxesOfOneMayBeThereOrNot) {
  using Dims = std::vector<uint32_t>;
  EXPECT_EQ(count_in(Dims{2, 3}, Dims{1, 2, 1, 3}), 1U);
  EXPECT_EQ(count_in(Dims{5, 2, 3}, Dims{1, 2, 1, 3}), 5U);
  EXPECT_EQ(count_in(Dims{7}, Dims{1, 1}), 7U);
  EXPECT_EQ(count_in(Dims{1}, Dims{1}), 1U);
  EXPECT_EQ(count_in(Dims{3, 2}, Dims{2, 3}), std::nullopt);
  EXPECT_EQ(count_in(Dims{3}, Dims{2, 3}), std::nullopt);
  EXPECT_EQ(count_in(Dims{4, 5, 2, 3}, Dims{2, 3}), std::nullopt);
}

}  // namespace
}  // namespace vouch
