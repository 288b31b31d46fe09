// The owner's model from the file that the command line names.
#pragma once

#include <string>

#include "base/result.h"
#include "prove/model_file.h"

namespace vouch {

/// Reads the .vouch file at `path`; errors name it. Leaves no copy of the file in memory.
[[nodiscard]] Result<ModelFile> read_owned_model(const std::string& path);

}  // namespace vouch
