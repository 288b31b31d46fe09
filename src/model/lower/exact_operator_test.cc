// Small models with exact rounding against what their framework computes, written out here in
// float32 and 32-bit integers.
#include "model/lower/exact_operator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>

#include "model/compile.h"
#include "model/onnx/model_maker.h"
#include "model/plain_network.h"
#include "model/random_graph.h"
#include "model/tflite/model_maker.h"
#include "model/tflite/writer.h"
#include "network/shapes.h"
#include "picture/split_mix.h"

namespace vouch {
namespace {

using Tflite = tflite::ModelMaker;
using Onnx = onnx::ModelMaker;
using tflite::BuiltinOperator;

CompileOptions exactly() {
  CompileOptions options;
  options.rounding = Rounding::kExact;
  options.input = InputKind::kCodes;
  return options;
}

// Stored codes, row-major: of each input to the first output.
using Codes = std::vector<uint8_t>;
Codes run_exactly(const Bytes& file, const std::vector<Codes>& inputs) {
  const auto compiled = compile_model(file, exactly());
  EXPECT_TRUE(compiled.ok()) << compiled.error().message;
  if (!compiled.ok()) {
    return {};
  }
  const CompiledModel& model = compiled.value();
  Codes in(model.circuit.input().shape.elements());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<size_t> at = element_indices(model.inputs[i].view);
    for (size_t e = 0; e < at.size(); ++e) {
      in[inputs.size() == 1 ? at[e] : model.inputs[i].first + e] = inputs[i][e];
    }
  }
  const Codes all = run_plain(model.circuit, model.weights, in).output;
  Codes out;
  for (const size_t e : element_indices(model.outputs[0].view)) {
    out.push_back(all[model.outputs[0].first + e]);
  }
  return out;
}

Codes random_codes(size_t n, uint64_t seed) {
  SplitMix64 noise(seed);
  Codes codes(n);
  for (uint8_t& code : codes) {
    code = static_cast<uint8_t>(noise.within(0, 255));
  }
  return codes;
}

uint8_t cut(double code, int lo = 0, int hi = 255) {
  return static_cast<uint8_t>(std::clamp(code, double{1} * lo, double{1} * hi));
}

// z + rne(fl32(acc)·scale).
uint8_t requantise(int64_t acc, float scale, int z, int lo = 0, int hi = 255) {
  const volatile float product = static_cast<float>(acc) * scale;
  return cut(std::nearbyint(double{product}) + z, lo, hi);
}

constexpr size_t kIn = 5;
constexpr size_t kOut = 6;
constexpr size_t kRows = 400;

// A fully connected layer of int8, one scale a channel; the last two are dead.
struct Layer8 {
  float input = 0.021F;
  float output = 0.037F;
  int input_zero = -3;
  int output_zero = -120;
  std::vector<float> scales;
  std::vector<int8_t> weights;
  std::vector<int32_t> biases;

  explicit Layer8(uint64_t seed) {
    SplitMix64 noise(seed);
    for (size_t o = 0; o < kOut; ++o) {
      scales.push_back(o + 2 < kOut   ? 0.003F + 0.002F * static_cast<float>(o)
                       : o + 1 < kOut ? 2e-6F
                                      : 1e-20F);
      biases.push_back(o + 1 < kOut ? static_cast<int32_t>(noise.within(0, 4000)) - 2000
                                    : INT32_MAX);
      for (size_t i = 0; i < kIn; ++i) {
        weights.push_back(static_cast<int8_t>(static_cast<int>(noise.within(0, 254)) - 127));
      }
    }
    biases[kOut - 2] = 40'000'000;  // scaled, a dozen codes or so
  }
  // An accumulator of channel 0 becomes a tie, or what float32 has next to one.
  void set_tie(int64_t acc, int k) {
    output = static_cast<float>(double{input * scales[0]} * static_cast<double>(acc) / (k + 0.5));
  }
  [[nodiscard]] int64_t accumulator(const Codes& x, size_t row, size_t o) const {
    int64_t sum = biases[o];
    for (size_t i = 0; i < kIn; ++i) {
      sum += (x[row * kIn + i] - 128 - input_zero) * int64_t{weights[o * kIn + i]};
    }
    return sum;
  }
  [[nodiscard]] Bytes file(tflite::Activation activation) const {
    Tflite m;
    const int32_t rows = kRows;
    const auto x = m.codes("x", {rows, kIn}, input, input_zero);
    const std::vector<int64_t> zeros(kOut, 0);
    const auto w = m.constant("w", tflite::TensorType::INT8, {kOut, kIn}, weights, scales, zeros);
    std::vector<float> bias_scales = scales;
    for (float& s : bias_scales) {
      s *= input;
    }
    const auto b = m.constant("b", tflite::TensorType::INT32, {kOut}, biases, bias_scales, zeros);
    const auto y = m.codes("y", {rows, kOut}, output, output_zero);
    m.op<tflite::FullyConnectedOptions>(
        BuiltinOperator::FULLY_CONNECTED, {x, w, b}, {y},
        [=](auto& f) { return CreateFullyConnectedOptions(f, activation); });
    m.inputs = {x};
    m.outputs = {y};
    return m.bytes();
  }
};

TEST(ExactOperator, FullyConnectedByChannel) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    Layer8 layer(seed);
    const Codes x = random_codes(kRows * kIn, seed);
    layer.set_tie(std::abs(layer.accumulator(x, seed, 0)) + 1, static_cast<int>(seed) + 1);
    const bool relu = seed % 2 == 1;
    const Codes y =
        run_exactly(layer.file(relu ? tflite::Activation::RELU : tflite::Activation::NONE), {x});
    ASSERT_EQ(y.size(), kRows * kOut);
    const int z = layer.output_zero + 128;
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t o = 0; o < kOut; ++o) {
        const volatile float product = layer.input * layer.scales[o];
        const int64_t acc = std::clamp<int64_t>(layer.accumulator(x, row, o), INT32_MIN, INT32_MAX);
        ASSERT_EQ(y[row * kOut + o], requantise(acc, product / layer.output, z, relu ? z : 0))
            << seed << ", row " << row << ", channel " << o;
      }
    }
  }
}

