// `receipts`: answers that are given out at once, signed.
#include "cli/command_group.h"
#include "cli/contest_commands.h"
#include "cli/record_commands.h"

namespace vouch {

std::unique_ptr<Command> receipts_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(receipts_issue_command());
  commands.push_back(log_root_command());
  commands.push_back(receipts_check_command());
  return command_group("receipts", "Give out answers with receipts, and check them",
                       "The provider has a log (`vouch log new`), whose signed root he publishes "
                       "from time to time. Example:\n"
                       "\n"
                       "  provider:  vouch receipts issue my.log cat.png --key me.key --model "
                       "model.vouch -o out/\n"
                       "  provider:  vouch receipts root my.log --key me.key -o head.record\n"
                       "  customer:  vouch receipts check out/cat.png.record --publisher me.id "
                       "\\\n"
                       "               --model model.pub --input cat.png --opening "
                       "out/cat.png.open",
                       std::move(commands));
}

}  // namespace vouch
