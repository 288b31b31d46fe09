// Every condition of a valid circuit: a valid one with just that broken is refused, for that
// reason.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "circuit/operators/linear_maps.h"
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

std::string case_name(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

constexpr const char* kParameters = "shift must be 4…24";
constexpr const char* kTables = "1 to 64 tables";
constexpr const char* kRowSizes = "row sizes must be";
constexpr const char* kScale = "scale must be a positive number";
constexpr const char* kCounts = "1 to 512 operators";

INSTANTIATE_TEST_SUITE_P(
    Parameters, Refused,
    ::testing::ValuesIn(std::vector<Case>{
        {"shift_low", [](Circuit& c) { c.shift = 3; }, kParameters},
        {"shift_high", [](Circuit& c) { c.shift = 25; }, kParameters},
        {"table_bits", [](Circuit& c) { c.tables[1].bits = 25; }, "values have 9…24 bits"},
        {"no_tables", [](Circuit& c) { c.tables.clear(); }, kTables},
        {"too_many_tables", [](Circuit& c) { c.tables.resize(65, c.tables[0]); }, kTables},
        {"steps_of_a_table",
         [](Circuit& c) {
           c.tables[1] = {16, 0, std::vector<Ramp>{{-9000, 1, 1025, 1}}};
         },
         "more than 1024 steps"},
        {"steps_of_all_tables",
         [](Circuit& c) {
           c.tables.resize(33,
                           ActivationTable::clamp(9, 0, 255));  // 32·255 + 51 of plain_circuit's
         },
         "more than 8192 steps"},
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
             c.ops.push_back(sum_of({5}));
             c.tensors.push_back(c.tensors[5]);
           }
         },
         kCounts},
        {"a_tensor_too_many", [](Circuit& c) { c.tensors.push_back(c.tensors[5]); }, kCounts},
        {"no_tensors", [](Circuit& c) { c.tensors.clear(); }, kCounts},
    }),
    case_name);

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
        {"table", [](Circuit& c) { c.tensors[0].table = 1; }, "the input has no table"},
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
    case_name);

constexpr const char* kKernel = "kernel, stride and dilation must be 1…512";
constexpr const char* kPads = "pads must be −512…512";

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
        {"dilation_rows_0", [](Circuit& c) { c.ops[0].window.dilation_rows = 0; }, kKernel},
        {"dilation_columns_0", [](Circuit& c) { c.ops[0].window.dilation_columns = 0; }, kKernel},
        {"dilation_rows_513", [](Circuit& c) { c.ops[0].window.dilation_rows = 513; }, kKernel},
        {"dilation_columns_513", [](Circuit& c) { c.ops[0].window.dilation_columns = 513; },
         kKernel},
        {"pad_top_minus_513", [](Circuit& c) { c.ops[0].window.pad_top = -513; }, kPads},
        {"pad_bottom_minus_513", [](Circuit& c) { c.ops[0].window.pad_bottom = -513; }, kPads},
        {"pad_left_minus_513", [](Circuit& c) { c.ops[0].window.pad_left = -513; }, kPads},
        {"pad_right_minus_513", [](Circuit& c) { c.ops[0].window.pad_right = -513; }, kPads},
        {"a_sum_with_a_window", [](Circuit& c) { c.ops[2].window.stride_rows = 2; },
         "an operator without a window has one"},
        {"a_product_that_is_transposed", [](Circuit& c) { c.ops[5].window.transposed = true; },
         "an operator without a window has one"},
        {"a_transposed_window_that_cuts_all",
         [](Circuit& c) {
           c.ops[0].window = {1, 1, 1, 1, 3, 3, 0, 0};
           c.ops[0].window.transposed = true;
         },
         "the window is larger than the padded input"},
        {"dilated_beyond_the_padded_rows", [](Circuit& c) { c.ops[0].window.dilation_rows = 4; },
         "the window is larger than the padded input"},
        {"pad_top_513", [](Circuit& c) { c.ops[0].window.pad_top = 513; }, kPads},
        {"pad_bottom_513", [](Circuit& c) { c.ops[0].window.pad_bottom = 513; }, kPads},
        {"pad_left_513", [](Circuit& c) { c.ops[0].window.pad_left = 513; }, kPads},
        {"pad_right_513", [](Circuit& c) { c.ops[0].window.pad_right = 513; }, kPads},
        {"larger_than_the_padded_rows", [](Circuit& c) { c.ops[0].window.kernel_rows = 9; },
         "operator 0: the window is larger than the padded input"},
        {"larger_than_the_padded_columns", [](Circuit& c) { c.ops[0].window.kernel_columns = 10; },
         "operator 0: the window is larger than the padded input"},
    }),
    case_name);

constexpr const char* kOrder = "which does not come before it";
constexpr const char* kOtherShape = "its output has another shape";
constexpr const char* kTerms = "a linear map has 1 to 1024 terms";
constexpr const char* kMapInputs = "a linear map reads 1 to 64 tensors";
constexpr const char* kRun = "a linear map's run leaves its tensors";
constexpr const char* kEmpty = "a linear map's run is empty";
constexpr const char* kFactors = "a product reads two tensors";
constexpr const char* kSecond = "a product's second input";

