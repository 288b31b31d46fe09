// The caller's context: bytes that a proof is bound to, so that it cannot be shown as the answer to
// another question (a request number, a date, a name).
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/hex.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace vouch {

/// The options --context and --context-hex.
class ContextOptions {
 public:
  void declare(CLI::App& app, const std::string& about);
  [[nodiscard]] bool given() const { return text_.has_value() || hex_.has_value(); }
  /// The context that was given, or none. Error: more than `max` bytes, or not hexadecimal.
  [[nodiscard]] Result<std::optional<Bytes>> bytes(size_t max) const;

 private:
  std::optional<std::string> text_;
  std::optional<std::string> hex_;
};

/// Bytes in quotes if every one is a printable ASCII character, else "hex:…".
[[nodiscard]] std::string context_text(ByteSpan context);

}  // namespace vouch
