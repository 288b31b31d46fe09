#include "argument/proof_shape.h"

#include <gtest/gtest.h>

namespace vouch {
namespace {

TEST(RoundGroups, LargestThatFits) {
  for (const unsigned budget : {1U, 5U, 10U, 16U, 20U}) {
    for (const unsigned most : {1U, 2U, 4U, 6U}) {
      const RoundGroups groups{static_cast<uint8_t>(budget), static_cast<uint8_t>(most)};
      for (unsigned left = 1; left <= 30; ++left) {
        const auto fits = [&](unsigned v) {
          double values = 1;
          for (unsigned i = 0; i < left; ++i) {
            values *= i < v ? 3 : 2;
          }
          return values <= double(1U << budget);
        };
        const unsigned v = groups.size(left);
        EXPECT_GE(v, 1U);
        EXPECT_LE(v, std::min(most, left));
        EXPECT_TRUE(v == 1 || fits(v)) << budget << " " << most << " " << left;
        EXPECT_TRUE(v == std::min(most, left) || !fits(v + 1))
            << budget << " " << most << " " << left;
      }
    }
  }
}

TEST(RoundGroups, OneByOneByDefault) {
  for (unsigned left = 1; left <= 30; ++left) {
    EXPECT_EQ(RoundGroups{}.size(left), 1U);
  }
}

TEST(ProofShape, Encoding) {
  const ProofShape shape{17, {19, 5}, 300};
  ByteWriter w;
  encode(w, shape);
  EXPECT_EQ(w.bytes(), (Bytes{17, 19, 5, 300 % 256, 300 / 256}));
  ByteReader r(w.bytes());
  EXPECT_EQ(decode_proof_shape(r), shape);
  EXPECT_TRUE(r.finished());
}

TEST(ProofShape, Limits) {
  EXPECT_TRUE(validate(ProofShape{}).ok());
  EXPECT_TRUE(validate(ProofShape{4, {1, 1}, 1}).ok());
  EXPECT_TRUE(validate(ProofShape{18, {24, 6}, 1024}).ok());
  for (const ProofShape& shape :
       {ProofShape{3, {1, 1}, 1}, ProofShape{19, {1, 1}, 1}, ProofShape{15, {0, 1}, 1},
        ProofShape{15, {25, 1}, 1}, ProofShape{15, {1, 0}, 1}, ProofShape{15, {1, 7}, 1},
        ProofShape{15, {1, 1}, 0}, ProofShape{15, {1, 1}, 1025}}) {
    EXPECT_FALSE(validate(shape).ok());
  }
}

}  // namespace
}  // namespace vouch
