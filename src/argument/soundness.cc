#include "argument/soundness.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "argument/argument.h"
#include "argument/bound/weight_bound.h"
#include "argument/folding/folding.h"
#include "argument/predicate/predicate_claims.h"
#include "circuit/pictures.h"

namespace vouch {
namespace {

constexpr double kOrderBits = 252;  // ℓ = 2^252·(1 + 2^−127)

double bits_of(uint64_t count) { return static_cast<double>(std::bit_width(count - 1)); }

// Challenges of what is said of the output: δ of its codes, or a predicate's.
std::vector<ChallengeError> output_errors(const Columns& columns,
                                          const std::optional<Predicate>& predicate) {
  const Brick& output = columns.layout(Column::kX).bricks().back();
  if (!predicate) {
    return {{"output delta", bits_of(output.slots())}};
  }
  const double of_inputs = bits_of(output.extents[1]);
  const bool members = predicate->kind == Predicate::Kind::kMembers;
  // All but the claims of classes and of counts, of which there is one at most.
  const size_t sums = result_claims(*predicate) - (members || predicate->count ? 1 : 0);
  std::vector<ChallengeError> errors{{"predicate inputs", static_cast<double>(sums) * of_inputs}};
  if (members) {
    const PredicateLayout& layout = columns.predicate();
    const Brick& h = layout.column().bricks()[*layout.brick_of(OutputPart::kMembers)];
    errors.push_back({"predicate members", bits_of(h.slots())});
  }
  return errors;
}

}  // namespace

std::vector<ChallengeError> challenge_errors(const Circuit& circuit, const ProofShape& shape,
                                             const std::optional<Predicate>& predicate) {
  const Columns columns(with_pictures(circuit, shape.pictures), shape.kappa, predicate);
  const LedgerCounts ledger = ledger_counts(columns, shape.groups);
  const LookupShape lookup = lookup_shape(columns);
  double layers = 0;
  for (const Tree tree : kAllTrees) {
    layers = std::max(layers, static_cast<double>(lookup.depth(tree)));
  }
  const bool exact = circuit.exact();
  const double lookups = (exact ? 3 : 2) * std::exp2(columns.layout(Column::kX).bits()) +
                         std::exp2(columns.layout(Column::kD).bits()) +
                         (predicate ? std::exp2(lookup.bits[3]) : 0);
  const double rows = std::exp2(columns.layout(Column::kM).bits());
  const double folds = folded_bits(columns.max_kappa(), static_cast<uint32_t>(ledger.slots)) - 2;
  const double products = static_cast<double>(columns.products());
  const double of_output = predicate ? 1 + static_cast<double>(result_claims(*predicate)) : 1;
  const double claims = (exact ? 7 : 6) + products + of_output;
  const auto count = [](size_t n) { return static_cast<double>(n); };
  // A round's polynomial has degree 2 in each variable, however many a message binds.
  std::vector<ChallengeError> errors{
      {"lookup alpha", 2 * (lookups + rows)},
      {"lookup gamma", 2 * lookups * rows},
      {"lookup lambda", layers},
      {"lookup mu", static_cast<double>(lookup.trees() - 1) * layers},
      {"lookup round", layers * (layers - 1)},
      {"lookup line", layers},
      {"bilinear products", products},
      {"bilinear round", 2.0 * columns.entries().bits()}};
  const std::vector<ChallengeError> output = output_errors(columns, predicate);
  errors.insert(errors.end(), output.begin(), output.end());
  const std::vector<ChallengeError> opening{
      {"opening eta", claims - 1},
      {"opening round", 2.0 * opening_rounds(columns.shapes())},
      {"product point", 2 * count(ledger.products)},
      {"theta", 2 * count(ledger.messages)},
      {"mu", count(ledger.requirements)},
      {"mask challenge", 1},
      {"value scale", 1},
      {"fold", 2 * folds}};
  errors.insert(errors.end(), opening.begin(), opening.end());
  return errors;
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
