// The ledger and the folding argument: commitments that reach where they must not, products and
// revealed values that are false.
#include <gtest/gtest.h>

#include "attack_case.h"

namespace vouch::dense {
namespace {

// A false output makes the first round of the opening false by a known amount. After its challenge
// z a later message also holds a(x − z), x = 0, 1, 2, in the slots of that round's polynomial, with
// a(1 − 2z) the amount: in the plain sum of the commitments the round is true, and at z nothing has
// changed. Powers of θ keep the messages apart.
TEST(PlainSum, MessageRewritesAnEarlierOne) {
  Forgery forgery = false_output();
  const DenseProof first = prove_small(forgery);
  ASSERT_EQ(first.false_values.size(), 1U);
  ASSERT_EQ(first.false_values[0].first, "opening round");
  const Scalar amount = first.false_values[0].second;

  Scalar z;
  size_t slot = 0;
  forgery.opening_challenge = [&](unsigned round, const Scalar& challenge) {
    z = round == 0 ? challenge : z;
  };
  forgery.ledger.values = [&](const std::string& label, size_t number, std::span<Scalar>) {
    if (label == "opening round" && number == 0) {
      slot = forgery.at_work->slots().size();
    }
  };
  forgery.ledger.held = [&](const std::string& label, size_t, Held& held) {
    if (label != "products") {
      return;
    }
    const Scalar a = -(amount * (Scalar::one() - z.doubled()).inverse());
    for (uint64_t x = 0; x < 3; ++x) {
      const Scalar difference = a * (Scalar::from_u64(x) - z);
      held.values[forgery.at_work->first_slot() + slot + x] += difference;
      forgery.at_work->slots()[slot + x] += difference;
    }
  };
  expect_stopped(forgery, Reason::kLinearForm, {"claim y"});
}

// The same with the columns: the opening's rounds lie, and the last message holds in slot 0 of the
// columns what makes the last claim true.
TEST(PlainSum, MessageReachesIntoTheColumns) {
  Forgery forgery = false_output();
  lie_until_the_opening(forgery);
  std::vector<Scalar> point;
  forgery.opening_challenge = [&](unsigned, const Scalar& z) { point.push_back(z); };
  const DenseProof lied = prove_small(forgery);
  ASSERT_EQ(lied.false_values.size(), 1U);
  ASSERT_EQ(lied.false_values[0].first, "opening");
  point.clear();
  forgery.ledger.held = [&](const std::string& label, size_t, Held& held) {
    if (label == "products") {
      const auto low = std::span<const Scalar>(point).first(small_model().columns.max_kappa());
      held.values[0] += lied.false_values[0].second * eq_at(low, 0).inverse();
    }
  };
  expect_stopped(forgery, Reason::kLinearForm, {"claim y", "opening"});
}

// A row of X that also holds something in the slot of a message.
TEST(PlainSum, RowReachesIntoAMessage) {
  Forgery forgery = honest();
  forgery.row = [](Column column, size_t number, Held& held) {
    if (column == Column::kX && number == 0) {
      held.values[(size_t{1} << small_model().columns.max_kappa()) + 1] = Scalar::one();
    }
  };
  expect_stopped(forgery, Reason::kLinearForm, {});
}

// The first message's commitment holds a multiple of U, the generator of values: with U not scaled
// by ξ and θ^0 on the first message it would shift the value of the form by the amount by which the
// first require, "root", is false.
TEST(ValueGenerator, FirstMessageHoldsTheError) {
  for (const bool negative : {false, true}) {
    Forgery forgery = wrong_rounding();
    forgery.ledger.held = [&](const std::string& label, size_t, Held& held) {
      if (label == "lookup roots") {
        const Scalar& error = forgery.lookups_at_work->root_sum();
        held.on_U = negative ? -error : error;
      }
    };
    expect_stopped(forgery, Reason::kLinearForm, {"root"});
  }
}

// The mask's commitment is sent after μ, but before its own challenge.
TEST(ValueGenerator, MaskHoldsSomething) {
  Forgery forgery = honest();
  forgery.ledger.mask = [](Held& mask) { mask.on_U = Scalar::one(); };
  expect_stopped(forgery, Reason::kLinearForm, {});
}

// The root's sum, false by the wrong rounding, is made true by a false product.
void claim_false_product(Forgery& forgery) {
  forgery.ledger.products = [&forgery](std::span<Scalar> values, size_t products) {
    ASSERT_GT(products, 4U);
    values[3] -= forgery.lookups_at_work->root_sum();  // (P_1·Q_2 + P_2·Q_1)·Q_T
  };
}

TEST(Products, FalseProduct) {
  Forgery forgery = wrong_rounding();
  claim_false_product(forgery);
  expect_stopped(forgery, Reason::kProduct, {"product root"});
}

// Of the three values revealed at c, each in turn is the one that makes h(c) = f(c)·g(c).
TEST(Products, FalseProductAndAValueRevealedToMatch) {
  Forgery forgery = wrong_rounding();
  claim_false_product(forgery);
  const DenseProof first = prove_small(forgery);
  const Scalar f = first.scalars.at("product f")[0];
  const Scalar g = first.scalars.at("product g")[0];
  const Scalar h = first.scalars.at("product h")[0];
  ASSERT_FALSE(f * g == h);
  const std::vector<std::pair<std::string, Scalar>> lies{
      {"product f", h * g.inverse()}, {"product g", h * f.inverse()}, {"product h", f * g}};
  for (const auto& lie : lies) {
    forgery.channel.scalar = [&](const std::string& label, size_t, Scalar& x) {
      x = label == lie.first ? lie.second : x;
    };
    const DenseProof made = prove_small(forgery);
    EXPECT_EQ(made.false_checks, (std::vector<std::string>{lie.first, "product root"}));
    EXPECT_EQ(judge(small_model(), made.proof).reason, Reason::kLinearForm) << lie.first;
  }
}

TEST(Products, EachProductIsChecked) {
  size_t products = 0;
  Forgery counting = honest();
  counting.ledger.products = [&](std::span<Scalar>, size_t m) { products = m; };
  (void)prove_small(counting);
  ASSERT_GT(products, 20U);
  for (size_t k = 0; k < products; k += 5) {
    Forgery forgery = honest();
    forgery.ledger.products = [&](std::span<Scalar> values, size_t) { values[k] += Scalar::one(); };
    const DenseProof made = prove_small(forgery);
    EXPECT_FALSE(made.false_checks.empty()) << k;
    EXPECT_EQ(judge(small_model(), made.proof).reason, Reason::kProduct) << k;
  }
}

// f(0), g(0), h(0), h(m+1)…h(2m): what the polynomials are made of besides.
TEST(Products, InterpolatedValuesAreChecked) {
  for (const size_t extra : {0, 1, 2, 3, 7}) {
    Forgery forgery = honest();
    forgery.ledger.products = [&](std::span<Scalar> values, size_t m) {
      values[m + extra] += Scalar::one();
    };
    expect_stopped(forgery, Reason::kProduct, {});
  }
}

class FoldingMessage : public ::testing::TestWithParam<const char*> {};

TEST_P(FoldingMessage, ChangedValue) {
  const std::string name = GetParam();
  const bool is_point = name == "mask" || name == "fold left" || name == "fold right";
  for (const size_t number : {size_t{0}, size_t{3}}) {
    Forgery forgery = honest();
    size_t met = 0;
    forgery.channel.point = [&](const std::string& label, size_t n, Point& p) {
      if (label == name && n == number) {
        p += Point::generator();
        ++met;
      }
    };
    forgery.channel.scalar = [&](const std::string& label, size_t n, Scalar& x) {
      if (label == name && n == number) {
        x += Scalar::one();
        ++met;
      }
    };
    const DenseProof made = prove_small(forgery);
    if (number == 0 || is_point || name == "folded") {
      EXPECT_EQ(met, name == "mask" && number != 0 ? 0U : 1U);
    }
    if (met != 0) {
      const Reason expected = name.starts_with("product") ? Reason::kProduct : Reason::kLinearForm;
      EXPECT_EQ(judge(small_model(), made.proof).reason, expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Labels, FoldingMessage,
                         ::testing::Values("product f", "product g", "product h", "mask",
                                           "mask form", "blinder", "fold left", "fold right",
                                           "folded"));

}  // namespace
}  // namespace vouch::dense
