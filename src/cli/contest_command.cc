// `contest`: answers that were given out and are doubted.
#include "cli/command_group.h"
#include "cli/contest_commands.h"
#include "cli/plan_commands.h"

namespace vouch {

std::unique_ptr<Command> contest_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(contest_plan_command());
  commands.push_back(contest_open_command());
  commands.push_back(contest_accept_command());
  commands.push_back(contest_reveal_command());
  commands.push_back(contest_disclose_command());
  commands.push_back(contest_prove_command());
  commands.push_back(contest_verify_command());
  commands.push_back(contest_time_command());
  commands.push_back(contest_verdict_command());
  commands.push_back(contest_check_command());
  return command_group(
      "contest", "Contest answers that were given out",
      "BUNDLE is a directory that the parties exchange, each time that one of them has said "
      "something.\n"
      "Example, in order:\n"
      "\n"
      "  contester:  vouch contest plan --wrong 0.05 --confidence 0.95\n"
      "  contester:  vouch contest open BUNDLE --key c.key --state c.state --provider p.id \\\n"
      "                --judge j.id --head head.record --model model.pub\n"
      "  provider:   vouch contest accept BUNDLE --key p.key --state p.state --log p.log\n"
      "  contester:  vouch contest reveal BUNDLE --key c.key --state c.state\n"
      "  provider:   vouch contest disclose BUNDLE --key p.key --state p.state --log p.log\n"
      "  provider:   vouch contest prove BUNDLE --key p.key --state p.state --log p.log \\\n"
      "                --model model.vouch\n"
      "  contester:  vouch contest verify BUNDLE --key c.key --state c.state\n"
      "  judge:      vouch contest time BUNDLE --key j.key --state j.state    (whenever asked)\n"
      "  anybody:    vouch contest verdict BUNDLE -o verdict.json\n"
      "  anybody:    vouch contest check BUNDLE --verdict verdict.json\n"
      "\n"
      "A step that was killed is run again.",
      std::move(commands));
}

}  // namespace vouch
