#include "argument/soundness.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "argument/argument.h"
#include "argument/bound/weight_bound.h"
#include "argument/folding/folding.h"
#include "circuit/pictures.h"

namespace vouch {
namespace {

constexpr double kOrderBits = 252;  // ℓ = 2^252·(1 + 2^−127)

// Challenges δ of the output's claim.
unsigned output_bits(const Columns& columns) {
  return static_cast<unsigned>(
      std::bit_width(columns.layout(Column::kX).bricks().back().slots() - 1));
}

}  // namespace

std::vector<ChallengeError> challenge_errors(const Circuit& circuit, const ProofShape& shape) {
  const Columns columns(with_pictures(circuit, shape.pictures), shape.kappa);
  const LedgerCounts ledger = ledger_counts(columns, shape.groups);
  const LookupShape lookup = lookup_shape(columns);
  double layers = 0;
  for (const Tree tree : kAllTrees) {
    layers = std::max(layers, static_cast<double>(lookup.depth(tree)));
  }
  const bool exact = circuit.exact();
  const double lookups = (exact ? 3 : 2) * std::exp2(columns.layout(Column::kX).bits()) +
                         std::exp2(columns.layout(Column::kD).bits());
  const double rows = std::exp2(columns.layout(Column::kM).bits());
  const double folds = folded_bits(columns.max_kappa(), static_cast<uint32_t>(ledger.slots)) - 2;
  const double products = static_cast<double>(columns.products());
  const double claims = (exact ? 8 : 7) + products;
  const auto count = [](size_t n) { return static_cast<double>(n); };
  // A round's polynomial has degree 2 in each variable, however many a message binds.
  return {{"lookup alpha", 2 * (lookups + rows)},
          {"lookup gamma", 2 * lookups * rows},
          {"lookup lambda", layers},
          {"lookup mu", static_cast<double>(lookup.trees() - 1) * layers},
          {"lookup round", layers * (layers - 1)},
          {"lookup line", layers},
          {"bilinear products", products},
          {"bilinear round", 2.0 * columns.entries().bits()},
          {"output delta", static_cast<double>(output_bits(columns))},
          {"opening eta", claims - 1},
          {"opening round", 2.0 * opening_rounds(columns.shapes())},
          {"product point", 2 * count(ledger.products)},
          {"theta", 2 * count(ledger.messages)},
          {"mu", count(ledger.requirements)},
          {"mask challenge", 1},
          {"value scale", 1},
          {"fold", 2 * folds}};
}

std::vector<ChallengeError> bound_challenge_errors(const Circuit& circuit) {
  const Columns model(circuit, kMaxProofKappa);
  const BoundColumns columns(model);
  const LedgerCounts ledger = bound_ledger_counts(columns);
  const double bits = columns.shape(BoundColumn::kBits).layout->bits();
  const unsigned kappa = max_kappa(columns.shapes());
  const double folds = folded_bits(kappa, static_cast<uint32_t>(ledger.slots)) - 2;
  const auto count = [](size_t n) { return static_cast<double>(n); };
  // One large entry, and all projections small: (7/8)^1048, as a number of values. It is drawn in
  // two, of which the first alone may be what misses it.
  const double missed = std::exp2(kOrderBits + count(kProjections) * std::log2(7.0 / 8));
  return {{"bound projections W", missed},
          {"bound projections b", missed},
          {"bound point", bits},
          {"bound round", 2 * bits},
          {"bound rho", count(kProjections) - 1},
          {"opening eta", 1},
          {"opening round", 2.0 * opening_rounds(columns.shapes())},
          {"product point", 2 * count(ledger.products)},
          {"theta", 2 * count(ledger.messages)},
          {"mu", count(ledger.requirements)},
          {"mask challenge", 1},
          {"value scale", 1},
          {"fold", 2 * folds}};
}

double error_bits(double bad_values) { return std::log2(bad_values) - kOrderBits; }

double total_error_bits(const std::vector<ChallengeError>& errors) {
  double sum = 0;
  for (const ChallengeError& error : errors) {
    sum += error.bad_values;
  }
  return error_bits(sum);
}

}  // namespace vouch
