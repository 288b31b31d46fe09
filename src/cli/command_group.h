// A command that is a family of commands: `vouch log append`.
#pragma once

#include <memory>
#include <vector>

#include "cli/program.h"

namespace vouch {

[[nodiscard]] std::unique_ptr<Command> command_group(
    const char* name, const char* about, const char* footer,
    std::vector<std::unique_ptr<Command>> commands);

}  // namespace vouch
