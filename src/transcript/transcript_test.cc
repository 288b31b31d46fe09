#include "transcript/transcript.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <vector>

#include "field/test_vectors.h"

namespace vouch {
namespace {

TEST(Transcript, VectorsOfPython) {
  std::optional<Transcript> t;
  size_t challenges = 0;
  for (const Words& w : read_test_vectors("transcript_vectors.txt")) {
    if (w[0] == "start") {
      t.emplace(w[1]);
    } else if (w[0] == "absorb") {
      t->absorb(w[1], from_hex(w[2]));
    } else if (w[0] == "state") {
      EXPECT_EQ(Bytes(t->state().begin(), t->state().end()), from_hex(w[1]));
    } else if (w[0] == "challenge") {
      EXPECT_EQ(t->challenge(w[1]).bytes(), array_from_hex<32>(w[2]));
      ++challenges;
    } else if (w[0] == "except") {
      size_t left = std::stoul(w[2]);
      const Scalar drawn =
          t->challenge_except(w[1], [&left](const Scalar&) { return left-- != 0; });
      EXPECT_EQ(drawn.bytes(), array_from_hex<32>(w[3]));
      ++challenges;
    } else if (w[0] == "bytes") {
      EXPECT_EQ(t->challenge_bytes(w[1], std::stoul(w[2])), from_hex(w[3]));
      ++challenges;
    }
  }
  EXPECT_EQ(challenges, 10U);
}

// Histories that a careless encoding would confuse; all their challenges must differ.
TEST(Transcript, DifferentHistoriesDiffer) {
  const std::array<uint8_t, 32> zeros{};
  const std::vector<void (*)(Transcript&)> histories = {
      [](Transcript&) {},
      [](Transcript& t) { t.absorb("", ""); },
      [](Transcript& t) { t.absorb("a", ""); },
      [](Transcript& t) { t.absorb("", "a"); },
      [](Transcript& t) { t.absorb("a", "b"); },
      [](Transcript& t) { t.absorb("ab", ""); },
      [](Transcript& t) { t.absorb("", "ab"); },
      [](Transcript& t) {
        t.absorb("a", "");
        t.absorb("b", "");
      },
      [](Transcript& t) {
        t.absorb("b", "");
        t.absorb("a", "");
      },
      [](Transcript& t) { (void)t.challenge("a"); },
      [](Transcript& t) { (void)t.challenge_bytes("a", 0); },
      [](Transcript& t) { (void)t.challenge_bytes("a", 1); },
      [](Transcript& t) { t.absorb_u64("a", 0); },
      [](Transcript& t) { t.absorb_u64("a", 1); },
      [](Transcript& t) { t.absorb_scalar("a", Scalar::zero()); },
      [](Transcript& t) { t.absorb_scalars("a", {}); },
      [](Transcript& t) { t.absorb_scalars("a", std::vector<Scalar>(2)); },
  };
  std::set<std::array<uint8_t, 32>> seen;
  for (const auto& history : histories) {
    Transcript t("protocol");
    history(t);
    seen.insert(t.challenge("c").bytes());
  }
  // absorb("a", "") and absorb_scalars("a", {}) are the same message.
  EXPECT_EQ(seen.size(), histories.size() - 1);
  EXPECT_NE(Transcript("protocol").challenge("c"), Transcript("protocol2").challenge("c"));
  EXPECT_NE(Transcript("protocol").challenge("c"), Transcript("protocol").challenge("d"));
  Transcript point("protocol");
  point.absorb_point("a", zeros);
  Transcript scalar("protocol");
  scalar.absorb_scalar("a", Scalar::zero());
  EXPECT_EQ(point.challenge("c"), scalar.challenge("c"));  // the same 32 bytes under one label
}

TEST(Transcript, ChallengesDifferFromEachOther) {
  Transcript t("protocol");
  const Scalar first = t.challenge("c");
  EXPECT_NE(first, t.challenge("c"));
}

TEST(Transcript, CopiesGoTheirOwnWays) {
  Transcript a("protocol");
  a.absorb("x", "1");
  Transcript b = a;
  EXPECT_EQ(a.challenge("c"), b.challenge("c"));
  a.absorb("x", "2");
  EXPECT_NE(a.challenge("c"), b.challenge("c"));
}

TEST(Transcript, ForbiddenValuesAreRedrawn) {
  Transcript a("protocol");
  Transcript b("protocol");
  const Scalar forbidden = a.challenge("c");
  const Scalar other = b.challenge_except("c", [&](const Scalar& s) { return s == forbidden; });
  EXPECT_NE(other, forbidden);
  Transcript c("protocol");
  EXPECT_EQ(c.challenge_nonzero("c"), forbidden);
}

TEST(TranscriptDeathTest, EverythingForbiddenStops) {
  Transcript t("protocol");
  EXPECT_DEATH((void)t.challenge_except("c", [](const Scalar&) { return true; }), "counter");
}

}  // namespace
}  // namespace vouch
