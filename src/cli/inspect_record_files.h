// What `inspect` knows of identities and records.
#pragma once

#include "cli/inspect_command.h"

namespace vouch {

[[nodiscard]] FileInspectors record_file_inspectors();

}  // namespace vouch
