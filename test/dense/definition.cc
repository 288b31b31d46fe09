#include "dense/definition.h"

#include <algorithm>

#include "base/check.h"

namespace vouch::dense {
namespace {

// Position that output y reads through tap d, or −1 outside.
int64_t reads(uint32_t y, uint32_t d, uint32_t stride, uint32_t pad, uint32_t extent) {
  const int64_t i = int64_t{stride} * y + d - pad;
  return i < 0 || i >= extent ? -1 : i;
}

struct Around {
  const Window& window;
  const Shape& in;
  const Shape& out;
};

// Calls body(dy, dx, iy, ix) for the taps of output (y, x) that lie inside.
template <class Body>
void for_taps_inside(const Around& a, uint32_t y, uint32_t x, const Body& body) {
  for (uint32_t dy = 0; dy < a.window.kernel_rows; ++dy) {
    for (uint32_t dx = 0; dx < a.window.kernel_columns; ++dx) {
      const int64_t iy = reads(y, dy, a.window.stride_rows, a.window.pad_top, a.in.rows);
      const int64_t ix = reads(x, dx, a.window.stride_columns, a.window.pad_left, a.in.columns);
      if (iy >= 0 && ix >= 0) {
        body(dy, dx, static_cast<uint32_t>(iy), static_cast<uint32_t>(ix));
      }
    }
  }
}

// How many rows and columns of window (y, x) lie inside.
std::pair<uint32_t, uint32_t> inside(const Around& a, uint32_t y, uint32_t x) {
  uint32_t rows = 0;
  uint32_t columns = 0;
  for (uint32_t dy = 0; dy < a.window.kernel_rows; ++dy) {
    rows += reads(y, dy, a.window.stride_rows, a.window.pad_top, a.in.rows) >= 0 ? 1 : 0;
  }
  for (uint32_t dx = 0; dx < a.window.kernel_columns; ++dx) {
    columns += reads(x, dx, a.window.stride_columns, a.window.pad_left, a.in.columns) >= 0 ? 1 : 0;
  }
  return {rows, columns};
}

// Number of the window's class in order of first appearance.
uint32_t class_of(const Around& a, uint32_t y, uint32_t x) {
  std::vector<std::pair<uint32_t, uint32_t>> seen;
  for (uint32_t v = 0; v < a.out.rows; ++v) {
    for (uint32_t u = 0; u < a.out.columns; ++u) {
      const auto here = inside(a, v, u);
      auto at = std::find(seen.begin(), seen.end(), here);
      if (at == seen.end()) {
        at = seen.insert(seen.end(), here);
      }
      if (v == y && u == x) {
        return static_cast<uint32_t>(at - seen.begin());
      }
    }
  }
  VOUCH_CHECK(false);
}

}  // namespace

std::vector<Tap> taps_of(const Circuit& circuit, size_t op, const Element& output) {
  const auto [c, b, y, x] = output;
  const Op& o = circuit.ops[op];
  const Shape& out = circuit.tensors[op + 1].shape;
  std::vector<Tap> taps;
  for (size_t n = 0; n < o.inputs.size(); ++n) {
    const Shape& in = circuit.tensors[o.inputs[n]].shape;
    const Around around{o.window, in, out};
    const uint32_t own = c / std::max(1U, out.channels / in.channels);
    const uint32_t pool = o.kind == OpKind::kAveragePool2d ? class_of(around, y, x) : 0;
    const uint32_t number = static_cast<uint32_t>(n);
    for_taps_inside(around, y, x,
                    [&, b = b, c = c](uint32_t dy, uint32_t dx, uint32_t iy, uint32_t ix) {
                      switch (o.kind) {
                        case OpKind::kConv2d:
                          for (uint32_t k = 0; k < in.channels; ++k) {
                            taps.push_back({{c, k, dy, dx}, {0, k, dy, dx}, n, {k, b, iy, ix}});
                          }
                          break;
                        case OpKind::kDepthwiseConv2d:
                          taps.push_back({{c, 0, dy, dx}, {0, own, dy, dx}, n, {own, b, iy, ix}});
                          break;
                        case OpKind::kWeightedSum:
                          taps.push_back({{0, 0, 0, number}, {0, 0, 0, number}, n, {c, b, iy, ix}});
                          break;
                        case OpKind::kAveragePool2d:
                          taps.push_back({{0, 0, 0, pool}, {0, 0, 0, pool}, n, {c, b, iy, ix}});
                          break;
                      }
                    });
  }
  return taps;
}

std::vector<Element> elements_of(const Extents& e) {
  std::vector<Element> out;
  for (uint32_t o = 0; o < e[0]; ++o) {
    for (uint32_t a = 0; a < e[1]; ++a) {
      for (uint32_t b = 0; b < e[2]; ++b) {
        for (uint32_t c = 0; c < e[3]; ++c) {
          out.push_back({o, a, b, c});
        }
      }
    }
  }
  return out;
}

uint64_t slot_of(const Brick& brick, const Element& e) {
  return brick.slot(e[0], e[1], e[2], e[3]);
}

uint64_t slot_of_code(const Brick& brick, uint32_t tensor, const Element& e) {
  return tensor == 0 ? brick.slot(e[1], e[0], e[2], e[3]) : slot_of(brick, e);
}

DenseWitness with_model(const Columns& columns, const Weights& weights) {
  DenseWitness w;
  for (const Column column : kAllColumns) {
    w[column].resize(size_t{1} << columns.layout(column).bits());
  }
  w.R.resize(w[Column::kX].size());
  for (const Column column : {Column::kW, Column::kB}) {
    for (size_t op = 0; op < weights.size(); ++op) {
      const Brick& brick = columns.layout(column).bricks()[op];
      const auto& from = column == Column::kW ? weights[op].weights : weights[op].biases;
      const auto elements = elements_of(brick.extents);
      VOUCH_CHECK(from.size() == elements.size());
      for (size_t i = 0; i < elements.size(); ++i) {
        w[column][slot_of(brick, elements[i])] = Scalar::from_i64(from[i]);
      }
    }
  }
  return w;
}

namespace {

// One operator's run in machine integers.
class OperatorRun {
 public:
  OperatorRun(const Circuit& circuit, const Columns& columns, DenseWitness& witness, size_t op)
      : circuit_(circuit), columns_(columns), witness_(witness), op_(op) {
    for (const Column column : {Column::kW, Column::kB, Column::kD, Column::kX}) {
      for (const Scalar& x : witness[column]) {
        integers_[static_cast<size_t>(column)].push_back(integer_of(x));
      }
    }
  }

