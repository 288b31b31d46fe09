// The executor against the defining formula, element by element, in 128-bit integers.
#include "prove/executor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "base/parallel.h"
#include "prove/random_network.h"

namespace vouch {
namespace {

using Wide = __int128;

// Reads codes by coordinates, 0 outside the picture.
struct Reader {
  const Tensor& tensor;
  const std::vector<uint8_t>& X;
  [[nodiscard]] Wide at(int64_t c, int64_t n, int64_t y, int64_t x) const {
    const Shape& s = tensor.shape;
    if (y < 0 || x < 0 || y >= s.rows || x >= s.columns) {
      return 0;
    }
    return X.at(static_cast<size_t>(((c * s.batch + n) * s.rows + y) * s.columns + x)) -
           tensor.zero_point;
  }
  [[nodiscard]] bool inside(int64_t y, int64_t x) const {
    return y >= 0 && x >= 0 && y < tensor.shape.rows && x < tensor.shape.columns;
  }
};

struct Position {
  int64_t c, n, y, x;
};

// The formulas of circuit/circuit.h, one accumulator at a time.
class Formula {
 public:
  Formula(const Circuit& circuit, const Weights& weights, const Trace& trace, size_t op)
      : op_(circuit.ops[op]), own_(weights[op]), out_(circuit.tensors[op + 1]) {
    for (const uint32_t i : op_.inputs) {
      in_.push_back({circuit.tensors[i], trace.tensors[i].X});
    }
  }

  [[nodiscard]] Wide A(const Position& p) const {
    switch (op_.kind) {
      case OpKind::kConv2d:
        return convolution(p, 0, in_[0].tensor.shape.channels);
      case OpKind::kDepthwiseConv2d:
        return convolution(p, p.c / (out_.shape.channels / in_[0].tensor.shape.channels), 1);
      case OpKind::kWeightedSum:
        return weighted_sum(p);
      case OpKind::kAveragePool2d:
        return average(p);
    }
    std::abort();
  }

 private:
  [[nodiscard]] Wide convolution(const Position& p, int64_t first, int64_t channels) const {
    const Window& w = op_.window;
    Wide A = own_.biases.at(static_cast<size_t>(p.c));
    size_t i = static_cast<size_t>(p.c * channels * w.kernel_rows * w.kernel_columns);
    for (int64_t k = 0; k < channels; ++k) {
      for (int64_t dy = 0; dy < w.kernel_rows; ++dy) {
        for (int64_t dx = 0; dx < w.kernel_columns; ++dx) {
          A +=
              own_.weights.at(i++) * in_[0].at(first + k, p.n, p.y * w.stride_rows + dy - w.pad_top,
                                               p.x * w.stride_columns + dx - w.pad_left);
        }
      }
    }
    return A;
  }

  [[nodiscard]] Wide weighted_sum(const Position& p) const {
    Wide A = own_.biases.at(0);
    for (size_t i = 0; i < in_.size(); ++i) {
      A += own_.weights.at(i) *
           in_[i].at(p.c, p.n, p.y - op_.window.pad_top, p.x - op_.window.pad_left);
    }
    return A;
  }

  [[nodiscard]] Wide average(const Position& p) const {
    const Window& w = op_.window;
    Wide sum = 0;
    PoolClass part;
    for (int64_t dy = 0; dy < w.kernel_rows; ++dy) {
      bool row_inside = false;
      uint32_t columns = 0;
      for (int64_t dx = 0; dx < w.kernel_columns; ++dx) {
        const int64_t y = p.y * w.stride_rows + dy - w.pad_top;
        const int64_t x = p.x * w.stride_columns + dx - w.pad_left;
        sum += in_[0].at(p.c, p.n, y, x);
        columns += in_[0].inside(y, x) ? 1 : 0;
        row_inside |= in_[0].inside(y, x);
      }
      part.rows += row_inside ? 1 : 0;
      part.columns = std::max(part.columns, columns);
    }
    const auto classes = pool_classes(w, in_[0].tensor.shape, out_.shape);
    const auto found = std::find(classes.begin(), classes.end(), part);
    return own_.weights.at(static_cast<size_t>(found - classes.begin())) * sum + own_.biases.at(0);
  }

