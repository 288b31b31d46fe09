// Commands that write files must not destroy what they read, nor one output with another.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace vouch {

/// An error if one of `outputs` is the same file (device and inode, so links do not hide it) as one
/// of `inputs` or as another output; if it is a `.vouch` or `.open` file, a secret key or a
/// database, which may be the only copy of what it holds, unless `replaces_secrets`; or if it is a
/// directory or in none that can be written to, so that this is known before the work is done.
/// Empty paths are skipped.
[[nodiscard]] Result<void> check_outputs(const std::vector<std::string>& outputs,
                                         const std::vector<std::string>& inputs,
                                         bool replaces_secrets = false);

}  // namespace vouch
