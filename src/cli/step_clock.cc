#include "cli/step_clock.h"

namespace vouch {
namespace {

ProgressOptions options_for(const Output& output) {
  ProgressOptions options;
  options.mode = output.text() ? ProgressMode::kTerminal : ProgressMode::kOff;
  return options;
}

}  // namespace

StepClock::StepClock(const char* title, const Output& output)
    : progress_(title, 0, options_for(output)) {}

void StepClock::begin(const char* name) {
  progress_.phase(name);
  times_.begin(name);
}

void StepClock::report(Output& output) {
  times_.end();
  progress_.finish();
  times_.report(output);
}

}  // namespace vouch
