// The executor against the defining formula, element by element, in 128-bit integers.
#include "prove/executor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>

#include "base/parallel.h"
#include "circuit/operators/linear_maps.h"
#include "circuit/operators/operator_definition.h"
#include "prove/random_network.h"
#include "prove/random_weights.h"

namespace vouch {
namespace {

using Wide = __int128;

constexpr OpKind kAllKinds[] = {OpKind::kConv2d, OpKind::kDepthwiseConv2d, OpKind::kLinearMap,
                                OpKind::kProduct};

// One operator of a network: X − z of its inputs, and what the trace says it gave.
class Step {
 public:
  Step(const WeightedCircuit& network, const Trace& trace, size_t op)
      : shape_(operator_shape(network.circuit, op)),
        own_(network.weights[op]),
        circuit_(network.circuit),
        trace_(trace),
        op_(op) {}

  [[nodiscard]] Wide shifted(size_t input, const Position& p) const {
    const uint32_t tensor = circuit_.ops[op_].inputs[input];
    return Wide{trace_.tensors[tensor].X.at(flat_index(shape_.inputs[input], p))} -
           circuit_.tensors[tensor].zero_point;
  }
  [[nodiscard]] Wide bias(uint32_t channel) const {
    return own_.biases.at(own_.biases.size() == 1 ? 0 : channel);
  }
  [[nodiscard]] Wide weight(size_t i) const { return own_.weights.at(i); }
  [[nodiscard]] const OperatorShape& shape() const { return shape_; }

  // X, V and R of every element by the accumulators A.
  void expect(const std::vector<Wide>& A) const {
    const TensorTrace& out = trace_.tensors[op_ + 1];
    ASSERT_EQ(out.X.size(), A.size());
    ASSERT_EQ(out.V.size(), A.size());
    ASSERT_EQ(out.R.size(), A.size());
    const Wide unit = Wide{1} << circuit_.shift;
    for (size_t i = 0; i < A.size(); ++i) {
      const Wide R = (A[i] % unit + unit) % unit;
      const auto V = static_cast<int64_t>((A[i] - R) / unit);
      const uint8_t X = circuit_.table_of(op_ + 1).at(V);
      ASSERT_TRUE(out.V[i] == V && out.R[i] == R && out.X[i] == X)
          << "operator " << op_ << " element " << i << ": V " << out.V[i] << " instead of " << V
          << ", R " << out.R[i] << " instead of " << static_cast<int64_t>(R) << ", X "
          << int{out.X[i]} << " instead of " << int{X};
    }
  }

