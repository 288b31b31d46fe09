// Both halves of every operator on shapes, weights, codes and points from the bytes: the executor
// against the definition, the dense folds against the functionals at a point, and the sum over the
// entries against the accumulators.
#include <algorithm>

#include "base/check.h"
#include "circuit/operators/operator_definition.h"
#include "field/fuzz_scalars.h"
#include "prove/executor.h"
#include "prove/operators/operator_folds.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

__extension__ using int128_t = __int128;

class Parts {
 public:
  explicit Parts(ByteReader& bytes) : bytes_(bytes) {}
  uint32_t upto(uint32_t most) { return 1U + bytes_.u8() % most; }
  uint32_t below(uint32_t n) { return bytes_.u8() % n; }

  Window window() {
    Window w;
    for (uint16_t* x : {&w.kernel_rows, &w.kernel_columns}) {
      *x = static_cast<uint16_t>(upto(4));
    }
    for (uint16_t* x : {&w.stride_rows, &w.stride_columns, &w.dilation_rows, &w.dilation_columns}) {
      *x = static_cast<uint16_t>(upto(3));
    }
    for (int16_t* x : {&w.pad_top, &w.pad_bottom, &w.pad_left, &w.pad_right}) {
      *x = static_cast<int16_t>(static_cast<int>(below(8)) - 3);
    }
    w.transposed = below(2) == 1;
    return w;
  }
  // A quarter of all tables are no clamps.
  ActivationTable table() {
    const unsigned bits = 9 + below(16);
    if (bits > 12) {
      const auto lo = static_cast<uint8_t>(below(256));
      return ActivationTable::clamp(bits, lo, std::max(lo, static_cast<uint8_t>(below(256))));
    }
    ActivationTable table{static_cast<uint8_t>(bits), static_cast<uint8_t>(below(256)), {}};
    int32_t at = -static_cast<int32_t>(below(256));
    for (uint32_t k = below(4); k > 0; --k) {
      const Ramp ramp{at, static_cast<uint16_t>(upto(5)), static_cast<uint16_t>(upto(40)),
                      static_cast<int16_t>(below(2) == 0 ? 3 : -2)};
      at += ramp.every * ramp.count;
      table.ramps.push_back(ramp);
    }
    return table;
  }
  WindowTable windows() {
    WindowTable table;
    table.boundaries = static_cast<Boundaries>(below(2));
    table.zero_point = table.boundaries == Boundaries::kFloor ? 0 : bytes_.u8();
    table.lo = bytes_.u8();
    table.hi = std::max(table.lo, bytes_.u8());
    table.below = bytes_.u32() % (WindowTable::kMaxSide + 1);
    table.above = bytes_.u32() % (WindowTable::kMaxSide + 1);
    return table;
  }
  // Terms that read tensors of those shapes and write an output of that one.
  std::vector<MapTerm> terms(const std::vector<Shape>& inputs, const Shape& output) {
    std::vector<MapTerm> terms(upto(4));
    uint32_t weights = 0;
    for (MapTerm& term : terms) {
      term.input = static_cast<uint8_t>(below(static_cast<uint32_t>(inputs.size())));
      term.weight = static_cast<uint16_t>(below(weights + 1));
      weights = std::max(weights, term.weight + 1U);
      for (uint32_t swaps = below(6); swaps > 0; --swaps) {
        std::next_permutation(term.axes.begin(), term.axes.end());
      }
      for (size_t a = 0; a < 3; ++a) {
        const uint32_t to = extent(output, a);
        const uint32_t from = extent(inputs[term.input], term.axes[a]);
        for (uint32_t runs = below(3) + (to == from ? 0 : 1); runs > 0; --runs) {
          term.maps[a].runs.push_back(run(to, from));
        }
      }
    }
    return terms;
  }
  Shape shape(uint32_t batch) { return {upto(4), batch, upto(7), upto(7)}; }

