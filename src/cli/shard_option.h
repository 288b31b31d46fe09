// Which part of work that several machines share is done here.
#pragma once

#include <string>

#include "base/result.h"
#include "protocol/shard.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace vouch {

/// The option --shard I/N.
class ShardOption {
 public:
  CLI::Option* declare(CLI::App& app);
  [[nodiscard]] bool given() const { return !text_.empty(); }

  /// All of it if the option is not given.
  [[nodiscard]] Result<Shard> shard() const;

 private:
  std::string text_;
};

}  // namespace vouch
