// `audit`: measured accuracy of a model, proven.
#include "cli/command_group.h"
#include "cli/plan_commands.h"

namespace vouch {

std::unique_ptr<Command> audit_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(audit_plan_command());
  return command_group("audit", "Audit a model's accuracy",
                       "Example:\n"
                       "  vouch audit plan --margin 0.05 --confidence 0.95",
                       std::move(commands));
}

}  // namespace vouch