 private:
  static uint32_t extent(const Shape& s, size_t axis) {
    return axis == 0 ? s.channels : axis == 1 ? s.rows : s.columns;
  }
  // Of −2…2 as much as stays inside.
  int16_t step(uint32_t first, uint32_t count, uint32_t extent) {
    int step = static_cast<int>(below(5)) - 2;
    const auto last = [&] { return static_cast<int>(first) + step * static_cast<int>(count - 1); };
    while (last() < 0 || last() >= static_cast<int>(extent)) {
      step += step < 0 ? 1 : -1;
    }
    return static_cast<int16_t>(step);
  }
  AxisRun run(uint32_t outputs, uint32_t inputs) {
    AxisRun run;
    run.count = static_cast<uint16_t>(upto(5));
    run.out = static_cast<uint16_t>(below(outputs));
    run.out_step = step(run.out, run.count, outputs);
    run.in = static_cast<uint16_t>(below(inputs));
    run.in_step = step(run.in, run.count, inputs);
    const int coefficient = static_cast<int>(below(8)) - 4;
    run.coefficient = static_cast<int16_t>(coefficient < 0 ? coefficient : coefficient + 1);
    return run;
  }

  ByteReader& bytes_;
};

// Two operators: a linear map makes a second tensor of the input, and any operator reads the two.
// The bytes need not make a valid circuit.
Circuit circuit_of(ByteReader& bytes) {
  Parts parts(bytes);
  Op op{static_cast<OpKind>(bytes.u8() % 4), {}, {}, {}};
  Circuit c;
  c.shift = bytes.u8();
  c.rounding = c.shift >= 128 ? Rounding::kExact : Rounding::kFast;
  if (c.exact()) {
    c.shift = static_cast<uint8_t>(Limbs::kMinBits + c.shift % 8);
    c.windows = {parts.windows(), parts.windows()};
  } else {
    c.shift = static_cast<uint8_t>(4 + c.shift % 21);
    c.tables = {parts.table(), parts.table()};
  }
  const Shape in = parts.shape(parts.upto(2));
  Shape second = parts.shape(in.batch);
  const uint32_t like = bytes.u8();
  second.channels = (like & 1U) != 0 ? in.channels : (like & 2U) != 0 ? 1 : second.channels;
  second.rows = (like & 4U) != 0 ? in.rows : (like & 8U) != 0 ? 1 : second.rows;
  second.columns = (like & 16U) != 0 ? in.columns : (like & 32U) != 0 ? 1 : second.columns;
  c.tensors = {{in, bytes.u8(), 0}, {second, bytes.u8(), 0}};
  c.ops = {{OpKind::kLinearMap, {0}, {}, parts.terms({in}, second)}};

  const bool window = op.kind == OpKind::kConv2d || op.kind == OpKind::kDepthwiseConv2d;
  op.inputs.resize(window ? 1 : op.kind == OpKind::kProduct ? 2 : parts.upto(3));
  std::vector<Shape> inputs;
  for (uint32_t& input : op.inputs) {
    input = parts.below(2);
    inputs.push_back(c.tensors[input].shape);
  }
  Shape stated = parts.shape(in.batch);
  if (window) {
    op.window = parts.window();
    stated.channels *= op.kind == OpKind::kDepthwiseConv2d ? inputs[0].channels : 1;
  } else if (op.kind == OpKind::kLinearMap) {
    op.terms = parts.terms(inputs, stated);
  }
  const auto out = output_shape(op, inputs, stated);
  c.tensors.push_back({out.ok() ? out.value() : Shape{}, bytes.u8(), 1});
  c.ops.push_back(std::move(op));
  return c;
}

// A few integers from the bytes, over and over with changes, |·| < 2^most.
class Integers {
 public:
  explicit Integers(ByteReader& bytes, unsigned most = 47)
      : bits_(1 + bytes.u8() % most), state_(bytes.u64() | 1) {}
  int64_t next() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    const auto magnitude = static_cast<int64_t>(state_ >> (64U - bits_));
    return (state_ & 2U) != 0 ? magnitude : -magnitude;
  }
  uint8_t code() { return static_cast<uint8_t>(next() + static_cast<int64_t>(state_ >> 40U)); }

 private:
  unsigned bits_;
  uint64_t state_;
};

