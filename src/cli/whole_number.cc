#include "cli/whole_number.h"

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

}  // namespace vouch
