// How much memory a proof may take.
#pragma once

#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace vouch {

/// The option --memory.
class MemoryOption {
 public:
  void declare(CLI::App& app);
  /// In bytes; by default three quarters of what is free.
  [[nodiscard]] Result<uint64_t> bytes() const;

 private:
  std::string text_;  // empty: by what is free
};

}  // namespace vouch
