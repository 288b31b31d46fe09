#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace vouch {
namespace {

namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "vouch_file_test_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (directory_ / name).string();
  }
  [[nodiscard]] size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(directory_), {}));
  }

  fs::path directory_;
};

Bytes pattern(size_t n) {
  Bytes bytes(n);
  for (size_t i = 0; i < n; ++i) {
    bytes[i] = static_cast<uint8_t>(i * 31 + i / 256);
  }
  return bytes;
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

bool mentions(const Error& error, const std::string& text) {
  return error.message.find(text) != std::string::npos;
}

TEST(Extensions, AreInSmallLetters) {
  EXPECT_EQ(extension_of("a.b/Name.x.NPY"), ".npy");
  EXPECT_EQ(extension_of("a.b/name"), "");
  EXPECT_EQ(extension_of(""), "");
}

TEST_F(FileTest, ReadsWhatWasWritten) {
  for (const size_t n : {size_t{0}, size_t{1}, size_t{65535}, size_t{65536}, size_t{200001}}) {
    const Bytes bytes = pattern(n);
    ASSERT_TRUE(write_file(path("x"), bytes, FileAccess::kPublic).ok());
    const Result<Bytes> back = read_file(path("x"), n);
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(back.value(), bytes);
  }
  EXPECT_TRUE(read_file(path("x"), SIZE_MAX).ok());
  EXPECT_EQ(files(), 1U) << "temporary files left behind";
}

TEST_F(FileTest, ANewFileReplacesNothing) {
  const mode_t before = umask(0);
  ASSERT_TRUE(write_new_file(path("x"), pattern(10), FileAccess::kOwnerOnly).ok());
  umask(before);
  EXPECT_EQ(mode_of(path("x")), 0600U);
  const Result<void> again = write_new_file(path("x"), pattern(20), FileAccess::kOwnerOnly);
  ASSERT_FALSE(again.ok());
  EXPECT_TRUE(mentions(again.error(), "exists"));
  EXPECT_EQ(read_file(path("x"), 100).value(), pattern(10));
  fs::create_symlink(path("nothing"), path("link"));
  EXPECT_FALSE(write_new_file(path("link"), pattern(20), FileAccess::kPublic).ok());
  EXPECT_FALSE(write_new_file(path(""), pattern(20), FileAccess::kPublic).ok());
  EXPECT_FALSE(write_new_file("", pattern(20), FileAccess::kPublic).ok());
  EXPECT_EQ(files(), 2U) << "temporary files left behind";
}

TEST_F(FileTest, RefusesOneByteTooMany) {
  ASSERT_TRUE(write_file(path("x"), pattern(1001), FileAccess::kPublic).ok());
  const Result<Bytes> back = read_file(path("x"), 1000);
  ASSERT_FALSE(back.ok());
  EXPECT_TRUE(mentions(back.error(), path("x")));
  EXPECT_TRUE(mentions(back.error(), "more than 1000 bytes"));
  EXPECT_FALSE(read_file(path("x"), 0).ok());
}

TEST_F(FileTest, BoundsAFileThatHasNoEnd) {
  EXPECT_FALSE(read_file("/dev/zero", 100000).ok());
  const Result<Bytes> nothing = read_file("/dev/null", 0);
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing.value().empty());
}

TEST_F(FileTest, ReadsAFileWhoseClaimedSizeIsZero) {
  const Result<Bytes> maps = read_file("/proc/self/maps", size_t{1} << 24);
  ASSERT_TRUE(maps.ok()) << maps.error().message;
  EXPECT_FALSE(maps.value().empty());
}

TEST_F(FileTest, ReadsAPipe) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const Bytes bytes = pattern(300000);
  std::thread writer(
      [&] { EXPECT_TRUE(write_file(path("pipe"), bytes, FileAccess::kPublic).ok()); });
  const Result<Bytes> back = read_file(path("pipe"), bytes.size());
  writer.join();
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back.value(), bytes);
}

TEST_F(FileTest, SaysWhyItCannotRead) {
  const Result<Bytes> absent = read_file(path("absent"), 10);
  ASSERT_FALSE(absent.ok());
  EXPECT_TRUE(mentions(absent.error(), "No such file or directory"));
  const Result<Bytes> directory = read_file(directory_.string(), 10);
  ASSERT_FALSE(directory.ok());
  EXPECT_TRUE(mentions(directory.error(), "it is a directory"));
}

