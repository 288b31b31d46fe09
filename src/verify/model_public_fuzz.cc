// Arbitrary bytes as a model commitment (.pub): refused, or the one encoding of a model. With an
// odd first byte the others are the circuit alone, and the rows are what it wants: so many circuits
// get past the row counts.
#include <algorithm>

#include "base/check.h"
#include "verify/stand_in_bound.h"
#include "verify/verify.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

Rows some_rows(size_t count) {
  static const Encoding row = Point::generator().encode();
  return Rows(count, row);
}

// A model commitment around a descriptor, or nothing if no circuit wants such rows.
Bytes around(ByteSpan descriptor) {
  constexpr size_t kFew = 64;
  ByteReader reader(descriptor);
  const auto circuit = decode_circuit(reader);
  if (!circuit.ok()) {
    return {};
  }
  const Columns columns(circuit.value(), kMaxProofKappa);
  if (!validate_columns(columns).ok()) {
    return {};
  }
  const size_t weights = present_row_count(columns, Column::kW);
  const size_t biases = present_row_count(columns, Column::kB);
  if (weights + biases > kFew) {
    return {};
  }
  return encode_model_public(
      {{Bytes(descriptor.begin(), descriptor.end()), some_rows(weights), some_rows(biases)},
       stand_in_bound(circuit.value())});
}

void check(ByteSpan bytes) {
  const LoadedModel loaded = load_model(bytes);
  VOUCH_CHECK(loaded.verdict.accepted() == loaded.model.has_value());
  if (loaded.model) {
    const VerifierModel& model = *loaded.model;
    const PublicModel again{model.commitment, decode_model_public(bytes).value().bound};
    VOUCH_CHECK(std::ranges::equal(encode_model_public(again), bytes));
    VOUCH_CHECK(model.bound != nullptr && model.bound->open());
    VOUCH_CHECK(encode_circuit(model.circuit) == model.commitment.circuit);
    VOUCH_CHECK(model.weights.size() == model.commitment.weights.size());
    VOUCH_CHECK(model.biases.size() == model.commitment.biases.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const ByteSpan bytes(data + 1, size - 1);
  check(data[0] % 2 == 0 ? Bytes(bytes.begin(), bytes.end()) : around(bytes));
  return 0;
}