 private:
  OperatorShape shape_;
  const OpWeights& own_;
  const Circuit& circuit_;
  const Trace& trace_;
  size_t op_;
};

// The sums as operators/operator_definition.h writes them out; slow.
std::vector<Wide> by_definition(const Step& step) {
  const OperatorShape& s = step.shape();
  std::vector<Wide> A;
  for (const Position& p : positions_of(s.output)) {
    A.push_back(step.bias(p.channel));
    if (s.kind == OpKind::kProduct) {
      A.back() += step.weight(0) * step.shifted(0, p) * step.shifted(1, second_of(s, p));
      continue;
    }
    for (const ProductOfSum& product : products_of(s, p)) {
      A.back() += step.weight(product.weight) * product.coefficient *
                  step.shifted(product.input, product.element);
    }
  }
  return A;
}

// The input that output y reads through a tap along one axis, −1 if there is none.
int64_t read_along(bool transposed, int64_t y, int64_t d, int64_t stride, int64_t dilation,
                   int64_t pad, int64_t extent) {
  int64_t i = stride * y + dilation * d - pad;
  if (transposed) {
    const int64_t scaled = y + pad - dilation * d;
    i = scaled % stride == 0 ? scaled / stride : -1;
  }
  return i >= 0 && i < extent ? i : -1;
}

std::vector<Wide> convolution(const Step& step) {
  const OperatorShape& s = step.shape();
  const Window& w = s.window;
  const bool full = s.kind == OpKind::kConv2d;
  const uint32_t channels = full ? s.inputs[0].channels : 1;
  std::vector<Wide> A;
  for (const Position& p : positions_of(s.output)) {
    const uint32_t first = full ? 0 : p.channel / (s.output.channels / s.inputs[0].channels);
    size_t i = size_t{p.channel} * channels * w.kernel_rows * w.kernel_columns;
    A.push_back(step.bias(p.channel));
    for (uint32_t k = first; k < first + channels; ++k) {
      for (int64_t dy = 0; dy < w.kernel_rows; ++dy) {
        for (int64_t dx = 0; dx < w.kernel_columns; ++dx, ++i) {
          const int64_t y = read_along(w.transposed, p.row, dy, w.stride_rows, w.dilation_rows,
                                       w.pad_top, s.inputs[0].rows);
          const int64_t x = read_along(w.transposed, p.column, dx, w.stride_columns,
                                       w.dilation_columns, w.pad_left, s.inputs[0].columns);
          if (y >= 0 && x >= 0) {
            A.back() += step.weight(i) * step.shifted(0, {k, p.batch, static_cast<uint32_t>(y),
                                                          static_cast<uint32_t>(x)});
          }
        }
      }
    }
  }
  return A;
}

// Every entry of an axis' matrix, one by one.
std::vector<AxisEntry> entries_of(const AxisMap& map, uint32_t extent) {
  std::vector<AxisEntry> entries;
  for (uint32_t i = 0; map.runs.empty() && i < extent; ++i) {
    entries.push_back({i, i});
  }
  for (const AxisRun& run : map.runs) {
    for (int k = 0; k < run.count; ++k) {
      entries.push_back({static_cast<uint32_t>(run.out + k * run.out_step),
                         static_cast<uint32_t>(run.in + k * run.in_step), run.coefficient});
    }
  }
  return entries;
}

std::vector<Wide> linear_map(const Step& step) {
  const Shape& out = step.shape().output;
  std::vector<Wide> A(out.elements(), step.bias(0));
  for (const MapTerm& term : step.shape().terms) {
    const auto rows = entries_of(term.maps[1], out.rows);
    const auto columns = entries_of(term.maps[2], out.columns);
    for (const AxisEntry& c : entries_of(term.maps[0], out.channels)) {
      for (const AxisEntry& y : rows) {
        for (const AxisEntry& x : columns) {
          std::array<uint32_t, 3> from{};
          from[term.axes[0]] = c.in;
          from[term.axes[1]] = y.in;
          from[term.axes[2]] = x.in;
          const Wide w = step.weight(term.weight) * c.coefficient * y.coefficient * x.coefficient;
          for (uint32_t batch = 0; batch < out.batch; ++batch) {
            A[flat_index(out, {c.out, batch, y.out, x.out})] +=
                w * step.shifted(term.input, {from[0], batch, from[1], from[2]});
          }
        }
      }
    }
  }
  return A;
}

// The same sums, ordered so that larger networks take no time.
std::vector<Wide> by_formula(const Step& step) {
  switch (step.shape().kind) {
    case OpKind::kLinearMap:
      return linear_map(step);
    case OpKind::kProduct:
      return by_definition(step);
    default:
      return convolution(step);
  }
}

void expect_formula(const WeightedCircuit& network, const Trace& trace,
                    std::vector<Wide> (*sums)(const Step&) = by_formula) {
  for (size_t op = 0; op < network.circuit.ops.size(); ++op) {
    const Step step(network, trace, op);
    ASSERT_NO_FATAL_FAILURE(step.expect(sums(step)));
  }
}

// A network that ends with that operator; what it reads beside the input is made of the input.
WeightedCircuit network_around(const OperatorShape& shape, std::mt19937_64& random) {
  WeightedCircuit n;
  Circuit& c = n.circuit;
  c.shift = static_cast<uint8_t>(4 + random() % 21);
  c.tables = {ActivationTable::clamp(13, 0, 255), ActivationTable::clamp(13, 20, 160),
              random_table(13, random)};
  const auto tensor = [&](const Shape& s) {
    return Tensor{s, static_cast<uint8_t>(random()), static_cast<uint8_t>(random() % 3)};
  };
  c.tensors = {tensor(shape.inputs[0])};
  c.tensors[0].table = 0;
  Op last{shape.kind, {0}, shape.window, shape.terms};
  for (size_t i = 1; i < shape.inputs.size(); ++i) {
    Op made{OpKind::kLinearMap, {0}, {}, {}};
    made.terms = random_terms({shape.inputs[0]}, shape.inputs[i], random);
    c.ops.push_back(std::move(made));
    c.tensors.push_back(tensor(shape.inputs[i]));
    last.inputs.push_back(static_cast<uint32_t>(i));
  }
  c.ops.push_back(std::move(last));
  c.tensors.push_back(tensor(shape.output));
  n.weights = random_weights(c, static_cast<uint32_t>(random()));
  return n;
}

class ExecutorOf : public ::testing::TestWithParam<OpKind> {};

TEST_P(ExecutorOf, AgreesWithTheDefinition) {
  std::mt19937_64 random(7);
  for (uint32_t i = 0; i < 100; ++i) {
    SCOPED_TRACE(i);
    const WeightedCircuit n = network_around(random_operator(GetParam(), random), random);
    const Result<void> valid = validate(n.circuit);
    ASSERT_TRUE(valid.ok()) << valid.error().message;
    const auto trace = Executor(n.circuit, n.weights).run(random_input(n.circuit, i), true);
    ASSERT_TRUE(trace.ok()) << trace.error().message;
    ASSERT_NO_FATAL_FAILURE(expect_formula(n, trace.value(), by_definition));
  }
}

std::string name_of_kind(const ::testing::TestParamInfo<OpKind>& kind) {
  std::string name = operator_of(kind.param).name();
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, ExecutorOf, ::testing::ValuesIn(kAllKinds), name_of_kind);

TEST(Executor, AgreesWithTheFormulaOnRandomNetworks) {
  for (uint32_t seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const WeightedCircuit network = random_network(seed);
    const Result<void> valid = validate(network.circuit);
    ASSERT_TRUE(valid.ok()) << valid.error().message;
    const Executor executor(network.circuit, network.weights);
    const auto input = random_codes(network.circuit.input().shape.elements(), seed);
    const Result<Trace> trace = executor.run(input, true);
    ASSERT_TRUE(trace.ok()) << trace.error().message;
    ASSERT_NO_FATAL_FAILURE(expect_formula(network, trace.value()));
  }
}

// How often something came up.
struct Census {
  size_t kinds[4] = {};
  size_t transposed[2] = {};  // convolutions, depthwise ones
  size_t dilated[2] = {};
  size_t cut[2] = {};  // by a negative pad
  size_t several_terms = 0;
  size_t repeated = 0;  // second inputs of products
  size_t steps = 0;     // tables that are no clamps
  size_t low = 0;
  size_t between = 0;
  size_t high = 0;

