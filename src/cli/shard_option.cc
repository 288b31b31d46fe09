#include "cli/shard_option.h"

#include <CLI/CLI.hpp>

namespace vouch {
namespace {

constexpr size_t kMostDigits = 6;

// 0 if it is no number.
uint64_t number_of(const std::string& digits) {
  const bool good = !digits.empty() && digits.size() <= kMostDigits &&
                    digits.find_first_not_of("0123456789") == std::string::npos;
  return good ? std::stoull(digits) : 0;
}

}  // namespace

CLI::Option* ShardOption::declare(CLI::App& app) {
  return app.add_option("--shard", text_, "Prove every Nth batch only, from the Ith on")
      ->type_name("I/N");
}

Result<Shard> ShardOption::shard() const {
  if (text_.empty()) {
    return Shard{};
  }
  const size_t slash = text_.find('/');
  const uint64_t which = slash == std::string::npos ? 0 : number_of(text_.substr(0, slash));
  const uint64_t of = slash == std::string::npos ? 0 : number_of(text_.substr(slash + 1));
  if (which == 0 || which > of) {
    return Error{"--shard wants I/N, as 3/8 for the third of eight"};
  }
  return Shard{which - 1, of};
}

}  // namespace vouch
