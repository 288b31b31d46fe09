#include "dense/definition.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace vouch::dense {
namespace {

// How one axis is read through a window.
struct Axis {
  int64_t kernel, stride, dilation, pad, extent;
  bool transposed;
};

// Calls body(d, i) for each tap d of output y and the position i that it reads, if there is one.
template <class Body>
void for_reads(const Axis& axis, int64_t y, const Body& body) {
  for (int64_t d = 0; d < axis.kernel; ++d) {
    for (int64_t i = 0; i < axis.extent; ++i) {
      const bool reads = axis.transposed ? y == axis.stride * i + axis.dilation * d - axis.pad
                                         : i == axis.stride * y + axis.dilation * d - axis.pad;
      if (reads) {
        body(static_cast<uint32_t>(d), static_cast<uint32_t>(i));
      }
    }
  }
}

std::vector<Tap> taps_of_window(const Op& o, const Shape& in, const Shape& out,
                                const Element& output) {
  const auto [c, b, y, x] = output;
  const Window& w = o.window;
  const Axis rows{w.kernel_rows, w.stride_rows, w.dilation_rows, w.pad_top, in.rows, w.transposed};
  const Axis columns{w.kernel_columns, w.stride_columns, w.dilation_columns,
                     w.pad_left,       in.columns,       w.transposed};
  const bool full = o.kind == OpKind::kConv2d;
  const uint32_t own = full ? 0 : c / (out.channels / in.channels);
  std::vector<Tap> taps;
  for_reads(rows, y, [&, b = b, c = c, x = x](uint32_t dy, uint32_t iy) {
    for_reads(columns, x, [&](uint32_t dx, uint32_t ix) {
      for (uint32_t k = own; k < (full ? in.channels : own + 1); ++k) {
        taps.push_back({{c, full ? k : 0, dy, dx}, {0, k, dy, dx}, 0, {k, b, iy, ix}});
      }
    });
  });
  return taps;
}

// Row `out` of the matrix of one axis: K[out][0], K[out][1], …
std::vector<int64_t> row_of_matrix(const AxisMap& map, int64_t out, size_t inputs) {
  std::vector<int64_t> row(inputs);
  for (const AxisRun& run : map.runs) {
    for (int64_t k = 0; k < run.count; ++k) {
      if (run.out + k * run.out_step == out) {
        row.at(static_cast<size_t>(run.in + k * run.in_step)) += run.coefficient;
      }
    }
  }
  if (map.runs.empty()) {
    row.at(static_cast<size_t>(out)) = 1;
  }
  return row;
}

// Calls body(i, K[out][i]) for all i at which that is not 0.
template <class Body>
void for_entries(const AxisMap& map, uint32_t out, uint32_t inputs, const Body& body) {
  const std::vector<int64_t> row = row_of_matrix(map, out, inputs);
  for (uint32_t i = 0; i < inputs; ++i) {
    if (row[i] != 0) {
      body(i, row[i]);
    }
  }
}

void add_taps_of_term(const MapTerm& term, const Shape& in, const Element& output,
                      std::vector<Tap>& taps) {
  const auto [c, b, y, x] = output;
  const std::array<uint32_t, 3> extents{in.channels, in.rows, in.columns};
  const auto extent = [&](size_t a) { return extents.at(term.axes[a]); };
  for_entries(term.maps[0], c, extent(0), [&, b = b, y = y, x = x](uint32_t i_0, int64_t k_0) {
    for_entries(term.maps[1], y, extent(1), [&](uint32_t i_1, int64_t k_1) {
      for_entries(term.maps[2], x, extent(2), [&](uint32_t i_2, int64_t k_2) {
        std::array<uint32_t, 3> at{};
        at.at(term.axes[0]) = i_0;
        at.at(term.axes[1]) = i_1;
        at.at(term.axes[2]) = i_2;
        const Element weight{0, 0, 0, term.weight};
        taps.push_back({weight, weight, term.input, {at[0], b, at[1], at[2]}, k_0 * k_1 * k_2});
      });
    });
  });
}

// The element of a product's second input that output e reads.
Element factor_of(const Shape& second, const Element& e) {
  const Extents extents{second.channels, second.batch, second.rows, second.columns};
  Element at = e;
  for (size_t axis = 0; axis < 4; ++axis) {
    at[axis] = extents[axis] == 1 ? 0 : e[axis];
  }
  return at;
}

}  // namespace

std::vector<Tap> taps_of(const Circuit& circuit, size_t op, const Element& output) {
  const Op& o = circuit.ops[op];
  const auto shape = [&](size_t n) { return circuit.tensors[o.inputs.at(n)].shape; };
  if (o.kind == OpKind::kProduct) {
    return {{{0, 0, 0, 0}, factor_of(shape(1), output), 0, output}};
  }
  if (o.kind != OpKind::kLinearMap) {
    return taps_of_window(o, shape(0), circuit.tensors[op + 1].shape, output);
  }
  std::vector<Tap> taps;
  for (const MapTerm& term : o.terms) {
    add_taps_of_term(term, shape(term.input), output, taps);
  }
  return taps;
}

