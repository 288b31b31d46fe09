#include "cli/step_times.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace vouch {
namespace {

// Linux: VmHWM starts again from what is resident now. Elsewhere nothing happens.
void restart_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

// VmHWM, which restart_peak() restarts; 0 if it is not to be had.
uint64_t resident_peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    unsigned long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmHWM: %llu kB", &kilobytes) == 1) {
      return 1024 * kilobytes;
    }
  }
  return 0;
}

std::string row(const std::string& name, double seconds, uint64_t bytes, const WorkCounts& work) {
  std::string text =
      fmt::format("  {:<14}{:>9.3f} s{:>10}", name, seconds, bytes == 0 ? "" : size_text(bytes));
  if constexpr (kWorkIsCounted) {
    text += fmt::format("{:>10.2f}", work.equivalents() / 1e6);
    for (const uint64_t count : work.count) {
      text += fmt::format("{:>19}", count_text(count));
    }
  }
  return text;
}

std::string heading() {
  std::string text = fmt::format("  {:<14}{:>11}{:>10}", "Step", "time", "memory");
  if constexpr (kWorkIsCounted) {
    text += fmt::format("{:>10}", "M equiv.");
    for (const char* name : kWorkNames) {
      text += fmt::format("{:>19}", name);
    }
  }
  return text;
}

[[maybe_unused]] Json counts_object(const WorkCounts& work) {
  Json counts = Json::object();
  for (size_t k = 0; k < kWorkKinds; ++k) {
    counts[kWorkNames[k]] = work.count[k];
  }
  counts["equivalents"] = work.equivalents();
  return counts;
}

}  // namespace

void StepTimes::begin(const char* name) {
  end();
  steps_.push_back({name, 0, 0, {}});
  if (memory_) {
    restart_peak();
  }
  work_before_ = work_done();
  began_ = Clock::now();
  running_ = true;
}

void StepTimes::end() {
  if (!running_) {
    return;
  }
  Step& step = steps_.back();
  step.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  step.work = work_done() - work_before_;
  step.peak_bytes = memory_ ? resident_peak_bytes() : 0;
  running_ = false;
}

void StepTimes::report(Output& output) {
  end();
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

void StepTimes::report_table(Output& output) {
  end();
  Step total{"total", 0, 0, {}};
  Json& array = output.object()["steps"] = Json::array();
  output.line(heading());
  const auto report_step = [&](const Step& step) {
    output.line(row(step.name, step.seconds, step.peak_bytes, step.work));
    Json& object = array.emplace_back(Json::object());
    object["name"] = step.name;
    object["seconds"] = step.seconds;
    object["peak_bytes"] = step.peak_bytes;
    if constexpr (kWorkIsCounted) {
      object["work"] = counts_object(step.work);
    }
  };
  for (const Step& step : steps_) {
    report_step(step);
    total.seconds += step.seconds;
    total.peak_bytes = std::max(total.peak_bytes, step.peak_bytes);
    total.work += step.work;
  }
  report_step(total);
}

uint64_t StepTimes::peak_bytes() const {
  uint64_t peak = peak_memory_bytes();
  for (const Step& step : steps_) {
    peak = std::max(peak, step.peak_bytes);
  }
  return peak;
}

uint64_t peak_memory_bytes() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0 || usage.ru_maxrss < 0) {
    return 0;
  }
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace vouch
