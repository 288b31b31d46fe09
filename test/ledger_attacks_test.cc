// The ledger and the folding argument: commitments that reach where they must not, products and
// revealed values that are false.
#include <gtest/gtest.h>

#include "attack_case.h"

namespace vouch::dense {
namespace {

// Hook: every message of this label.
std::function<void(const std::string&, size_t, Held&)> held_by(
    const std::string& label, const std::function<void(Held&)>& change) {
  return [=](const std::string& name, size_t, Held& held) {
    if (name == label) {
      change(held);
    }
  };
}

// Weight of the last message, θ^K, over that of message k.
Scalar weight_to_last(const DenseProof& made, size_t k) {
  return made.folding.message_weights[k] * made.folding.message_weights.back().inverse();
}

// A false output makes the first round of the opening false by a known amount. After its challenge
// z the last message also holds a(x − z), x = 0, 1, 2, in the slots of that round's polynomial,
// with a(1 − 2z) the amount: in a sum of the commitments whose weights are known the round is true,
// and at z nothing has changed. Powers of θ keep the messages apart.
void rewrite_an_earlier_message(Forgery& f) {
  f = false_output();
  const DenseProof first = prove_small(f);
  ASSERT_EQ(first.false_values.size(), 1U);
  ASSERT_EQ(first.false_values[0].label, "opening round");
  const auto round =
      std::find_if(first.ledger.begin(), first.ledger.end(),
                   [](const Ledger::Message& m) { return m.label == "opening round"; });
  const size_t slot = round->first_slot;
  const Scalar weight = weight_to_last(first, static_cast<size_t>(round - first.ledger.begin()));
  const auto z = std::make_shared<Scalar>();
  f.opening_challenge = [z](unsigned number, const Scalar& challenge) {
    *z = number == 0 ? challenge : *z;
  };
  f.ledger.held = held_by("products", [=, &f](Held& held) {
    const Scalar a = -(first.false_values[0].value * (Scalar::one() - z->doubled()).inverse());
    for (uint64_t x = 0; x < 3; ++x) {
      const Scalar difference = a * (Scalar::from_u64(x) - *z);
      held.values[f.at_work->first_slot() + slot + x] += weight * difference;
      f.at_work->slots()[slot + x] += difference;
    }
  });
}

// The same with the columns: the opening's rounds lie, and the last message holds in slot 0 of the
// columns what makes the last claim true.
void reach_into_the_columns(Forgery& f) {
  f = false_output();
  lie_until_the_opening(f);
  const auto point = std::make_shared<std::vector<Scalar>>();
  const DenseProof lied = prove_small(f);
  ASSERT_EQ(lied.false_values.size(), 1U);
  ASSERT_EQ(lied.false_values[0].label, "opening");
  f.opening_challenge = [point](unsigned, const Scalar& z) { point->push_back(z); };
  const Scalar error = lied.false_values[0].value * lied.folding.column_weight *
                       lied.folding.message_weights.back().inverse();
  f.ledger.held = held_by("products", [=](Held& held) {
    const auto low = std::span<const Scalar>(*point).first(small_model().columns.max_kappa());
    held.values[0] += error * eq_at(low, 0).inverse();
  });
}

// The first message's commitment holds a multiple of U, the generator of values: with U not scaled
// by ξ and θ^0 on the first message it would shift the value of the form by the amount by which the
// first require, "root", is false.
void hold_the_error_on_U(Forgery& f, bool negative) {
  f = wrong_rounding();
  f.ledger.held = held_by("lookup roots", [=, &f](Held& held) {
    const Scalar& error = f.lookups_at_work->root_sum();
    held.on_U = negative ? -error : error;
  });
}

std::vector<Attack> ledger_attacks() {
  return {
      {"MessageRewritesAnEarlierOne", {"claim y"}, rewrite_an_earlier_message},
      {"MessageReachesIntoTheColumns", {"claim y", "opening"}, reach_into_the_columns},
      {"RowReachesIntoAMessage",
       {},
       [](Forgery& f) {
         f.row = [](Column column, size_t number, Held& held) {
           if (column == Column::kX && number == 0) {
             held.values[(size_t{1} << small_model().columns.max_kappa()) + 1] = Scalar::one();
           }
         };
       }},
      {"FirstMessageHoldsTheErrorOnU", {"root"}, [](Forgery& f) { hold_the_error_on_U(f, false); }},
      {"FirstMessageHoldsMinusTheErrorOnU",
       {"root"},
       [](Forgery& f) { hold_the_error_on_U(f, true); }},
      // The mask's commitment is sent after μ, but before its own challenge.
      {"MaskHoldsSomethingOnU",
       {},
       [](Forgery& f) { f.ledger.mask = [](Held& mask) { mask.on_U = Scalar::one(); }; }},
      // A folding of the commitments alone, whatever the form's value.
      {"ValueLeftOut",
       {"claim y", "opening round"},
       [](Forgery& f) {
         f = false_output();
         f.ledger.value_scale = [](Scalar& xi) { xi = Scalar::zero(); };
       }},
  };
}
INSTANTIATE_ATTACKS(Ledger, ledger_attacks);

// The root's sum, false by the wrong rounding, is made true by a false product, number `product`.
constexpr size_t kLastButOneOfTheRoot = 3;  // (P_1·Q_2 + P_2·Q_1)·Q_T
void claim_false_product(Forgery& f) {
  f = wrong_rounding();
  f.ledger.products = [&f](std::span<Scalar> values, size_t products) {
    ASSERT_GT(products, kLastButOneOfTheRoot);
    values[kLastButOneOfTheRoot] -= f.lookups_at_work->root_sum();
  };
}

// Of three values revealed at c one is the one that makes h(c) = f(c)·g(c).
Attack revealed_to_match(const std::string& lie) {
  return {"FalseProductAnd" + std::string(1, static_cast<char>(std::toupper(lie.back()))) +
              "RevealedToMatch",
          {lie, "product root"},
          [lie](Forgery& f) {
            claim_false_product(f);
            const DenseProof first = prove_small(f);
            const auto sent = [&](const char* label) { return first.scalars.at(label)[0]; };
            const Scalar x = lie == "product f"   ? sent("product h") * sent("product g").inverse()
                             : lie == "product g" ? sent("product h") * sent("product f").inverse()
                                                  : sent("product f") * sent("product g");
            f.channel.scalar = [=](const std::string& label, size_t, Scalar& value) {
              value = label == lie ? x : value;
            };
          }};
}

// Its polynomial's other values chosen for a point c that is known before: h(0) makes up for it.
void match_at_a_foreseen_point(Forgery& f) {
  claim_false_product(f);
  const DenseProof first = prove_small(f);
  const uint32_t slot = first.ledger.back().first_slot;
  const auto weight = [&](size_t entry) {  // L_{2M,·}(c)
    for (const auto& [at, x] : first.revealed[2].terms()) {
      if (at == slot + entry) {
        return x;
      }
    }
    return Scalar::zero();
  };
  const size_t h0 = (first.ledger.back().slots - 3) / 2 + 2;
  const Scalar ratio = weight(kLastButOneOfTheRoot) * weight(h0).inverse();
  f.ledger.products = [=, &f](std::span<Scalar> values, size_t) {
    values[kLastButOneOfTheRoot] -= f.lookups_at_work->root_sum();
    values[h0] += ratio * f.lookups_at_work->root_sum();
  };
}

std::vector<Attack> product_attacks() {
  std::vector<Attack> all{
      {"FalseProduct", {"product root"}, claim_false_product, Reason::kProduct},
      revealed_to_match("product f"),
      revealed_to_match("product g"),
      revealed_to_match("product h"),
      {"PointForeseen", {"product root"}, match_at_a_foreseen_point, Reason::kProduct},
  };
  // f(0), g(0), h(0), h(m+1)…: what the polynomials are made of besides.
  for (const size_t extra : {0, 1, 2, 3, 7}) {
    all.push_back({"InterpolatedValue" + std::to_string(extra),
                   {},
                   [extra](Forgery& f) {
                     f.ledger.products = [=](std::span<Scalar> values, size_t m) {
                       values[m + extra] += Scalar::one();
                     };
                   },
                   Reason::kProduct});
  }
  return all;
}
INSTANTIATE_ATTACKS(Products, product_attacks);

TEST(Products, EachIsChecked) {
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
    EXPECT_EQ(judge(made).reason, Reason::kProduct) << k;
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
      EXPECT_EQ(judge(made).reason, expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Labels, FoldingMessage,
                         ::testing::Values("product f", "product g", "product h", "mask",
                                           "mask form", "blinder", "fold left", "fold right",
                                           "folded"));

}  // namespace
}  // namespace vouch::dense
