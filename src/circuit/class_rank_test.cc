#include "circuit/class_rank.h"

#include <gtest/gtest.h>

#include <vector>

namespace vouch {
namespace {

TEST(RankOf, LowerClassesComeFirstAmongEquals) {
  const std::vector<double> list = {3, 5, 5, 1};
  const std::span values(list);
  EXPECT_EQ(rank_of(values, 1), 0U);
  EXPECT_EQ(rank_of(values, 2), 1U);
  EXPECT_EQ(rank_of(values, 0), 2U);
  EXPECT_EQ(rank_of(values, 3), 3U);
}

}  // namespace
}  // namespace vouch
