// The public output and the opening: claims about the columns that are false, and where that shows.
#include <gtest/gtest.h>

#include "attack_case.h"

namespace vouch::dense {
namespace {

TEST(Output, IsNotTheNetworks) {
  Forgery forgery = false_output();
  expect_stopped(forgery, Reason::kLinearForm, {"claim y", "opening round"});
  lie_until_the_opening(forgery);
  expect_stopped(forgery, Reason::kLinearForm, {"claim y", "opening"});
}

TEST(Output, TwoCodesExchanged) {
  Forgery forgery = honest();
  forgery.output = output_of(small_model().columns, small_run());
  std::swap(forgery.output[0], forgery.output[1]);
  expect_stopped(forgery, Reason::kLinearForm, {"claim y", "opening round"});
}

// A remainder that absorbs the difference between the code and the claimed one. Were the output's
// claim added to claim R at the same point, both would cancel.
TEST(Output, AbsorbedByARemainder) {
  for (const int difference : {1, -1}) {
    const uint64_t slot = output_slot(7, {3, 0, 0, 0});
    Forgery forgery = consistent([&](DenseWitness& w) {
      w.R[slot] += Scalar::from_i64(difference);
      const int64_t R = integer_of(w.R[slot]);
      ASSERT_TRUE(0 <= R && R < 64);
    });
    forgery.output = output_of(small_model().columns, small_run());
    forgery.output[3] = static_cast<uint8_t>(forgery.output[3] + difference);
    expect_stopped(forgery, Reason::kLinearForm, {"claim R", "claim y", "opening round"});
  }
}

// Three claims that are false by amounts that cancel: each has a power of η of its own. A wrong
// bias makes claim R false; Ŵ(ρ) and X̂(ρ) are sent with the right product and the sum that makes up
// for it.
TEST(Opening, ClaimsThatCancel) {
  DenseWitness other = run_with([](Circuit&, Weights& w, auto&) { w[0].biases[1] += 64; });
  other[Column::kB] = small_run()[Column::kB];
  for (uint8_t seed = 1;; ++seed) {
    ASSERT_LT(seed, 30) << "half of all seeds should do";
    Forgery forgery(small_model(), other);
    forgery.bilinear_lie = BilinearLie::kCancel;
    const DenseProof made = prove_densely(small_model(), forgery, test_generators(), seed);
    if (forgery.claims_cancel) {
      EXPECT_EQ(made.false_checks,
                (std::vector<std::string>{"claim R", "claim W", "claim X", "opening round"}));
      EXPECT_EQ(judge(small_model(), made.proof).reason, Reason::kLinearForm);
      break;
    }
  }
}

// Requires that are false by amounts that cancel: each has a power of μ of its own. The first round
// of the opening is false, and the revealed f(c) and h(c) = f(c)·g(c) make up for it.
TEST(Requires, ErrorsThatCancel) {
  Forgery forgery = false_output();
  const DenseProof first = prove_small(forgery);
  ASSERT_EQ(first.false_values.size(), 1U);
  const Scalar f = first.scalars.at("product f")[0];
  const Scalar g = first.scalars.at("product g")[0];
  const Scalar lie = first.false_values[0].second * (Scalar::one() + g).inverse();
  forgery.channel.scalar = [&](const std::string& label, size_t, Scalar& x) {
    x = label == "product f" ? f + lie : label == "product h" ? (f + lie) * g : x;
  };
  expect_stopped(forgery, Reason::kLinearForm,
                 {"claim y", "opening round", "product f", "product h"});
}

// A round of the opening's sumcheck that is false by itself, everything before and after being
// true.
TEST(Opening, FalseRound) {
  Forgery forgery = honest();
  forgery.ledger.values = [](const std::string& label, size_t number, std::span<Scalar> values) {
    if (label == "opening round" && number == 1) {
      values[1] += Scalar::one();
    }
  };
  expect_stopped(forgery, Reason::kLinearForm, {"opening round"});
}

class FalseMessage : public ::testing::TestWithParam<const char*> {};

// Any value of any message, changed before it is committed: some check is false.
TEST_P(FalseMessage, IsStopped) {
  for (const size_t entry : {size_t{0}, size_t{1}, size_t{2}}) {
    Forgery forgery = honest();
    bool met = false;
    forgery.ledger.values = [&](const std::string& label, size_t number, std::span<Scalar> values) {
      if (label == GetParam() && number == 1 % (label == "lookup roots" ? 1 : 2) &&
          entry < values.size()) {
        values[entry] += Scalar::one();
        met = true;
      }
    };
    const DenseProof made = prove_small(forgery);
    if (met) {
      EXPECT_FALSE(made.false_checks.empty());
      const Reason reason = judge(small_model(), made.proof).reason;
      EXPECT_TRUE(reason == Reason::kLinearForm || reason == Reason::kProduct);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Labels, FalseMessage,
                         ::testing::Values("lookup round", "lookup children", "bilinear round",
                                           "opening round"));

TEST(FalseMessages, SentOnce) {
  for (const char* name : {"lookup roots", "bilinear claim", "bilinear ends", "products"}) {
    Forgery forgery = honest();
    forgery.ledger.values = [&](const std::string& label, size_t, std::span<Scalar> values) {
      if (label == name) {
        values[0] += Scalar::one();
      }
    };
    const DenseProof made = prove_small(forgery);
    EXPECT_FALSE(made.false_checks.empty()) << name;
    EXPECT_FALSE(judge(small_model(), made.proof).accepted()) << name;
  }
}

}  // namespace
}  // namespace vouch::dense