TEST_F(FileTest, OwnerOnlyIsReadableByTheOwnerOnly) {
  const mode_t before = ::umask(0);
  EXPECT_TRUE(write_file(path("secret"), pattern(10), FileAccess::kOwnerOnly).ok());
  EXPECT_TRUE(write_file(path("open"), pattern(10), FileAccess::kPublic).ok());
  ::umask(022);
  EXPECT_TRUE(write_file(path("usual"), pattern(10), FileAccess::kPublic).ok());
  ::umask(before);
  EXPECT_EQ(mode_of(path("secret")), 0600U);
  EXPECT_EQ(mode_of(path("open")), 0666U);
  EXPECT_EQ(mode_of(path("usual")), 0644U);
}

TEST_F(FileTest, OwnerOnlyReplacesAFileThatAllMayRead) {
  ASSERT_TRUE(write_file(path("x"), pattern(10), FileAccess::kPublic).ok());
  ASSERT_TRUE(write_file(path("x"), pattern(20), FileAccess::kOwnerOnly).ok());
  EXPECT_EQ(mode_of(path("x")), 0600U);
}

// The kernel kills the writer at the file's thousandth byte.
TEST_F(FileTest, AWriterThatIsKilledLeavesNothingBehind) {
  const int nameless = ::open(directory_.c_str(), O_TMPFILE | O_WRONLY, 0600);
  if (nameless < 0) {
    GTEST_SKIP() << "this file system has no files without a name";
  }
  ::close(nameless);
  ASSERT_TRUE(write_file(path("x"), pattern(10), FileAccess::kPublic).ok());
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit core{0, 0};
    const rlimit size{1000, 1000};
    ::setrlimit(RLIMIT_CORE, &core);
    ::setrlimit(RLIMIT_FSIZE, &size);
    ::_exit(write_file(path("x"), pattern(5000), FileAccess::kOwnerOnly).ok() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ) << status;
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(read_file(path("x"), 10).value(), pattern(10));
}

TEST_F(FileTest, AReaderOfTheOldFileKeepsTheOldFile) {
  ASSERT_TRUE(write_file(path("x"), pattern(10), FileAccess::kPublic).ok());
  std::ifstream old(path("x"), std::ios::binary);
  ASSERT_TRUE(write_file(path("x"), pattern(5000), FileAccess::kPublic).ok());
  const std::string content((std::istreambuf_iterator<char>(old)), {});
  EXPECT_TRUE(std::ranges::equal(Bytes(content.begin(), content.end()), pattern(10)));
}

TEST_F(FileTest, RefusesASymbolicLink) {
  ASSERT_TRUE(write_file(path("target"), pattern(10), FileAccess::kPublic).ok());
  fs::create_symlink(path("target"), path("link"));
  fs::create_symlink(path("nothing"), path("dangling"));
  for (const char* name : {"link", "dangling"}) {
    const Result<void> written = write_file(path(name), pattern(20), FileAccess::kPublic);
    ASSERT_FALSE(written.ok());
    EXPECT_TRUE(mentions(written.error(), "symbolic link"));
    EXPECT_TRUE(fs::is_symlink(path(name)));
  }
  EXPECT_EQ(read_file(path("target"), 100).value(), pattern(10));
  EXPECT_FALSE(fs::exists(path("nothing")));
}

TEST_F(FileTest, KeepsASecretOutOfPipesAndDevices) {
  EXPECT_TRUE(write_file("/dev/null", pattern(10), FileAccess::kPublic).ok());
  EXPECT_FALSE(write_file("/dev/null", pattern(10), FileAccess::kOwnerOnly).ok());
}

TEST_F(FileTest, LeavesNothingBehindWhenItFails) {
  fs::create_directory(path("d"));
  for (const std::string& name : {path("d"), path("d/"), path("absent/x"), std::string()}) {
    const Result<void> written = write_file(name, pattern(10), FileAccess::kPublic);
    ASSERT_FALSE(written.ok()) << name;
    EXPECT_TRUE(mentions(written.error(), "cannot write"));
  }
  EXPECT_EQ(files(), 1U);
}

TEST_F(FileTest, AFullDiskIsAnErrorAndNotAShortFile) {
  const Result<void> written = write_file("/dev/full", pattern(10), FileAccess::kPublic);
  ASSERT_FALSE(written.ok());
  EXPECT_TRUE(mentions(written.error(), "No space left"));
}

TEST_F(FileTest, WritesIntoTheCurrentDirectory) {
  const fs::path before = fs::current_path();
  fs::current_path(directory_);
  EXPECT_TRUE(write_file("plain", pattern(10), FileAccess::kPublic).ok());
  fs::current_path(before);
  EXPECT_TRUE(fs::exists(path("plain")));
}

}  // namespace
}  // namespace vouch
