// The memory that is free, by files as the system writes them.
#include "cli/free_memory.h"

#include <gtest/gtest.h>

#include <fstream>

namespace vouch {
namespace {

namespace fs = std::filesystem;

class FreeMemory : public ::testing::Test {
 protected:
  FreeMemory() : root_(fs::path(::testing::TempDir()) / "free_memory") { fs::remove_all(root_); }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  fs::path root_;
};

TEST_F(FreeMemory, IsUnknownWhereNothingSays) { EXPECT_EQ(free_memory_bytes(root_), std::nullopt); }

TEST_F(FreeMemory, IsWhatTheSystemEstimates) {
  write("proc/meminfo", "MemTotal: 900 kB\nMemFree: 10 kB\nMemAvailable: 700 kB\nCached: 5 kB\n");
  EXPECT_EQ(free_memory_bytes(root_), 700U * 1024);
}

TEST_F(FreeMemory, IsTheLeastThatAGroupLeaves) {
  write("proc/meminfo", "MemAvailable: 700 kB\n");
  write("proc/self/cgroup", "0::/outer/inner\n");
  write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
  write("sys/fs/cgroup/outer/memory.max", "500000\n");
  write("sys/fs/cgroup/outer/memory.current", "450000\n");
  write("sys/fs/cgroup/outer/memory.stat", "anon 1\ninactive_file 50000\nactive_file 7\n");
  EXPECT_EQ(free_memory_bytes(root_), 100000U);
  write("sys/fs/cgroup/memory.max", "90000\n");
  EXPECT_EQ(free_memory_bytes(root_), 90000U);
  write("sys/fs/cgroup/outer/memory.current", "900000\n");
  EXPECT_EQ(free_memory_bytes(root_), 0U);
}

TEST_F(FreeMemory, IsSomethingOnThisMachine) {
  EXPECT_GT(free_memory_bytes().value_or(0), 1U << 20);
}

}  // namespace
}  // namespace vouch
