#include "group/field25519.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "field/field_laws.h"
#include "field/test_vectors.h"
#include "group/edwards.h"

namespace vouch::internal {
namespace {

Field25519 element(const std::string& hex) {
  return Field25519::from_bytes(array_from_hex<32>(hex));
}

// Every limb 2^51 − 1: the largest that from_words gives, p + 18.
Field25519 all_ones() {
  constexpr uint64_t kOnes = ~uint64_t{0};
  return Field25519::from_words({kOnes, kOnes, kOnes, kOnes});
}

TEST(Field25519, VectorsOfPython) {
  size_t count = 0;
  for (const Words& w : read_test_vectors("field_vectors.txt")) {
    if (w[0] == "arithmetic" && w[1] == "p") {
      const Field25519 a = element(w[2]);
      const Field25519 b = element(w[3]);
      ASSERT_EQ((a + b).bytes(), array_from_hex<32>(w[4]));
      ASSERT_EQ((a - b).bytes(), array_from_hex<32>(w[5]));
      ASSERT_EQ((a * b).bytes(), array_from_hex<32>(w[6]));
      ASSERT_EQ(a.inverse().bytes(), array_from_hex<32>(w[7]));
      ASSERT_EQ(Field25519::add_loose(a, b).bytes(), array_from_hex<32>(w[4]));
      ASSERT_EQ(Field25519::subtract_loose(a, b).bytes(), array_from_hex<32>(w[5]));
      ++count;
    }
  }
  EXPECT_GT(count, 150U);
}

std::vector<Field25519> samples() {
  std::vector<Field25519> out = {Field25519::zero(), Field25519::one(), -Field25519::one(),
                                 Field25519::small(2).inverse(), all_ones()};
  for (const int k : {50, 51, 52, 102, 153, 204, 254}) {
    Field25519 power = Field25519::one();
    for (int i = 0; i < k; ++i) {
      power = power + power;
    }
    out.insert(out.end(), {power, power - Field25519::one(), power + Field25519::one()});
  }
  SecretRandom random(std::array<uint8_t, 32>{8});
  for (int i = 0; i < 8; ++i) {
    std::array<uint8_t, 32> bytes{};
    random.fill(bytes);
    out.push_back(Field25519::from_bytes(bytes));
  }
  return out;
}

TEST(Field25519, FieldLaws) { expect_field_laws<Field25519>(samples()); }

TEST(Field25519, LooseElementsMultiply) {
  // Five times a full element: limbs of 5·(2^51 − 1), just below the loose bound 2^53.5.
  for (const Field25519& x : {all_ones(), samples()[7], samples().back()}) {
    Field25519 loose = x;
    for (int i = 0; i < 4; ++i) {
      loose = Field25519::add_loose(loose, x);
    }
    const Field25519 five = Field25519::small(5);
    EXPECT_EQ(loose, five * x);
    EXPECT_EQ(loose * loose, five * five * x * x);
    EXPECT_EQ(loose.square(), five * five * x * x);
    EXPECT_EQ(loose + loose, five * x * Field25519::small(2));
    EXPECT_EQ(x - loose, -(Field25519::small(4) * x));
    EXPECT_EQ(-loose, -(five * x));
    EXPECT_EQ(loose.words(), (five * x).words());
  }
}

TEST(Field25519, NonCanonicalBytesAreTheirResidue) {
  for (uint64_t k = 0; k < 19; ++k) {  // p + k
    const Field25519 x = Field25519::from_words(
        {0xffffffffffffffed + k, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0} >> 1});
    EXPECT_EQ(x, Field25519::small(k));
    EXPECT_EQ(x.words(), (std::array<uint64_t, 4>{k, 0, 0, 0}));
    EXPECT_EQ(x.is_negative(), k % 2 == 1);
  }
  EXPECT_TRUE(Field25519::from_words({5, 0, 0, uint64_t{1} << 63}) == Field25519::small(5));
}

TEST(Field25519, SignsAndAbsolute) {
  EXPECT_FALSE(Field25519::zero().is_negative());
  EXPECT_TRUE(Field25519::one().is_negative());
  EXPECT_FALSE((-Field25519::one()).is_negative());
  for (const Field25519& x : samples()) {
    EXPECT_FALSE(x.absolute().is_negative());
    EXPECT_TRUE(x.absolute() == x || x.absolute() == -x);
  }
}

TEST(SquareRootOfRatio, VectorsOfRfc9496) {
  size_t count = 0;
  for (const Words& w : read_test_vectors("rfc9496.txt")) {
    if (w[0] == "sqrt") {
      const auto [was_square, root] = square_root_of_ratio(element(w[1]), element(w[2]));
      EXPECT_EQ(was_square, w[3] == "1");
      EXPECT_EQ(root.bytes(), array_from_hex<32>(w[4]));
      ++count;
    }
  }
  EXPECT_EQ(count, 6U);
}

TEST(Edwards, ConstantsOfRfc9496) {
  // Section 4.1, as little-endian hexadecimal of the decimals there; the signs matter.
  EXPECT_EQ(kD, element("a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352"));
  EXPECT_EQ(kSqrtMinusOne,
            element("b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b"));
  EXPECT_TRUE(kSqrtAdMinusOne.is_negative());
  EXPECT_FALSE(kInverseSqrtAMinusD.is_negative());
}

}  // namespace
}  // namespace vouch::internal
