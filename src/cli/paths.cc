#include "cli/paths.h"

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "cli/printable.h"
#include "prove/model_file.h"

namespace vouch {
namespace {

// The same existing file, or two spellings of one that does not exist yet.
bool same_file(const std::string& a, const std::string& b) {
  struct stat x {};
  struct stat y {};
  if (stat(a.c_str(), &x) == 0 && stat(b.c_str(), &y) == 0) {
    return S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
  }
  std::error_code ignored;
  const auto absolute = [&](const std::string& path) {
    return std::filesystem::weakly_canonical(path, ignored);
  };
  return absolute(a) == absolute(b);
}

bool is_model_file(const std::string& path) {
  struct stat s {};
  if (stat(path.c_str(), &s) != 0 || !S_ISREG(s.st_mode)) {
    return false;
  }
  std::array<char, kModelSecretMagic.size()> head{};
  std::ifstream file(path, std::ios::binary);
  return file.read(head.data(), head.size()) &&
         std::string_view(head.data(), head.size()) == kModelSecretMagic;
}

}  // namespace

Result<void> check_outputs(const std::vector<std::string>& outputs,
                           const std::vector<std::string>& inputs, bool writes_model) {
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].empty()) {
      continue;
    }
    for (const std::string& input : inputs) {
      if (!input.empty() && same_file(outputs[i], input)) {
        return Error{printable(outputs[i]) + ": is an input; name another file to write"};
      }
    }
    for (size_t j = 0; j < i; ++j) {
      if (!outputs[j].empty() && same_file(outputs[i], outputs[j])) {
        return Error{printable(outputs[i]) + ": is named as two outputs; give each its own file"};
      }
    }
    if (!writes_model && is_model_file(outputs[i])) {
      return Error{printable(outputs[i]) +
                   ": is a compiled model with its weights; it is not replaced by another kind of "
                   "file. Name another one, or remove it first"};
    }
  }
  return {};
}

}  // namespace vouch
