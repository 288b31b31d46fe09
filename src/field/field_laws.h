// The laws of a field, checked over all triples of some samples: one suite for every type.
#pragma once

#include <gtest/gtest.h>

#include <span>

namespace vouch {

/// F has zero(), one(), + − *, unary −, ==, square() and inverse() with 1/0 = 0.
template <class F>
void expect_field_laws(std::span<const F> samples) {
  const F zero = F::zero();
  const F one = F::one();
  ASSERT_FALSE(zero == one);
  for (const F& a : samples) {
    ASSERT_EQ(a + zero, a);
    ASSERT_EQ(a * one, a);
    ASSERT_EQ(a * zero, zero);
    ASSERT_EQ(a - a, zero);
    ASSERT_EQ(a + (-a), zero);
    ASSERT_EQ(-(-a), a);
    ASSERT_EQ(a.square(), a * a);
    ASSERT_EQ(a * a.inverse(), a == zero ? zero : one);
    for (const F& b : samples) {
      ASSERT_EQ(a + b, b + a);
      ASSERT_EQ(a * b, b * a);
      ASSERT_EQ(a - b, a + (-b));
      ASSERT_EQ((a - b) + b, a);
      ASSERT_EQ((a * b == zero), (a == zero || b == zero));
      for (const F& c : samples) {
        ASSERT_EQ((a + b) + c, a + (b + c));
        ASSERT_EQ((a * b) * c, a * (b * c));
        ASSERT_EQ(a * (b + c), a * b + a * c);
      }
    }
  }
}

}  // namespace vouch
