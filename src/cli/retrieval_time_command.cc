// `retrieval time`: the judge says what is there at which time.
#include "cli/retrieval_commands.h"
#include "cli/tell_time.h"
#include "protocol/retrieval/retrieval_objects.h"

namespace vouch {

std::unique_ptr<Command> retrieval_time_command() {
  return time_command({retrieval_workflow(), missing_of_retrieval,
                       "  vouch retrieval time case/ --key j.key --state j.state"});
}

}  // namespace vouch
