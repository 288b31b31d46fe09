#include "circuit/tables.h"

#include "base/check.h"

namespace vouch {
namespace {

// Σ_u eq(point, u)·(first − u) over all rows u, as many as there are, or fewer.
Scalar numbered_rows(std::span<const Scalar> point, uint64_t rows, const Scalar& first) {
  return first * eq_below(point, rows) - eq_index_below(point, rows);
}

// Rows with V = u − 2^bits and X = f(V), all 2^(bits+1) of them.
Scalar activation_rows(const ActivationTable& table, std::span<const Scalar> point, const Scalar& a,
                       const Scalar& gamma) {
  const Scalar X = table_extension(table, point);
  const Scalar u = eq_index_below(point, uint64_t{1} << point.size());
  const Scalar V = u - Scalar::from_u64(uint64_t{1} << table.bits);
  return a - X - gamma * (V - X);
}

// Σ_u eq(point, u)·(denominator of row u) of table k of the circuit.
Scalar rows_of_table(const Circuit& circuit, size_t k, std::span<const Scalar> point,
                     const LookupChallenges& ch) {
  const Scalar a = ch.shifted(kFirstActivationTag + k);
  return circuit.exact()
             ? windows_extension(circuit.windows[k], circuit.limbs(), point, a, ch.gamma)
             : activation_rows(circuit.tables[k], point, a, ch.gamma);
}

}  // namespace

Scalar table_denominator(const Circuit& circuit, const Columns& columns, const LookupChallenges& ch,
                         std::span<const Scalar> point) {
  const auto& bricks = columns.layout(Column::kM).bricks();
  Scalar sum = Scalar::one();  // as if all were pads
  for (size_t k = 0; k < bricks.size(); ++k) {
    const Brick& brick = bricks[k];
    const auto low = point.first(brick.height);
    const uint64_t rows = brick.elements();
    const Scalar here = eq_at(point.subspan(brick.height), brick.offset >> brick.height);
    Scalar denominators;
    if (k == 0) {
      denominators = numbered_rows(low, rows, ch.shifted(kRangeTag));
    } else if (k + 1 == bricks.size()) {
      denominators = numbered_rows(low, rows, ch.shifted(kPlainTag));
    } else {
      denominators = rows_of_table(circuit, k - 1, low, ch);
    }
    sum += here * (denominators - eq_below(low, rows));
  }
  return sum;
}

Scalar tag_extension(const Columns& columns, std::span<const Scalar> r) {
  const auto& bricks = columns.layout(Column::kX).bricks();
  Scalar tag = Scalar::from_u64(kPlainTag);
  for (size_t op = 0; op < bricks.size(); ++op) {
    tag += Scalar::from_u64(columns.tag_of(op) - kPlainTag) * brick_live(bricks[op], r);
  }
  return tag;
}

}  // namespace vouch