  void run() {
    const Brick& brick = columns_.layout(Column::kX).bricks()[op_];
    const Tensor& out = circuit_.tensors[op_ + 1];
    for (const Element& e : elements_of(brick.extents)) {
      const int64_t A = accumulate(e);
      const int64_t V = A >> circuit_.shift;
      const int64_t X = std::clamp<int64_t>(V, out.lo, out.hi);
      VOUCH_CHECK(V >= -(int64_t{1} << circuit_.value_bits) && V < int64_t{1}
                                                                       << circuit_.value_bits);
      const uint64_t slot = slot_of(brick, e);
      witness_[Column::kX][slot] = Scalar::from_i64(X);
      witness_[Column::kE][slot] = Scalar::from_i64(V - X);
      witness_.R[slot] = Scalar::from_i64(A - V * (int64_t{1} << circuit_.shift));
    }
  }

 private:
  [[nodiscard]] int64_t at(Column c, uint64_t slot) const {
    return integers_[static_cast<size_t>(c)][slot];
  }

  [[nodiscard]] int64_t accumulate(const Element& e) const {
    const Brick& weights = columns_.layout(Column::kW).bricks()[op_];
    const Brick& biases = columns_.layout(Column::kB).bricks()[op_];
    int64_t A = at(Column::kB, biases.slot(biases.extents[0] == 1 ? 0 : e[0], 0, 0, 0));
    for (const Tap& tap : taps_of(circuit_, op_, e)) {
      const uint32_t tensor = circuit_.ops[op_].inputs[tap.input];
      const Column column = tensor == 0 ? Column::kD : Column::kX;
      const Brick& in = columns_.layout(column).bricks()[tensor == 0 ? 0 : tensor - 1];
      A +=
          at(Column::kW, slot_of(weights, tap.weight)) *
          (at(column, slot_of_code(in, tensor, tap.element)) - circuit_.tensors[tensor].zero_point);
    }
    return A;
  }

