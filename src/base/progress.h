// Progress of long work, told on stderr. Nothing is printed in the first second, so short work
// stays silent; after it a terminal shows one line that is redrawn,
//
//     prove: opening  34 %  12.3 s
//
// and every phase that took a second or more leaves one line with its seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace vouch {

enum class ProgressMode {
  kOff,       ///< Says nothing and starts no thread: --quiet, --json.
  kTerminal,  ///< Speaks if the output is a terminal, otherwise like kOff.
  kForced,    ///< Speaks to a file or a pipe too: plain lines, no redrawing.
};

struct ProgressOptions {
  ProgressMode mode = ProgressMode::kTerminal;
  std::FILE* out = stderr;  ///< Must outlive the Progress.
  std::chrono::milliseconds quiet{
      1000};  ///< Silence at the start; shortest phase that leaves a line.
  std::chrono::milliseconds redraw{200};    ///< Between two drawings on a terminal.
  std::chrono::milliseconds remind{10000};  ///< Between two lines of kForced on a file or a pipe.
};

/// One piece of work with a known number of steps and a sequence of named phases. `tick` may be
/// called from any thread, `phase` and `finish` from one thread at a time. A thread of its own does
/// the drawing, so a tick costs one relaxed atomic addition. Titles and names are the program's own
/// words: they are printed as they are.
class Progress {
 public:
  /// `steps`: ticks that the whole work will make, 0 = unknown (no percentage is shown).
  explicit Progress(std::string title, uint64_t steps = 0, ProgressOptions options = {});
  /// Finishes.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Ends the phase before, if there is one, and begins the phase `name`.
  void phase(std::string name);
  /// Counts steps that were done.
  void tick(uint64_t steps = 1);
  /// Ends the last phase and clears the drawn line; if the work took a second or more, says how
  /// long. Later calls do nothing.
  void finish();

  /// True if this object may print at all.
  [[nodiscard]] bool active() const { return drawing_ != nullptr; }

 private:
  class Drawing;
  std::unique_ptr<Drawing> drawing_;  // null: silent
};

/// The line that is drawn, at most 79 bytes: "title: phase  34 %  12.3 s"; without the percentage
/// when `total` is 0, never above 100 %.
[[nodiscard]] std::string progress_line(std::string_view title, std::string_view phase,
                                        uint64_t done, uint64_t total, double seconds);

}  // namespace vouch
