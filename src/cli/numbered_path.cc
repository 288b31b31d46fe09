#include "cli/numbered_path.h"

#include <fmt/format.h>

#include <filesystem>

namespace vouch {

std::string numbered_path(const std::string& path, size_t number, size_t count) {
  if (count == 1) {
    return path;
  }
  const std::filesystem::path whole(path);
  const size_t digits = std::to_string(count).size();
  const std::string name =
      fmt::format("{}-{:0{}}{}", whole.stem().string(), number, digits, whole.extension().string());
  return (whole.parent_path() / name).string();
}

}  // namespace vouch
