// Commands that write files must not destroy what they read, nor one output with another.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace vouch {

/// An error if one of `outputs` is the same file (device and inode, so links do not hide it) as one
/// of `inputs` or as another output, or if it is a `.vouch` file that something else would replace:
/// that may be the only copy of a model's weights and seed. Empty paths are skipped.
/// `writes_model`: the command's own output is a `.vouch` file.
[[nodiscard]] Result<void> check_outputs(const std::vector<std::string>& outputs,
                                         const std::vector<std::string>& inputs,
                                         bool writes_model = false);

}  // namespace vouch
