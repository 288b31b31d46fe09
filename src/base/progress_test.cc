#include "base/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace vouch {
namespace {

using std::chrono::milliseconds;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// What the file holds by now; leaves its position alone, since a thread may be writing.
std::string written(const File& file) {
  std::string text(1 << 16, '\0');
  const ssize_t n = ::pread(::fileno(file.get()), text.data(), text.size(), 0);
  text.resize(static_cast<size_t>(std::max<ssize_t>(n, 0)));
  return text;
}

// A test's second lasts 20 ms.
ProgressOptions fast(ProgressMode mode, const File& file) {
  return {mode, file.get(), milliseconds(20), milliseconds(5), milliseconds(15)};
}

void sleep_ms(int ms) { std::this_thread::sleep_for(milliseconds(ms)); }

// Waits until `have()` contains `text`; the limit is for a machine that is busy with other things.
template <class Have>
testing::AssertionResult appears(const std::string& text, Have have) {
  for (int i = 0; i < 5000; ++i) {
    if (have().find(text) != std::string::npos) {
      return testing::AssertionSuccess();
    }
    sleep_ms(2);
  }
  return testing::AssertionFailure() << "'" << text << "' not in: " << have();
}

TEST(ProgressLine, HasTitlePhaseShareAndSeconds) {
  EXPECT_EQ(progress_line("prove", "opening", 34, 100, 12.34), "prove: opening  34 %  12.3 s");
  EXPECT_EQ(progress_line("prove", "", 0, 0, 0.0), "prove  0.0 s");
}

TEST(ProgressLine, NeverExceedsOneHundredPercentNorALine) {
  EXPECT_EQ(progress_line("t", "p", 300, 100, 1.0), "t: p  100 %  1.0 s");
  EXPECT_EQ(progress_line("t", "p", UINT64_MAX, UINT64_MAX, 1.0), "t: p  100 %  1.0 s");
  const std::string line = progress_line(std::string(200, 'x'), "p", 1, 2, 1.0);
  EXPECT_EQ(line.size(), 79U);
  EXPECT_TRUE(line.ends_with("  50 %  1.0 s"));
}

TEST(Progress, ShortWorkIsSilent) {
  const File file(std::tmpfile());
  {
    ProgressOptions options = fast(ProgressMode::kForced, file);
    options.quiet = milliseconds(60000);
    Progress progress("work", 10, options);
    progress.phase("one");
    progress.tick(10);
  }
  EXPECT_EQ(written(file), "");
}

TEST(Progress, LongWorkSaysItsPhasesAndSeconds) {
  const File file(std::tmpfile());
  {
    Progress progress("work", 4, fast(ProgressMode::kForced, file));
    EXPECT_TRUE(progress.active());
    progress.phase("one");
    progress.tick();
    EXPECT_TRUE(appears("work: one  25 %  ", [&] { return written(file); }));
    progress.phase("two");
    EXPECT_TRUE(appears("work: two  25 %  ", [&] { return written(file); }));
    progress.finish();
    progress.finish();
  }
  const std::string text = written(file);
  EXPECT_NE(text.find("work: one  0."), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with(" s\n")) << text;
  EXPECT_EQ(text.find("done in"), text.rfind("done in")) << text;
  EXPECT_EQ(text.find('\r'), std::string::npos) << "redrawing in a file";
}

TEST(Progress, IsSilentWhenOffOrWithoutATerminal) {
  for (const ProgressMode mode : {ProgressMode::kOff, ProgressMode::kTerminal}) {
    const File file(std::tmpfile());
    {
      Progress progress("work", 10, fast(mode, file));
      EXPECT_FALSE(progress.active());
      progress.phase("one");
      progress.tick();
      sleep_ms(40);
    }
    EXPECT_EQ(written(file), "");
  }
}

TEST(Progress, RedrawsOneLineOnATerminalAndClearsIt) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) {
    GTEST_SKIP() << "no pseudo-terminal here";
  }
  const File terminal(std::fopen(::ptsname(master), "w"));
  if (terminal == nullptr) {
    GTEST_SKIP() << "no pseudo-terminal here";
  }
  std::string text;
  const auto more = [&] {
    std::string piece(4096, '\0');
    const ssize_t n = ::read(master, piece.data(), piece.size());
    text.append(piece, 0, static_cast<size_t>(std::max<ssize_t>(n, 0)));
    return text;
  };
  {
    Progress progress("work", 2, fast(ProgressMode::kTerminal, terminal));
    ASSERT_TRUE(progress.active());
    progress.phase("one");
    progress.tick();
    EXPECT_TRUE(appears("\rwork: one  50 %", more));
  }
  more();
  ::close(master);
  EXPECT_NE(text.find("\r\x1b[Kwork: one  0."), std::string::npos) << text;
}

TEST(Progress, CountsTicksOfManyThreads) {
  const File file(std::tmpfile());
  {
    Progress progress("work", 4000, fast(ProgressMode::kForced, file));
    progress.phase("one");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          progress.tick();
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    EXPECT_TRUE(appears("work: one  100 %", [&] { return written(file); }));
  }
}

}  // namespace
}  // namespace vouch
