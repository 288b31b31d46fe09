// `log`: what was published, so that nothing can be taken back.
#include "cli/command_group.h"
#include "cli/record_commands.h"

namespace vouch {

std::unique_ptr<Command> log_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(log_new_command());
  commands.push_back(log_append_command());
  commands.push_back(log_root_command());
  commands.push_back(log_prove_command());
  commands.push_back(log_export_command());
  commands.push_back(log_check_command());
  return command_group(
      "log", "Publish records in an append-only log, and check those of others",
      "A log is one file, the publisher's memory: going on from an old copy of it signs two "
      "records\n"
      "of the same number, which convict the publisher. A command that was killed is run again.\n"
      "\n"
      "Examples, of the publisher:\n"
      "  vouch log new my.log --key me.key\n"
      "  vouch log append my.log --key me.key --model model.pub\n"
      "  vouch log root my.log --key me.key -o head.record       (published)\n"
      "  vouch log prove my.log --record 0 -o model.included\n"
      "  vouch log prove my.log --since old.record -o log.consistent\n"
      "and of anybody else:\n"
      "  vouch log check model.included --publisher me.id --head head.record",
      std::move(commands));
}

}  // namespace vouch
