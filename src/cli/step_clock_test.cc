#include "cli/step_clock.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace vouch {
namespace {

TEST(StepClock, TellsEveryStepAndTheirSum) {
  std::ostringstream out;
  std::ostringstream problems;
  Output output(out, problems, false, false);
  StepClock clock("test", output);
  clock.begin("sleeping");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  clock.begin("waking");
  clock.end();
  clock.report(output);
  const Json& seconds = output.object()["seconds"];
  ASSERT_EQ(seconds.size(), 3U);
  EXPECT_GE(seconds["sleeping"].get<double>(), 0.02);
  EXPECT_LT(seconds["waking"].get<double>(), 0.02);
  EXPECT_DOUBLE_EQ(seconds["total"].get<double>(),
                   seconds["sleeping"].get<double>() + seconds["waking"].get<double>());
  EXPECT_NE(out.str().find("sleeping 0."), std::string::npos);
}

TEST(StepClock, APeakOfMemoryIsKnown) {
  const uint64_t before = peak_memory_bytes();
  EXPECT_GT(before, uint64_t{1} << 20);
  const std::vector<char> block(size_t{1} << 26, 'x');
  EXPECT_GE(peak_memory_bytes(), block.size());
}

}  // namespace
}  // namespace vouch