int64_t code_of(const ActivationTable& table, int64_t V) {
  int64_t code = table.first;
  for (const Ramp& ramp : table.ramps) {
    for (int64_t k = 0; k < ramp.count; ++k) {
      code += ramp.at + ramp.every * k <= V ? ramp.rise : 0;
    }
  }
  return code;
}

Units units_of(const Circuit& circuit) {
  const unsigned s = circuit.shift;
  const Scalar fast = Scalar::from_u64(uint64_t{1} << s);
  const Scalar T = fast - Scalar::from_u64(16);
  return circuit.exact() ? Units{fast * fast, T * T, T} : Units{fast, fast, Scalar::one()};
}

Scalar WindowRow::error(const Circuit& circuit) const {
  const int64_t T = (int64_t{1} << circuit.shift) - 16;
  return Scalar::from_i64(begin - (X << 2 * circuit.shift)) * Scalar::from_i64(T * T).inverse();
}

namespace {

// B_X of docs/protocol.md, section 4.1.
int64_t boundary_of(const Circuit& circuit, const WindowTable& table, int64_t X) {
  const unsigned s = circuit.shift;
  const int64_t floor = X << 2 * s;
  if (table.boundaries == Boundaries::kFloor) {
    return floor;
  }
  const int64_t k = X - table.zero_point;
  const double distance = std::abs(static_cast<double>(k) - 0.5);
  const auto part = static_cast<int64_t>(std::exp2(2 * s - 24 + std::floor(std::log2(distance))));
  return floor - (int64_t{1} << (2 * s - 17)) - 1 + (k % 2 == 0 ? -part : part + 1);
}

}  // namespace