  void count(const Circuit& circuit, size_t op) {
    const Op& o = circuit.ops[op];
    const Window& w = o.window;
    const auto kind = static_cast<size_t>(o.kind);
    ++kinds[kind];
    if (kind < 2) {
      transposed[kind] += w.transposed ? 1 : 0;
      dilated[kind] += w.dilation_rows > 1 || w.dilation_columns > 1 ? 1 : 0;
      cut[kind] += w.pad_left < 0 ? 1 : 0;
    }
    several_terms += o.terms.size() > 1 ? 1 : 0;
    repeated += o.kind == OpKind::kProduct &&
                        !(circuit.tensors[o.inputs[0]].shape == circuit.tensors[o.inputs[1]].shape)
                    ? 1
                    : 0;
  }
  void count(const ActivationTable& table, std::span<const int32_t> values) {
    const CodeBounds codes = code_bounds(table);
    steps += table == ActivationTable::clamp(table.bits, codes.lo, codes.hi) ? 0 : 1;
    for (const int32_t V : values) {
      low += V < codes.lo ? 1 : 0;
      high += V > codes.hi ? 1 : 0;
      between += V >= codes.lo && V <= codes.hi ? 1 : 0;
    }
  }
};

TEST(Executor, RandomNetworksReachEveryOperatorAndBothEndsOfTables) {
  Census census;
  for (uint32_t seed = 0; seed < 120; ++seed) {
    const WeightedCircuit network = random_network(seed);
    const Result<Trace> trace =
        Executor(network.circuit, network.weights)
            .run(random_codes(network.circuit.input().shape.elements(), seed), true);
    ASSERT_TRUE(trace.ok());
    for (size_t op = 0; op < network.circuit.ops.size(); ++op) {
      census.count(network.circuit, op);
      census.count(network.circuit.table_of(op + 1), trace.value().tensors[op + 1].V);
    }
  }
  for (const size_t count : census.kinds) {
    EXPECT_GT(count, 50U);
  }
  for (size_t kind = 0; kind < 2; ++kind) {
    EXPECT_GT(census.transposed[kind], 10U);
    EXPECT_GT(census.dilated[kind], 10U);
    EXPECT_GT(census.cut[kind], 10U);
  }
  EXPECT_GT(census.several_terms, 50U);
  EXPECT_GT(census.repeated, 10U);
  EXPECT_GT(census.steps, 50U);
  EXPECT_GT(census.low, 1000U);
  EXPECT_GT(census.between, 1000U);
  EXPECT_GT(census.high, 1000U);
}

TEST(Executor, WithoutTraceKeepsTheSameOutputAndNothingElse) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const WeightedCircuit network = random_network(seed);
    const Executor executor(network.circuit, network.weights);
    const auto input = random_codes(network.circuit.input().shape.elements(), seed);
    const Result<Trace> whole = executor.run(input, true);
    const Result<Trace> brief = executor.run(input, false);
    ASSERT_TRUE(whole.ok() && brief.ok());
    EXPECT_EQ(whole.value().output(), brief.value().output());
    for (size_t i = 0; i + 1 < brief.value().tensors.size(); ++i) {
      EXPECT_TRUE(brief.value().tensors[i].X.empty());
    }
    EXPECT_TRUE(brief.value().tensors.back().V.empty());
    EXPECT_TRUE(brief.value().tensors.back().R.empty());
  }
}

