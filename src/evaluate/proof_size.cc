#include "evaluate/proof_size.h"

#include "argument/argument.h"
#include "argument/bound/weight_bound.h"
#include "argument/statement.h"
#include "circuit/pictures.h"
#include "verify/files.h"

namespace vouch {
namespace {

constexpr uint64_t kFrameBytes = kMagicBytes + 2;
constexpr uint64_t kLengthBytes = 4;
constexpr uint64_t kShapeBytes = 5;
constexpr uint64_t kModeBytes = 1;

uint64_t rows_bytes(uint64_t rows) { return kLengthBytes + kPointBytes * rows; }

}  // namespace

uint64_t proof_bytes(const Circuit& circuit, const ProofShape& shape, size_t context_bytes,
                     bool input_public) {
  const Columns columns(with_pictures(circuit, shape.pictures), shape.kappa);
  uint64_t bytes = kFrameBytes + kDigestBytes + kShapeBytes + kModeBytes;
  bytes += input_public ? kSaltBytes * uint64_t{shape.pictures} : 0;
  bytes += kLengthBytes + context_bytes;
  bytes += kLengthBytes + circuit.output_tensor().shape.elements() * shape.pictures;
  for (const Column column : {Column::kD, Column::kX, Column::kE, Column::kL, Column::kM}) {
    bytes += rows_bytes(present_row_count(columns, column));
  }
  return bytes + rows_bytes(proof_messages(columns, shape.groups));
}

uint64_t model_public_bytes(const Circuit& circuit) {
  const Columns columns(circuit, kMaxProofKappa);
  const BoundColumns bound(columns);
  uint64_t bytes = kFrameBytes + kLengthBytes + encode_circuit(circuit).size();
  bytes += rows_bytes(present_row_count(columns, Column::kW));
  bytes += rows_bytes(present_row_count(columns, Column::kB));
  bytes += rows_bytes(present_row_count(bound.shape(BoundColumn::kBits)));
  return bytes + rows_bytes(bound_ledger_counts(bound).all_messages(max_kappa(bound.shapes())));
}

}  // namespace vouch
