// Every condition of a valid circuit: a valid one with just that broken is refused, for that
// reason.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "circuit/random_circuit.h"

namespace vouch {
namespace {

TEST(Validate, AcceptsTheUnbrokenOne) {
  const auto r = validate(plain_circuit());
  EXPECT_TRUE(r.ok()) << r.error().message;
}

struct Case {
  const char* name;
  std::function<void(Circuit&)> breaks;
  const char* reason;  ///< part of the message
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class Refused : public ::testing::TestWithParam<Case> {};

TEST_P(Refused, ForItsReason) {
  Circuit c = plain_circuit();
  GetParam().breaks(c);
  const auto r = validate(c);
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.error().message.find(GetParam().reason), std::string::npos) << r.error().message;
}

std::string name_of(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

constexpr const char* kParameters = "shift must be 4…24";
constexpr const char* kRowSizes = "row sizes must be";
constexpr const char* kScale = "scale must be a positive number";
constexpr const char* kCounts = "1 to 512 operators";

INSTANTIATE_TEST_SUITE_P(
    Parameters, Refused,
    ::testing::ValuesIn(std::vector<Case>{
        {"shift_low", [](Circuit& c) { c.shift = 3; }, kParameters},
        {"shift_high", [](Circuit& c) { c.shift = 25; }, kParameters},
        {"value_bits_low", [](Circuit& c) { c.value_bits = 8; }, kParameters},
        {"value_bits_high", [](Circuit& c) { c.value_bits = 25; }, kParameters},
        {"model_kappa_low", [](Circuit& c) { c.model_kappa = 3; }, kRowSizes},
        {"model_kappa_high", [](Circuit& c) { c.model_kappa = 17; }, kRowSizes},
        {"input_kappa_low", [](Circuit& c) { c.input_kappa = 3; }, kRowSizes},
        {"input_kappa_high", [](Circuit& c) { c.input_kappa = 17; }, kRowSizes},
        {"scale_nan", [](Circuit& c) { c.output.scale = std::numeric_limits<float>::quiet_NaN(); },
         kScale},
        {"scale_infinite",
         [](Circuit& c) { c.output.scale = std::numeric_limits<float>::infinity(); }, kScale},
        {"scale_zero", [](Circuit& c) { c.output.scale = 0; }, kScale},
        {"scale_minus_zero", [](Circuit& c) { c.output.scale = -0.0F; }, kScale},
        {"scale_negative", [](Circuit& c) { c.output.scale = -1; }, kScale},
        {"no_operators",
         [](Circuit& c) {
           c.ops.clear();
           c.tensors.resize(1);
         },
         kCounts},
        {"too_many_operators",
         [](Circuit& c) {
           while (c.ops.size() < 513) {
             c.ops.push_back({OpKind::kWeightedSum, {5}, {}});
             c.tensors.push_back(c.tensors[5]);
           }
         },
         kCounts},
        {"a_tensor_too_many", [](Circuit& c) { c.tensors.push_back(c.tensors[5]); }, kCounts},
        {"no_tensors", [](Circuit& c) { c.tensors.clear(); }, kCounts},
    }),
    name_of);

constexpr const char* kShape = "a tensor has 1…65536 channels";
constexpr const char* kPreparation = "preparation does not fit";

// The extents of the input, with the preparation out of the way.
std::function<void(Circuit&)> input_shape(const Shape& shape) {
  return [shape](Circuit& c) {
    c.preparation = {};
    c.tensors[0].shape = shape;
  };
}

INSTANTIATE_TEST_SUITE_P(
    Input, Refused,
    ::testing::ValuesIn(std::vector<Case>{
        {"no_channels", input_shape({0, 1, 6, 7}), kShape},
        {"channels", input_shape({65537, 1, 1, 1}), kShape},
        {"no_batch", input_shape({3, 0, 6, 7}), kShape},
        {"batch", input_shape({3, 4097, 1, 1}), kShape},
        {"no_rows", input_shape({3, 1, 0, 7}), kShape},
        {"rows", input_shape({3, 1, 4097, 7}), kShape},
        {"no_columns", input_shape({3, 1, 6, 0}), kShape},
        {"columns", input_shape({3, 1, 6, 4097}), kShape},
        {"elements", input_shape({17, 1, 4096, 4096}), kShape},
        {"elements_beyond_64_bits", input_shape({~0U, ~0U, ~0U, ~0U}), kShape},
        {"lo", [](Circuit& c) { c.tensors[0].lo = 1; }, "input's codes range over 0…255"},
        {"hi", [](Circuit& c) { c.tensors[0].hi = 254; }, "input's codes range over 0…255"},
        {"prepared_rows", [](Circuit& c) { c.preparation.rows = 7; }, kPreparation},
        {"prepared_columns", [](Circuit& c) { c.preparation.columns = 6; }, kPreparation},
        {"prepared_rows_only", [](Circuit& c) { c.preparation.columns = 0; }, kPreparation},
        {"crop_0", [](Circuit& c) { c.preparation.crop_permille = 0; }, kPreparation},
        {"crop_1001", [](Circuit& c) { c.preparation.crop_permille = 1001; }, kPreparation},
        {"crop_without_a_picture",
         [](Circuit& c) {
           c.preparation = {0, 0, 875};
         },
         kPreparation},
        {"a_picture_of_two_channels", [](Circuit& c) { c.tensors[0].shape.channels = 2; },
         kPreparation},
    }),
    name_of);

constexpr const char* kKernel = "kernel and stride must be 1…512";
constexpr const char* kPads = "pads must be 0…512";

INSTANTIATE_TEST_SUITE_P(
    Windows, Refused,
    ::testing::ValuesIn(std::vector<Case>{
        {"kernel_rows_0", [](Circuit& c) { c.ops[0].window.kernel_rows = 0; }, kKernel},
        {"kernel_columns_0", [](Circuit& c) { c.ops[0].window.kernel_columns = 0; }, kKernel},
        {"stride_rows_0", [](Circuit& c) { c.ops[0].window.stride_rows = 0; }, kKernel},
        {"stride_columns_0", [](Circuit& c) { c.ops[0].window.stride_columns = 0; }, kKernel},
        {"kernel_rows_513", [](Circuit& c) { c.ops[0].window.kernel_rows = 513; }, kKernel},
        {"kernel_columns_513", [](Circuit& c) { c.ops[0].window.kernel_columns = 513; }, kKernel},
        {"stride_rows_513", [](Circuit& c) { c.ops[0].window.stride_rows = 513; }, kKernel},
        {"stride_columns_513", [](Circuit& c) { c.ops[0].window.stride_columns = 513; }, kKernel},
        {"pad_top_513", [](Circuit& c) { c.ops[0].window.pad_top = 513; }, kPads},
        {"pad_bottom_513", [](Circuit& c) { c.ops[0].window.pad_bottom = 513; }, kPads},
        {"pad_left_513", [](Circuit& c) { c.ops[0].window.pad_left = 513; }, kPads},
        {"pad_right_513", [](Circuit& c) { c.ops[0].window.pad_right = 513; }, kPads},
        {"larger_than_the_padded_rows", [](Circuit& c) { c.ops[0].window.kernel_rows = 9; },
         "operator 0: the window is larger than the padded input"},
        {"larger_than_the_padded_columns", [](Circuit& c) { c.ops[0].window.kernel_columns = 10; },
         "operator 0: the window is larger than the padded input"},
    }),
    name_of);

constexpr const char* kOrder = "which does not come before it";
constexpr const char* kOtherShape = "its output has another shape";
constexpr const char* kNoWindow = "a weighted sum has no window";
constexpr const char* kSumInputs = "a weighted sum reads 1 to 16 tensors";
constexpr const char* kPoolPads = "windows hold at least one element";

INSTANTIATE_TEST_SUITE_P(
    Operators, Refused,
    ::testing::ValuesIn(std::vector<Case>{
        {"lo_above_hi", [](Circuit& c) { c.tensors[2].lo = 9, c.tensors[2].hi = 8; },
         "operator 1: lo must not exceed hi"},
        {"reads_itself", [](Circuit& c) { c.ops[1].inputs = {2}; }, kOrder},
        {"reads_a_later_tensor", [](Circuit& c) { c.ops[1].inputs = {3}; }, kOrder},
        {"reads_no_tensor_of_the_circuit", [](Circuit& c) { c.ops[1].inputs = {~0U}; }, kOrder},
        {"output_channels", [](Circuit& c) { c.tensors[3].shape.channels = 5; }, kOtherShape},
        {"output_batch", [](Circuit& c) { c.tensors[1].shape.batch = 2; }, kOtherShape},
        {"output_rows", [](Circuit& c) { c.tensors[1].shape.rows = 5; }, kOtherShape},
        {"output_columns", [](Circuit& c) { c.tensors[4].shape.columns = 3; }, kOtherShape},
        {"output_without_channels", [](Circuit& c) { c.tensors[1].shape.channels = 0; }, kShape},
        {"convolution_of_nothing", [](Circuit& c) { c.ops[0].inputs = {}; },
         "a convolution reads one tensor"},
        {"convolution_of_two",
         [](Circuit& c) {
           c.ops[0].inputs = {0, 0};
         },
         "a convolution reads one tensor"},
        {"depthwise_of_two",
         [](Circuit& c) {
           c.ops[1].inputs = {1, 1};
         },
         "a depthwise convolution reads one tensor"},
        {"depthwise_multiplier", [](Circuit& c) { c.tensors[2].shape.channels = 6; },
         "are a multiple of its input's"},
        {"depthwise_fewer_channels", [](Circuit& c) { c.tensors[2].shape.channels = 2; },
         "are a multiple of its input's"},
        {"sum_kernel_rows", [](Circuit& c) { c.ops[2].window.kernel_rows = 2; }, kNoWindow},
        {"sum_kernel_columns", [](Circuit& c) { c.ops[2].window.kernel_columns = 2; }, kNoWindow},
        {"sum_stride_rows", [](Circuit& c) { c.ops[2].window.stride_rows = 2; }, kNoWindow},
        {"sum_stride_columns", [](Circuit& c) { c.ops[2].window.stride_columns = 2; }, kNoWindow},
        {"sum_of_nothing", [](Circuit& c) { c.ops[2].inputs = {}; }, kSumInputs},
        {"sum_of_17", [](Circuit& c) { c.ops[2].inputs.assign(17, 1); }, kSumInputs},
        {"sum_of_two_with_pads", [](Circuit& c) { c.ops[2].window.pad_right = 1; }, kSumInputs},
        {"sum_of_different_shapes",
         [](Circuit& c) {
           c.ops[2].inputs = {1, 0};
         },
         "a weighted sum's inputs have one shape"},
        {"pool_of_two",
         [](Circuit& c) {
           c.ops[3].inputs = {3, 3};
         },
         "an average pool reads one tensor"},
        {"pool_pad_top", [](Circuit& c) { c.ops[3].window.pad_top = 3; }, kPoolPads},
        {"pool_pad_bottom", [](Circuit& c) { c.ops[3].window.pad_bottom = 3; }, kPoolPads},
        {"pool_pad_left", [](Circuit& c) { c.ops[3].window.pad_left = 3; }, kPoolPads},
        {"pool_pad_right", [](Circuit& c) { c.ops[3].window.pad_right = 3; }, kPoolPads},
    }),
    name_of);

// A circuit of `ops` equal sums over a tensor of this shape.
std::function<void(Circuit&)> sums_of(const Shape& shape, size_t ops) {
  return [shape, ops](Circuit& c) {
    c.preparation = {};
    c.tensors.assign(ops + 1, Tensor{shape, 0, 0, 255});
    c.ops.clear();
    for (uint32_t i = 0; i < ops; ++i) {
      c.ops.push_back({OpKind::kWeightedSum, {i}, {}});
    }
  };
}

constexpr const char* kTooLarge = "too large for the verifier";

INSTANTIATE_TEST_SUITE_P(
    Totals, Refused,
    ::testing::ValuesIn(std::vector<Case>{
        {"clamps",
         [](Circuit& c) {
           sums_of({1, 1, 1, 1}, 17)(c);
           for (uint8_t i = 1; i <= 17; ++i) {
             c.tensors[i].lo = i;
           }
         },
         "more than 16 different clamps"},
        {"outputs", sums_of({65536, 1, 1, 2}, 1), "more than 65536 outputs"},
        {"activations", sums_of({1, 1, 4096, 4096}, 16), "more than 2^28 activations"},
        {"work_of_channels", sums_of({65536, 1, 1, 1}, 512), kTooLarge},
        {"work_of_taps",
         [](Circuit& c) {
           sums_of({1, 1, 4096, 4096}, 1)(c);
           c.ops[0] = {OpKind::kConv2d, {0}, {512, 512, 1, 1, 511, 511, 511, 511}};
           for (uint32_t i = 1; i < 8; ++i) {
             c.ops.push_back({OpKind::kConv2d, {0}, {512, 512, 1, 1, 256, 255, 256, 255}});
             c.tensors.push_back(c.tensors[0]);
           }
           c.tensors[1].shape = {1, 1, 4607, 4607};
         },
         kShape},
        {"work_of_pool_classes",
         [](Circuit& c) {
           sums_of({1, 1, 512, 512}, 1)(c);
           c.ops[0] = {OpKind::kAveragePool2d, {0}, {512, 512, 1, 1, 511, 511, 511, 511}};
           c.tensors[1].shape = {1, 1, 1023, 1023};
         },
         kTooLarge},
    }),
    name_of);

TEST(Validate, LimitsThemselvesAreValid) {
  Circuit c = plain_circuit();
  sums_of({32768, 1, 1, 1}, 15)(c);  // 15·2^16 of 2^20 units of work
  EXPECT_TRUE(validate(c).ok());
  sums_of({32768, 1, 1, 1}, 16)(c);  // and 16 times its other axes
  EXPECT_FALSE(validate(c).ok());
  c = plain_circuit();
  sums_of({1, 1, 1, 1}, 16)(c);
  for (uint8_t i = 1; i <= 16; ++i) {
    c.tensors[i].lo = i;
  }
  EXPECT_TRUE(validate(c).ok());
  c = plain_circuit();
  sums_of({65536, 1, 1, 1}, 1)(c);
  EXPECT_TRUE(validate(c).ok());
  c = plain_circuit();
  sums_of({1, 1, 4096, 4096}, 15)(c);
  c.ops[14] = {OpKind::kConv2d, {14}, {512, 512, 512, 512}};
  c.tensors[15].shape = {1, 1, 8, 8};
  EXPECT_TRUE(validate(c).ok());
  c = plain_circuit();
  sums_of({1, 1, 1, 1}, 512)(c);
  EXPECT_TRUE(validate(c).ok());
  c = plain_circuit();
  c.ops[2].inputs.assign(16, 1);
  EXPECT_TRUE(validate(c).ok());
}

}  // namespace
}  // namespace vouch