  const Circuit& circuit_;
  const Columns& columns_;
  DenseWitness& witness_;
  size_t op_;
  std::array<std::vector<int64_t>, kColumns> integers_;
};

}  // namespace

std::vector<Scalar> column_of_codes(const Columns& columns, const std::vector<uint8_t>& codes) {
  const Layout& layout = columns.layout(Column::kD);
  std::vector<Scalar> out(size_t{1} << layout.bits());
  const Extents& d = layout.bricks()[0].extents;  // (batch, channel, row, column)
  const auto elements = elements_of({d[1], d[0], d[2], d[3]});
  VOUCH_CHECK(codes.size() == elements.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    out[slot_of_code(layout.bricks()[0], 0, elements[i])] = Scalar::from_u64(codes[i]);
  }
  return out;
}

DenseWitness run_on(const Circuit& circuit, const Columns& columns, DenseWitness witness,
                    const std::function<void(size_t op, DenseWitness& witness)>& before) {
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    if (before) {
      before(op, witness);
    }
    OperatorRun(circuit, columns, witness, op).run();
  }
  witness[Column::kM] = count_lookups(circuit, columns, witness);
  return witness;
}

DenseWitness run(const Circuit& circuit, const Columns& columns, const Weights& weights,
                 const std::vector<uint8_t>& input) {
  DenseWitness witness = with_model(columns, weights);
  witness[Column::kD] = column_of_codes(columns, input);
  return run_on(circuit, columns, std::move(witness));
}

std::vector<int> owners(const Columns& columns) {
  const Layout& layout = columns.layout(Column::kX);
  std::vector<int> owner(size_t{1} << layout.bits(), -1);
  for (size_t op = 0; op < layout.bricks().size(); ++op) {
    for (const Element& e : elements_of(layout.bricks()[op].extents)) {
      owner[slot_of(layout.bricks()[op], e)] = static_cast<int>(op);
    }
  }
  return owner;
}

std::vector<Scalar> count_lookups(const Circuit& circuit, const Columns& columns,
                                  const DenseWitness& witness) {
  const Layout& tables = columns.layout(Column::kM);
  std::vector<uint64_t> m(size_t{1} << tables.bits());
  const auto count = [&](size_t brick, int64_t row, int64_t rows) {
    if (row >= 0 && row < rows) {
      ++m[tables.bricks()[brick].offset + static_cast<uint64_t>(row)];
    }
  };
  const size_t plain = tables.bricks().size() - 1;
  const int64_t zero = int64_t{1} << circuit.value_bits;
  const std::vector<int> owner = owners(columns);
  for (size_t slot = 0; slot < owner.size(); ++slot) {
    const int64_t X = integer_of(witness[Column::kX][slot]);
    const int64_t E = integer_of(witness[Column::kE][slot]);
    count(0, integer_of(witness.R[slot]), int64_t{1} << circuit.shift);
    if (owner[slot] < 0) {
      count(plain, E == 0 ? X : -1, 256);
      continue;
    }
    const size_t table = columns.clamp_table_of(static_cast<size_t>(owner[slot]));
    const ClampTable& clamp = columns.clamp_tables()[table];
    const bool row_exists = std::clamp<int64_t>(X + E, clamp.lo, clamp.hi) == X;
    count(1 + table, row_exists ? X + E + zero : -1, 2 * zero);
  }
  for (const Scalar& code : witness[Column::kD]) {
    count(plain, integer_of(code), 256);
  }
  std::vector<Scalar> out;
  for (const uint64_t x : m) {
    out.push_back(Scalar::from_u64(x));
  }
  return out;
}

int64_t integer_of(const Scalar& x) {
  for (const bool negative : {false, true}) {
    const auto limbs = (negative ? -x : x).integer();
    if ((limbs[1] | limbs[2] | limbs[3]) == 0 && limbs[0] < uint64_t{1} << 62) {
      const auto magnitude = static_cast<int64_t>(limbs[0]);
      return negative ? -magnitude : magnitude;
    }
  }
  VOUCH_CHECK(false);
}

}  // namespace vouch::dense