TEST(Executor, AnyNumberOfThreadsGivesTheSame) {
  const WeightedCircuit network = random_mobile_network(32, 4, 7);
  const Executor executor(network.circuit, network.weights);
  const auto input = random_codes(network.circuit.input().shape.elements(), 7);
  set_thread_count(1);
  const Result<Trace> one = executor.run(input, true);
  set_thread_count(3);
  const Result<Trace> three = executor.run(input, true);
  set_thread_count(0);
  ASSERT_TRUE(one.ok() && three.ok());
  for (size_t i = 0; i < one.value().tensors.size(); ++i) {
    EXPECT_EQ(one.value().tensors[i].V, three.value().tensors[i].V);
    EXPECT_EQ(one.value().tensors[i].R, three.value().tensors[i].R);
    EXPECT_EQ(one.value().tensors[i].X, three.value().tensors[i].X);
  }
}

// One operator X' = w·(X − 128) + b on `size` codes.
WeightedCircuit single(int64_t weight, int64_t bias, uint8_t shift, uint8_t bits, uint32_t size) {
  WeightedCircuit n;
  n.circuit.shift = shift;
  n.circuit.tables = {ActivationTable::clamp(bits, 0, 255)};
  const Shape shape{1, 1, 1, size};
  n.circuit.tensors = {{shape, 128, 0}, {shape, 128, 0}};
  n.circuit.ops = {sum_of({0})};
  n.weights = {{{weight}, {bias}}};
  return n;
}

