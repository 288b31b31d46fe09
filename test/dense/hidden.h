// A hidden output by its definition (docs/protocol.md, section 21): column Y, what is looked up for
// its predicate, the result, and which of its claims are false. Nothing is shared with
// prove/predicate_witness.h or argument/predicate.
#pragma once

#include "dense/dense_prover.h"

namespace vouch::dense {

/// Slots in Y and in q of what belongs to input p, or to its class c.
[[nodiscard]] uint64_t slot_of_part(const Columns& columns, OutputPart part, size_t p,
                                    size_t c = 0);
[[nodiscard]] uint64_t slot_of_lookup(const Columns& columns, PredicateLookup lookup, size_t p,
                                      size_t c = 0);
/// How many rows of Y, present or not, an input has in brick h.
[[nodiscard]] uint32_t rows_of_classes(const Columns& columns);

/// Makes Y and q what an honest prover makes of X, and counts all lookups again. Labels are one an
/// input, if the predicate commits to them.
void hide_output(const DenseModel& model, DenseWitness& witness,
                 const std::vector<uint16_t>& labels = {});
/// q by the formulas, whatever X and Y hold.
[[nodiscard]] std::vector<Scalar> lookups_of(const DenseModel& model, const DenseWitness& witness,
                                             const Bytes& result);
/// α − γ²·plain − q
[[nodiscard]] std::vector<Scalar> shifted_lookups(const DenseModel& model,
                                                  const DenseWitness& witness, const Bytes& result,
                                                  const LookupChallenges& challenges);

/// What the predicate says of X. A committed label is the first class of which λ is 1.
[[nodiscard]] Bytes result_of(const DenseModel& model, const DenseWitness& witness);

/// "claim h", "claim g", "claim λ" (how many there are of each), "claim members" (the classes of
/// the result), "claim b" (the labels' bits) and "claim N".
void audit_hidden(const DenseModel& model, const DenseWitness& committed, DenseProof& out);

}  // namespace vouch::dense
