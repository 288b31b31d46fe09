#include "cli/context.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace vouch {
void ContextOptions::declare(CLI::App& app, const std::string& about) {
  CLI::Option* text = app.add_option("--context", text_, about)->type_name("TEXT");
  app.add_option("--context-hex", hex_, "The same, as bytes in hexadecimal")
      ->type_name("HEX")
      ->excludes(text);
}

Result<std::optional<Bytes>> ContextOptions::bytes(size_t max) const {
  std::optional<Bytes> context;
  if (text_) {
    context = Bytes(text_->begin(), text_->end());
  } else if (hex_) {
    auto parsed = parse_hex(*hex_);
    if (!parsed.ok()) {
      return Error{"--context-hex: " + parsed.error().message};
    }
    context = std::move(parsed).value();
  }
  if (context && context->size() > max) {
    return Error{
        fmt::format("the context has {} bytes, at most {} are allowed", context->size(), max)};
  }
  return context;
}

std::string context_text(ByteSpan context) {
  const bool plain = std::all_of(context.begin(), context.end(), [](uint8_t b) {
    return b >= 0x20 && b < 0x7F && b != '"' && b != '\\';  // what could end the quotes
  });
  return plain ? fmt::format("\"{}\"", std::string(context.begin(), context.end()))
               : "hex:" + hex_text(context);
}

}  // namespace vouch
