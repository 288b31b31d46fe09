// The order in which a protocol's records are said: what check_next (records/session_history.h)
// does not know, as it holds for every protocol.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "records/record_kind.h"

namespace vouch {

/// Something that may be said next.
struct Turn {
  uint16_t kind = 0;
  size_t author = 0;
  const char* command = "";          ///< that says it: "audit prove"
  std::optional<uint64_t> deadline;  ///< its time should not be later; milliseconds since 1970
};

class Workflow {
 public:
  virtual ~Workflow() = default;
  [[nodiscard]] virtual const ProtocolRules& rules() const = 0;
  /// What may follow these records, which are in a possible order themselves. Empty: it is over.
  [[nodiscard]] virtual std::vector<Turn> due(std::span<const SignedRecord> said) const = 0;
};

/// Why `next`, which check_next accepts after the records `said`, may not be said: it is no turn
/// after those of them that its author had seen. (So what others say at the same time does not
/// matter, and nobody gains by not having seen it: an author who ignores a record has to answer as
/// if it were not there.)
[[nodiscard]] MaybeRefusal check_turn(const Workflow& workflow, std::span<const SignedRecord> said,
                                      const SignedRecord& next);

/// The first record with a body of this kind, if there is one.
template <class Body>
[[nodiscard]] const SignedRecord* find_record(std::span<const SignedRecord> records) {
  for (const SignedRecord& record : records) {
    if (record.record().kind == Body::kKind) {
      return &record;
    }
  }
  return nullptr;
}

/// What it says.
template <class Body>
[[nodiscard]] std::optional<Body> find_body(std::span<const SignedRecord> records) {
  const SignedRecord* record = find_record<Body>(records);
  return record == nullptr ? std::nullopt : std::optional(body_of<Body>(record->record().body));
}

}  // namespace vouch
