#include "cli/output.h"

#include <fmt/format.h>

#include <array>

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

}  // namespace vouch