  const Op& op_;
  const OpWeights& own_;
  const Tensor& out_;
  std::vector<Reader> in_;
};

// Every element of every tensor; false (and a failure) at the first that differs.
void expect_formula(const Network& network, const Trace& trace) {
  const Circuit& circuit = network.circuit;
  const Wide unit = Wide{1} << circuit.shift;
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const Formula formula(circuit, network.weights, trace, op);
    const Tensor& tensor = circuit.tensors[op + 1];
    const TensorTrace& out = trace.tensors[op + 1];
    const Shape& s = tensor.shape;
    ASSERT_EQ(out.X.size(), s.elements());
    ASSERT_EQ(out.V.size(), s.elements());
    ASSERT_EQ(out.R.size(), s.elements());
    for (size_t i = 0; i < s.elements(); ++i) {
      const auto at = static_cast<int64_t>(i);
      const Wide A =
          formula.A({at / s.columns / s.rows / s.batch, at / s.columns / s.rows % s.batch,
                     at / s.columns % s.rows, at % s.columns});
      const Wide R = (A % unit + unit) % unit;
      const Wide V = (A - R) / unit;
      const Wide X = std::clamp<Wide>(V, tensor.lo, tensor.hi);
      ASSERT_TRUE(out.V[i] == V && out.R[i] == R && out.X[i] == X)
          << "operator " << op << " element " << i << ": V " << out.V[i] << " instead of "
          << static_cast<int64_t>(V) << ", R " << out.R[i] << " instead of "
          << static_cast<int64_t>(R) << ", X " << int{out.X[i]} << " instead of "
          << static_cast<int64_t>(X);
    }
  }
}

TEST(Executor, AgreesWithTheFormulaOnRandomNetworks) {
  for (uint32_t seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const Network network = random_network(seed);
    const Result<void> valid = validate(network.circuit);
    ASSERT_TRUE(valid.ok()) << valid.error().message;
    const Executor executor(network.circuit, network.weights);
    const auto input = random_codes(network.circuit.input().shape.elements(), seed);
    const Result<Trace> trace = executor.run(input, true);
    ASSERT_TRUE(trace.ok()) << trace.error().message;
    ASSERT_NO_FATAL_FAILURE(expect_formula(network, trace.value()));
  }
}

TEST(Executor, RandomNetworksReachEveryOperatorAndBothClamps) {
  size_t kinds[4] = {};
  size_t low = 0;
  size_t between = 0;
  size_t high = 0;
  for (uint32_t seed = 0; seed < 120; ++seed) {
    const Network network = random_network(seed);
    const Result<Trace> trace =
        Executor(network.circuit, network.weights)
            .run(random_codes(network.circuit.input().shape.elements(), seed), true);
    ASSERT_TRUE(trace.ok());
    for (size_t op = 0; op < network.circuit.ops.size(); ++op) {
      ++kinds[static_cast<size_t>(network.circuit.ops[op].kind)];
      const Tensor& tensor = network.circuit.tensors[op + 1];
      for (const int32_t V : trace.value().tensors[op + 1].V) {
        low += V < tensor.lo ? 1 : 0;
        high += V > tensor.hi ? 1 : 0;
        between += V >= tensor.lo && V <= tensor.hi ? 1 : 0;
      }
    }
  }
  for (const size_t count : kinds) {
    EXPECT_GT(count, 50U);
  }
  EXPECT_GT(low, 1000U);
  EXPECT_GT(between, 1000U);
  EXPECT_GT(high, 1000U);
}

TEST(Executor, WithoutTraceKeepsTheSameOutputAndNothingElse) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const Network network = random_network(seed);
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
  const Network network = random_mobile_network(32, 4, 7);
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
Network single(int64_t weight, int64_t bias, uint8_t shift, uint8_t value_bits, uint32_t size) {
  Network n;
  n.circuit.shift = shift;
  n.circuit.value_bits = value_bits;
  const Shape shape{1, 1, 1, size};
  n.circuit.tensors = {{shape, 128, 0, 255}, {shape, 128, 0, 255}};
  n.circuit.ops = {{OpKind::kWeightedSum, {0}, {}}};
  n.weights = {{{weight}, {bias}}};
  return n;
}

TEST(Executor, FloorAndRemainderAtTheirBoundaries) {
  for (const int shift : {4, 20, 24}) {
    const int64_t unit = int64_t{1} << shift;
    for (const int64_t bias : {-unit - 1, -unit, -unit + 1, int64_t{-1}, int64_t{0}, int64_t{1},
                               unit - 1, unit, unit + 1, 255 * unit - 1, 256 * unit}) {
      Network n = single(1, bias, static_cast<uint8_t>(shift), 24, 256);
      std::vector<uint8_t> codes(256);
      for (size_t i = 0; i < codes.size(); ++i) {
        codes[i] = static_cast<uint8_t>(i);
      }
      const Result<Trace> trace = Executor(n.circuit, n.weights).run(codes, true);
      ASSERT_TRUE(trace.ok());
      ASSERT_NO_FATAL_FAILURE(expect_formula(n, trace.value()));
    }
  }
}

TEST(Executor, LargestWeightsStayExact) {
  // 2^24·2^24 = 2^48, the largest accumulators that a circuit can have.
  const int64_t weight = (int64_t{1} << 41) - 12345678;
  Network n = single(weight, -987654321, 24, 24, 256);
  std::vector<uint8_t> codes(256);
  for (size_t i = 0; i < codes.size(); ++i) {
    codes[i] = static_cast<uint8_t>(i);
  }
  const Result<Trace> trace = Executor(n.circuit, n.weights).run(codes, true);
  ASSERT_TRUE(trace.ok()) << trace.error().message;
  ASSERT_NO_FATAL_FAILURE(expect_formula(n, trace.value()));
}

TEST(Executor, ValueOutsideTheTableIsAnErrorThatNamesTheOperator) {
  // V = X − 128 + b/16 against a table of [−512, 512).
  const std::vector<uint8_t> codes = {128};
  const auto run = [&](int64_t V) {
    const Network n = single(16, V * 16, 4, 9, 1);
    return Executor(n.circuit, n.weights).run(codes, true);
  };
  EXPECT_TRUE(run(511).ok());
  EXPECT_TRUE(run(-512).ok());
  for (const int64_t V : {int64_t{512}, int64_t{-513}, int64_t{1} << 40, -(int64_t{1} << 40)}) {
    const Result<Trace> trace = run(V);
    ASSERT_FALSE(trace.ok()) << V;
    EXPECT_NE(trace.error().message.find("operator 0 (weighted sum)"), std::string::npos);
    EXPECT_NE(trace.error().message.find("2^9"), std::string::npos);
  }
}

TEST(Executor, OneValueOutsideIsSeenWhereverItIs) {
  for (const size_t at : {size_t{0}, size_t{1}, size_t{255}, size_t{256}, size_t{299}}) {
    const Network n = single(16 * 5, 0, 4, 9, 300);
    std::vector<uint8_t> codes(300, 128);
    EXPECT_TRUE(Executor(n.circuit, n.weights).run(codes, false).ok());
    codes[at] = 255;  // V = 635
    EXPECT_FALSE(Executor(n.circuit, n.weights).run(codes, false).ok());
  }
}

TEST(Executor, RefusesWhatDoesNotFit) {
  const std::vector<uint8_t> codes(3, 0);
  const auto message = [&](const Network& n, size_t size) {
    const auto trace = Executor(n.circuit, n.weights).run(std::span(codes).first(size), true);
    return trace.ok() ? std::string() : trace.error().message;
  };
  Network n = single(1, 0, 20, 17, 3);
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
  const Tensor tensor{{}, 100, 40, 255};
  WorstCase worst;
  worst.add(-(int64_t{1} << 40), tensor, 6);  // reach 155: 930·2^40 ≤ 2^50
  EXPECT_TRUE(worst.exact());
  worst.add_bias(-(int64_t{94} << 40));
  EXPECT_TRUE(worst.exact());  // 1024·2^40
  worst.add_bias(1);
  EXPECT_FALSE(worst.exact());
  WorstCase many;
  many.add(1, tensor, UINT64_MAX);
  EXPECT_FALSE(many.exact());
  WorstCase none;
  none.add(0, tensor, UINT64_MAX);
  none.add((int64_t{1} << 47) - 1, {{}, 7, 7, 7}, UINT64_MAX);
  EXPECT_TRUE(none.exact());
}

}  // namespace
}  // namespace vouch
