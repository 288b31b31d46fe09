#include "circuit/tables.h"

#include "base/check.h"

namespace vouch {
namespace {

// Σ_j 2^j·point_j: the row number's extension.
Scalar row_number(std::span<const Scalar> point) {
  Scalar sum;
  for (size_t j = point.size(); j-- > 0;) {
    sum = sum.doubled() + point[j];
  }
  return sum;
}

}  // namespace

Scalar table_denominator(const Columns& columns, const LookupChallenges& ch,
                         std::span<const Scalar> point) {
  const auto& bricks = columns.layout(Column::kM).bricks();
  Scalar sum = Scalar::one();  // as if all were pads
  for (size_t k = 0; k < bricks.size(); ++k) {
    const Brick& brick = bricks[k];
    const auto low = point.first(brick.height);
    const Scalar here = eq_at(point.subspan(brick.height), brick.offset >> brick.height);
    Scalar row;
    if (k == 0) {
      row = ch.shifted(kRangeTag) - row_number(low);
    } else if (k + 1 == bricks.size()) {
      row = ch.shifted(kPlainTag) - row_number(low);
    } else {
      const Scalar X = table_extension(columns.tables()[k - 1], low);
      const Scalar V = row_number(low) - Scalar::from_u64(uint64_t{1} << (brick.height - 1));
      row = ch.shifted(kFirstActivationTag + k - 1) - X - ch.gamma * (V - X);
    }
    sum += here * (row - Scalar::one());
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
