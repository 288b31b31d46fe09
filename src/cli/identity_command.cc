// `identity`: keys of those who take part.
#include "cli/command_group.h"
#include "cli/record_commands.h"

namespace vouch {

std::unique_ptr<Command> identity_command() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(identity_new_command());
  commands.push_back(identity_show_command());
  return command_group("identity", "Make and show keys that sign records",
                       "An identity is an Ed25519 key. The secret file signs in its owner's name; "
                       "others get the\n"
                       "public one, or its 64 hexadecimal digits, by a way that they trust, and "
                       "compare the\n"
                       "fingerprint.\n"
                       "\n"
                       "Examples:\n"
                       "  vouch identity new -o alice.key --public alice.id\n"
                       "  vouch identity show alice.id",
                       std::move(commands));
}

}  // namespace vouch
