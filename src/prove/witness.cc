#include "prove/witness.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "base/secret.h"

namespace vouch {
namespace {

// The slot of a brick's element, counted in the order [o][a][b][c].
uint64_t slot_of(const Brick& brick, uint64_t element) {
  const auto& e = brick.extents;
  const uint64_t line = element / e[3];
  const uint64_t plane = line / e[2];
  return brick.slot(plane / e[1], plane % e[1], line % e[2], element % e[3]);
}

}  // namespace

Witness::Witness(const Circuit& circuit, const Columns& columns, const Weights& weights,
                 Trace trace, std::optional<PredicateWitness> predicate)
    : circuit_(circuit),
      columns_(columns),
      weights_(weights),
      trace_(std::move(trace)),
      predicate_(std::move(predicate)) {
  VOUCH_CHECK(predicate_.has_value() != columns.predicate().lookups().bricks().empty());
  input_ = batch_first(circuit.input().shape, trace_.tensors[0].X);
  find_edges();
  count_lookups();
}

Witness::~Witness() {
  parallel_for(trace_.tensors.size(), 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      TensorTrace& t = trace_.tensors[i];
      secure_wipe(t.X);
      secure_wipe(t.V);
      secure_wipe(t.R);
      secure_wipe(t.L);
    }
  });
  secure_wipe(input_);
  secure_wipe(multiplicities_);
}

void Witness::count_lookups() {
  const Layout& tables = columns_.layout(Column::kM);
  const auto& bricks = tables.bricks();
  multiplicities_.assign(size_t{1} << tables.bits(), 0);
  uint32_t* range = multiplicities_.data() + bricks.front().offset;
  uint32_t* plain = multiplicities_.data() + bricks.back().offset;
  const auto count_values = [&](size_t table) {
    for (size_t op = 0; op < circuit_.ops.size(); ++op) {
      if (columns_.table_of(op) == table) {
        count_codes(op, multiplicities_.data() + bricks[1 + table].offset);
      }
    }
  };
  const auto count_remainders = [&] {
    for (const TensorTrace& t : trace_.tensors) {
      for (const uint32_t R : t.R) {
        ++range[R];
      }
      for (const uint32_t L : t.L) {
        ++range[L];
      }
    }
  };
  // The range table is looked up as often as all others together, and is a task of its own.
  parallel_for(1 + columns_.tables(), 1, [&](size_t begin, size_t end) {
    for (size_t task = begin; task < end; ++task) {
      task == 0 ? count_remainders() : count_values(task - 1);
    }
  });
  for (const uint8_t code : trace_.tensors[0].X) {
    ++plain[code];
  }
  // Every slot without an element is looked up like any other: (0, 0), and R = 0 or U = L = 0.
  const auto pads = [&](Column column) {
    const Layout& layout = columns_.layout(column);
    return static_cast<uint32_t>((uint64_t{1} << layout.bits()) - layout.elements());
  };
  plain[0] += pads(Column::kX) + pads(Column::kD);
  range[0] += (circuit_.exact() ? 2 : 1) * pads(Column::kX);
  if (predicate_) {
    count_predicate(plain);
  }
}

void Witness::count_predicate(uint32_t* plain) const {
  for (size_t brick = 0; brick < predicate_->lookup_bricks(); ++brick) {
    for (const int32_t value : predicate_->lookup(brick)) {
      ++plain[value];
    }
  }
  const Layout& q = columns_.predicate().lookups();
  plain[0] += static_cast<uint32_t>((uint64_t{1} << q.bits()) - q.elements());
}

// Adds the lookups of an operator's output to its table's counts.
void Witness::count_codes(size_t op, uint32_t* counts) const {
  const TensorTrace& t = trace_.tensors[op + 1];
  if (!circuit_.exact()) {
    const int32_t zero = int32_t{1} << circuit_.table_of(op + 1).bits;
    for (const int32_t V : t.V) {
      ++counts[V + zero];
    }
    return;
  }
  const WindowTable& table = circuit_.windows_of(op + 1);
  for (size_t i = 0; i < t.X.size(); ++i) {
    ++counts[table.row_of_error(t.X[i], t.V[i] - t.X[i])];
  }
  for (const Edge& edge : t.edges) {
    --counts[table.row_of_error(t.X[edge.element], 0)];
    ++counts[edge.row];
  }
}

void Witness::find_edges() {
  edges_.resize(trace_.tensors.size());
  const auto& bricks = columns_.layout(Column::kE).bricks();
  std::vector<std::vector<Scalar>> errors;  // of the tables' rows between their outermost codes
  for (const WindowTable& table : circuit_.windows) {
    errors.push_back(
        window_errors(table, circuit_.limbs(), table.below + 1, 3U * (table.hi - table.lo)));
  }
  for (size_t i = 1; i < trace_.tensors.size(); ++i) {
    for (const Edge& edge : trace_.tensors[i].edges) {
      const uint8_t table = circuit_.tensors[i].table;
      const Scalar& E = errors[table][edge.row - circuit_.windows[table].below - 1];
      edges_[i].push_back({edge.element, E});
      further_errors_.push_back({slot_of(bricks[i - 1], edge.element), E});
    }
  }
  std::sort(further_errors_.begin(), further_errors_.end(),
            [](const SlotValue& a, const SlotValue& b) { return a.slot < b.slot; });
}

void Witness::read(Column column, size_t brick, size_t element, size_t count, int64_t* out) const {
  switch (column) {
    case Column::kX:
    case Column::kE: {
      const TensorTrace& t = trace_.tensors[brick + 1];
      for (size_t i = 0; i < count; ++i) {
        const int64_t X = t.X[element + i];
        out[i] = column == Column::kX ? X : t.V[element + i] - X;
      }
      return;
    }
    case Column::kL:
      std::copy_n(trace_.tensors[brick + 1].L.begin() + static_cast<std::ptrdiff_t>(element), count,
                  out);
      return;
    case Column::kD:
      std::copy_n(input_.begin() + static_cast<std::ptrdiff_t>(element), count, out);
      return;
    case Column::kY:
      std::copy_n(predicate_->part(brick).begin() + static_cast<std::ptrdiff_t>(element), count,
                  out);
      return;
    case Column::kM: {
      const size_t offset = columns_.layout(column).bricks()[brick].offset;
      std::copy_n(multiplicities_.begin() + static_cast<std::ptrdiff_t>(offset + element), count,
                  out);
      return;
    }
    case Column::kW:
      std::copy_n(weights_[brick].weights.begin() + static_cast<std::ptrdiff_t>(element), count,
                  out);
      return;
    case Column::kB:
      std::copy_n(weights_[brick].biases.begin() + static_cast<std::ptrdiff_t>(element), count,
                  out);
      return;
  }
}

}  // namespace vouch
