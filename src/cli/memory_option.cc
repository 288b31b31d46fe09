#include "cli/memory_option.h"

#include <CLI/CLI.hpp>

#include "cli/free_memory.h"
#include "cli/output.h"

namespace vouch {

void MemoryOption::declare(CLI::App& app) {
  app.add_option("--memory", text_,
                 "Memory that a proof of several pictures may take, such as 4GB or 1.5GB; default: "
                 "three quarters of what is free")
      ->type_name("SIZE");
}

Result<uint64_t> MemoryOption::bytes() const {
  if (!text_.empty()) {
    const auto bytes = parse_size(text_);
    return bytes.ok() ? bytes : Error{"--memory: " + bytes.error().message};
  }
  const auto free = free_memory_bytes();
  return free ? *free / 4 * 3 : UINT64_MAX;
}

}  // namespace vouch