std::vector<uint8_t> all_codes() {
  std::vector<uint8_t> codes(256);
  std::iota(codes.begin(), codes.end(), uint8_t{0});
  return codes;
}

TEST(Executor, FloorAndRemainderAtTheirBoundaries) {
  for (const int shift : {4, 20, 24}) {
    const int64_t unit = int64_t{1} << shift;
    for (const int64_t bias : {-unit - 1, -unit, -unit + 1, int64_t{-1}, int64_t{0}, int64_t{1},
                               unit - 1, unit, unit + 1, 255 * unit - 1, 256 * unit}) {
      WeightedCircuit n = single(1, bias, static_cast<uint8_t>(shift), 24, 256);
      const Result<Trace> trace = Executor(n.circuit, n.weights).run(all_codes(), true);
      ASSERT_TRUE(trace.ok());
      ASSERT_NO_FATAL_FAILURE(expect_formula(n, trace.value()));
    }
  }
}

TEST(Executor, LargestWeightsStayExact) {
  // 2^24·2^24 = 2^48, the largest accumulators that a circuit can have.
  const int64_t weight = (int64_t{1} << 41) - 12345678;
  WeightedCircuit n = single(weight, -987654321, 24, 24, 256);
  const Result<Trace> trace = Executor(n.circuit, n.weights).run(all_codes(), true);
  ASSERT_TRUE(trace.ok()) << trace.error().message;
  ASSERT_NO_FATAL_FAILURE(expect_formula(n, trace.value()));
}

TEST(Executor, ValueOutsideTheTableIsAnErrorThatNamesTheOperator) {
  // V = X − 128 + b/16 against a table of [−512, 512).
  const std::vector<uint8_t> codes = {128};
  const auto run = [&](int64_t V) {
    const WeightedCircuit n = single(16, V * 16, 4, 9, 1);
    return Executor(n.circuit, n.weights).run(codes, true);
  };
  EXPECT_TRUE(run(511).ok());
  EXPECT_TRUE(run(-512).ok());
  for (const int64_t V : {int64_t{512}, int64_t{-513}, int64_t{1} << 40, -(int64_t{1} << 40)}) {
    const Result<Trace> trace = run(V);
    ASSERT_FALSE(trace.ok()) << V;
    EXPECT_NE(trace.error().message.find("operator 0 (linear map)"), std::string::npos);
    EXPECT_NE(trace.error().message.find("2^9"), std::string::npos);
  }
}

TEST(Executor, OneValueOutsideIsSeenWhereverItIs) {
  for (const size_t at : {size_t{0}, size_t{1}, size_t{255}, size_t{256}, size_t{299}}) {
    const WeightedCircuit n = single(16 * 5, 0, 4, 9, 300);
    std::vector<uint8_t> codes(300, 128);
    EXPECT_TRUE(Executor(n.circuit, n.weights).run(codes, false).ok());
    codes[at] = 255;  // V = 635
    EXPECT_FALSE(Executor(n.circuit, n.weights).run(codes, false).ok());
  }
}

