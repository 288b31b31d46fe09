#include "cli/paths.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "cli/printable.h"
#include "prove/model_file.h"
#include "records/key_file.h"
#include "verify/files.h"

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

// The first half of SQLite's magic.
bool is_database(std::string_view magic) { return magic == "SQLite f"; }

// What a file is whose loss cannot be made good, or nothing.
const char* secret_kind(const std::string& path) {
  struct stat s {};
  if (stat(path.c_str(), &s) != 0 || !S_ISREG(s.st_mode)) {
    return nullptr;
  }
  std::array<char, 8> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  const std::string_view magic(head.data(), head.size());
  return magic == kModelSecretMagic    ? "a compiled model with its weights and seed"
         : magic == kInputOpeningMagic ? "an opening, maybe the only one of its input"
         : magic == kCountOpeningMagic || magic == kClassesOpeningMagic
             ? "an opening, maybe the only one of what it opens"
         : magic == kSecretKeyMagic ? "a secret key"
         : is_database(magic)       ? "a database, maybe a party's memory of a session"
                                    : nullptr;
}

Result<void> check_place(const std::string& output) {
  std::error_code ignored;
  if (std::filesystem::is_directory(output, ignored)) {
    return Error{printable(output) + ": is a directory"};
  }
  const std::filesystem::path parent = std::filesystem::path(output).parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  if (!std::filesystem::is_directory(directory, ignored)) {
    return Error{printable(output) + ": there is no directory " + printable(directory)};
  }
  // A file that is there is replaced by a new one; only pipes and devices are written to.
  const bool new_file = !std::filesystem::exists(output, ignored) ||
                        std::filesystem::is_regular_file(output, ignored);
  if (new_file && access(directory.c_str(), W_OK) != 0) {
    return Error{printable(output) + ": the directory " + printable(directory) +
                 " cannot be written to"};
  }
  return {};
}

}  // namespace

Result<void> check_outputs(const std::vector<std::string>& outputs,
                           const std::vector<std::string>& inputs, bool replaces_secrets) {
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
    if (const char* kind = secret_kind(outputs[i]); kind != nullptr && !replaces_secrets) {
      return Error{printable(outputs[i]) + ": exists and is " + kind +
                   ". Name another file, or remove it first"};
    }
    VOUCH_TRY(check_place(outputs[i]));
  }
  return {};
}

}  // namespace vouch
