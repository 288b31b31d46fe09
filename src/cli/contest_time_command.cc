// `contest time`: the judge says what is there at which time.
#include "cli/contest_commands.h"
#include "cli/tell_time.h"
#include "protocol/contest/contest_objects.h"

namespace vouch {

std::unique_ptr<Command> contest_time_command() {
  return time_command({contest_workflow(), missing_objects,
                       "  vouch contest time contest/ --key judge.key --state judge.state"});
}

}  // namespace vouch
