// `incentives`: deposits with which honesty pays best.
#include "cli/command_group.h"
#include "cli/plan_commands.h"

namespace vouch {

std::unique_ptr<Command> incentives_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(incentives_audit_command());
  commands.push_back(incentives_contest_command());
  return command_group("incentives", "Tell with which deposits honesty pays best",
                       "Example:\n"
                       "  vouch incentives contest --answers 1000 --price 0.01 --gain 0.02",
                       std::move(commands));
}

}  // namespace vouch
