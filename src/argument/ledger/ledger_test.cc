// The ledger's book-keeping: slots of messages, and the places of products.
#include "argument/ledger/ledger.h"

#include <gtest/gtest.h>

#include "argument/ledger/clear_ledger.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

Ledger::Fill filled(const std::vector<Scalar>& values) {
  return [values](std::span<Scalar> out) {
    ASSERT_EQ(out.size(), values.size());
    std::copy(values.begin(), values.end(), out.begin());
  };
}

class Ledgers : public ::testing::Test {
 protected:
  SecretRandom random_ = test_random(1);
  ClearChannel channel_{true};
  ClearLedgerProver prover_;
  Ledger ledger_{channel_, &prover_};
};

TEST_F(Ledgers, MessagesTakeTheirSlotsInOrder) {
  const auto first = random_point(random_, 3);
  const auto second = random_point(random_, 1);
  const auto third = random_point(random_, 2);
  std::vector<Linear> handles;
  for (const auto* values : {&first, &second, &third}) {
    for (const Linear& handle : ledger_.send("message", values->size(), filled(*values))) {
      handles.push_back(handle);
    }
  }
  EXPECT_EQ(ledger_.slots(), 6U);
  std::vector<Scalar> all(first);
  all.insert(all.end(), second.begin(), second.end());
  all.insert(all.end(), third.begin(), third.end());
  EXPECT_EQ(prover_.values, all);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(prover_.value(handles[i]), all[i]);
  }
  ASSERT_EQ(ledger_.messages().size(), 3U);
  EXPECT_EQ(ledger_.messages()[1].first_slot, 3U);
  EXPECT_EQ(ledger_.messages()[1].slots, 1U);
  EXPECT_EQ(ledger_.messages()[2].first_slot, 4U);
  EXPECT_EQ(ledger_.messages()[2].slots, 2U);
}

TEST_F(Ledgers, LabelsReachTheChannel) {
  (void)ledger_.send("one", 1, filled({Scalar::one()}));
  (void)ledger_.send("two", 1, filled({Scalar::one()}));
  EXPECT_EQ(channel_.labels, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(prover_.labels, channel_.labels);
  EXPECT_EQ(ledger_.messages()[1].label, "two");
}

TEST_F(Ledgers, WithoutAProverNothingIsFilled) {
  ClearChannel channel(false);
  Ledger verifier(channel, nullptr);
  const auto handles = verifier.send(
      "message", 2, [](std::span<Scalar>) { FAIL() << "the verifier has no values"; });
  EXPECT_EQ(handles.size(), 2U);
  EXPECT_EQ(verifier.slots(), 2U);
}

TEST_F(Ledgers, ProductsArePlacedEverywhere) {
  const auto t = random_point(random_, 3);
  const auto h = ledger_.send("message", 3, filled(t));
  const Scalar k = random_scalar(random_);
  const Linear p = ledger_.multiply("p", h[0] + Linear(k), h[1]);
  ledger_.require("true", p - Linear((t[0] + k) * t[1]));
  const Linear q = ledger_.multiply("q", p - h[2], k * p);  // of products
  ledger_.require("false", q - p);
  prover_.place_products(ledger_);

  const Scalar p_value = (t[0] + k) * t[1];
  const Scalar q_value = (p_value - t[2]) * (k * p_value);
  EXPECT_EQ(prover_.values.size(), 5U);
  EXPECT_EQ(prover_.values[3], p_value);
  EXPECT_EQ(prover_.values[4], q_value);
  EXPECT_EQ(prover_.value(ledger_.placed(q + p)), q_value + p_value);
  EXPECT_EQ(prover_.false_requires(ledger_), std::vector<std::string>{"false"});
  // What comes later is placed as well.
  ledger_.require("late", q - Linear(q_value));
  ledger_.require("late and false", q - Linear(q_value + Scalar::one()));
  EXPECT_EQ(prover_.false_requires(ledger_), (std::vector<std::string>{"false", "late and false"}));
}

TEST_F(Ledgers, PlacesAreWhereTheCallerSays) {
  const auto h = ledger_.send("message", 2, filled(random_point(random_, 2)));
  const Linear p = ledger_.multiply("p", h[0], h[1]);
  const Linear q = ledger_.multiply("q", h[0], h[1]);
  ledger_.require("p", p);
  ledger_.place_products(40);
  EXPECT_EQ(ledger_.placed(p).terms()[0].first, 40U);
  EXPECT_EQ(ledger_.placed(q).terms()[0].first, 41U);
  EXPECT_EQ(ledger_.placed(h[1]).terms()[0].first, 1U);
  EXPECT_EQ(ledger_.requirements()[0].expression.terms()[0].first, 40U);
  EXPECT_EQ(ledger_.placed(Scalar::from_u64(9)).constant(), Scalar::from_u64(9));
}

}  // namespace
}  // namespace vouch
