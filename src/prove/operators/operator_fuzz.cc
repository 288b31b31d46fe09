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

// A circuit of one operator; the bytes need not make a valid one.
Circuit circuit_of(ByteReader& bytes) {
  const auto extent = [&](uint32_t most) { return 1U + bytes.u8() % most; };
  const auto small = [&](uint32_t most) { return static_cast<uint16_t>(bytes.u8() % most); };
  Circuit c;
  c.shift = static_cast<uint8_t>(4 + bytes.u8() % 21);
  c.value_bits = static_cast<uint8_t>(9 + bytes.u8() % 16);
  Op op{static_cast<OpKind>(bytes.u8() % 4), {0}, {}};
  const Shape in{extent(4), extent(2), extent(7), extent(7)};
  Window& w = op.window;
  if (op.kind != OpKind::kWeightedSum) {
    w.kernel_rows = static_cast<uint16_t>(extent(4));
    w.kernel_columns = static_cast<uint16_t>(extent(4));
    w.stride_rows = static_cast<uint16_t>(extent(3));
    w.stride_columns = static_cast<uint16_t>(extent(3));
  } else {
    op.inputs.resize(extent(4));
  }
  w.pad_top = small(5);
  w.pad_bottom = small(5);
  w.pad_left = small(5);
  w.pad_right = small(5);
  const uint32_t wanted = extent(6);
  const std::vector<Shape> inputs(op.inputs.size(), in);
  const auto out = output_shape(op.kind, w, inputs, wanted);
  const uint8_t lo = bytes.u8();
  c.tensors = {{in, bytes.u8(), 0, 255},
               {out.ok() ? out.value() : Shape{}, bytes.u8(), lo, std::max(lo, bytes.u8())}};
  c.ops = {std::move(op)};
  return c;
}

// A few integers from the bytes, over and over with changes, |·| < 2^47.
class Integers {
 public:
  explicit Integers(ByteReader& bytes) : bits_(1 + bytes.u8() % 47), state_(bytes.u64() | 1) {}
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

struct Case {
  Circuit circuit;
  OperatorShape shape;
  OpWeights weights;
  std::vector<uint8_t> codes;
  [[nodiscard]] int64_t shifted(size_t element) const {
    return int64_t{codes[element]} - circuit.input().zero_point;
  }
};

Case case_of(Circuit circuit, ByteReader& bytes) {
  Case out{std::move(circuit), {}, {}, {}};
  out.shape = operator_shape(out.circuit, 0);
  const WeightCounts counts = weight_counts(out.circuit, 0);
  Integers weights(bytes);
  std::generate_n(std::back_inserter(out.weights.weights), counts.weights,
                  [&] { return weights.next(); });
  Integers biases(bytes);
  std::generate_n(std::back_inserter(out.weights.biases), counts.biases,
                  [&] { return biases.next(); });
  Integers codes(bytes);
  std::generate_n(std::back_inserter(out.codes), out.circuit.input().shape.elements(),
                  [&] { return codes.code(); });
  return out;
}

// A of every output element.
std::vector<int128_t> accumulators(const Case& c) {
  std::vector<int128_t> out;
  for (const Position& p : positions_of(c.shape.output)) {
    int128_t A = c.weights.biases[c.weights.biases.size() == 1 ? 0 : p.channel];
    for (const ProductOfSum& product : products_of(c.shape, p)) {
      A += int128_t{c.weights.weights[product.weight]} *
           c.shifted(flat_index(c.shape.inputs[0], product.element));
    }
    out.push_back(A);
  }
  return out;
}

// X, V and R of every element by the definition; or an error, if there is reason for one.
void check_executor(const Case& c, const std::vector<int128_t>& A) {
  const int128_t bound = int128_t{1} << c.circuit.value_bits;
  const Tensor& out = c.circuit.output_tensor();
  const auto run = Executor(c.circuit, {c.weights}).run(c.codes, true);
  bool in_range = true;
  for (size_t i = 0; i < A.size(); ++i) {
    const int128_t V = A[i] >> c.circuit.shift;  // floors
    in_range = in_range && V >= -bound && V < bound;
    if (!run.ok()) {
      continue;
    }
    const TensorTrace& t = run.value().tensors[1];
    VOUCH_CHECK(V == t.V[i] && A[i] == (V << c.circuit.shift) + t.R[i]);
    VOUCH_CHECK(std::clamp<int128_t>(V, out.lo, out.hi) == t.X[i]);
  }
  VOUCH_CHECK(in_range || !run.ok());
  // Weights so small that no sum can pass the executor's bound give it no other reason.
  int128_t most = 0;
  for (const auto* list : {&c.weights.weights, &c.weights.biases}) {
    for (const int64_t w : *list) {
      most += int128_t{255 * 256} * (w < 0 ? -w : w);  // as often as a window has taps, at least
    }
  }
  VOUCH_CHECK(run.ok() || !in_range || most > int128_t{kAccumulatorBound});
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
  fold_weights(s, entries, output, c.weights.weights, W);
  const std::vector<FoldInput> inputs(s.inputs.size(), {c.codes, c.circuit.input().zero_point});
  fold_activations(s, entries, output, inputs, X);

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
  VOUCH_CHECK(W_at_rho == form_at(op.weight_term(s, at), [&](size_t i) {
                return Scalar::from_i64(c.weights.weights[i]);
              }));
  Scalar X_form;
  for (const ActivationTerm& term : op.activation_terms(s, at)) {
    X_form += form_at(term.axes, [&](size_t i) { return Scalar::from_i64(c.shifted(i)); });
  }
  VOUCH_CHECK(X_at_rho == X_form);

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

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteReader bytes({data, size});
  Circuit circuit = circuit_of(bytes);
  if (!validate(circuit).ok()) {
    return 0;
  }
  const Case c = case_of(std::move(circuit), bytes);
  const auto A = accumulators(c);
  check_executor(c, A);
  check_functionals(c, A, bytes);
  return 0;
}
