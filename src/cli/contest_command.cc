// `contest`: answers that were given out and are doubted.
#include "cli/command_group.h"
#include "cli/plan_commands.h"

namespace vouch {

std::unique_ptr<Command> contest_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(contest_plan_command());
  return command_group("contest", "Contest answers that were given out",
                       "Example:\n"
                       "  vouch contest plan --wrong 0.05 --confidence 0.99",
                       std::move(commands));
}

}  // namespace vouch
