// The commands, each in a file of its own.
#pragma once

#include <memory>

#include "cli/program.h"

namespace vouch {

/// `verify MODEL.pub X.proof`: needs the verifier library and src/picture, nothing else.
[[nodiscard]] std::unique_ptr<Command> verify_command();

/// `new-picture -o FILE.png`.
[[nodiscard]] std::unique_ptr<Command> new_picture_command();

}  // namespace vouch
