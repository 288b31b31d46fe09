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
  /// Records of this kind change nothing of what is due: due() is the same without them. They may
  /// be many; all others are said once each.
  [[nodiscard]] virtual bool is_aside(uint16_t /*kind*/) const { return false; }
};

/// A session has no more records. A protocol has at most ten steps; the rest is for the time, which
/// its judge tells when he is asked.
constexpr size_t kMostSessionRecords = 4096;

/// Whose turn it is, from record to record: the cost of each is that of the protocol's steps,
/// however many records there were.
class TurnOrder {
 public:
  /// Contract: the workflow outlives it.
  explicit TurnOrder(const Workflow& workflow) : workflow_(&workflow) {}

  /// Why `next`, which check_next accepts after the records that were added, may not be said: it is
  /// no turn after those of them that its author had seen, or there are kMostSessionRecords. (So
  /// what others say at the same time does not matter, and nobody gains by not having seen it: an
  /// author who ignores a record has to answer as if it were not there.)
  [[nodiscard]] MaybeRefusal check(const SignedRecord& next) const;
  void add(const SignedRecord& record);

 private:
  const Workflow* workflow_;
  size_t count_ = 0;
  std::vector<SignedRecord> steps_;  // those that are no asides
};

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
