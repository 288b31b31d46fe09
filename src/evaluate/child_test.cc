#include "evaluate/child.h"

#include <gtest/gtest.h>

namespace vouch {
namespace {

TEST(Child, SaysWhatItSaid) {
  const auto end = run_child({"sh", "-c", "echo told; echo \"wrong: $1\" >&2; exit 7", "sh", "x"});
  ASSERT_TRUE(end.ok()) << end.error().message;
  EXPECT_EQ(end.value().status, 7);
  EXPECT_EQ(end.value().output, "told\n");
  EXPECT_EQ(end.value().problems, "wrong: x\n");
}

TEST(Child, NoShellReadsItsWords) {
  const auto end = run_child({"echo", "$HOME; `id` 'a  b'", "*"});
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().output, "$HOME; `id` 'a  b' *\n");
}

TEST(Child, HasNothingToRead) {
  const auto end = run_child({"sh", "-c", "cat; echo end"});
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().output, "end\n");
}

// More than is kept, on both, and neither waits for the other.
TEST(Child, MaySayMuch) {
  const auto end = run_child(
      {"sh", "-c", "head -c 300000 /dev/zero | tr '\\0' e >&2; head -c 300000 /dev/zero; exit 0"});
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().status, 0);
  EXPECT_EQ(end.value().output.size(), 65536U);
  EXPECT_EQ(end.value().problems, std::string(65536, 'e'));
}

TEST(Child, EndedBySignalOrNotStarted) {
  EXPECT_EQ(run_child({"sh", "-c", "kill -KILL $$"}).value().status, 128 + 9);
  const auto none = run_child({"/nowhere/at all"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message, "/nowhere/at all: No such file or directory");
}

}  // namespace
}  // namespace vouch
