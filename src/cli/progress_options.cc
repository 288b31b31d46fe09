#include "cli/progress_options.h"

namespace vouch {

ProgressOptions progress_options(const Output& output) {
  ProgressOptions options;
  options.mode = output.text() ? ProgressMode::kTerminal : ProgressMode::kOff;
  return options;
}

}  // namespace vouch
