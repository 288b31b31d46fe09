// Multiples from tables against multiplications.
#include "prove/small_multiples.h"

#include <gtest/gtest.h>

#include <limits>

#include "poly/random_point.h"

namespace vouch {
namespace {

TEST(SmallMultiples, EqualTheProduct) {
  SecretRandom random = test_random(1);
  for (const Scalar& factor :
       {Scalar::zero(), Scalar::one(), -Scalar::one(), random_scalar(random)}) {
    const SmallMultiples multiples(factor);
    const auto expect = [&](int64_t x) {
      ASSERT_EQ(multiples(x), factor * Scalar::from_i64(x)) << x;
    };
    for (int64_t x = -3000; x <= 3000; ++x) {
      expect(x);
    }
    for (unsigned bits = 0; bits < 63; ++bits) {
      for (const int64_t off : {-1, 0, 1}) {
        expect((int64_t{1} << bits) + off);
        expect(-(int64_t{1} << bits) + off);
      }
    }
    expect(std::numeric_limits<int64_t>::max());
    expect(std::numeric_limits<int64_t>::min());
  }
}

}  // namespace
}  // namespace vouch
