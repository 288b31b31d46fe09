// What each step of a longer work takes: time, memory, and arithmetic where it is counted.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/work.h"
#include "cli/output.h"

namespace vouch {

class StepTimes {
 public:
  /// Ends the step before, if there is one, and begins `name`. From one thread at a time.
  void begin(const char* name);
  void end();

  /// Line "Time: …" and object {"seconds": {step: seconds, …, "total": seconds}}. Ends the last
  /// step.
  void report(Output& output);
  /// The same as a table, and as the array "steps" of the object, with memory and counts.
  void report_table(Output& output);

  /// From now on the peaks of memory are measured step by step, which starts peak_memory_bytes()
  /// anew at every step.
  void measure_memory() { memory_ = true; }
  /// Most memory that this process has had so far.
  [[nodiscard]] uint64_t peak_bytes() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Step {
    std::string name;
    double seconds = 0;
    uint64_t peak_bytes = 0;
    WorkCounts work;
  };

  std::vector<Step> steps_;
  Clock::time_point began_;
  WorkCounts work_before_;
  bool running_ = false;
  bool memory_ = false;
};

/// Most memory that this process has had so far, in bytes.
[[nodiscard]] uint64_t peak_memory_bytes();

}  // namespace vouch
