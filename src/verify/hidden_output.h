// What can be opened of hidden outputs: sums of counts, predictions and labels (docs/protocol.md,
// section 21).
#pragma once

#include "verify/verify.h"

namespace vouch {

/// Whether the opening is of the sum of these commitments, the counts of accepted proofs: kDecoding
/// if one is not a group element, kStatement if the sum is another one.
[[nodiscard]] Verdict check_count(std::span<const Encoding> counts, const CountOpening& opening,
                                  const Generators& generators);

/// The openings of several proofs' counts as one: of their sum alone.
[[nodiscard]] CountOpening add_counts(std::span<const CountOpening> openings);

/// The commitment to the first n classes of one input, or to its label, of the model with this
/// circuit; fills in the identity. Error: they are not some of its classes, each once, in order.
/// Variable-time.
[[nodiscard]] Result<ClassesOpening> commit_classes_vartime(const Circuit& circuit, bool label,
                                                            std::vector<uint16_t> classes,
                                                            const Salt& salt,
                                                            const Generators& generators);
/// An opening of its own identity, which a proof's claim may have.
[[nodiscard]] bool opens(const ClassesOpening& opening, const Circuit& circuit,
                         const Generators& generators);

}  // namespace vouch