// Two inputs of all codes against every fourth one.
constexpr int kPairs = 64 * 256;
Codes slow_codes() {
  Codes codes(kPairs);
  for (size_t i = 0; i < codes.size(); ++i) {
    codes[i] = static_cast<uint8_t>(i / 256 * 4 + 3);
  }
  return codes;
}
Codes quick_codes() {
  Codes codes(kPairs);
  std::iota(codes.begin(), codes.end(), uint8_t{0});
  return codes;
}

struct Scales {
  float a, b, output;
};
constexpr Scales kScales[] = {{0.05F, 0.07F, 0.09F},       {0.05F, 0.05F, 0.05F},
                              {0.1F, 0.1F, 0.2F},          {0.02F, 0.11F, 0.103F},
                              {1.5172F, 0.0131F, 1.7391F}, {0.125F, 0.25F, 0.5F}};

TEST(ExactOperator, AdditionOfTensorFlowLite) {
  for (const auto& [a, b, output] : kScales) {
    Tflite m;
    const auto x = m.codes("x", {1, kPairs}, a, 5);
    const auto y = m.codes("y", {1, kPairs}, b, -7);
    const auto s = m.codes("s", {1, kPairs}, output, 12);
    m.op<tflite::AddOptions>(BuiltinOperator::ADD, {x, y}, {s},
                             [](auto& f) { return CreateAddOptions(f, tflite::Activation::RELU); });
    m.inputs = {x, y};
    m.outputs = {s};
    const Codes p = slow_codes();
    const Codes q = quick_codes();
    const Codes sums = run_exactly(m.bytes(), {p, q});
    ASSERT_EQ(sums.size(), p.size());
    const int shift = 20 - std::ilogb(std::max(a / output, b / output));
    const auto m_a = static_cast<int64_t>(std::nearbyint(std::ldexp(a / output, shift)));
    const auto m_b = static_cast<int64_t>(std::nearbyint(std::ldexp(b / output, shift)));
    for (size_t i = 0; i < p.size(); ++i) {
      const int64_t sum = m_a * (p[i] - 133) + m_b * (q[i] - 121) + (int64_t{1} << (shift - 1));
      ASSERT_EQ(sums[i], std::clamp<int64_t>((sum >> shift) + 140, 140, 255)) << a << ' ' << i;
    }
  }
}

void dequantise(Onnx& m, const std::string& name) {
  m.node("DequantizeLinear", {name, name + " s", name + " z"}, {name + " f"});
}

TEST(ExactOperator, AdditionOfOnnxRuntime) {
  for (const auto& [a, b, output] : kScales) {
    Onnx m;
    m.input("x", {1, kPairs}, 2);
    m.input("y", {1, kPairs}, 2);
    m.reals("x s", {}, {a});
    m.reals("y s", {}, {b});
    m.reals("c s", {}, {output});
    m.whole("x z", {}, {133}, 2);
    m.whole("y z", {}, {121}, 2);
    m.whole("c z", {}, {141}, 2);
    dequantise(m, "x");
    dequantise(m, "y");
    m.node("Add", {"x f", "y f"}, {"sum"});
    m.node("QuantizeLinear", {"sum", "c s", "c z"}, {"c"});
    m.output("c");
    const Codes p = slow_codes();
    const Codes q = quick_codes();
    const Codes sums = run_exactly(m.bytes(), {p, q});
    ASSERT_EQ(sums.size(), p.size());
    const float r_a = a / output;
    const float r_b = b / output;
    const volatile float zeros_b = r_b * 121;
    const float fixed = 141 - std::fmaf(r_a, 133, zeros_b);
    for (size_t i = 0; i < p.size(); ++i) {
      const float sum = std::fmaf(p[i], r_a, std::fmaf(q[i], r_b, fixed));
      ASSERT_EQ(sums[i], cut(std::nearbyint(double{sum}))) << a << ' ' << i;
    }
  }
}

// One channel for every sum that n codes can have.
struct Sums {
  uint32_t n;
  [[nodiscard]] uint32_t channels() const { return n * 255 + 1; }
  [[nodiscard]] uint8_t code(uint32_t channel, uint32_t i) const {
    return static_cast<uint8_t>(channel / n + (i < channel % n ? 1 : 0));
  }
};

