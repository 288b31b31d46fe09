#include "prove/batches.h"

#include <algorithm>

#include "prove/lookup_leaves.h"
#include "prove/prove.h"

namespace vouch {
namespace {

// Code, V, R of an activation, and what is copied of them; with exact rounding another limb.
constexpr uint64_t kTraceBytes = 10;
constexpr uint64_t kLimbBytes = 4;
// What a predicate adds of an output: an integer.
constexpr uint64_t kPartBytes = 8;
// Two scalars a node of a tree, over all levels but the lowest two; and what folds leave beside the
// upper ones.
constexpr uint64_t kTreeBytes = 32 + 12;
// And of the level below them, where that is stored.
constexpr uint64_t kLevel1Bytes = 32;
// A weight as a 64-bit integer, and repacked for the executor.
constexpr uint64_t kWeightBytes = 16;
constexpr uint64_t kGeneratorBytes = 96;
constexpr uint64_t kScalarBytes = 32;
// Programs, threads' stacks, rows, messages, and blocks kept for reuse.
constexpr uint64_t kRest = uint64_t{64} << 20;

constexpr size_t kMostPictures = 1024;
constexpr uint64_t kMegabyte = 1000000;

}  // namespace

uint64_t proving_memory(const Circuit& circuit, const ProofShape& shape,
                        const std::optional<Predicate>& predicate) {
  const Columns columns(with_pictures(circuit, shape.pictures), shape.kappa, predicate);
  const uint64_t activations = columns.layout(Column::kX).elements();
  const uint64_t limbs = columns.layout(Column::kL).elements();
  const uint64_t inputs = columns.layout(Column::kD).elements();
  const uint64_t rows = columns.layout(Column::kM).elements();
  const uint64_t weights = columns.layout(Column::kW).elements();
  const uint64_t parts = columns.layout(Column::kY).elements();
  const uint64_t decisions = columns.predicate().lookups().elements();
  const uint64_t dense = (uint64_t{2} << columns.entries().bits()) + (uint64_t{6} << shape.kappa);
  const uint64_t row_bytes = kTreeBytes + (first_stored_of_tables(columns) == 1 ? kLevel1Bytes : 0);
  return activations * (kTraceBytes + kTreeBytes) + limbs * (kLimbBytes + kTreeBytes) +
         parts * kPartBytes + decisions * kTreeBytes + inputs * kTreeBytes + rows * row_bytes +
         weights * kWeightBytes + (kGeneratorBytes << shape.kappa) + dense * kScalarBytes + kRest;
}

Result<std::vector<uint16_t>> plan_batches(const Circuit& circuit, Profile profile, size_t inputs,
                                           uint64_t memory,
                                           const std::optional<Predicate>& predicate) {
  const auto fits = [&](size_t pictures) {
    const ProofShape shape = choose_shape(circuit, profile, static_cast<uint16_t>(pictures));
    return generators_needed(circuit, shape).ok() &&
           proving_memory(circuit, shape, predicate) <= memory;
  };
  size_t most = 0;
  while (most < std::min(inputs, kMostPictures) && fits(most + 1)) {
    ++most;
  }
  if (most == 0) {
    const ProofShape one = choose_shape(circuit, profile, 1);
    VOUCH_TRY(generators_needed(circuit, one));
    return Error{"a proof of this network takes about " +
                 std::to_string(proving_memory(circuit, one, predicate) / kMegabyte + 1) +
                 " MB of memory, more than the " + std::to_string(memory / kMegabyte) +
                 " MB allowed"};
  }
  const size_t batches = (inputs + most - 1) / most;
  std::vector<uint16_t> sizes;
  for (size_t i = 0; i < batches; ++i) {
    sizes.push_back(static_cast<uint16_t>(inputs * (i + 1) / batches - inputs * i / batches));
  }
  return sizes;
}

}  // namespace vouch
