#include "cli/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "cli/printable.h"

namespace vouch {

void Output::line(std::string_view text_line) {
  if (text()) {
    out_ << text_line << '\n';
  }
}

void Output::note(std::string_view text_line) {
  if (!quiet_) {
    problems_ << "vouch: " << printable(text_line) << '\n';
  }
}

void Output::error(std::string_view text_line) {
  object_["error"] = printable(text_line);
  problems_ << "vouch: error: " << printable(text_line) << '\n';
}

bool Output::finish() {
  if (json_ && !quiet_) {
    // Whatever a string holds, the document stays valid JSON.
    out_ << object_.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  }
  out_.flush();
  return out_.good();
}

std::string size_text(uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) {
    return fmt::format("{} bytes", bytes);
  }
  double amount = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (amount >= 999.5 && unit + 1 < kUnits.size()) {
    amount /= 1000;
    ++unit;
  }
  const int decimals = amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", amount, decimals, kUnits.at(unit));
}

std::string count_text(uint64_t count) {
  std::string digits = std::to_string(count);
  for (size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, 1, ' ');
  }
  return digits;
}

Result<uint64_t> parse_size(std::string_view text) {
  const Error error{fmt::format("\"{}\" is no size such as 4GB, 1.5GB or 512MiB", printable(text))};
  double number = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || text.front() == '-') {
    return error;
  }
  std::string unit(parsed.ptr, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' '));
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  constexpr std::array kUnits{"b", "kb", "mb", "gb", "tb"};
  constexpr std::array kBinaryUnits{"b", "kib", "mib", "gib", "tib"};
  double scale = unit.empty() ? 1 : 0;
  for (size_t k = 0; k < kUnits.size(); ++k) {
    if (unit == kUnits[k]) {
      scale = std::pow(1000.0, static_cast<double>(k));
    } else if (unit == kBinaryUnits[k]) {
      scale = std::pow(1024.0, static_cast<double>(k));
    }
  }
  const double bytes = number * scale;
  if (scale == 0 || !(bytes <= 0x1p63)) {
    return error;
  }
  return static_cast<uint64_t>(bytes);
}

}  // namespace vouch
