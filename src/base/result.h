// Result<T>: a value, or an error told in one sentence.
//
// Three things that must never be confused: a proof that is rejected (verify/verdict.h), an error
// of the outside world or of an input file (this file), and a broken invariant of our own
// (base/check.h), which stops the program and which no input byte can reach.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace vouch {

/// What went wrong, in one sentence for the person who reads it: what, where, and what to do.
struct Error {
  std::string message;
};

/// A value of type T or an Error. Contract: `value()` only when `ok()`.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const T& value() const& {
    VOUCH_CHECK(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] T& value() & {
    VOUCH_CHECK(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] T&& value() && {
    VOUCH_CHECK(ok());
    return std::get<T>(std::move(state_));
  }
  [[nodiscard]] const Error& error() const {
    VOUCH_CHECK(!ok());
    return std::get<Error>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const {
    VOUCH_CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace vouch

/// Evaluates a Result expression; on error returns the error from the enclosing function.
#define VOUCH_TRY(expression)                                             \
  do {                                                                    \
    if (auto vouch_try_result_ = (expression); !vouch_try_result_.ok()) { \
      return vouch_try_result_.error();                                   \
    }                                                                     \
  } while (false)

#define VOUCH_CONCAT_INNER_(a, b) a##b
#define VOUCH_CONCAT_(a, b) VOUCH_CONCAT_INNER_(a, b)
/// `VOUCH_ASSIGN(auto x, f())`: x = the value of f(), or return f()'s error.
#define VOUCH_ASSIGN(declaration, expression)                 \
  auto VOUCH_CONCAT_(vouch_result_, __LINE__) = (expression); \
  if (!VOUCH_CONCAT_(vouch_result_, __LINE__).ok()) {         \
    return VOUCH_CONCAT_(vouch_result_, __LINE__).error();    \
  }                                                           \
  declaration = std::move(VOUCH_CONCAT_(vouch_result_, __LINE__)).value()
