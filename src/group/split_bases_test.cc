#include "group/split_bases.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "field/random_scalar.h"
#include "group/generators.h"

namespace vouch {
namespace {

TEST(SplitBases, SumsAreThoseOfPlainMultiplication) {
  SecretRandom random(std::array<uint8_t, 32>{7});
  const auto generators = Generators::load(300);
  ASSERT_TRUE(generators.ok());
  const auto points = generators.value().G().subspan(10, 270);
  const SplitBases bases(points);
  std::vector<Scalar> s{Scalar::zero(),
                        Scalar::one(),
                        -Scalar::one(),
                        Scalar::from_u64(UINT64_MAX),
                        Scalar::from_u64(UINT64_MAX) + Scalar::one(),
                        -Scalar::from_u64(8)};
  for (size_t i = 0; i < 20; ++i) {
    s.push_back(random_scalar(random));
  }
  for (const size_t n : {size_t{0}, size_t{1}, size_t{3}, s.size()}) {
    for (const size_t first : {size_t{0}, size_t{131}, points.size() - n}) {
      const std::span<const Scalar> part(s.data() + s.size() - n, n);
      EXPECT_EQ(bases.sum_vartime(first, part), msm_vartime(part, points.subspan(first, n)))
          << n << " from " << first;
    }
  }
}

}  // namespace
}  // namespace vouch
