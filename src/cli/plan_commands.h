// The commands that plan audits and contests, and those groups.
#pragma once

#include <memory>

#include "cli/program.h"

namespace vouch {

/// `audit plan`.
[[nodiscard]] std::unique_ptr<Command> audit_plan_command();
/// `contest plan`.
[[nodiscard]] std::unique_ptr<Command> contest_plan_command();
/// `incentives audit`.
[[nodiscard]] std::unique_ptr<Command> incentives_audit_command();
/// `incentives contest`.
[[nodiscard]] std::unique_ptr<Command> incentives_contest_command();
/// `incentives …`.
[[nodiscard]] std::unique_ptr<Command> incentives_command();
/// `audit …`.
[[nodiscard]] std::unique_ptr<Command> audit_command();
/// `contest …`.
[[nodiscard]] std::unique_ptr<Command> contest_command();

}  // namespace vouch
