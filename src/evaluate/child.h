// Other programs, run to their end.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace vouch {

struct ChildEnd {
  int status = -1;       ///< its exit status; 128 + n if signal n ended it
  std::string output;    ///< the first 64 KiB of its standard output
  std::string problems;  ///< the same of its standard error
};

/// Runs the program argv[0], looked for in PATH if it has no slash, with these words and no others:
/// no shell reads them. It has this environment and nothing to read; files that file.h opens are
/// closed to it. Waits for it, however long it takes. Error: it cannot be started.
[[nodiscard]] Result<ChildEnd> run_child(const std::vector<std::string>& argv);

}  // namespace vouch