// Each channel's weights times a number of its own, |·| < 2^51.
void scale_channels(OpWeights& own, size_t channels, ByteReader& bytes) {
  Integers factors(bytes);
  const size_t taps = own.weights.size() / channels;
  for (size_t i = 0; i < own.weights.size(); i += taps) {
    const int64_t factor = factors.next();
    for (size_t k = i; k < i + taps; ++k) {
      own.weights[k] =
          static_cast<int64_t>(int128_t{own.weights[k]} * factor % int128_t{kExactWeightBound});
    }
  }
}

// One operator of the circuit, and the codes that it reads.
struct Case {
  const Circuit& circuit;
  size_t op;
  const OpWeights& weights;
  OperatorShape shape;
  std::vector<FoldInput> inputs;
  [[nodiscard]] int64_t shifted(size_t input, size_t element) const {
    return int64_t{inputs[input].codes[element]} - inputs[input].zero_point;
  }
};

Case case_of(const Circuit& circuit, size_t op, const Weights& weights, const Trace& trace) {
  Case out{circuit, op, weights[op], operator_shape(circuit, op), {}};
  for (const uint32_t tensor : circuit.ops[op].inputs) {
    out.inputs.push_back({trace.tensors[tensor].X, circuit.tensors[tensor].zero_point});
  }
  return out;
}

// A of every output element.
std::vector<int128_t> accumulators(const Case& c) {
  std::vector<int128_t> out;
  for (const Position& p : positions_of(c.shape.output)) {
    int128_t A = c.weights.biases[c.weights.biases.size() == 1 ? 0 : p.channel];
    if (c.shape.kind == OpKind::kProduct) {
      A += int128_t{c.weights.weights[0]} * c.shifted(0, flat_index(c.shape.inputs[0], p)) *
           c.shifted(1, flat_index(c.shape.inputs[1], second_of(c.shape, p)));
    } else {
      for (const ProductOfSum& product : products_of(c.shape, p)) {
        A += int128_t{c.weights.weights[product.weight]} * product.coefficient *
             c.shifted(product.input, flat_index(c.shape.inputs[product.input], product.element));
      }
    }
    out.push_back(A);
  }
  return out;
}

// True if every V by the definition is in the operator's table, or every A in a window.
bool all_inside(const Case& c, const std::vector<int128_t>& A) {
  if (c.circuit.exact()) {
    const WindowTable& table = c.circuit.windows_of(c.op + 1);
    return std::all_of(A.begin(), A.end(), [&](int128_t a) {
      return a >= table.begin(c.circuit.limbs()) && a < table.end(c.circuit.limbs());
    });
  }
  const int128_t bound = int128_t{1} << c.circuit.table_of(c.op + 1).bits;
  return std::all_of(A.begin(), A.end(), [&](int128_t a) {
    const int128_t V = a >> c.circuit.shift;  // floors
    return V >= -bound && V < bound;
  });
}

// X, row, L and U of every element by the definition.
void check_exact_trace(const Case& c, const std::vector<int128_t>& A, const TensorTrace& t) {
  const WindowTable& table = c.circuit.windows_of(c.op + 1);
  const Limbs limbs = c.circuit.limbs();
  auto edge = t.edges.begin();
  for (size_t i = 0; i < A.size(); ++i) {
    unsigned X = table.lo;
    while (X < table.hi && A[i] >= table.boundary(X + 1, limbs)) {
      ++X;
    }
    uint32_t row = table.row_of_error(t.X[i], t.V[i] - t.X[i]);
    if (edge != t.edges.end() && edge->element == i) {
      VOUCH_CHECK(t.V[i] == t.X[i] && table.is_edge(edge->row));
      row = edge++->row;
    }
    const WindowTable::Window window = table.window(row, limbs);
    VOUCH_CHECK(row < table.rows() && t.X[i] == X && window.X == X);
    VOUCH_CHECK(t.L[i] < limbs.T() && t.R[i] < limbs.T());
    VOUCH_CHECK(A[i] == int128_t{window.begin} + t.L[i] + int128_t{limbs.T()} * t.R[i]);
  }
  VOUCH_CHECK(edge == t.edges.end());
}

