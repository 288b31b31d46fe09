#include "exact_case.h"

#include <memory>
#include <random>

#include "base/check.h"

namespace vouch::dense {
namespace {

constexpr unsigned kShift = Limbs::kMinBits;
constexpr int64_t kUnit = int64_t{1} << 2 * kShift;
// What a weight of the fast network, whose unit is 2^6, is of the exact one.
constexpr int64_t kScale = kUnit >> 6;

// Rows that are no edges begin in pairs of neighbouring codes; the row after an X's last one begins
// at B_{X+1}.
std::vector<Boundary> boundaries_of(const Circuit& circuit, const WindowTable& table) {
  const std::vector<WindowRow> rows = window_rows(circuit, table);
  std::vector<Boundary> out;
  for (size_t u = 1; u < rows.size(); ++u) {
    if (rows[u].X == rows[u - 1].X + 1) {
      out.push_back({rows[u].X, rows[u].begin});
    }
  }
  return out;
}

Weights scaled_weights(const Circuit& circuit, bool roomy) {
  Weights weights = small_weights(circuit, 1);
  std::mt19937_64 random(5);
  for (OpWeights& op : weights) {
    const size_t taps = op.weights.size() / op.biases.size();
    for (size_t b = 0; b < op.biases.size(); ++b) {
      const auto scale = kScale - (roomy ? 0 : static_cast<int64_t>(random() % 50));
      for (size_t i = 0; i < taps; ++i) {
        op.weights[b * taps + i] *= scale;
      }
      op.biases[b] = op.biases[b] * scale + static_cast<int64_t>(random() % 1000);
    }
  }
  return weights;
}

// Moves the bias of an output of operator `op` so that its accumulator becomes the nearest
// boundary, or one less.
void aim_bias(const DenseModel& model, const DenseWitness& run, size_t op, size_t bias,
              Weights& weights) {
  const std::vector<Boundary> boundaries =
      boundaries_of(model.circuit, model.circuit.windows_of(op + 1));
  const Brick& brick = model.columns.layout(Column::kX).bricks()[op];
  for (const Element& e : elements_of(brick.extents)) {
    const int64_t A = accumulator_at(model, run, slot_of(brick, e));
    const bool of_bias = weights[op].biases.size() == 1 || e[0] == bias;
    if (!of_bias || A < boundaries.front().at || A > boundaries.back().at) {
      continue;
    }
    int64_t least = boundaries.front().at - A;
    for (const Boundary& boundary : boundaries) {
      least = std::abs(boundary.at - A) < std::abs(least) ? boundary.at - A : least;
    }
    weights[op].biases[bias] += least - static_cast<int64_t>((op + bias) % 2);
    return;
  }
}

Weights aimed_weights(const Circuit& circuit) {
  Weights weights = scaled_weights(circuit, false);
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const DenseModel model(circuit, weights, kSmallShape, test_generators());
    const DenseWitness w = run(circuit, model.columns, weights, small_picture(1));
    for (size_t bias = 0; bias < weights[op].biases.size(); ++bias) {
      aim_bias(model, w, op, bias, weights);
    }
  }
  return weights;
}

DenseWitness run_of_model(const DenseModel& model) {
  return run(model.circuit, model.columns, model.weights, small_picture(1));
}

}  // namespace

Circuit exact_circuit() {
  Circuit c = small_circuit();
  c.rounding = Rounding::kExact;
  c.shift = kShift;
  c.tables.clear();
  c.windows = {{Boundaries::kFloor, 0, 0, 255, 600, 610},
               {Boundaries::kFloat32, 100, 90, 200, 600, 610},
               {Boundaries::kFloat32, 3, 0, 255, 600, 610}};
  VOUCH_CHECK(validate(c).ok());
  return c;
}

const DenseModel& exact_model() {
  static const DenseModel model(exact_circuit(), aimed_weights(exact_circuit()), kSmallShape,
                                test_generators());
  return model;
}

const DenseWitness& exact_run() {
  static const DenseWitness witness = run_of_model(exact_model());
  return witness;
}

const DenseModel& roomy_model() {
  static const DenseModel model(exact_circuit(), scaled_weights(exact_circuit(), true), kSmallShape,
                                test_generators());
  return model;
}

const DenseWitness& roomy_run() {
  static const DenseWitness witness = run_of_model(roomy_model());
  return witness;
}

Forgery honest_exact() { return Forgery(exact_model(), exact_run()); }

Forgery false_exact_output() {
  Forgery forgery = honest_exact();
  forgery.output = output_of(exact_model().columns, exact_run());
  forgery.output[3] ^= 1;
  return forgery;
}

Forgery consistent_exact(size_t op, const std::function<void(DenseWitness&)>& change) {
  DenseWitness w = run_on(exact_model().circuit, exact_model().columns, exact_run(),
                          [&](size_t next, DenseWitness& so_far) {
                            if (next == op + 1) {
                              change(so_far);
                            }
                          });
  if (op + 1 == exact_model().circuit.ops.size()) {
    change(w);
  }
  w[Column::kM] = count_lookups(exact_model().circuit, exact_model().columns, w);
  return Forgery(exact_model(), w);
}

int64_t limb_bound(const Circuit& circuit) { return (int64_t{1} << circuit.shift) - 16; }

int64_t accumulator_at(const DenseModel& model, const DenseWitness& w, uint64_t slot) {
  const Units units = units_of(model.circuit);
  return integer_of(units.code * w[Column::kX][slot] + units.error * w[Column::kE][slot] +
                    w[Column::kL][slot] + units.limb * w.R[slot]);
}

Target target_at(uint8_t table, int64_t offset) {
  const DenseModel& model = exact_model();
  const std::vector<Boundary> all = boundaries_of(model.circuit, model.circuit.windows[table]);
  for (size_t op = model.circuit.ops.size(); op-- > 0;) {
    const Brick& brick = model.columns.layout(Column::kX).bricks()[op];
    for (const Element& e : elements_of(brick.extents)) {
      const uint64_t slot = slot_of(brick, e);
      const int64_t A = accumulator_at(model, exact_run(), slot);
      for (const Boundary& boundary : all) {
        if (model.columns.table_of(op) == table && A == boundary.at + offset) {
          return {op, slot, boundary};
        }
      }
    }
  }
  ADD_FAILURE() << "no accumulator is a boundary of table " << int{table} << " plus " << offset;
  return {};
}

void put_window(const DenseModel& model, DenseWitness& w, uint64_t slot, int64_t X, int64_t begin) {
  const int64_t T = limb_bound(model.circuit);
  const int64_t R = accumulator_at(model, w, slot) - begin;
  w[Column::kX][slot] = Scalar::from_i64(X);
  w[Column::kE][slot] = WindowRow{X, begin, true}.error(model.circuit);
  w[Column::kL][slot] = Scalar::from_i64(R % T);
  w.R[slot] = Scalar::from_i64(R / T);
}

}  // namespace vouch::dense
