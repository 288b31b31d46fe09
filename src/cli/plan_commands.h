// The commands that plan audits and contests.
#pragma once

#include <memory>

#include "cli/program.h"

namespace vouch {

/// `audit plan`.
[[nodiscard]] std::unique_ptr<Command> audit_plan_command();
/// `contest plan`.
[[nodiscard]] std::unique_ptr<Command> contest_plan_command();
/// `audit …`.
[[nodiscard]] std::unique_ptr<Command> audit_command();
/// `contest …`.
[[nodiscard]] std::unique_ptr<Command> contest_command();

}  // namespace vouch
