// Λ in its short form against its entries, and against these folded one round after another.
#include "argument/folding/linear_form.h"

#include <gtest/gtest.h>

#include "poly/eq.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

struct Size {
  unsigned kappa;
  uint32_t slots;
};

class LinearForms : public ::testing::TestWithParam<Size> {
 protected:
  LinearForms() : form_(GetParam().kappa, GetParam().slots) {
    SecretRandom random = test_random(1);
    const size_t v = size_t{1} << GetParam().kappa;
    expected_.resize(size_t{1} << form_.bits());
    point_ = random_point(random, GetParam().kappa + 3);
    factor_ = random_scalar(random);
    form_.add_opening(point_, factor_);
    for (size_t i = 0; i < v; ++i) {
      expected_[i] = factor_ * eq_at(std::span(point_).first(GetParam().kappa), i);
    }
    for (uint32_t slot = 0; slot < GetParam().slots; ++slot) {
      const Scalar at = random_scalar(random);
      const Scalar factor = random_scalar(random);
      Linear expression = Linear(Scalar::from_u64(slot)) + Linear::slot(slot);
      if (slot > 0) {
        expression += at * Linear::slot(slot - 1);
        expected_[v + slot - 1] += factor * at;
      }
      form_.add(expression, factor);
      expected_[v + slot] += factor;
      y_ -= factor * Scalar::from_u64(slot);
    }
    for (unsigned round = 0; round + 2 < form_.bits(); ++round) {
      q_.push_back(random_scalar(random));
    }
  }

  std::array<Scalar, kFoldedEntries> fold_entries() const {
    std::vector<Scalar> lambda = expected_;
    for (const Scalar& q : q_) {
      const size_t half = lambda.size() / 2;
      for (size_t i = 0; i < half; ++i) {
        lambda[i] = q * lambda[i] + lambda[half + i];
      }
      lambda.resize(half);
    }
    return {lambda[0], lambda[1], lambda[2], lambda[3]};
  }

  LinearForm form_;
  std::vector<Scalar> expected_;
  std::vector<Scalar> point_;
  std::vector<Scalar> q_;
  Scalar factor_;
  Scalar y_;
};

TEST_P(LinearForms, AreTheirEntries) {
  EXPECT_EQ(form_.dense(), expected_);
  EXPECT_EQ(form_.y(), y_);
  EXPECT_EQ(form_.folded(q_), fold_entries());
}

TEST_P(LinearForms, ScaledInParts) {
  const uint32_t first = GetParam().slots / 3;
  const uint32_t count = GetParam().slots - first;
  form_.scale_slots(first, count, factor_);
  for (uint32_t slot = first; slot < first + count; ++slot) {
    expected_[(size_t{1} << GetParam().kappa) + slot] *= factor_;
  }
  EXPECT_EQ(form_.dense(), expected_);
  EXPECT_EQ(form_.folded(q_), fold_entries());
}

INSTANTIATE_TEST_SUITE_P(Sizes, LinearForms,
                         ::testing::Values(Size{2, 1}, Size{2, 30}, Size{4, 16}, Size{4, 17},
                                           Size{4, 200}, Size{7, 5}, Size{7, 100}, Size{9, 513}),
                         [](const ::testing::TestParamInfo<Size>& size) {
                           return "Kappa" + std::to_string(size.param.kappa) + "Slots" +
                                  std::to_string(size.param.slots);
                         });

}  // namespace
}  // namespace vouch
