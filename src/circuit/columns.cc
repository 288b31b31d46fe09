#include "circuit/columns.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "circuit/operators/operator.h"

namespace vouch {
namespace {

Extents extents_of(const Shape& shape) {
  return {shape.channels, shape.batch, shape.rows, shape.columns};
}

}  // namespace

const char* column_name(Column column) {
  constexpr std::array<const char*, kColumns> kNames{"X", "E", "L", "m", "W", "b", "D", "Y"};
  return kNames[static_cast<size_t>(column)];
}

Columns::Columns(const Circuit& circuit, unsigned proof_kappa,
                 const std::optional<Predicate>& predicate)
    : products_(product_ops(circuit).size()),
      model_kappa_(circuit.model_kappa),
      proof_kappa_(proof_kappa) {
  std::vector<Extents> activations;
  std::vector<Extents> weights;
  std::vector<Extents> biases;
  std::vector<Extents> entries;
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    const OperatorShape shape = operator_shape(circuit, i);
    const Operator& op = operator_of(shape.kind);
    activations.push_back(extents_of(shape.output));
    weights.push_back(op.weight_extents(shape));
    biases.push_back({op.bias_count(shape), 1, 1, 1});
    entries.push_back(op.entry_extents(shape));
    table_of_op_.push_back(circuit.tensors[i + 1].table);
  }
  std::vector<Extents> tables{{1, 1, 1, circuit.limb_bound()}};
  for (const ActivationTable& table : circuit.tables) {
    tables.push_back({1, 1, 1, 2U << table.bits});
  }
  for (const WindowTable& table : circuit.windows) {
    tables.push_back({1, 1, 1, table.rows()});
  }
  tables.push_back({1, 1, 1, 256});

  activations_ = Layout(activations, proof_kappa_);
  low_limbs_ = Layout(circuit.exact() ? activations : std::vector<Extents>{}, proof_kappa_);
  tables_ = Layout(tables, proof_kappa_);
  weights_ = Layout(weights, model_kappa_);
  biases_ = Layout(biases, model_kappa_);
  const Shape& in = circuit.input().shape;
  input_ = Layout({{in.batch, in.channels, in.rows, in.columns}}, 1);
  input_kappa_ = std::min<unsigned>(circuit.input_kappa, input_.bricks()[0].height);
  if (predicate) {
    const Shape& out = circuit.output_tensor().shape;
    const auto class_bits = static_cast<unsigned>(std::bit_width(out.channels - 1));
    output_kappa_ = std::max(1U, std::min<unsigned>(circuit.input_kappa, class_bits));
    predicate_ = PredicateLayout(*predicate, out.batch, out.channels, output_kappa_);
  }
  entries_ = Layout(entries, 1);
}

const Layout& Columns::layout(Column column) const {
  switch (column) {
    case Column::kX:
    case Column::kE:
      return activations_;
    case Column::kL:
      return low_limbs_;
    case Column::kM:
      return tables_;
    case Column::kW:
      return weights_;
    case Column::kB:
      return biases_;
    case Column::kD:
      return input_;
    case Column::kY:
      return predicate_.column();
  }
  VOUCH_CHECK(false);
}

unsigned Columns::kappa(Column column) const {
  return column == Column::kW || column == Column::kB ? model_kappa_
         : column == Column::kD                       ? input_kappa_
         : column == Column::kY                       ? output_kappa_
                                                      : proof_kappa_;
}

std::array<ColumnShape, kColumns> Columns::shapes() const {
  std::array<ColumnShape, kColumns> out;
  for (const Column column : kAllColumns) {
    out[static_cast<size_t>(column)] = shape(column);
  }
  return out;
}

unsigned max_kappa(std::span<const ColumnShape> shapes) {
  unsigned kappa = 0;
  for (const ColumnShape& shape : shapes) {
    kappa = std::max(kappa, shape.kappa);
  }
  return kappa;
}

unsigned Columns::max_kappa() const { return std::max({model_kappa_, proof_kappa_, input_kappa_}); }

namespace {

bool is_of_proof(Column column) { return column < Column::kW; }

constexpr unsigned kMaxBits = 30;
constexpr unsigned kMaxRowBits = 14;

Error too_large(Column column) {
  return Error{std::string("column ") + column_name(column) + " is larger than a proof can hold"};
}

}  // namespace

Result<void> validate_columns(const Columns& columns) {
  for (const Column column : kAllColumns) {
    const bool of_proof = is_of_proof(column);
    if (columns.layout(column).bits() > kMaxBits ||
        (!of_proof && columns.row_bits(column) > kMaxRowBits)) {
      return too_large(column);
    }
  }
  if (columns.entries().bits() > kMaxBits) {
    return Error{"the operators have more weights per output than a proof can hold"};
  }
  // Lookups: two of a slot, three with exact rounding, one of a slot of D and one of q; and table
  // rows ≤ 2^n''.
  const Layout& q = columns.predicate().lookups();
  const unsigned slots =
      std::max({columns.layout(Column::kX).bits(), columns.layout(Column::kD).bits(), q.bits()});
  const unsigned lookups = slots + (q.bricks().empty() ? 2 : 3);
  if (lookups + columns.layout(Column::kM).bits() > 50) {
    return Error{"lookups × table rows exceed 2^50, the limit of the lookup argument"};
  }
  return {};
}

Result<void> validate_proof_rows(const Columns& columns) {
  uint64_t longest = 16;
  for (const Column column : {Column::kX, Column::kM}) {
    if (columns.row_bits(column) > kMaxRowBits) {
      return too_large(column);
    }
    longest = std::max(longest, std::bit_ceil(columns.layout(column).used()));
  }
  if (uint64_t{1} << columns.kappa(Column::kX) > longest) {
    return Error{"a proof's rows are longer than its columns"};
  }
  return {};
}

}  // namespace vouch