// X, V and R of every element by the definition.
void check_trace(const Case& c, const std::vector<int128_t>& A, const TensorTrace& t) {
  if (c.circuit.exact()) {
    VOUCH_CHECK(all_inside(c, A));
    check_exact_trace(c, A, t);
    return;
  }
  const ActivationTable& table = c.circuit.table_of(c.op + 1);
  VOUCH_CHECK(all_inside(c, A));
  for (size_t i = 0; i < A.size(); ++i) {
    const int128_t V = A[i] >> c.circuit.shift;
    VOUCH_CHECK(V == t.V[i] && A[i] == (V << c.circuit.shift) + t.R[i]);
    VOUCH_CHECK(table.at(t.V[i]) == t.X[i]);
  }
}

// Weights so small that no sum can pass the executor's bound: as often as an output reads, at
// least. With exact rounding biases are added apart.
bool surely_exact(const Circuit& circuit, const OpWeights& weights) {
  int128_t most = 0;
  for (const auto* list : {&weights.weights, &weights.biases}) {
    for (const int64_t w : *list) {
      if (circuit.exact() && list == &weights.biases) {
        break;
      }
      most += (int128_t{255} << 24U) * (w < 0 ? -w : w);
    }
  }
  return most <= int128_t{kAccumulatorBound};
}

// The circuit that ends with operator `op`.
Circuit first_of(const Circuit& circuit, size_t op) {
  Circuit out = circuit;
  out.ops.resize(op + 1);
  out.tensors.resize(op + 2);
  return out;
}

Scalar scalar_of(int128_t x) {
  const Scalar two_64 = Scalar::from_u64(uint64_t{1} << 63U).doubled();
  return Scalar::from_i64(static_cast<int64_t>(x >> 64)) * two_64 +
         Scalar::from_u64(static_cast<uint64_t>(x));
}

template <class Value>
Scalar form_at(const std::array<std::vector<Scalar>, 4>& axes, const Value& value) {
  Scalar sum;
  size_t i = 0;
  for (const Scalar& o : axes[0]) {
    for (const Scalar& a : axes[1]) {
      for (const Scalar& b : axes[2]) {
        for (const Scalar& x : axes[3]) {
          sum += o * a * b * x * value(i++);
        }
      }
    }
  }
  return sum;
}

std::vector<Scalar> point_of(ByteReader& bytes, size_t n) {
  std::vector<Scalar> point(n);
  std::generate(point.begin(), point.end(), [&] { return fuzz_scalar(bytes); });
  return point;
}