TEST(ExactOperator, AverageOfTensorFlowLite) {
  for (const uint32_t n : {4U, 6U, 7U}) {
    for (const auto type : {tflite::TensorType::INT8, tflite::TensorType::UINT8}) {
      const Sums sums{n};
      const int offset = type == tflite::TensorType::INT8 ? 128 : 0;
      const auto channels = static_cast<int32_t>(sums.channels());
      Tflite m;
      const auto width = static_cast<int32_t>(n);
      const auto x = m.codes("x", {1, 1, width, channels}, 0.1F, 100 - offset, type);
      const auto y = m.codes("y", {1, 1, 1, channels}, 0.1F, 100 - offset, type);
      m.op<tflite::Pool2DOptions>(BuiltinOperator::AVERAGE_POOL_2D, {x}, {y}, [=](auto& f) {
        return CreatePool2DOptions(f, tflite::Padding::VALID, 1, 1, width, 1);
      });
      m.inputs = {x};
      m.outputs = {y};
      Codes codes;
      for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t c = 0; c < sums.channels(); ++c) {
          codes.push_back(sums.code(c, i));
        }
      }
      const Codes means = run_exactly(m.bytes(), {codes});
      ASSERT_EQ(means.size(), sums.channels());
      for (uint32_t c = 0; c < sums.channels(); ++c) {
        const double own = double{1} * c - double{1} * n * offset;           // of the file's codes
        ASSERT_EQ(means[c], std::round(own / n) + offset) << n << ' ' << c;  // halves away from 0
      }
    }
  }
}

TEST(ExactOperator, MeanOfTensorFlowLite) {
  const std::array<float, 2> steps{0.1F, 0.173F};
  for (const uint32_t n : {4U, 6U, 7U}) {
    for (const float output : steps) {
      for (const int zero : {-21, 30}) {  // an odd one and an even one round ties differently
        const Sums sums{n};
        const auto channels = static_cast<int32_t>(sums.channels());
        Tflite m;
        const auto x = m.codes("x", {channels, static_cast<int32_t>(n)}, 0.1F, -9);
        const auto y = m.codes("y", {channels}, output, zero);
        m.op(BuiltinOperator::MEAN, {x, m.whole("axes", {1})}, {y});
        m.inputs = {x};
        m.outputs = {y};
        Codes codes;
        for (uint32_t c = 0; c < sums.channels(); ++c) {
          for (uint32_t i = 0; i < n; ++i) {
            codes.push_back(sums.code(c, i));
          }
        }
        const Codes means = run_exactly(m.bytes(), {codes});
        ASSERT_EQ(means.size(), sums.channels());
        const volatile float ratio = 0.1F / output;
        const volatile float one = 1.0F / static_cast<float>(n);
        const volatile float scale = ratio * one;
        const volatile float of_zeros = static_cast<float>(-9 * static_cast<int>(n)) * scale;
        const float bias = static_cast<float>(zero) - of_zeros;
        for (uint32_t c = 0; c < sums.channels(); ++c) {
          const volatile float product =
              static_cast<float>(static_cast<int>(c) - 128 * static_cast<int>(n)) * scale;
          const volatile float mean = product + bias;
          ASSERT_EQ(means[c], cut(std::nearbyint(double{mean}) + 128)) << n << ' ' << c;
        }
      }
    }
  }
}

TEST(ExactOperator, GlobalAveragePoolOfOnnxRuntime) {
  for (const uint32_t n : {4U, 6U, 7U}) {
    for (const float output : {0.1F, 0.173F}) {
      const Sums sums{n};
      Onnx m;
      m.input("x", {1, sums.channels(), 1, n}, 2);
      m.reals("x s", {}, {0.1F});
      m.whole("x z", {}, {119}, 2);
      m.reals("c s", {}, {output});
      m.whole("c z", {}, {107}, 2);
      dequantise(m, "x");
      m.node("GlobalAveragePool", {"x f"}, {"mean"});
      m.node("QuantizeLinear", {"mean", "c s", "c z"}, {"c"});
      m.output("c");
      Codes codes;
      for (uint32_t c = 0; c < sums.channels(); ++c) {
        for (uint32_t i = 0; i < n; ++i) {
          codes.push_back(sums.code(c, i));
        }
      }
      const Codes means = run_exactly(m.bytes(), {codes});
      ASSERT_EQ(means.size(), sums.channels());
      const volatile float divisor = output * static_cast<float>(n);
      for (uint32_t c = 0; c < sums.channels(); ++c) {
        ASSERT_EQ(means[c], requantise(int64_t{c} - 119 * n, 0.1F / divisor, 107)) << n << ' ' << c;
      }
    }
  }
}