// The only run of the rows of the pads, operator 4, whose output has 5 rows and whose input 3.
AxisRun& run(Circuit& c) { return c.ops[4].terms[0].maps[1].runs.at(0); }

INSTANTIATE_TEST_SUITE_P(Operators, Refused,
                         ::testing::ValuesIn(std::
                                                 vector<Case>{
                                                     {"table",
                                                      [](Circuit& c) { c.tensors[2].table = 2; },
                                                      "operator 1: its table is none of the "
                                                      "circuit's"},
                                                     {"reads_itself",
                                                      [](Circuit& c) { c.ops[1].inputs = {2}; },
                                                      kOrder},
                                                     {"reads_a_later_tensor",
                                                      [](Circuit& c) { c.ops[1].inputs = {3}; },
                                                      kOrder},
                                                     {"reads_no_tensor_of_the_circuit",
                                                      [](Circuit& c) { c.ops[1].inputs = {~0U}; },
                                                      kOrder},
                                                     {"output_channels",
                                                      [](Circuit& c) {
                                                        c.tensors[6].shape.channels = 5;
                                                      },
                                                      kOtherShape},
                                                     {"output_batch",
                                                      [](Circuit& c) {
                                                        c.tensors[1].shape.batch = 2;
                                                      },
                                                      kOtherShape},
                                                     {"output_rows",
                                                      [](Circuit& c) {
                                                        c.tensors[1].shape.rows = 5;
                                                      },
                                                      kOtherShape},
                                                     {"output_columns",
                                                      [](Circuit& c) {
                                                        c.tensors[1].shape.columns = 3;
                                                      },
                                                      kOtherShape},
                                                     {"output_without_channels",
                                                      [](Circuit& c) {
                                                        c.tensors[1].shape.channels = 0;
                                                      },
                                                      kShape},
                                                     {"convolution_of_nothing",
                                                      [](Circuit& c) { c.ops[0].inputs = {}; },
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
                                                     {"depthwise_multiplier",
                                                      [](Circuit& c) {
                                                        c.tensors[2].shape.channels = 6;
                                                      },
                                                      "are a multiple of its input's"},
                                                     {"depthwise_fewer_channels",
                                                      [](Circuit& c) {
                                                        c.tensors[2].shape.channels = 2;
                                                      },
                                                      "are a multiple of its input's"},
                                                     {"map_without_terms",
                                                      [](Circuit& c) { c.ops[2].terms.clear(); },
                                                      kTerms},
                                                     {"map_of_1025_terms",
                                                      [](Circuit& c) {
                                                        c.ops[2].terms.resize(1025);
                                                      },
                                                      kTerms},
                                                     {"convolution_with_a_term",
                                                      [](Circuit& c) { c.ops[0].terms.resize(1); },
                                                      kTerms},
                                                     {"map_of_nothing",
                                                      [](Circuit& c) { c.ops[2].inputs = {}; },
                                                      kMapInputs},
                                                     {"map_of_65",
                                                      [](Circuit& c) {
                                                        c.ops[2].inputs.assign(65, 1);
                                                      },
                                                      kMapInputs},
                                                     {"term_of_another_input",
                                                      [](Circuit& c) {
                                                        c.ops[2].terms[1].input = 2;
                                                      },
                                                      "reads an input that there is not"},
                                                     {"term_with_an_axis_twice",
                                                      [](Circuit& c) {
                                                        c.ops[2].terms[1].axes = {0, 1, 1};
                                                      },
                                                      "reads each axis once"},
                                                     {"term_with_an_unknown_axis",
                                                      [](Circuit& c) {
                                                        c.ops[2].terms[1].axes = {0, 1, 3};
                                                      },
                                                      "reads each axis once"},
                                                     {"term_with_other_axes",  // 6 rows, 7 columns
                                                      [](Circuit& c) {
                                                        c.ops[2].terms[1].axes = {0, 2, 1};
                                                      },
                                                      "without runs has the same extent"},
                                                     {"weights_out_of_order",
                                                      [](Circuit& c) {
                                                        c.ops[2].terms[0].weight = 1;
                                                        c.ops[2].terms[1].weight = 0;
                                                      },
                                                      "numbered in order of first use"},
                                                     {"weights_with_a_gap",
                                                      [](Circuit& c) {
                                                        c.ops[2].terms[1].weight = 2;
                                                      },
                                                      "numbered in order of first use"},
                                                     {"run_of_nothing",
                                                      [](Circuit& c) { run(c).count = 0; }, kEmpty},
                                                     {"run_of_zeros",
                                                      [](Circuit& c) { run(c).coefficient = 0; },
                                                      kEmpty},
                                                     {"run_first_output",
                                                      [](Circuit& c) { run(c).out = 5; }, kRun},
                                                     {"run_last_output",
                                                      [](Circuit& c) { run(c).out = 3; }, kRun},
                                                     {"run_output_below_0",
                                                      [](Circuit& c) { run(c).out_step = -1; },
                                                      kRun},
                                                     {"run_last_input",
                                                      [](Circuit& c) { run(c).in = 1; }, kRun},
                                                     {"run_first_input",
                                                      [](Circuit&
                                                             c) { run(c) = {0, 1, 3, -1, 3, 1}; },
                                                      kRun},
                                                     {"run_input_below_0",
                                                      [](Circuit&
                                                             c) { run(c) = {0, 1, 1, -1, 3, 1}; },
                                                      kRun},
                                                     {"run_too_long",
                                                      [](Circuit& c) { run(c).count = 4; }, kRun},
                                                     {"product_of_one",
                                                      [](Circuit& c) { c.ops[5].inputs = {5}; },
                                                      kFactors},
                                                     {"product_of_three",
                                                      [](Circuit&
                                                             c) { c.ops[5].inputs = {5, 5, 5}; },
                                                      kFactors},
                                                     {"product_of_other_shapes",
                                                      [](Circuit& c) { c.ops[5].inputs = {5, 4}; },
                                                      kSecond},
                                                     {"product_with_a_longer_second",
                                                      [](Circuit& c) {
                                                        c.ops[5].inputs = {4, 5};
                                                      },
                                                      kSecond},
                                                 }),
                         case_name);

// A circuit of `ops` equal sums over a tensor of this shape.
std::function<void(Circuit&)> sums_of(const Shape& shape, size_t ops) {
  return [shape, ops](Circuit& c) {
    c.preparation = {};
    c.tensors.assign(ops + 1, Tensor{shape, 0, 0});
    c.ops.clear();
    for (uint32_t i = 0; i < ops; ++i) {
      c.ops.push_back(sum_of({i}));
    }
  };
}

constexpr const char* kTooLarge = "too large for the verifier";

INSTANTIATE_TEST_SUITE_P(
    Totals, Refused,
    ::testing::ValuesIn(std::vector<Case>{
        {"outputs", sums_of({65536, 1, 1, 2}, 1), "more than 65536 outputs"},
        {"activations", sums_of({1, 1, 4096, 4096}, 16), "more than 2^28 activations"},
        {"codes_of_an_input", sums_of({1025, 1, 64, 64}, 1), "codes of one input"},
        {"codes_of_an_input_of_a_batch", sums_of({1025, 2, 64, 64}, 1), "codes of one input"},
        {"codes_of_all_inputs", sums_of({1024, 5, 64, 64}, 1), "or 2^24 of all"},
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
        {"work_of_runs",
         [](Circuit& c) {
           sums_of({1, 1, 4096, 1}, 1)(c);
           c.ops[0].terms[0].maps[1].runs.assign(256, {0, 1, 0, 1, 4096, 1});
         },
         kTooLarge},
        {"work_of_terms",
         [](Circuit& c) {
           sums_of({512, 1, 1, 1}, 1)(c);
           c.ops[0].terms.assign(1024, MapTerm{});
         },
         kTooLarge},
        {"work_of_products",
         [](Circuit& c) {
           sums_of({65536, 1, 1, 1}, 4)(c);
           for (uint32_t i = 0; i < 4; ++i) {
             c.ops[i] = {OpKind::kProduct, {i, i}};
           }
         },
         kTooLarge},
    }),
    case_name);

TEST(Validate, LimitsThemselvesAreValid) {
  const auto expect_valid = [](const std::function<void(Circuit&)>& change) {
    Circuit c = plain_circuit();
    change(c);
    const auto r = validate(c);
    EXPECT_TRUE(r.ok()) << r.error().message;
  };
  expect_valid(sums_of({32768, 1, 1, 1}, 15));  // 15·2^16 of 2^20 units of work
  Circuit c = plain_circuit();
  sums_of({32768, 1, 1, 1}, 16)(c);  // and 16 times its other axes
  EXPECT_FALSE(validate(c).ok());
  expect_valid([](Circuit& d) { d.tables.resize(32, ActivationTable::clamp(9, 0, 255)); });
  expect_valid([](Circuit& d) { d.tables.resize(64, ActivationTable::clamp(9, 0, 100)); });
  expect_valid(sums_of({65536, 1, 1, 1}, 1));
  expect_valid([](Circuit& d) {
    sums_of({1, 4, 2048, 2048}, 15)(d);
    d.ops[14] = {OpKind::kConv2d, {14}, {512, 512, 512, 512}};
    d.tensors[15].shape = {1, 4, 4, 4};
  });
  expect_valid(sums_of({1, 1, 1, 1}, 512));
  expect_valid([](Circuit& d) {
    d.ops[2].inputs.assign(64, 1);
    d.ops[2].terms = sum_terms(64);
  });
  expect_valid([](Circuit& d) {
    sums_of({1, 1, 1, 1}, 1)(d);
    d.ops[0].terms.assign(1024, MapTerm{});
  });
}

}  // namespace
}  // namespace vouch
