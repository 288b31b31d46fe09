#include "cli/context.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace vouch {
namespace {

std::optional<uint8_t> digit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<uint8_t>(c - '0');
  }
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') {
    return static_cast<uint8_t>(lower - 'a' + 10);
  }
  return std::nullopt;
}

}  // namespace

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

Result<Bytes> parse_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) {
    return Error{"an odd number of hexadecimal digits"};
  }
  Bytes bytes;
  for (size_t i = 0; i < digits.size(); i += 2) {
    const auto high = digit(digits[i]);
    const auto low = digit(digits[i + 1]);
    if (!high || !low) {
      return Error{fmt::format("character {} is not a hexadecimal digit", high ? i + 2 : i + 1)};
    }
    bytes.push_back(static_cast<uint8_t>(*high << 4 | *low));
  }
  return bytes;
}

std::string hex_text(ByteSpan bytes) { return fmt::format("{:02x}", fmt::join(bytes, "")); }

std::string context_text(ByteSpan context) {
  const bool plain = std::all_of(context.begin(), context.end(), [](uint8_t b) {
    return b >= 0x20 && b < 0x7F && b != '"' && b != '\\';  // what could end the quotes
  });
  return plain ? fmt::format("\"{}\"", std::string(context.begin(), context.end()))
               : "hex:" + hex_text(context);
}

}  // namespace vouch