// V = 8·(X − 128) through steps up and down: a jump by 200, one by −200, the ends of the table.
TEST(Executor, TableThatIsNoClamp) {
  WeightedCircuit n = single(16 * 8, 0, 4, 10, 256);
  n.circuit.tables = {{10, 17, {{-1023, 1, 1, 200}, {-20, 3, 50, -4}, {1016, 1, 1, 3}}}};
  ASSERT_TRUE(validate(n.circuit).ok());
  const Result<Trace> trace = Executor(n.circuit, n.weights).run(all_codes(), true);
  ASSERT_TRUE(trace.ok()) << trace.error().message;
  const std::vector<uint8_t>& X = trace.value().output();
  EXPECT_EQ(X[0], 17);          // V = −1024
  EXPECT_EQ(X[1], 217);         // −1016
  EXPECT_EQ(X[125], 217);       // −24
  EXPECT_EQ(X[126], 217 - 8);   // −16: steps at −20 and −17
  EXPECT_EQ(X[128], 217 - 28);  // 0: seven steps, −20 to −2
  EXPECT_EQ(X[254], 17);        // 1008
  EXPECT_EQ(X[255], 20);        // 1016
  ASSERT_NO_FATAL_FAILURE(expect_formula(n, trace.value()));
}

// The second of two operators leaves its own table, which is smaller than the first one's.
TEST(Executor, EachOperatorHasItsOwnTable) {
  WeightedCircuit n = single(16, 16 * 128, 4, 12, 1);
  n.circuit.tables.push_back(ActivationTable::clamp(9, 0, 255));
  n.circuit.tensors.push_back({{}, 128, 1});
  n.circuit.ops.push_back(sum_of({1}));
  n.weights.push_back({{16 * 5}, {0}});
  ASSERT_TRUE(validate(n.circuit).ok());
  const auto run = [&](uint8_t code) {
    return Executor(n.circuit, n.weights).run(std::vector{code}, false);
  };
  EXPECT_TRUE(run(128 + 102).ok());  // 510
  const Result<Trace> out = run(128 + 103);
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.error().message.find("operator 1"), std::string::npos);
  EXPECT_NE(out.error().message.find("2^9"), std::string::npos);
}

// Codes of a linear map with one term and weight 1 on codes 10, 11, 12, …
std::vector<uint8_t> mapped(const MapTerm& term, const Shape& input, const Shape& output) {
  WeightedCircuit n = single(16, 0, 4, 16, 1);
  n.circuit.tensors = {{input, 0, 0}, {output, 0, 0}};
  n.circuit.ops[0].terms = {term};
  EXPECT_TRUE(validate(n.circuit).ok());
  std::vector<uint8_t> codes(input.elements());
  std::iota(codes.begin(), codes.end(), uint8_t{10});
  const Result<Trace> trace = Executor(n.circuit, n.weights).run(codes, false);
  EXPECT_TRUE(trace.ok());
  return trace.ok() ? trace.value().output() : std::vector<uint8_t>{};
}

using Codes = std::vector<uint8_t>;

TEST(Executor, LinearMapsByHand) {
  const Shape two_by_three{1, 1, 2, 3};  // 10 11 12 / 13 14 15
  MapTerm term;
  EXPECT_EQ(mapped(term, two_by_three, two_by_three), (Codes{10, 11, 12, 13, 14, 15}));

  term.axes = {0, 2, 1};
  EXPECT_EQ(mapped(term, two_by_three, {1, 1, 3, 2}), (Codes{10, 13, 11, 14, 12, 15}));
  term.axes = {2, 1, 0};
  EXPECT_EQ(mapped(term, two_by_three, {3, 1, 2, 1}), (Codes{10, 13, 11, 14, 12, 15}));
  term.axes = {1, 2, 0};
  EXPECT_EQ(mapped(term, two_by_three, {2, 1, 3, 1}), (Codes{10, 11, 12, 13, 14, 15}));

  term = {};
  term.maps[2] = slice_axis(3, 2, -1);
  EXPECT_EQ(mapped(term, two_by_three, two_by_three), (Codes{12, 11, 10, 15, 14, 13}));
  term.maps[2] = slice_axis(2, 0, 2);
  EXPECT_EQ(mapped(term, two_by_three, {1, 1, 2, 2}), (Codes{10, 12, 13, 15}));
  term.maps[2] = pad_axis(3, -1, 1);
  EXPECT_EQ(mapped(term, two_by_three, two_by_three), (Codes{11, 12, 0, 14, 15, 0}));
  term.maps[2] = sum_axis(3);
  EXPECT_EQ(mapped(term, two_by_three, {1, 1, 2, 1}), (Codes{33, 42}));
  term.maps[1] = sum_axis(2);
  EXPECT_EQ(mapped(term, two_by_three, {1, 1, 1, 1}), (Codes{75}));

  term = {};
  term.maps[0] = repeat_axis(2);
  EXPECT_EQ(mapped(term, {1, 1, 1, 2}, {2, 1, 1, 2}), (Codes{10, 11, 10, 11}));
  term.maps[0] = {{{0, 1, 0, 1, 2, 3}, {0, 0, 1, 0, 1, -2}}};  // (3a − 2b, 3b)
  EXPECT_EQ(mapped(term, {2, 2, 1, 1}, {2, 2, 1, 1}), (Codes{6, 7, 36, 39}));
}

