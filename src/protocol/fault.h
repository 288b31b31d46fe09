// Who did not keep to a protocol, as everybody can see from what was signed and handed over.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "records/record.h"

namespace vouch {

struct Fault {
  size_t party = 0;    ///< of the session
  uint16_t kind = 0;   ///< of the record that is false
  std::string detail;  ///< one sentence
};
using MaybeFault = std::optional<Fault>;

/// What a record promises, or that it is false. Contract: `value()` only when `ok()`.
template <class T>
class [[nodiscard]] Judged {
 public:
  Judged(T value) : value_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Judged(Fault fault) : fault_(std::move(fault)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return value_.has_value(); }
  [[nodiscard]] const T& value() const& {
    VOUCH_CHECK(ok());
    return *value_;
  }
  [[nodiscard]] T&& value() && {
    VOUCH_CHECK(ok());
    return *std::move(value_);
  }
  [[nodiscard]] const Fault& fault() const {
    VOUCH_CHECK(!ok());
    return fault_;
  }

 private:
  std::optional<T> value_;
  Fault fault_;
};

}  // namespace vouch
