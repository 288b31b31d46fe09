#include "cli/step_times.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace vouch {
namespace {

TEST(StepTimes, TellsEveryStepAndTheirSum) {
  std::ostringstream out;
  std::ostringstream problems;
  Output output(out, problems, false, false);
  StepTimes clock;
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

TEST(StepTimes, ATableHasEveryStepWithItsOwnPeakOfMemory) {
  std::ostringstream out;
  std::ostringstream problems;
  Output output(out, problems, false, false);
  StepTimes clock;
  clock.measure_memory();
  clock.begin("large");
  { const std::vector<char> block(size_t{1} << 27, 'x'); }
  clock.begin("small");
  clock.report_table(output);
  const Json& steps = output.object()["steps"];
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0]["name"], "large");
  EXPECT_EQ(steps[2]["name"], "total");
  EXPECT_GE(steps[0]["peak_bytes"].get<uint64_t>(), uint64_t{1} << 27);
  EXPECT_GE(clock.peak_bytes(), uint64_t{1} << 27);
  EXPECT_NE(out.str().find("large"), std::string::npos);
}

TEST(StepTimes, APeakOfMemoryIsKnown) {
  const uint64_t before = peak_memory_bytes();
  EXPECT_GT(before, uint64_t{1} << 20);
  const std::vector<char> block(size_t{1} << 26, 'x');
  EXPECT_GE(peak_memory_bytes(), block.size());
}

}  // namespace
}  // namespace vouch
