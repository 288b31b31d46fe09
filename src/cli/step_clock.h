// How long each step of a longer work takes: told while it runs, and summed up afterwards.
#pragma once

#include "base/progress.h"
#include "cli/step_times.h"

namespace vouch {

class StepClock {
 public:
  /// Progress is drawn on a terminal unless `output` has no text.
  StepClock(const char* title, const Output& output);

  /// Ends the step before, if there is one, and begins `name`. From one thread at a time.
  void begin(const char* name);
  void end() { times_.end(); }

  /// Ends the last step, and reports as StepTimes does.
  void report(Output& output);

  [[nodiscard]] StepTimes& times() { return times_; }

 private:
  Progress progress_;
  StepTimes times_;
};

}  // namespace vouch