// From uint8 to int8 and on: not one code changes.
TEST(ExactOperator, MovesKeepCodes) {
  Tflite m;
  const auto x = m.codes("x", {1, 4, 6, 2}, 0.1F, 100, tflite::TensorType::UINT8);
  const auto q = m.codes("q", {1, 4, 6, 2}, 0.1F, -28);
  m.op(BuiltinOperator::QUANTIZE, {x}, {q});
  const auto p = m.codes("p", {1, 6, 6, 2}, 0.1F, -28);
  m.op(
      BuiltinOperator::PAD,
      {q, m.constant<int32_t>("pads", tflite::TensorType::INT32, {4, 2}, {0, 0, 1, 1, 0, 0, 0, 0})},
      {p});
  const auto d = m.codes("d", {1, 3, 3, 2}, 0.1F, -28);
  m.op<tflite::Pool2DOptions>(BuiltinOperator::MAX_POOL_2D, {p}, {d}, [](auto& f) {
    return CreatePool2DOptions(f, tflite::Padding::VALID, 2, 2, 2, 2);
  });
  const auto j = m.codes("j", {1, 3, 3, 4}, 0.1F, -28);
  m.op<tflite::ConcatenationOptions>(BuiltinOperator::CONCATENATION, {d, d}, {j}, [](auto& f) {
    return tflite::CreateConcatenationOptions(f, 3);
  });
  const auto r = m.codes("r", {9, 4}, 0.1F, -28);
  m.op(BuiltinOperator::RESHAPE, {j, m.whole("shape", {9, 4})}, {r});
  m.inputs = {x};
  m.outputs = {r};
  const Codes codes = random_codes(48, 5);
  const Codes y = run_exactly(m.bytes(), {codes});
  ASSERT_EQ(y.size(), 36U);
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      for (int c = 0; c < 4; ++c) {
        uint8_t most = 0;
        for (int k = 0; k < 4; ++k) {
          const int from = 2 * row + k / 2 - 1;
          const int at = (from * 6 + 2 * column + k % 2) * 2 + c % 2;
          most =
              std::max(most, from < 0 || from > 3 ? uint8_t{100} : codes[static_cast<size_t>(at)]);
        }
        EXPECT_EQ(y[static_cast<size_t>((row * 3 + column) * 4 + c)], most);
      }
    }
  }
}

// Whole networks are within a code of their definition in the reals, where roundings and ties of
// some layers did not add up.
TEST(ExactOperator, WholeNetworks) {
  int made = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const RandomGraph random(seed);
    const Bytes file = write_tflite(random.graph(), "random");
    const auto model = compile_model(file, exactly());
    if (!model.ok()) {
      EXPECT_NE(model.error().message.find("--rounding fast"), std::string::npos)
          << model.error().message;
      continue;
    }
    ++made;
    const Codes input = random_codes(model.value().circuit.input().shape.elements(), seed);
    const Codes actual = run_exactly(file, {input});
    const Codes expected = run_graph(random.graph(), input);
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i) {
      ASSERT_LE(std::abs(int{actual[i]} - int{expected[i]}), 1) << "seed " << seed << ", " << i;
    }
  }
  EXPECT_GT(made, 60);
}

// A table of 2^13 rows, as many on both sides, where that is enough.
TEST(ExactOperator, TablesSayLittle) {
  const auto model = compile_model(Layer8(1).file(tflite::Activation::NONE), exactly());
  ASSERT_TRUE(model.ok()) << model.error().message;
  const Circuit& circuit = model.value().circuit;
  const auto is_dense = [](const Op& op) { return op.kind == OpKind::kConv2d; };
  const auto op = static_cast<size_t>(
      std::find_if(circuit.ops.begin(), circuit.ops.end(), is_dense) - circuit.ops.begin());
  const WindowTable& table = circuit.windows_of(op + 1);
  EXPECT_EQ(circuit.windows.size(), 2U);  // the other is of moves
  EXPECT_EQ(table.boundaries, Boundaries::kFloat32);
  EXPECT_EQ(table.zero_point, 8);
  EXPECT_EQ(table.below, table.above);
  EXPECT_EQ(table.rows(), 8192U);
  const ValueRange A = value_range(circuit, op, model.value().weights[op]);
  EXPECT_GE(A.lowest, table.begin(circuit.limbs()));
  EXPECT_LT(A.highest, table.end(circuit.limbs()));
}

