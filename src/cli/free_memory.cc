#include "cli/free_memory.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace vouch {
namespace {

namespace fs = std::filesystem;

// The number after `name` in a file of lines "name number".
std::optional<uint64_t> named_number(const fs::path& path, const std::string& name) {
  std::ifstream file(path);
  std::string word;
  uint64_t number = 0;
  std::string rest;
  while (file >> word >> number) {
    if (word == name) {
      return number;
    }
    std::getline(file, rest);
  }
  return std::nullopt;
}

// Nothing where there is no file, or "max" in it.
std::optional<uint64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  uint64_t number = 0;
  return file >> number ? std::optional(number) : std::nullopt;
}

// The group's limit less what it uses; what it has cached of files counts as free.
std::optional<uint64_t> left_in_group(const fs::path& group) {
  const auto limit = number_in(group / "memory.max");
  if (!limit) {
    return std::nullopt;
  }
  const uint64_t used = number_in(group / "memory.current").value_or(0);
  const uint64_t cached = named_number(group / "memory.stat", "inactive_file").value_or(0);
  const uint64_t held = used - std::min(used, cached);
  return *limit - std::min(*limit, held);
}

// This process's group below the root of all; empty for the root, or where there are none.
fs::path own_group(const fs::path& root) {
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) {
      return line.substr(4);
    }
  }
  return {};
}

}  // namespace

std::optional<uint64_t> free_memory_bytes(const fs::path& root) {
  std::optional<uint64_t> least = named_number(root / "proc/meminfo", "MemAvailable:");
  if (least) {
    *least *= 1024;
  }
  const fs::path groups = root / "sys/fs/cgroup";
  for (fs::path group = own_group(root);; group = group.parent_path()) {
    if (const auto left = left_in_group(groups / group)) {
      least = std::min(least.value_or(UINT64_MAX), *left);
    }
    if (group.empty()) {
      return least;
    }
  }
}

}  // namespace vouch