void check_functionals(const Case& c, const std::vector<int128_t>& A, ByteReader& bytes) {
  const OperatorShape& s = c.shape;
  const Operator& op = operator_of(s.kind);
  // Other bricks beside, so that these do not begin at 0.
  const Layout outputs(
      {{2, 1, 3, 3}, {s.output.channels, s.output.batch, s.output.rows, s.output.columns}});
  const Layout all_entries({{1, 1, 3, 2}, op.entry_extents(s)});
  const Brick& entries = all_entries.bricks()[1];
  const auto r = point_of(bytes, outputs.bits());
  const auto rho = point_of(bytes, all_entries.bits());
  const BrickEq output = brick_eq(outputs.bricks()[1], r);
  const BrickEq at_entries = brick_eq(entries, rho);

  std::vector<Scalar> W(entries.slots());
  std::vector<Scalar> X(entries.slots());
  fold_weights(s, entries, output, c.weights.weights, c.inputs, W);
  fold_activations(s, entries, output, c.inputs, X);

  Scalar W_at_rho;
  Scalar X_at_rho;
  Scalar products;
  for (size_t i = 0; i < W.size(); ++i) {
    const Scalar eq = eq_at(rho, entries.offset + i);
    W_at_rho += eq * W[i];
    X_at_rho += eq * X[i];
    products += W[i] * X[i];
  }
  const OperatorPoint at{output, at_entries};
  const auto weights = op.weight_term(s, at);
  const auto factor = op.factor_term(s, at);
  VOUCH_CHECK(weights.has_value() != factor.has_value());
  const Scalar W_form =
      weights ? form_at(*weights, [&](size_t i) { return Scalar::from_i64(c.weights.weights[i]); })
              : form_at(factor->axes,
                        [&](size_t i) { return Scalar::from_i64(c.shifted(factor->input, i)); });
  VOUCH_CHECK(W_at_rho == W_form);
  Scalar X_form;
  for (const ActivationTerm& term : op.activation_terms(s, at)) {
    X_form +=
        form_at(term.axes, [&](size_t i) { return Scalar::from_i64(c.shifted(term.input, i)); });
  }
  VOUCH_CHECK(X_at_rho == X_form);

  if (s.kind == OpKind::kProduct) {
    products *= Scalar::from_i64(c.weights.weights[0]);
  }
  const auto bias = op.bias_term(s, output);
  for (size_t i = 0; i < bias.size(); ++i) {
    products += bias[i] * Scalar::from_i64(c.weights.biases[i]);
  }
  Scalar A_at_r;
  const auto positions = positions_of(s.output);
  for (size_t i = 0; i < positions.size(); ++i) {
    const Position& p = positions[i];
    const uint64_t slot = outputs.bricks()[1].slot(p.channel, p.batch, p.row, p.column);
    A_at_r += eq_at(r, slot) * scalar_of(A[i]);
  }
  VOUCH_CHECK(products == A_at_r);
}

// An operator's trace and functionals; or why the run ended there.
void check_operator(const Circuit& circuit, size_t op, const Weights& weights,
                    const std::vector<uint8_t>& codes, ByteReader& bytes) {
  const Circuit first = first_of(circuit, op);
  const Weights own(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(op + 1));
  const auto run = Executor(first, own).run(codes, true);
  if (run.ok()) {
    const Case c = case_of(first, op, own, run.value());
    const auto A = accumulators(c);
    check_trace(c, A, run.value().tensors[op + 1]);
    check_functionals(c, A, bytes);
    return;
  }
  Trace before;
  before.tensors.resize(1);
  before.tensors[0].X = codes;
  if (op > 0) {
    const auto shorter = Executor(first_of(circuit, op - 1), {own[0]}).run(codes, true);
    if (!shorter.ok()) {
      return;
    }
    before = shorter.value();
  }
  const Case c = case_of(first, op, own, before);
  VOUCH_CHECK(!surely_exact(first, own[op]) || !all_inside(c, accumulators(c)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteReader bytes({data, size});
  const Circuit circuit = circuit_of(bytes);
  if (!validate(circuit).ok()) {
    return 0;
  }
  Weights weights;
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const WeightCounts counts = weight_counts(circuit, op);
    OpWeights& own = weights.emplace_back();
    Integers multipliers(bytes);
    std::generate_n(std::back_inserter(own.weights), counts.weights,
                    [&] { return multipliers.next(); });
    if (circuit.exact()) {
      scale_channels(own, counts.biases, bytes);
    }
    Integers biases(bytes, circuit.exact() ? 61 : 47);
    std::generate_n(std::back_inserter(own.biases), counts.biases, [&] { return biases.next(); });
  }
  std::vector<uint8_t> codes;
  Integers random(bytes);
  std::generate_n(std::back_inserter(codes), circuit.input().shape.elements(),
                  [&] { return random.code(); });
  check_operator(circuit, 0, weights, codes, bytes);
  check_operator(circuit, 1, weights, codes, bytes);
  return 0;
}
