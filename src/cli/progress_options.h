// Progress of commands.
#pragma once

#include "base/progress.h"
#include "cli/output.h"

namespace vouch {

/// Progress is told to people only.
[[nodiscard]] ProgressOptions progress_options(const Output& output);

}  // namespace vouch
