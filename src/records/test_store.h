// For tests: a directory that is there as long as the test is; in memory where that can be, as
// syncing a disk takes most of the time and makes no difference to a process that is killed.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace vouch {

class TestDirectory : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path memory("/dev/shm");
    std::string name =
        ((access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path()) /
         "vouch_store_XXXXXX")
            .string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (directory_ / name).string();
  }
  [[nodiscard]] size_t files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(directory_), {}));
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace vouch
