// The public output and the opening: claims about the columns that are false, and where that shows.
#include <gtest/gtest.h>

#include "attack_case.h"

namespace vouch::dense {
namespace {

std::vector<Attack> output_attacks() {
  std::vector<Attack> all{
      {"NotTheNetworks", {"claim y", "opening round"}, [](Forgery& f) { f = false_output(); }},
      {"NotTheNetworksUntilTheOpening",
       {"claim y", "opening"},
       [](Forgery& f) {
         f = false_output();
         lie_until_the_opening(f);
       }},
      {"TwoCodesExchanged",
       {"claim y", "opening round"},
       [](Forgery& f) {
         f.output = output_of(small_model().columns, small_run());
         std::swap(f.output[0], f.output[1]);
       }},
      // A round that is false by itself, everything before and after being true.
      {"FalseRound", {"opening round"}, [](Forgery& f) {
         f.ledger.values = [](const std::string& label, size_t number, std::span<Scalar> values) {
           if (label == "opening round" && number == 1) {
             values[1] += Scalar::one();
           }
         };
       }}};
  // A remainder that absorbs the difference between the code and the claimed one. Were the output's
  // claim added to claim R at the same point, both would cancel.
  for (const int difference : {1, -1}) {
    all.push_back({difference > 0 ? "AbsorbedByARemainder" : "AbsorbedByALesserRemainder",
                   {"claim R", "claim y", "opening round"},
                   [=](Forgery& f) {
                     const uint64_t slot = output_slot(kLast, {3, 0, 0, 0});
                     f = consistent([&](DenseWitness& w) {
                       w.R[slot] += Scalar::from_i64(difference);
                       const int64_t R = integer_of(w.R[slot]);
                       ASSERT_TRUE(0 <= R && R < 64);
                     });
                     f.output = output_of(small_model().columns, small_run());
                     f.output[3] = static_cast<uint8_t>(f.output[3] + difference);
                   }});
  }
  return all;
}
INSTANTIATE_ATTACKS(Opening, output_attacks);

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
      const Reason reason = judge(made).reason;
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
    EXPECT_FALSE(judge(made).accepted()) << name;
  }
}

}  // namespace
}  // namespace vouch::dense
