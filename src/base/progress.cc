#include "base/progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace vouch {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string in_seconds(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", seconds);
  return text.data();
}

}  // namespace

std::string progress_line(std::string_view title, std::string_view phase, uint64_t done,
                          uint64_t total, double seconds) {
  constexpr size_t kWidth = 79;  // one less than the narrowest usual terminal: no wrapping
  std::string tail = "  " + in_seconds(seconds);
  if (total != 0) {
    const double share = static_cast<double>(std::min(done, total)) / static_cast<double>(total);
    tail = "  " + std::to_string(static_cast<int>(share * 100.0)) + " %" + tail;
  }
  std::string head(title);
  if (!phase.empty()) {
    head.append(": ").append(phase);
  }
  head.resize(std::min(head.size(), kWidth - std::min(kWidth, tail.size())));
  return head + tail;
}

// The state, and the thread that draws it.
class Progress::Drawing {
 public:
  Drawing(std::string title, uint64_t steps, const ProgressOptions& options)
      : title_(std::move(title)),
        total_(steps),
        options_(options),
        terminal_(::isatty(::fileno(options.out)) == 1),
        thread_([this] { draw_until_finished(); }) {}

  ~Drawing() { finish(); }
  Drawing(const Drawing&) = delete;
  Drawing& operator=(const Drawing&) = delete;

  void tick(uint64_t steps) { done_.fetch_add(steps, std::memory_order_relaxed); }

  void phase(std::string name) {
    const std::lock_guard<std::mutex> lock(mutex_);
    end_phase();
    phase_ = std::move(name);
    phase_start_ = Clock::now();
  }

  void finish() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (finished_) {
        return;
      }
      finished_ = true;
      end_phase();
      if (long_enough(start_)) {
        print_line(title_ + ": done in " + in_seconds(seconds_since(start_)));
      }
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  [[nodiscard]] bool long_enough(Clock::time_point start) const {
    return Clock::now() - start >= options_.quiet;
  }

  void end_phase() {
    clear();
    if (!phase_.empty() && long_enough(phase_start_)) {
      print_line(title_ + ": " + phase_ + "  " + in_seconds(seconds_since(phase_start_)));
    }
    phase_.clear();
  }

  void clear() {
    if (drawn_) {
      std::fputs("\r\x1b[K", options_.out);
      drawn_ = false;
    }
  }

  void print_line(const std::string& line) {
    clear();
    std::fprintf(options_.out, "%s\n", line.c_str());
    std::fflush(options_.out);
  }

  void draw() {
    const std::string line = progress_line(title_, phase_, done_.load(std::memory_order_relaxed),
                                           total_, seconds_since(start_));
    if (!terminal_) {
      print_line(line);
      return;
    }
    std::fprintf(options_.out, "\r%s\x1b[K", line.c_str());
    std::fflush(options_.out);
    drawn_ = true;
  }

  void draw_until_finished() {
    std::unique_lock<std::mutex> lock(mutex_);
    auto pause = options_.quiet;
    while (!wake_.wait_for(lock, pause, [this] { return finished_; })) {
      draw();
      pause = terminal_ ? options_.redraw : options_.remind;
    }
  }

  const std::string title_;
  const uint64_t total_;
  const ProgressOptions options_;
  const bool terminal_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<uint64_t> done_{0};
  std::mutex mutex_;  // guards what follows and the output
  std::condition_variable wake_;
  std::string phase_;
  Clock::time_point phase_start_ = start_;
  bool drawn_ = false;  // the terminal shows a line that has to be cleared
  bool finished_ = false;
  std::thread thread_;  // last: starts when all else is there
};

Progress::Progress(std::string title, uint64_t steps, ProgressOptions options) {
  const bool speaks =
      options.mode == ProgressMode::kForced ||
      (options.mode == ProgressMode::kTerminal && ::isatty(::fileno(options.out)) == 1);
  if (speaks) {
    drawing_ = std::make_unique<Drawing>(std::move(title), steps, options);
  }
}

Progress::~Progress() = default;

void Progress::phase(std::string name) {
  if (drawing_ != nullptr) {
    drawing_->phase(std::move(name));
  }
}

void Progress::tick(uint64_t steps) {
  if (drawing_ != nullptr) {
    drawing_->tick(steps);
  }
}

void Progress::finish() {
  if (drawing_ != nullptr) {
    drawing_->finish();
  }
}

}  // namespace vouch
