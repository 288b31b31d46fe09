// The commands as their users run them, on a small network of random weights.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "cli/ran_program.h"
#include "cli/verify_program.h"
#include "cli/vouch_program.h"

namespace vouch {

inline Ended vouch_says(Words words) { return run(vouch_program(), std::move(words)); }
inline Ended verifier_says(Words words) { return run(verify_program(), std::move(words)); }

// All tests share one model and one proof.
class Commands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory = std::filesystem::temp_directory_path() /
                ("vouch_commands_test_" + std::to_string(getpid()));
    std::filesystem::create_directory(directory);
    setenv("XDG_CACHE_HOME", directory.c_str(), 1);
    expect_done({"new-model", "mobilenet_v2", "--width", "0.1", "--size", "32", "--classes", "7",
                 "-o", path("net.tflite")});
    expect_done({"new-picture", "-o", path("cat.png"), "--width", "50", "--height", "40"});
    expect_done({"new-picture", "-o", path("dog.png"), "--seed", "9"});
    compiled = expect_done({"compile", path("net.tflite"), "-o", path("m.vouch"), "--shift", "12"});
    committed = expect_done({"commit", path("m.vouch"), "-o", path("m.pub")});
    proven = expect_done({"prove", path("m.vouch"), path("cat.png"), "-o", path("x.proof"),
                          "--context", "order 7", "--check", "--timings"});
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(directory); }

  static std::string path(const std::string& name) { return (directory / name).string(); }
  static Json expect_done(Words words) {
    words.emplace_back("--json");
    const Ended end = vouch_says(std::move(words));
    EXPECT_EQ(end.status, 0) << end.problems;
    return end.object();
  }
  static void expect_error(Words words, const std::string& said) {
    const Ended end = vouch_says(std::move(words));
    EXPECT_EQ(end.status, 2);
    EXPECT_NE(end.problems.find(said), std::string::npos) << end.problems;
  }
  static void expect_rejected(Words words, const std::string& said) {
    const Ended end = verifier_says(std::move(words));
    EXPECT_EQ(end.status, 1) << end.problems;
    EXPECT_NE(end.out.find("REJECTED"), std::string::npos) << end.out;
    EXPECT_NE(end.out.find(said), std::string::npos) << end.out;
  }
  static mode_t mode_of(const std::string& name) {
    struct stat status {};
    EXPECT_EQ(stat(path(name).c_str(), &status), 0) << name;
    return status.st_mode & 0777;
  }
  static void write(const std::string& name, const std::string& content) {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  static Bytes read(const std::string& name) { return read_file(path(name), 1 << 24).value(); }

  inline static std::filesystem::path directory;
  inline static Json compiled;
  inline static Json committed;
  inline static Json proven;
};

}  // namespace vouch
