#include "verify/bound_check.h"

#include "argument/bound/weight_bound.h"
#include "argument/folding/folding.h"
#include "verify/decode_rows.h"
#include "verify/proof_reader.h"

namespace vouch {
namespace {

ExaminedBound refused(Reason reason, const std::string& detail) {
  return {{reason, "the proof that weights are bounded: " + detail}, nullptr};
}

std::array<CommittedColumn, kBoundColumns> committed_columns(
    const BoundColumns& columns, std::array<std::vector<Point>, 3> rows) {
  std::array<CommittedColumn, kBoundColumns> out;
  for (size_t c = 0; c < kBoundColumns; ++c) {
    const ColumnShape& shape = columns.shapes()[c];
    out[c] = {shape.layout->present_rows(shape.kappa), std::move(rows[c])};
  }
  return out;
}

}  // namespace

Verdict BoundCheck::verdict(const Generators& generators) {
  if (open()) {
    state_ = holds_vartime(equation_, generators) ? State::kHolds : State::kFails;
  }
  if (failed()) {
    return refused(Reason::kLinearForm, "its linear form is false").verdict;
  }
  return {};
}

ExaminedBound examine_bound(const ModelCommitment& model, const Columns& model_columns,
                            const std::vector<Point>& weights, const std::vector<Point>& biases,
                            const WeightBound& bound) {
  const BoundColumns columns(model_columns);
  const ColumnShape& bits_shape = columns.shape(BoundColumn::kBits);
  const unsigned kappa = max_kappa(columns.shapes());
  if (bound.bits.size() != present_row_count(bits_shape)) {
    return refused(Reason::kDecoding, "another number of rows than there must be");
  }
  if (bound.messages.size() != bound_ledger_counts(columns).all_messages(kappa)) {
    return refused(Reason::kDecoding, "another number of messages than there must be");
  }
  auto bits = decode_rows(bound.bits);
  if (!bits) {
    return refused(Reason::kDecoding, "a row is not a group element other than the identity");
  }
  Transcript transcript = begin_bound_transcript(model);
  const BoundProjections projections = draw_projections(transcript, columns);
  absorb_bits(transcript, bound.bits);
  ProofReader reader(transcript, bound.messages);
  Ledger ledger(reader, nullptr);
  const Opening opening = argue_weight_bound(ledger, columns, projections, nullptr);
  const Folding folding = argue_folding(ledger, opening, kappa, nullptr);
  if (!reader.fault().empty()) {
    return refused(Reason::kDecoding, reader.fault());
  }
  if (!folding.products_hold) {
    return refused(Reason::kProduct, "a product that the prover claimed is false");
  }
  const auto committed = committed_columns(columns, {weights, biases, std::move(*bits)});
  return {{},
          std::make_unique<BoundCheck>(final_equation(
              ledger, columns.shapes(),
              {static_cast<size_t>(BoundColumn::kW), static_cast<size_t>(BoundColumn::kB)}, opening,
              folding, committed))};
}

}  // namespace vouch
