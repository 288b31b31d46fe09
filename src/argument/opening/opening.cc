#include "argument/opening/opening.h"

#include <algorithm>

#include "base/check.h"

namespace vouch {
namespace {

void scale(Functional& functional, const Scalar& factor) {
  for (EvaluationTerm& term : functional.evaluations) {
    term.scale *= factor;
  }
  for (BrickTerm& term : functional.bricks) {
    scale_term(term, factor);
  }
}

void append(Functional& to, Functional&& from) {
  std::move(from.evaluations.begin(), from.evaluations.end(), std::back_inserter(to.evaluations));
  std::move(from.bricks.begin(), from.bricks.end(), std::back_inserter(to.bricks));
}

// Σ_k η^k·claim_k
ColumnClaim combine(std::vector<ColumnClaim> claims, const Scalar& eta) {
  ColumnClaim sum;
  Scalar power = Scalar::one();
  for (ColumnClaim& claim : claims) {
    for (size_t c = 0; c < kColumns; ++c) {
      scale(claim.parts[c], power);
      append(sum.parts[c], std::move(claim.parts[c]));
    }
    sum.value += power * claim.value;
    power *= eta;
  }
  return sum;
}

// ω_col = Π_{mid,pre} (1 − r*_j)·Ω̃_col(low, row)
Scalar column_weight(const Columns& columns, Column column, const Functional& functional,
                     std::span<const Scalar> point) {
  const OpeningPoint z = split_point(columns, column, point);
  std::vector<Scalar> own(z.low.begin(), z.low.end());
  own.insert(own.end(), z.row.begin(), z.row.end());
  Scalar weight = evaluate(functional, columns.layout(column), own);
  for (const auto part : {z.mid, z.pre}) {
    for (const Scalar& x : part) {
      weight *= Scalar::one() - x;
    }
  }
  return weight;
}

}  // namespace

unsigned opening_rounds(const Columns& columns) {
  unsigned row_bits = 0;
  for (const Column column : kAllColumns) {
    row_bits = std::max(row_bits, columns.row_bits(column));
  }
  return columns.max_kappa() + row_bits;
}

OpeningPoint split_point(const Columns& columns, Column column, std::span<const Scalar> point) {
  const unsigned kappa = columns.kappa(column);
  const unsigned max_kappa = columns.max_kappa();
  const unsigned rows = columns.row_bits(column);
  return {point.first(kappa), point.subspan(kappa, max_kappa - kappa),
          point.subspan(max_kappa, rows), point.subspan(max_kappa + rows)};
}

Opening argue_opening(Ledger& ledger, const Columns& columns, const RoundGroups& groups,
                      std::vector<ColumnClaim> claims, OpeningProver* prover) {
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
  for (const Column column : kAllColumns) {
    const auto c = static_cast<size_t>(column);
    opening.weights[c] = column_weight(columns, column, sum.parts[c], opening.point);
  }
  return opening;
}

}  // namespace vouch
