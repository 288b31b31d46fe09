#include "argument/opening/opening.h"

#include <algorithm>

#include "base/check.h"

namespace vouch {
namespace {

void append(Functional& to, Functional&& from) {
  std::move(from.evaluations.begin(), from.evaluations.end(), std::back_inserter(to.evaluations));
  std::move(from.bricks.begin(), from.bricks.end(), std::back_inserter(to.bricks));
  std::move(from.projections.begin(), from.projections.end(), std::back_inserter(to.projections));
}

// Σ_k η^k·claim_k
ColumnClaim combine(std::vector<ColumnClaim> claims, const Scalar& eta) {
  ColumnClaim sum(claims.front().parts.size());
  Scalar power = Scalar::one();
  for (ColumnClaim& claim : claims) {
    for (size_t c = 0; c < sum.parts.size(); ++c) {
      scale_terms(claim.parts[c], power);
      append(sum.parts[c], std::move(claim.parts[c]));
    }
    sum.value += power * claim.value;
    power *= eta;
  }
  return sum;
}

// ω_col = Π_{mid,pre} (1 − r*_j)·Ω̃_col(low, row)
Scalar column_weight(const ColumnShape& column, unsigned max_kappa, const Functional& functional,
                     std::span<const Scalar> point) {
  const OpeningPoint z = split_point(column, max_kappa, point);
  std::vector<Scalar> own(z.low.begin(), z.low.end());
  own.insert(own.end(), z.row.begin(), z.row.end());
  Scalar weight = evaluate(functional, *column.layout, own);
  for (const auto part : {z.mid, z.pre}) {
    for (const Scalar& x : part) {
      weight *= Scalar::one() - x;
    }
  }
  return weight;
}

}  // namespace

unsigned opening_rounds(std::span<const ColumnShape> columns) {
  unsigned row_bits = 0;
  for (const ColumnShape& column : columns) {
    row_bits = std::max(row_bits, column.row_bits());
  }
  return max_kappa(columns) + row_bits;
}

OpeningPoint split_point(const ColumnShape& column, unsigned max_kappa,
                         std::span<const Scalar> point) {
  const unsigned rows = column.row_bits();
  return {point.first(column.kappa), point.subspan(column.kappa, max_kappa - column.kappa),
          point.subspan(max_kappa, rows), point.subspan(max_kappa + rows)};
}

Opening argue_opening(Ledger& ledger, std::span<const ColumnShape> columns,
                      const RoundGroups& groups, std::vector<ColumnClaim> claims,
                      OpeningProver* prover) {
  // V -> P
  const Scalar eta = ledger.challenge("opening eta");
  ColumnClaim sum = combine(std::move(claims), eta);
  const unsigned rounds = opening_rounds(columns);
  if (prover != nullptr) {
    prover->begin(sum.parts, rounds);
  }
  Opening opening;
  opening.claim = sum.value;
  opening.point =
      sumcheck(ledger, "opening round", groups.unlimited(), rounds, opening.claim, prover);
  for (size_t c = 0; c < columns.size(); ++c) {
    opening.weights.push_back(
        column_weight(columns[c], max_kappa(columns), sum.parts[c], opening.point));
  }
  return opening;
}

}  // namespace vouch