TEST(ExactOperator, SidesCoverTheWorstCase) {
  const Limbs limbs;
  const WindowTable table{Boundaries::kFloor, 0, 10, 200, 0, 0};
  for (const int64_t codes : {300, 3000, 5000, 300'000}) {
    for (const bool below : {false, true}) {
      const int64_t far = codes * limbs.unit();
      WindowTable wide = table;
      wide.below = wide.above =
          window_side(table, below ? ValueRange{-far, 0} : ValueRange{0, far}, limbs);
      EXPECT_LE(wide.begin(limbs), below ? -far : 0);
      EXPECT_GT(wide.end(limbs), below ? 0 : far);
      const uint32_t rows = std::bit_ceil(wide.rows());
      EXPECT_LE(rows - wide.rows(), 1U);
      EXPECT_EQ(rows == 8192U, codes <= 3000);
    }
  }
}

struct ExactRefusal {
  const char* name;
  std::function<Bytes()> file;
  const char* place;
  const char* reason;
};
class ExactRefuses : public testing::TestWithParam<ExactRefusal> {};
TEST_P(ExactRefuses, InOneSentence) {
  const auto model = compile_model(GetParam().file(), exactly());
  ASSERT_FALSE(model.ok());
  const std::string& said = model.error().message;
  EXPECT_NE(said.find(GetParam().place), std::string::npos) << said;
  EXPECT_NE(said.find(GetParam().reason), std::string::npos) << said;
  EXPECT_NE(said.find("--rounding fast"), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  // That remedy is one, where nothing else is wrong.
  CompileOptions fast = exactly();
  fast.rounding = Rounding::kFast;
  fast.samples = [](const Network& network) -> Result<std::vector<Sample>> {
    Sample sample;
    for (const uint32_t input : network.inputs) {
      sample.emplace_back(element_count(network.tensors[input].shape), 0.5F);
    }
    return std::vector<Sample>{sample};
  };
  const auto other = compile_model(GetParam().file(), fast);
  EXPECT_TRUE(other.ok()) << other.error().message;
}

// One operator of int8 between x and y.
Bytes one(BuiltinOperator type, float input, float output) {
  Tflite m;
  const auto x = m.codes("x", {1, 4}, input, 0);
  const auto y = m.codes("y", {1, 4}, output, 0);
  m.op(type, {x}, {y});
  m.inputs = {x};
  m.outputs = {y};
  return m.bytes();
}

Bytes pool_into_pads() {
  Tflite m;
  const auto x = m.codes("x", {1, 3, 3, 1}, 0.1F, 0);
  const auto y = m.codes("y", {1, 3, 3, 1}, 0.1F, 0);
  m.op<tflite::Pool2DOptions>(BuiltinOperator::AVERAGE_POOL_2D, {x}, {y}, [](auto& f) {
    return CreatePool2DOptions(f, tflite::Padding::SAME, 1, 1, 3, 3);
  });
  m.inputs = {x};
  m.outputs = {y};
  return m.bytes();
}

Bytes joined_of(float second) {
  Tflite m;
  const auto x = m.codes("x", {1, 2}, 0.1F, 0);
  const auto w = m.codes("w", {1, 2}, second, 0);
  const auto y = m.codes("y", {1, 4}, 0.1F, 0);
  m.op<tflite::ConcatenationOptions>(BuiltinOperator::CONCATENATION, {x, w}, {y}, [](auto& f) {
    return tflite::CreateConcatenationOptions(f, 1);
  });
  m.inputs = {x, w};
  m.outputs = {y};
  return m.bytes();
}

Bytes product_of_two() {
  Tflite m;
  const auto x = m.codes("x", {1, 2}, 0.1F, 0);
  const auto w = m.codes("w", {1, 2}, 0.1F, 0);
  const auto y = m.codes("y", {1, 2}, 0.1F, 0);
  m.op(BuiltinOperator::MUL, {x, w}, {y});
  m.inputs = {x, w};
  m.outputs = {y};
  return m.bytes();
}

Bytes dense(const std::function<void(Layer8&)>& change, tflite::Activation activation) {
  Layer8 layer(3);
  change(layer);
  return layer.file(activation);
}

Bytes addition_of(float first) {
  Tflite m;
  const auto x = m.codes("x", {1, 2}, first, 0);
  const auto w = m.codes("w", {1, 2}, 0.1F, 0);
  const auto y = m.codes("y", {1, 2}, 0.1F, 0);
  m.op(BuiltinOperator::ADD, {x, w}, {y});
  m.inputs = {x, w};
  m.outputs = {y};
  return m.bytes();
}

// 65 layers of as many zero-points.
Bytes many_zero_points() {
  Tflite m;
  auto x = m.codes("x", {1, 1}, 0.1F, 0);
  m.inputs = {x};
  const auto w = m.constant<int8_t>("w", tflite::TensorType::INT8, {1, 1}, {1}, {1.0F}, {0});
  for (int64_t zero = 0; zero < 65; ++zero) {
    const auto y = m.codes("y" + std::to_string(zero), {1, 1}, 0.1F, zero);
    m.op<tflite::FullyConnectedOptions>(
        BuiltinOperator::FULLY_CONNECTED, {x, w, -1}, {y},
        [](auto& f) { return tflite::CreateFullyConnectedOptions(f); });
    x = y;
  }
  m.outputs = {x};
  return m.bytes();
}

// In ONNX, a convolution of 2 x 2 pixels, and a function before it is rounded to codes of 0.05.
Bytes onnx_convolution(const std::string& function) {
  Onnx m = onnx::small_quantised();
  m.graph().mutable_node()->DeleteSubrange(4, 2);
  m.node(function, {"c"}, {"r"});
  m.reals("qs", {}, {0.05F});
  m.node("QuantizeLinear", {"r", "qs", "z"}, {"q"});
  m.graph().mutable_output(0)->set_name("q");
  return m.bytes();
}

Bytes onnx_mean() {
  Onnx m;
  m.input("x", {1, 4}, 2);
  m.reals("x s", {}, {0.1F});
  m.whole("x z", {}, {3}, 2);
  dequantise(m, "x");
  set(m.node("ReduceMean", {"x f"}, {"r"}), "axes", std::vector<int64_t>{1});
  m.node("QuantizeLinear", {"r", "x s", "x z"}, {"y"});
  m.output("y");
  return m.bytes();
}

// Ties of the reals, which float32 decides one way here and the other there.
Bytes onnx_addition() {
  Onnx m;
  for (const std::string name : {"x", "y"}) {
    m.input(name, {1, 4}, 2);
    m.reals(name + " s", {}, {name == "x" ? 1.5F : 0.01F});
    m.whole(name + " z", {}, {133}, 2);
    dequantise(m, name);
  }
  m.reals("c s", {}, {1.7F});
  m.node("Add", {"x f", "y f"}, {"sum"});
  m.node("QuantizeLinear", {"sum", "c s", "x z"}, {"c"});
  m.output("c");
  return m.bytes();
}

// An ONNX operator between DequantizeLinear and QuantizeLinear. As it is, ONNX Runtime fuses them.
struct OnnxGroup {
  static constexpr int32_t kUint8 = 2;
  static constexpr int32_t kInt8 = 3;
  static constexpr int32_t kInt32 = 6;

  std::string type = "Conv";
  int32_t input = kUint8;
  int32_t output = kUint8;
  int32_t weights = kInt8;
  int32_t bias = kInt32;
  int32_t bias_zero = 0;
  std::string before{};  // a node between DequantizeLinear and the operator's input,
  std::string moving{};  // its weights,
  std::string behind{};  // or its output and QuantizeLinear
  std::string factor{};  // an attribute that is 2
  bool again = false;    // the output is quantised to other codes

  [[nodiscard]] Bytes file() const {
    const bool matrix = type == "Gemm" || type == "MatMul";
    const bool weighted = matrix || type == "Conv" || type == "ConvTranspose";
    const Onnx::Shape shape = matrix ? Onnx::Shape{2, 2} : Onnx::Shape{1, 2, 2, 2};
    Onnx m;
    add_input(m, "x", shape);
    Onnx::Names inputs = {"x f"};
    if (!before.empty()) {
      m.node(before, inputs, {"x b"});
      inputs = {"x b"};
    }
    if (weighted) {
      m.reals("w s", {}, {0.5F});
      m.whole("w z", {}, {0}, weights);
      m.whole("w", matrix ? Onnx::Shape{2, 2} : Onnx::Shape{2, 2, 1, 1}, {5, 3, 2, 7}, weights);
      dequantise(m, "w");
      inputs.emplace_back("w f");
      if (!moving.empty()) {
        m.node(moving, {"w f"}, {"w m"});
        inputs.back() = "w m";
      }
      if (type != "MatMul") {
        m.reals("b s", {}, {0.5F * 0.1F});
        m.whole("b z", {}, {bias_zero}, bias);
        m.whole("b", {2}, {100, -100}, bias);
        dequantise(m, "b");
        inputs.emplace_back("b f");
      }
    } else if (type != "GlobalAveragePool") {
      add_input(m, "y", shape);
      inputs.emplace_back("y f");
    }
    onnx::NodeProto& node = m.node(type, inputs, {"r"});
    if (!factor.empty()) {
      onnx::AttributeProto& attribute = *node.add_attribute();
      attribute.set_name(factor);
      attribute.set_type(1);
      attribute.set_f(2);
    }
    if (!behind.empty()) {
      m.node(behind, {"r"}, {"r b"});
    }
    m.reals("q s", {}, {0.3F});
    m.whole("q z", {}, {7}, output);
    m.node("QuantizeLinear", {behind.empty() ? "r" : "r b", "q s", "q z"}, {"q"});
    if (again) {
      dequantise(m, "q");
      m.whole("o z", {}, {9}, output);
      m.node("QuantizeLinear", {"q f", "q s", "o z"}, {"o"});
    }
    m.output(again ? "o" : "q");
    return m.bytes();
  }

 private:
  void add_input(Onnx& m, const std::string& name, const Onnx::Shape& shape) const {
    m.input(name, shape, input);
    m.reals(name + " s", {}, {0.1F});
    m.whole(name + " z", {}, {3}, input);
    dequantise(m, name);
  }
};

TEST(ExactOperator, TakesWhatOnnxRuntimeFuses) {
  const auto takes = [](const OnnxGroup& group) {
    const auto model = compile_model(group.file(), exactly());
    EXPECT_TRUE(model.ok()) << group.type << ": " << model.error().message;
  };
  for (const char* type : {"Conv", "Gemm", "MatMul", "Add", "GlobalAveragePool"}) {
    takes({type});
    takes({.type = type, .input = OnnxGroup::kInt8, .output = OnnxGroup::kInt8});
    takes({.type = type, .before = "Identity"});
  }
  takes({.type = "Conv", .weights = OnnxGroup::kUint8});
  takes({.type = "MatMul", .before = "Transpose"});
}

// TensorFlow Lite's operators that have weights, of one channel.
struct LiteGroup {
  BuiltinOperator type = BuiltinOperator::CONV_2D;
  tflite::TensorType codes = tflite::TensorType::INT8;
  int64_t zero = 0;  // of the weights
  int32_t axis = 0;  // likewise
  bool biased = true;
  int32_t stride = 1;

  [[nodiscard]] Bytes file() const {
    using tflite::Padding;
    using tflite::TensorType;
    const bool transposed = type == BuiltinOperator::TRANSPOSE_CONV;
    const bool dense = type == BuiltinOperator::FULLY_CONNECTED;
    Tflite m;
    const Tflite::Shape shape = dense ? Tflite::Shape{1, 4} : Tflite::Shape{1, 2, 2, 1};
    const auto x = m.codes("x", shape, 0.1F, 0, codes);
    const auto w = m.constant<int8_t>("w", codes, dense ? Tflite::Shape{1, 4} : shape, {1, 2, 3, 4},
                                      {0.5F}, {zero}, axis);
    const auto b =
        biased ? m.constant<int32_t>("b", TensorType::INT32, {1}, {9}, {0.05F}, {0}) : -1;
    const int32_t n = transposed ? 2 * stride : 1;
    const auto y =
        m.codes("y", dense ? Tflite::Shape{1, 1} : Tflite::Shape{1, n, n, 1}, 0.3F, 0, codes);
    if (transposed) {
      m.op<tflite::TransposeConvOptions>(
          type, {m.whole("shape", {1, n, n, 1}), w, x, b}, {y}, [=, this](auto& f) {
            return CreateTransposeConvOptions(f, Padding::SAME, stride, stride);
          });
    } else if (dense) {
      m.op<tflite::FullyConnectedOptions>(
          type, {x, w, b}, {y}, [](auto& f) { return tflite::CreateFullyConnectedOptions(f); });
    } else if (type == BuiltinOperator::CONV_2D) {
      m.op<tflite::Conv2DOptions>(type, {x, w, b}, {y}, [](auto& f) {
        return CreateConv2DOptions(f, Padding::VALID, 1, 1);
      });
    } else {
      m.op<tflite::DepthwiseConv2DOptions>(type, {x, w, b}, {y}, [](auto& f) {
        return CreateDepthwiseConv2DOptions(f, Padding::VALID, 1, 1, 1);
      });
    }
    m.inputs = {x};
    m.outputs = {y};
    return m.bytes();
  }
};

TEST(ExactOperator, TakesWhatTensorFlowLiteComputesInIntegers) {
  for (const auto type : {BuiltinOperator::CONV_2D, BuiltinOperator::DEPTHWISE_CONV_2D,
                          BuiltinOperator::FULLY_CONNECTED, BuiltinOperator::TRANSPOSE_CONV}) {
    for (const auto codes : {tflite::TensorType::INT8, tflite::TensorType::UINT8}) {
      for (const int64_t zero : {0, 5}) {
        if (zero == 0 || codes == tflite::TensorType::UINT8) {
          const auto model = compile_model(LiteGroup{type, codes, zero}.file(), exactly());
          EXPECT_TRUE(model.ok()) << model.error().message;
        }
      }
    }
  }
}

// Codes added as the reals that they stand for.
Bytes float_addition() {
  Tflite m;
  std::vector<int32_t> reals;
  for (const std::string name : {"x", "w"}) {
    m.inputs.push_back(m.codes(name, {1, 2}, 0.1F, 0));
    reals.push_back(m.real(name + " f", {1, 2}));
    m.op(BuiltinOperator::DEQUANTIZE, {m.inputs.back()}, {reals.back()});
  }
  const auto sum = m.real("sum", {1, 2});
  m.op(BuiltinOperator::ADD, reals, {sum});
  m.outputs = {m.codes("y", {1, 2}, 0.3F, 0)};
  m.op(BuiltinOperator::QUANTIZE, {sum}, m.outputs);
  return m.bytes();
}

// Integers for all pairs of codes that are too large for the executor.
Bytes onnx_large_addition() {
  Onnx m;
  for (const auto& [name, scale, zero] :
       {std::tuple{"x", 0.0311F, 10}, std::tuple{"y", 0.0273F, 20}}) {
    const std::string n = name;
    m.input(n, {1, 4}, 2);
    m.reals(n + " s", {}, {scale});
    m.whole(n + " z", {}, {zero}, 2);
    dequantise(m, n);
  }
  m.reals("c s", {}, {0.004F});
  m.whole("c z", {}, {40}, 2);
  m.node("Add", {"x f", "y f"}, {"sum"});
  m.node("QuantizeLinear", {"sum", "c s", "c z"}, {"c"});
  m.output("c");
  return m.bytes();
}

const ExactRefusal kExactRefusals[] = {
    {"Table", [] { return one(BuiltinOperator::LOGISTIC, 0.1F, 0.01F); }, "LOGISTIC 'y'",
     "is a table"},
    {"Requantised", [] { return one(BuiltinOperator::QUANTIZE, 0.1F, 0.2F); }, "QUANTIZE 'y'",
     "keep their scale"},
    {"Joined", [] { return joined_of(0.2F); }, "CONCATENATION 'y'", "keep their scale"},
    {"Product", product_of_two, "MUL 'y'", "exact rounding is for"},
    {"PoolIntoPads", pool_into_pads, "AVERAGE_POOL_2D 'y'", "several numbers of elements"},
    {"FloatModel", [] { return tflite::small_float_classifier().bytes(); }, "CONV_2D 'c'",
     "is not quantised"},
    {"ClampBetweenCodes",
     [] {
       return dense([](Layer8& layer) { layer.output = 6 / 100.5F; }, tflite::Activation::RELU6);
     },
     "FULLY_CONNECTED 'y'", "ends between two codes"},
    {"SumsBeyond32Bits",
     [] {
       return dense([](Layer8& layer) { layer.biases[0] = INT32_MAX; }, tflite::Activation::NONE);
     },
     "FULLY_CONNECTED 'y'", "32 bits"},
    {"ScalesFarApart", [] { return addition_of(1e-5F); }, "ADD 'y'", "XNNPACK's addition"},
    {"ManyTables", many_zero_points, "FULLY_CONNECTED 'y64'", "more than 64"},
    {"LargeScale",
     [] { return dense([](Layer8& layer) { layer.scales[0] = 60; }, tflite::Activation::NONE); },
     "FULLY_CONNECTED 'y'", "too large for exact rounding"},
    {"OnnxFunction", [] { return onnx_convolution("Relu"); }, "Conv", "computes in float32"},
    {"OnnxAddition", onnx_addition, "Add", "no integers give"},
    {"OnnxMean", onnx_mean, "ReduceMean", "exact rounding is for"},
    {"OnnxLargeAddition", onnx_large_addition, "Add", "sums are too large"},
    {"OnnxFlattened", [] { return OnnxGroup{.type = "Gemm", .before = "Flatten"}.file(); }, "Gemm",
     "input does not come straight from DequantizeLinear"},
    {"OnnxFlattenedProduct", [] { return OnnxGroup{.type = "MatMul", .before = "Flatten"}.file(); },
     "MatMul", "input does not come straight from DequantizeLinear"},
    {"OnnxMovedWeights", [] { return OnnxGroup{.type = "MatMul", .moving = "Transpose"}.file(); },
     "MatMul", "weights do not come straight"},
    {"OnnxSignedConv", [] { return OnnxGroup{.type = "Conv", .output = OnnxGroup::kInt8}.file(); },
     "Conv", "not both uint8, or both int8"},
    {"OnnxUnsignedConv", [] { return OnnxGroup{.type = "Conv", .input = OnnxGroup::kInt8}.file(); },
     "Conv", "not both uint8, or both int8"},
    {"OnnxSignedMatMul",
     [] { return OnnxGroup{.type = "MatMul", .output = OnnxGroup::kInt8}.file(); }, "MatMul",
     "not both uint8, or both int8"},
    {"OnnxUnsignedMatMul",
     [] { return OnnxGroup{.type = "MatMul", .input = OnnxGroup::kInt8}.file(); }, "MatMul",
     "not both uint8, or both int8"},
    {"OnnxSignedAdd", [] { return OnnxGroup{.type = "Add", .output = OnnxGroup::kInt8}.file(); },
     "Add", "not both uint8, or both int8"},
    {"OnnxUnsignedAdd", [] { return OnnxGroup{.type = "Add", .input = OnnxGroup::kInt8}.file(); },
     "Add", "not both uint8, or both int8"},
    {"OnnxSignedGlobalAveragePool",
     [] { return OnnxGroup{.type = "GlobalAveragePool", .output = OnnxGroup::kInt8}.file(); },
     "GlobalAveragePool", "not both uint8, or both int8"},
    {"OnnxUnsignedGlobalAveragePool",
     [] { return OnnxGroup{.type = "GlobalAveragePool", .input = OnnxGroup::kInt8}.file(); },
     "GlobalAveragePool", "not both uint8, or both int8"},
    {"OnnxUnsignedWeights",
     [] {
       return OnnxGroup{
           .input = OnnxGroup::kInt8, .output = OnnxGroup::kInt8, .weights = OnnxGroup::kUint8}
           .file();
     },
     "Conv", "nor uint8 with an input of uint8"},
    {"OnnxSmallBias", [] { return OnnxGroup{.bias = OnnxGroup::kInt8}.file(); }, "Conv",
     "constant of int32"},
    {"OnnxShiftedBias", [] { return OnnxGroup{.bias_zero = 1}.file(); }, "Conv",
     "constant of int32"},
    {"OnnxAlpha", [] { return OnnxGroup{.type = "Gemm", .factor = "alpha"}.file(); }, "Gemm",
     "alpha or beta"},
    {"OnnxBeta", [] { return OnnxGroup{.type = "Gemm", .factor = "beta"}.file(); }, "Gemm",
     "alpha or beta"},
    {"OnnxTransposed", [] { return OnnxGroup{.type = "ConvTranspose"}.file(); }, "ConvTranspose",
     "no kernel of codes"},
    {"OnnxSum", [] { return OnnxGroup{.type = "Sum"}.file(); }, "Sum", "no kernel of codes"},
    {"OnnxBehind", [] { return OnnxGroup{.type = "Conv", .behind = "Identity"}.file(); }, "Conv",
     "straight to one QuantizeLinear"},
    {"OnnxAgain", [] { return OnnxGroup{.again = true}.file(); }, "Conv",
     "quantised to other codes"},
    {"ShiftedWeightsOfConv2D",
     [] { return LiteGroup{.type = BuiltinOperator::CONV_2D, .zero = 5}.file(); }, "CONV_2D 'y'",
     "zero-point other than 0"},
    {"ShiftedWeightsOfDepthwiseConv2D",
     [] { return LiteGroup{.type = BuiltinOperator::DEPTHWISE_CONV_2D, .zero = 5}.file(); },
     "DEPTHWISE_CONV_2D 'y'", "zero-point other than 0"},
    {"ShiftedWeightsOfFullyConnected",
     [] { return LiteGroup{.type = BuiltinOperator::FULLY_CONNECTED, .zero = 5}.file(); },
     "FULLY_CONNECTED 'y'", "zero-point other than 0"},
    {"ShiftedWeightsOfTransposeConv",
     [] { return LiteGroup{.type = BuiltinOperator::TRANSPOSE_CONV, .zero = 5}.file(); },
     "TRANSPOSE_CONV 'y'", "zero-point other than 0"},
    {"NoBias", [] { return LiteGroup{.biased = false}.file(); }, "CONV_2D 'y'", "has no bias"},
    {"Gaps", [] { return LiteGroup{.type = BuiltinOperator::TRANSPOSE_CONV, .stride = 3}.file(); },
     "TRANSPOSE_CONV 'y'", "smaller than its stride"},
    {"OtherAxis",
     [] {
       return LiteGroup{.type = BuiltinOperator::DEPTHWISE_CONV_2D,
                        .codes = tflite::TensorType::UINT8,
                        .axis = 3}
           .file();
     },
     "DEPTHWISE_CONV_2D 'y'", "quantised dimension"},
    {"FloatAddition", float_addition, "ADD", "computes it in float32"},
};

INSTANTIATE_TEST_SUITE_P(Exact, ExactRefuses, testing::ValuesIn(kExactRefusals),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace vouch
