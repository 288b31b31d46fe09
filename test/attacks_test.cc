// Every attack of the lists in *_attacks_test.cc, and a verifier that lets none of them pass.
#include <gtest/gtest.h>

#include "attack_case.h"

namespace vouch::dense {

TEST_P(Attacked, IsStopped) {
  Forgery forgery = honest();
  GetParam().forge(forgery);
  expect_stopped(forgery, GetParam().reason, GetParam().false_checks);
}

// Of nothing at all: were it stopped, no attack would say anything.
TEST(NoAttack, IsAccepted) {
  Forgery forgery = honest();
  const DenseProof made = prove_small(forgery);
  EXPECT_EQ(made.false_checks, Labels{});
  EXPECT_EQ(judge(made).reason, Reason::kAccepted);
}

}  // namespace vouch::dense
