#include "argument/bound/weight_bound.h"

namespace vouch {
namespace {

// Rows of the bits have 2^14 entries, six of them are present.
constexpr unsigned kBitsKappa = 14;

std::shared_ptr<const Projections> draw(Transcript& transcript, std::string_view label,
                                        unsigned bits) {
  const size_t bytes = Projections::bytes_needed(kProjections, bits);
  return std::make_shared<const Projections>(kProjections, bits,
                                             transcript.challenge_bytes(label, bytes));
}

ColumnClaim empty_claim() { return ColumnClaim(kBoundColumns); }

Functional& part(ColumnClaim& claim, BoundColumn column) {
  return claim.parts[static_cast<size_t>(column)];
}

// Step 3. The claim β̃(x) = the message's value.
ColumnClaim argue_bits(Ledger& ledger, unsigned variables, BitsProver* prover) {
  // V -> P
  std::vector<Scalar> r;
  for (unsigned i = 0; i < variables; ++i) {
    r.push_back(ledger.challenge("bound point"));
  }
  if (prover != nullptr) {
    prover->begin(r);
  }
  Linear claim;  // 0
  std::vector<Scalar> x =
      eq_sumcheck(ledger, "bound round", bound_round_groups(), r, claim, prover);
  // P -> V
  const Linear bit =
      ledger.send("bound bit", 1, [&](std::span<Scalar> out) { out[0] = prover->end(); })[0];
  ledger.require("bound bit", ledger.multiply("bound bit", bit, bit) - bit - claim);
  ColumnClaim evaluation = empty_claim();
  part(evaluation, BoundColumn::kBits).evaluations.push_back({Scalar::one(), std::move(x)});
  evaluation.value = bit;
  return evaluation;
}

// 2^(step·i) for i < n.
std::vector<Scalar> powers_of_two(size_t n, unsigned step) {
  const Scalar factor = Scalar::from_u64(uint64_t{1} << step);
  std::vector<Scalar> powers{Scalar::one()};
  while (powers.size() < n) {
    powers.push_back(powers.back() * factor);
  }
  return powers;
}

// Step 4.
ColumnClaim numbers_claim(const Scalar& rho, const BoundProjections& projections) {
  const std::vector<Scalar> line_weights = powers_of_two(kLinesOfNumber, kBitsInLine);
  const Scalar offset = Scalar::from_u64(2).power(kProjectionBits - 1);
  std::vector<Scalar> minus;
  BrickTerm numbers;
  numbers.axes[1] = numbers.axes[2] = {Scalar::one()};
  numbers.axes[3] = powers_of_two(kBitsInLine, 1);
  Scalar power = Scalar::one();
  Scalar sum;
  for (size_t i = 0; i < kProjections; ++i) {
    for (const Scalar& weight : line_weights) {
      numbers.axes[0].push_back(power * weight);
    }
    minus.push_back(-power);
    sum += power;
    power *= rho;
  }
  ColumnClaim claim = empty_claim();
  part(claim, BoundColumn::kW).projections.push_back({minus, projections.weights});
  part(claim, BoundColumn::kB).projections.push_back({std::move(minus), projections.biases});
  part(claim, BoundColumn::kBits).bricks.push_back(std::move(numbers));
  claim.value = Linear(sum * offset);
  return claim;
}

}  // namespace

BoundColumns::BoundColumns(const Columns& model)
    : bits_({{kProjections * kLinesOfNumber, 1, 1, kBitsInLine}}, kBitsKappa),
      shapes_{model.shape(Column::kW), model.shape(Column::kB), {&bits_, kBitsKappa}} {}

RoundGroups bound_round_groups() { return {20, 4}; }

BoundProjections draw_projections(Transcript& transcript, const BoundColumns& columns) {
  // One after the other: the order is the transcript's.
  auto weights =
      draw(transcript, "bound projections W", columns.shape(BoundColumn::kW).layout->bits());
  auto biases =
      draw(transcript, "bound projections b", columns.shape(BoundColumn::kB).layout->bits());
  return {std::move(weights), std::move(biases)};
}

LedgerCounts bound_ledger_counts(const BoundColumns& columns) {
  LedgerCounts counts{1, 1, 1, 1};  // the bit
  counts.add_rounds(bound_round_groups(), columns.shape(BoundColumn::kBits).layout->bits());
  counts.add_rounds(bound_round_groups().unlimited(), opening_rounds(columns.shapes()));
  counts.add_product_message();
  return counts;
}

Opening argue_weight_bound(Ledger& ledger, const BoundColumns& columns,
                           const BoundProjections& projections, WeightBoundProver* prover) {
  std::vector<ColumnClaim> claims;
  claims.push_back(argue_bits(ledger, columns.shape(BoundColumn::kBits).layout->bits(),
                              prover == nullptr ? nullptr : &prover->bits()));
  // V -> P
  const Scalar rho = ledger.challenge("bound rho");
  claims.push_back(numbers_claim(rho, projections));
  return argue_opening(ledger, columns.shapes(), bound_round_groups(), std::move(claims),
                       prover == nullptr ? nullptr : &prover->opening());
}

}  // namespace vouch
