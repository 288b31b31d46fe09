// A proof that weights are bounded for tests of other things: it can be read, and its final
// equation is false.
#pragma once

#include "argument/bound/weight_bound.h"
#include "group/ristretto.h"

namespace vouch {

/// f* = g* = h* = 0, and other points everywhere else.
[[nodiscard]] inline WeightBound stand_in_bound(const Circuit& circuit) {
  const Columns model(circuit, kMaxProofKappa);
  const BoundColumns columns(model);
  const LedgerCounts counts = bound_ledger_counts(columns);
  const size_t all = counts.all_messages(max_kappa(columns.shapes()));
  const Encoding point = Point::generator().encode();
  WeightBound bound{Rows(present_row_count(columns.shape(BoundColumn::kBits)), point),
                    Rows(all, point)};
  // f, g, h; the mask's form and the blinder, behind the mask; the four folded entries.
  for (const size_t scalar :
       {counts.messages, counts.messages + 1, counts.messages + 2, counts.messages + 4,
        counts.messages + 5, all - 4, all - 3, all - 2, all - 1}) {
    bound.messages[scalar] = {};
  }
  return bound;
}

}  // namespace vouch
