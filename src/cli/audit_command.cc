// `audit`: measured accuracy of a model, proven.
#include "cli/audit_commands.h"
#include "cli/command_group.h"
#include "cli/plan_commands.h"

namespace vouch {

std::unique_ptr<Command> audit_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(audit_plan_command());
  commands.push_back(audit_request_command());
  commands.push_back(audit_predict_command());
  commands.push_back(audit_prove_command());
  commands.push_back(audit_reveal_command());
  commands.push_back(audit_verify_command());
  commands.push_back(audit_sign_command());
  commands.push_back(audit_check_command());
  commands.push_back(audit_purchase_command());
  commands.push_back(audit_status_command());
  return command_group(
      "audit", "Audit a model's accuracy",
      "BUNDLE is a directory that provider and consumer exchange, each time that one of them has "
      "said\n"
      "something. Example, in order:\n"
      "\n"
      "  consumer:  vouch audit plan --margin 0.05 --confidence 0.95\n"
      "  consumer:  vouch audit request BUNDLE --key c.key --state c.state --provider p.id \\\n"
      "               --model model.pub --included model.included --inputs DIR --labels FILE\n"
      "  provider:  vouch audit predict BUNDLE --key p.key --state p.state --model model.vouch\n"
      "  provider:  vouch audit prove BUNDLE --key p.key --state p.state --model model.vouch\n"
      "  consumer:  vouch audit reveal BUNDLE --key c.key --state c.state\n"
      "  consumer:  vouch audit verify BUNDLE --key c.key --state c.state\n"
      "  provider:  vouch audit sign BUNDLE --key p.key --state p.state\n"
      "  anybody:   vouch audit check BUNDLE\n"
      "\n"
      "A step that was killed is run again. `vouch audit status BUNDLE` tells whose turn it is.",
      std::move(commands));
}

}  // namespace vouch
