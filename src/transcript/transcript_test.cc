#include "transcript/transcript.h"

#include <gtest/gtest.h>

namespace vouch {
namespace {

TEST(Transcript, SameHistorySameChallenge) {
  Transcript a("p");
  Transcript b("p");
  a.absorb("x", "1");
  b.absorb("x", "1");
  EXPECT_EQ(a.challenge("c"), b.challenge("c"));
}

}  // namespace
}  // namespace vouch
