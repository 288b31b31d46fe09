// How long each step of a longer work takes: told while it runs, and summed up afterwards.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/progress.h"
#include "cli/output.h"

namespace vouch {

class StepClock {
 public:
  /// Progress is drawn on a terminal unless `output` has no text.
  StepClock(const char* title, const Output& output);

  /// Ends the step before, if there is one, and begins `name`. From one thread at a time.
  void begin(const char* name);
  void end();

  /// Line "Time: …" and object {"seconds": {step: seconds, …, "total": seconds}}. Ends the last
  /// step.
  void report(Output& output);

 private:
  using Clock = std::chrono::steady_clock;
  struct Step {
    std::string name;
    double seconds = 0;
  };

  Progress progress_;
  std::vector<Step> steps_;
  Clock::time_point began_;
  bool running_ = false;
};

/// Most memory that this process has had so far, in bytes.
[[nodiscard]] uint64_t peak_memory_bytes();

}  // namespace vouch
