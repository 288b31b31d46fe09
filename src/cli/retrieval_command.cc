// `retrieval`: those of somebody's documents for which a model says yes, and no others.
#include "cli/command_group.h"
#include "cli/retrieval_commands.h"

namespace vouch {

std::unique_ptr<Command> retrieval_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(retrieval_commit_command());
  commands.push_back(retrieval_request_command());
  commands.push_back(retrieval_approve_command());
  commands.push_back(retrieval_prove_command());
  commands.push_back(retrieval_deliver_command());
  commands.push_back(retrieval_verify_command());
  commands.push_back(retrieval_sample_command());
  commands.push_back(retrieval_open_sample_command());
  commands.push_back(retrieval_judge_sample_command());
  commands.push_back(retrieval_time_command());
  commands.push_back(retrieval_check_command());
  commands.push_back(retrieval_status_command());
  return command_group(
      "retrieval", "Hand over exactly those documents for which a model says yes",
      "BUNDLE is a directory that the parties exchange, each time that one of them has said "
      "something.\n"
      "Example, in order, R being --key and --state of the responder, Q of the requester, J of the "
      "judge:\n"
      "\n"
      "  responder:  vouch retrieval commit BUNDLE R --documents DIR --requester q.id --judge "
      "j.id\n"
      "  requester:  vouch retrieval request BUNDLE Q --model m.vouch --commitment m.pub \\\n"
      "                --predicate contains:5:281,282\n"
      "  judge:      vouch retrieval approve BUNDLE J\n"
      "  responder:  vouch retrieval prove BUNDLE R --documents DIR\n"
      "  responder:  vouch retrieval deliver BUNDLE R --documents DIR\n"
      "  requester:  vouch retrieval verify BUNDLE Q --into FOUND\n"
      "  requester:  vouch retrieval sample BUNDLE Q\n"
      "  responder:  vouch retrieval open-sample BUNDLE R --documents DIR\n"
      "  judge:      vouch retrieval judge-sample BUNDLE J\n"
      "  judge:      vouch retrieval time BUNDLE J                   (whenever asked)\n"
      "  anybody:    vouch retrieval check BUNDLE\n"
      "\n"
      "A step that was killed is run again.",
      std::move(commands));
}

}  // namespace vouch
