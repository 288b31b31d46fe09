// Which part of work that several machines share is done here.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace vouch {

/// The option --shard I/N.
class ShardOption {
 public:
  void declare(CLI::App& app);
  [[nodiscard]] bool given() const { return !text_.empty(); }

  struct Part {
    uint64_t number = 0;  ///< below `of`
    uint64_t of = 1;
  };
  /// All of it if the option is not given.
  [[nodiscard]] Result<Part> part() const;

 private:
  std::string text_;
};

}  // namespace vouch
