#include "cli/numbers.h"

#include <fmt/format.h>

#include <charconv>

#include "cli/printable.h"

namespace vouch {

CLI::Validator whole_number(uint64_t lowest, uint64_t highest) {
  const auto read = [=](std::string& text) -> std::string {
    uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stopped != end || number < lowest || number > highest) {
      return fmt::format("{} is not a whole number from {} to {}", printable(text), lowest,
                         highest);
    }
    text = std::to_string(number);
    return {};
  };
  return {read, ""};
}

CLI::Validator real_number(double lowest, double highest) {
  const auto check = [=](const std::string& text) -> std::string {
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stopped != end || !(lowest <= number && number <= highest)) {
      return fmt::format("{} is not a number from {} to {}", printable(text), lowest, highest);
    }
    return {};
  };
  return {check, ""};
}

}  // namespace vouch
