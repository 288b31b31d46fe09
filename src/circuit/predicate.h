// What a proof says of an output that stays committed (docs/protocol.md, section 21).
//
// Classes are the output's channels, ranked by decreasing code, equal codes by increasing number.
// top_n is the set of the first n. A predicate is a bit b of every input, or that set itself:
//
//   members   top_n, public
//   contains  top_n ∩ S ≠ ∅
//   score     y_class ≥ threshold
//   label     ℓ ∈ top_n, ℓ public or committed
//
// Bits are public, each of its input, or only their sum is committed.
#pragma once

#include "circuit/circuit.h"

namespace vouch {

struct Predicate {
  enum class Kind : uint8_t { kMembers = 1, kContains = 2, kScore = 3, kLabel = 4 };
  enum class Labels : uint8_t { kPublic = 0, kCommitted = 1 };

  Kind kind = Kind::kMembers;
  bool count = false;               ///< only the sum of the bits is committed. Not of kMembers
  uint8_t top = 1;                  ///< n. Of all kinds but kScore
  std::vector<uint16_t> classes;    ///< kContains: S, increasing; kScore: the one class
  uint8_t threshold = 0;            ///< kScore: the least code
  Labels labels = Labels::kPublic;  ///< kLabel
  std::vector<uint16_t> label;      ///< kLabel, public labels: one an input

  /// The ranking is part of the statement: h and its like are committed.
  [[nodiscard]] bool ranks() const { return kind != Kind::kScore; }
  [[nodiscard]] bool commits_labels() const {
    return kind == Kind::kLabel && labels == Labels::kCommitted;
  }
  /// The bits are committed one by one, not only summed up.
  [[nodiscard]] bool commits_bits() const {
    return count && (kind == Kind::kContains || kind == Kind::kScore);
  }
  bool operator==(const Predicate&) const = default;
};

void encode(ByteWriter& writer, const Predicate& predicate);
/// Of a proof about `inputs` inputs. Error: another kind or mode than there is, or bytes missing.
[[nodiscard]] Result<Predicate> decode_predicate(ByteReader& reader, size_t inputs);

/// `circuit` is that of all `inputs` inputs. Error: a predicate that says nothing of its output.
[[nodiscard]] Result<void> validate(const Predicate& predicate, const Circuit& circuit,
                                    size_t inputs);

/// How many bytes the result has.
[[nodiscard]] size_t result_bytes(const Predicate& predicate, size_t inputs);
/// The result in the form that the predicate says. `circuit` is that of all inputs.
[[nodiscard]] Result<void> validate_result(const Predicate& predicate, const Circuit& circuit,
                                           size_t inputs, ByteSpan result);
/// kMembers: classes of input `i`, of a valid result.
[[nodiscard]] std::vector<uint16_t> members_of(const Predicate& predicate, ByteSpan result,
                                               size_t i);

}  // namespace vouch
