// What `inspect` knows of the files that only a model's owner has: .vouch and .tflite.
#pragma once

#include "cli/inspect_command.h"

namespace vouch {

[[nodiscard]] FileInspectors owner_file_inspectors();

}  // namespace vouch
