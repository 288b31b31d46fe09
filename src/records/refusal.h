// Why a record, or a proof about a log, is not accepted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace vouch {

enum class Refused : uint8_t {
  kMalformed,      ///< not the one encoding of a record, or cut short
  kForged,         ///< not signed by the party that it names as its author
  kOtherProtocol,  ///< a record of another protocol, or of another version of it
  kOtherSession,   ///< of another session
  kOtherParties,   ///< between others
  kUnknownKind,    ///< the protocol has no such record, or not of this author
  kWrongBody,      ///< other fields than the kind has, or false in themselves
  kReplayed,       ///< exactly this record was there before
  kForked,         ///< the author has signed another record with the same number
  kOutOfOrder,     ///< a record of the author that comes before it has not come yet
  kMissing,        ///< records that it, or the list, refers to are not there
  kBrokenChain,    ///< it follows or answers other records than those that are there
  kForgetful,      ///< its author had already answered later records
  kBackInTime,     ///< its time is before that of its author's last record
  kOutOfTurn,      ///< the protocol has others to come before it, or none after them
  kNotInLog,       ///< the proof does not lead from the record to the log's root
  kNotAppendOnly,  ///< the proof does not lead from the old root to the new one
};

struct Refusal {
  Refused reason;
  std::string detail;  ///< one sentence
};

/// "malformed", "forged", "other protocol", …
[[nodiscard]] const char* refused_name(Refused reason);

/// A value that passed all checks, or why not. Contract: `value()` only when `ok()`.
template <class T>
class [[nodiscard]] Checked {
 public:
  Checked(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Checked(Refusal refusal) : state_(std::move(refusal)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  [[nodiscard]] const T& value() const& {
    VOUCH_CHECK(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] T&& value() && {
    VOUCH_CHECK(ok());
    return std::get<T>(std::move(state_));
  }
  [[nodiscard]] const Refusal& refusal() const {
    VOUCH_CHECK(!ok());
    return std::get<Refusal>(state_);
  }

 private:
  std::variant<T, Refusal> state_;
};

/// Nothing, if all is well.
using MaybeRefusal = std::optional<Refusal>;

}  // namespace vouch
