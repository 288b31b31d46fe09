#include "prove/witness.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "base/secret.h"

namespace vouch {

Witness::Witness(const Circuit& circuit, const Columns& columns, const Weights& weights,
                 Trace trace)
    : circuit_(circuit), columns_(columns), weights_(weights), trace_(std::move(trace)) {
  input_ = batch_first(circuit.input().shape, trace_.tensors[0].X);
  count_lookups();
}

Witness::~Witness() {
  for (TensorTrace& t : trace_.tensors) {
    secure_wipe(t.X);
    secure_wipe(t.V);
    secure_wipe(t.R);
  }
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
    uint32_t* counts = multiplicities_.data() + bricks[1 + table].offset;
    for (size_t op = 0; op < circuit_.ops.size(); ++op) {
      if (columns_.table_of(op) == table) {
        const int32_t zero = int32_t{1} << circuit_.table_of(op + 1).bits;
        for (const int32_t V : trace_.tensors[op + 1].V) {
          ++counts[V + zero];
        }
      }
    }
  };
  const auto count_remainders = [&] {
    for (const TensorTrace& t : trace_.tensors) {
      for (const uint32_t R : t.R) {
        ++range[R];
      }
    }
  };
  // The range table is looked up as often as all others together, and is a task of its own.
  parallel_for(1 + columns_.tables().size(), 1, [&](size_t begin, size_t end) {
    for (size_t task = begin; task < end; ++task) {
      task == 0 ? count_remainders() : count_values(task - 1);
    }
  });
  for (const uint8_t code : trace_.tensors[0].X) {
    ++plain[code];
  }
  // Every slot without an element is looked up like any other: (0, 0) and R = 0.
  const auto pads = [&](Column column) {
    const Layout& layout = columns_.layout(column);
    return static_cast<uint32_t>((uint64_t{1} << layout.bits()) - layout.elements());
  };
  plain[0] += pads(Column::kX) + pads(Column::kD);
  range[0] += pads(Column::kX);
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
    case Column::kD:
      std::copy_n(input_.begin() + static_cast<std::ptrdiff_t>(element), count, out);
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
