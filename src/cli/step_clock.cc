#include "cli/step_clock.h"

#include <fmt/format.h>
#include <sys/resource.h>

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
  end();
  progress_.phase(name);
  steps_.push_back({name, 0});
  began_ = Clock::now();
  running_ = true;
}

void StepClock::end() {
  if (running_) {
    steps_.back().seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    running_ = false;
  }
}

void StepClock::report(Output& output) {
  end();
  progress_.finish();
  double total = 0;
  std::vector<std::string> parts;
  Json& seconds = output.object()["seconds"] = Json::object();
  for (const Step& step : steps_) {
    total += step.seconds;
    seconds[step.name] = step.seconds;
    parts.push_back(fmt::format("{} {:.2f}", step.name, step.seconds));
  }
  seconds["total"] = total;
  output.line(fmt::format("Time:     {:.2f} s ({})", total, fmt::join(parts, ", ")));
}

uint64_t peak_memory_bytes() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0 || usage.ru_maxrss < 0) {
    return 0;
  }
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace vouch