std::vector<WindowRow> window_rows(const Circuit& circuit, const WindowTable& table) {
  const int64_t T = (int64_t{1} << circuit.shift) - 16;
  const auto own = [&](int64_t X) { return X << 2 * circuit.shift; };
  std::vector<WindowRow> rows;
  for (int64_t n = table.below; n >= 0; --n) {
    rows.push_back({table.lo, own(table.lo) - T * T * n, false});
  }
  for (int64_t X = table.lo + 1; X <= table.hi; ++X) {
    const int64_t B = boundary_of(circuit, table, X);
    rows.push_back({X - 1, B - T * T, true});
    rows.push_back({X, B, true});
    rows.push_back({X, own(X), false});
  }
  for (int64_t n = 1; n <= table.above; ++n) {
    rows.push_back({table.hi, own(table.hi) + T * T * n, false});
  }
  return rows;
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
  if (const Layout& q = columns.predicate().lookups(); !q.bricks().empty()) {
    w.q.resize(size_t{1} << q.bits());
  }
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

__extension__ using Wide = __int128;

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

  void run() { circuit_.exact() ? run_exactly() : run_fast(); }

 private:
  void run_fast() {
    const Brick& brick = columns_.layout(Column::kX).bricks()[op_];
    const ActivationTable& table = circuit_.table_of(op_ + 1);
    for (const Element& e : elements_of(brick.extents)) {
      const auto A = static_cast<int64_t>(accumulate(e));
      const int64_t V = A >> circuit_.shift;
      const int64_t X = code_of(table, V);
      VOUCH_CHECK(-(int64_t{1} << table.bits) <= V && V < int64_t{1} << table.bits);
      const uint64_t slot = slot_of(brick, e);
      witness_[Column::kX][slot] = Scalar::from_i64(X);
      witness_[Column::kE][slot] = Scalar::from_i64(V - X);
      witness_.R[slot] = Scalar::from_i64(A - V * (int64_t{1} << circuit_.shift));
    }
  }

  void run_exactly() {
    const Brick& brick = columns_.layout(Column::kX).bricks()[op_];
    const std::vector<WindowRow> rows = window_rows(circuit_, circuit_.windows_of(op_ + 1));
    const int64_t T = (int64_t{1} << circuit_.shift) - 16;
    for (const Element& e : elements_of(brick.extents)) {
      const Wide A = accumulate(e);
      const WindowRow& row = row_with(rows, A, Wide{T} * T);
      const auto remainder = static_cast<int64_t>(A - row.begin);
      const uint64_t slot = slot_of(brick, e);
      witness_[Column::kX][slot] = Scalar::from_i64(row.X);
      witness_[Column::kE][slot] = row.error(circuit_);
      witness_[Column::kL][slot] = Scalar::from_i64(remainder % T);
      witness_.R[slot] = Scalar::from_i64(remainder / T);
    }
  }

  // A window with A in it: one with an integer E if there is any.
  static const WindowRow& row_with(const std::vector<WindowRow>& rows, Wide A, Wide length) {
    auto after = std::upper_bound(rows.begin(), rows.end(), A,
                                  [](Wide x, const WindowRow& row) { return x < row.begin; });
    const WindowRow* found = nullptr;
    while (after != rows.begin() && A < Wide{(--after)->begin} + length) {
      found = found == nullptr || !after->edge ? &*after : found;
    }
    VOUCH_CHECK(found != nullptr);
    return *found;
  }

  [[nodiscard]] int64_t at(Column c, uint64_t slot) const {
    return integers_[static_cast<size_t>(c)][slot];
  }

  // Of an input of the operator.
  [[nodiscard]] int64_t X_minus_z(size_t input, const Element& e) const {
    const uint32_t tensor = circuit_.ops[op_].inputs.at(input);
    const Column column = tensor == 0 ? Column::kD : Column::kX;
    const Brick& brick = columns_.layout(column).bricks()[tensor == 0 ? 0 : tensor - 1];
    return at(column, slot_of_code(brick, tensor, e)) - circuit_.tensors[tensor].zero_point;
  }

  [[nodiscard]] Wide accumulate(const Element& e) const {
    const Brick& weights = columns_.layout(Column::kW).bricks()[op_];
    const Brick& biases = columns_.layout(Column::kB).bricks()[op_];
    Wide A = at(Column::kB, biases.slot(biases.extents[0] == 1 ? 0 : e[0], 0, 0, 0));
    const bool product = circuit_.ops[op_].kind == OpKind::kProduct;
    for (const Tap& tap : taps_of(circuit_, op_, e)) {
      A += Wide{tap.coefficient} * at(Column::kW, slot_of(weights, tap.weight)) *
           X_minus_z(tap.input, tap.element) * (product ? X_minus_z(1, tap.entry) : 1);
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

namespace {

// The number of the row (X, E), or −1.
int64_t row_of_value(const ActivationTable& f, int64_t X, int64_t E) {
  return code_of(f, X + E) == X ? X + E + (int64_t{1} << f.bits) : -1;
}

int64_t row_of_window(const Circuit& circuit, const std::vector<WindowRow>& rows, int64_t X,
                      const Scalar& E) {
  const int64_t T = (int64_t{1} << circuit.shift) - 16;
  const auto begin =
      small_integer(Scalar::from_i64(T * T) * E +
                    Scalar::from_i64(int64_t{1} << 2 * circuit.shift) * Scalar::from_i64(X));
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const WindowRow& row) {
    return row.X == X && begin == row.begin;
  });
  return found == rows.end() ? -1 : found - rows.begin();
}

}  // namespace

std::vector<Scalar> count_lookups(const Circuit& circuit, const Columns& columns,
                                  const DenseWitness& witness) {
  const Layout& tables = columns.layout(Column::kM);
  std::vector<uint64_t> m(size_t{1} << tables.bits());
  const auto count = [&](size_t brick, int64_t row, int64_t rows) {
    if (row >= 0 && row < rows) {
      ++m[tables.bricks()[brick].offset + static_cast<uint64_t>(row)];
    }
  };
  const int64_t limbs = (int64_t{1} << circuit.shift) - (circuit.exact() ? 16 : 0);
  std::vector<std::vector<WindowRow>> windows;
  for (const WindowTable& table : circuit.windows) {
    windows.push_back(window_rows(circuit, table));
  }
  const auto row_number = [&](size_t table, int64_t X, const Scalar& E) {
    return circuit.exact() ? row_of_window(circuit, windows[table], X, E)
                           : row_of_value(circuit.tables[table], X, integer_of(E));
  };
  const size_t plain = tables.bricks().size() - 1;
  const std::vector<int> owner = owners(columns);
  for (size_t slot = 0; slot < owner.size(); ++slot) {
    const int64_t X = integer_of(witness[Column::kX][slot]);
    const Scalar& E = witness[Column::kE][slot];
    count(0, small_integer(witness.R[slot]).value_or(-1), limbs);
    if (circuit.exact()) {
      count(0, small_integer(witness[Column::kL][slot]).value_or(-1), limbs);
    }
    if (owner[slot] < 0) {
      count(plain, E.is_zero() ? X : -1, 256);
      continue;
    }
    const size_t table = columns.table_of(static_cast<size_t>(owner[slot]));
    const auto rows = static_cast<int64_t>(tables.bricks()[1 + table].elements());
    count(1 + table, row_number(table, X, E), rows);
  }
  for (const Scalar& code : witness[Column::kD]) {
    count(plain, integer_of(code), 256);
  }
  for (const Scalar& looked_up : witness.q) {
    count(plain, small_integer(looked_up).value_or(-1), 256);
  }
  std::vector<Scalar> out;
  for (const uint64_t x : m) {
    out.push_back(Scalar::from_u64(x));
  }
  return out;
}

int64_t integer_of(const Scalar& x) {
  const std::optional<int64_t> integer = small_integer(x);
  VOUCH_CHECK(integer.has_value());
  return *integer;
}

std::optional<int64_t> small_integer(const Scalar& x) {
  for (const bool negative : {false, true}) {
    const auto limbs = (negative ? -x : x).integer();
    if ((limbs[1] | limbs[2] | limbs[3]) == 0 && limbs[0] < uint64_t{1} << 62) {
      const auto magnitude = static_cast<int64_t>(limbs[0]);
      return negative ? -magnitude : magnitude;
    }
  }
  return std::nullopt;
}

}  // namespace vouch::dense