// The same run many times over one output: nothing of 2^27·2^27·2^27 wraps around.
TEST(Executor, LinearMapWithEnormousCoefficientsIsRefused) {
  WeightedCircuit n = single(16, 0, 4, 16, 1);
  const AxisRun run{0, 0, 0, 0, 4096, INT16_MIN};
  n.circuit.ops[0].terms[0].maps = {AxisMap{{run}}, AxisMap{{run}}, AxisMap{{run}}};
  ASSERT_TRUE(validate(n.circuit).ok());
  const Result<Trace> trace = Executor(n.circuit, n.weights).run(Codes{129}, false);
  ASSERT_FALSE(trace.ok());
  EXPECT_NE(trace.error().message.find("too large"), std::string::npos);
}

// A sum of two maps of the input: W·(X − z) is as large as weight, coefficient and code allow.
TEST(Executor, LinearMapsBoundIsExact) {
  WeightedCircuit n = single(int64_t{1} << 40, 0, 24, 24, 1);
  n.circuit.tensors[0].zero_point = 0;
  MapTerm& term = n.circuit.ops[0].terms[0];
  term.maps[2] = {{{0, 1, 0, 1, 1, -4}}};
  const auto refused = [&] {
    const Result<Trace> trace = Executor(n.circuit, n.weights).run(Codes{0}, false);
    return !trace.ok() && trace.error().message.find("too large") != std::string::npos;
  };
  EXPECT_FALSE(refused());  // 4·255·2^40 and 4·2^40 make 2^50
  n.weights[0].biases[0] = int64_t{4} << 40;
  EXPECT_FALSE(refused());
  ++n.weights[0].biases[0];
  EXPECT_TRUE(refused());
  n.weights[0].biases[0] -= 2;
  EXPECT_FALSE(refused());
  term.maps[2].runs[0].coefficient = 5;
  EXPECT_TRUE(refused());
}

TEST(Executor, ProductRepeatsItsSecondInputAlongEachAxis) {
  const Shape first{3, 2, 2, 4};
  std::mt19937_64 random(5);
  for (unsigned axes = 0; axes < 8; ++axes) {
    SCOPED_TRACE(axes);
    const Shape second{(axes & 1U) != 0 ? 1 : first.channels, first.batch,
                       (axes & 2U) != 0 ? 1 : first.rows, (axes & 4U) != 0 ? 1 : first.columns};
    const WeightedCircuit n =
        network_around({OpKind::kProduct, {}, {first, second}, first, {}}, random);
    ASSERT_TRUE(validate(n.circuit).ok());
    const auto trace = Executor(n.circuit, n.weights).run(random_input(n.circuit, axes), true);
    ASSERT_TRUE(trace.ok()) << trace.error().message;
    ASSERT_NO_FATAL_FAILURE(expect_formula(n, trace.value(), by_definition));
  }
}

