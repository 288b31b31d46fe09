#include "evaluate/proof_counts.h"

#include <cmath>

#include "argument/argument.h"
#include "argument/statement.h"
#include "circuit/multiply_adds.h"
#include "evaluate/proof_size.h"

namespace vouch {
namespace {

double axes_of(const Circuit& circuit) {
  double sum = 0;
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    const Op& op = circuit.ops[i];
    const Shape& out = circuit.tensors[i + 1].shape;
    sum += out.channels + out.rows + out.columns;
    for (const uint32_t input : op.inputs) {
      const Shape& in = circuit.tensors[input].shape;
      sum += in.channels + in.rows + in.columns;
    }
    for (const MapTerm& term : op.terms) {
      for (const AxisMap& map : term.maps) {
        sum += static_cast<double>(map.runs.size());
      }
    }
  }
  return sum;
}

// A message that binds v of n variables tabulates 3^v·2^(n − v) values, where one round has 2^n.
double grids_of(const LookupShape& shape, const RoundGroups& groups) {
  double sum = 0;
  for (const Tree tree : kAllTrees) {
    for (unsigned layer = 1; layer < shape.depth(tree); ++layer) {
      for (unsigned left = layer; left != 0;) {
        const unsigned v = groups.size(left);
        sum += v == 1 ? 0 : std::pow(3.0, v) * std::exp2(left - v);
        left -= v;
      }
    }
  }
  return sum;
}

}  // namespace

ProofCounts proof_counts(const Circuit& circuit, const ProofShape& shape) {
  const Circuit all = with_pictures(circuit, shape.pictures);
  const Columns columns(all, shape.kappa);
  ProofCounts counts{};
  const auto set = [&](Count count, uint64_t value) {
    counts[static_cast<size_t>(count)] = static_cast<double>(value);
  };
  const auto elements = [&](Column column) { return columns.layout(column).elements(); };
  set(Count::kOne, 1);
  set(Count::kActivations, elements(Column::kX));
  set(Count::kLowLimbs, elements(Column::kL));
  set(Count::kLowSlots, columns.layout(Column::kL).used());
  set(Count::kSlots, columns.layout(Column::kX).used());
  counts[static_cast<size_t>(Count::kGrids)] = grids_of(lookup_shape(columns), shape.groups);
  set(Count::kInputs, elements(Column::kD));
  set(Count::kTableRows, elements(Column::kM));
  const uint64_t weights = elements(Column::kW) + elements(Column::kB);
  set(Count::kWeights, weights);
  set(Count::kWideWeights, circuit.exact() ? weights : 0);
  uint64_t products = 0;
  for (size_t i = 0; i < all.ops.size(); ++i) {
    products += multiply_adds(all, i);
  }
  set(Count::kMultiplyAdds, products / 1000);
  set(Count::kGenerators, generators_needed(columns, shape.groups));
  set(Count::kRow, uint64_t{1} << columns.max_kappa());
  uint64_t points = proof_messages(columns, shape.groups);
  for (const Column column : {Column::kD, Column::kX, Column::kE, Column::kL, Column::kM}) {
    points += present_row_count(columns, column);
  }
  set(Count::kPoints, points);
  set(Count::kModelPoints, (model_public_bytes(circuit) - encode_circuit(circuit).size()) / 32);
  counts[static_cast<size_t>(Count::kAxes)] = axes_of(circuit);
  return counts;
}

}  // namespace vouch