// (X − 0)², 255² at most.
TEST(Executor, ProductsBoundIsExact) {
  WeightedCircuit n = single(0, 0, 24, 24, 1);
  n.circuit.tensors[0].zero_point = 0;
  n.circuit.ops = {{OpKind::kProduct, {0, 0}, {}, {}}};
  ASSERT_TRUE(validate(n.circuit).ok());
  const auto refused = [&](int64_t w, int64_t b) {
    n.weights = {{{w}, {b}}};
    const Result<Trace> trace = Executor(n.circuit, n.weights).run(Codes{1}, false);
    return !trace.ok() && trace.error().message.find("too large") != std::string::npos;
  };
  const auto most = static_cast<int64_t>(kAccumulatorBound / (255 * 255));
  const auto rest = static_cast<int64_t>(kAccumulatorBound) - most * 255 * 255;
  EXPECT_FALSE(refused(most, rest));
  EXPECT_FALSE(refused(-most, -rest));
  EXPECT_TRUE(refused(most, rest + 1));
  EXPECT_TRUE(refused(-most - 1, 0));
  EXPECT_TRUE(refused(INT64_MIN, 0));
}

TEST(Executor, RefusesWhatDoesNotFit) {
  const std::vector<uint8_t> codes(3, 0);
  const auto message = [&](const WeightedCircuit& n, size_t size) {
    const auto trace = Executor(n.circuit, n.weights).run(std::span(codes).first(size), true);
    return trace.ok() ? std::string() : trace.error().message;
  };
  WeightedCircuit n = single(1, 0, 20, 17, 3);
  EXPECT_EQ(message(n, 3), "");
  EXPECT_NE(message(n, 2).find("2 codes, the network reads 3"), std::string::npos);
  n.weights[0].weights = {1, 2};
  EXPECT_NE(message(n, 3).find("needs 1 weights and 1 biases, not 2 and 1"), std::string::npos);
  n.weights[0] = {{1}, {}};
  EXPECT_NE(message(n, 3).find("needs 1 weights"), std::string::npos);
  n.weights = {};
  EXPECT_NE(message(n, 3).find("the circuit has 1"), std::string::npos);
  for (const int64_t w :
       {int64_t{1} << 47, -(int64_t{1} << 47), INT64_MAX, INT64_MIN, (int64_t{1} << 47) - 1}) {
    n.weights = {{{w}, {0}}};
    EXPECT_NE(message(n, 3).find("too large"), std::string::npos) << w;
    n.weights = {{{0}, {w}}};
    EXPECT_NE(message(n, 3), "") << w;
  }
}

TEST(WorstCase, BoundsAreExactAndDoNotOverflow) {
  const CodeBounds codes{40, 255};
  WorstCase worst;
  worst.add(-(int64_t{1} << 40), codes, 100, 6);  // reach 155: 930·2^40 ≤ 2^50
  EXPECT_TRUE(worst.exact());
  worst.add_bias(-(int64_t{94} << 40));
  EXPECT_TRUE(worst.exact());  // 1024·2^40
  worst.add_bias(1);
  EXPECT_FALSE(worst.exact());
  WorstCase many;
  many.add(1, codes, 100, UINT64_MAX);
  EXPECT_FALSE(many.exact());
  WorstCase all;
  const std::vector<int64_t> weights(6, -(int64_t{1} << 40));
  all.add_all(weights, codes, 100);
  all.add_bias(int64_t{94} << 40);
  EXPECT_TRUE(all.exact());
  all.add_all(std::span(weights).first(1), codes, 100);
  EXPECT_FALSE(all.exact());
  WorstCase large;
  large.add_all(std::vector{int64_t{1}, int64_t{1} << 47}, {7, 7}, 7);
  EXPECT_FALSE(large.exact());
  WorstCase none;
  none.add(0, codes, 100, UINT64_MAX);
  none.add((int64_t{1} << 47) - 1, {7, 7}, 7, UINT64_MAX);
  EXPECT_TRUE(none.exact());
}

}  // namespace
}  // namespace vouch
