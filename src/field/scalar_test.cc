#include "field/scalar.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <string>

#include "field/field_laws.h"
#include "field/product_sum.h"
#include "field/random_scalar.h"
#include "field/scalar_samples.h"
#include "field/test_vectors.h"

namespace vouch {
namespace {

// Arithmetic works at compile time, and the constants are what they should be.
static_assert(Scalar::one() * Scalar::from_u64(7) + Scalar::from_i64(-7) == Scalar::zero());
static_assert(Scalar::from_u64(6) * Scalar::from_u64(7) == Scalar::from_u64(42));

Scalar scalar(const std::string& hex) {
  const auto s = Scalar::decode(array_from_hex<32>(hex));
  EXPECT_TRUE(s.has_value()) << hex;
  return s.value_or(Scalar::zero());
}

void expect_canonical(const Scalar& s) {
  EXPECT_EQ(internal::subtract_modulus_once(s.limbs), s.limbs);
}

TEST(Scalar, VectorsOfPython) {
  size_t arithmetic = 0;
  for (const Words& w : read_test_vectors("field_vectors.txt")) {
    if (w[0] == "arithmetic" && w[1] == "l") {
      const Scalar a = scalar(w[2]);
      const Scalar b = scalar(w[3]);
      ASSERT_EQ((a + b).bytes(), array_from_hex<32>(w[4]));
      ASSERT_EQ((a - b).bytes(), array_from_hex<32>(w[5]));
      ASSERT_EQ((a * b).bytes(), array_from_hex<32>(w[6]));
      ASSERT_EQ(a.inverse().bytes(), array_from_hex<32>(w[7]));
      for (const Scalar& s : {a, b, a + b, a - b, a * b, a.inverse(), -a}) {
        expect_canonical(s);
      }
      ++arithmetic;
    } else if (w[0] == "wide") {
      ASSERT_EQ(Scalar::reduce_wide(array_from_hex<64>(w[1])).bytes(), array_from_hex<32>(w[2]));
    } else if (w[0] == "too-large") {
      ASSERT_FALSE(Scalar::decode(array_from_hex<32>(w[1])).has_value()) << w[1];
    } else if (w[0] == "not-too-large") {
      ASSERT_EQ(scalar(w[1]).bytes(), array_from_hex<32>(w[1]));
    } else if (w[0] == "integer") {
      ASSERT_EQ(Scalar::from_i64(std::stoll(w[1])).bytes(), array_from_hex<32>(w[2]));
    } else if (w[0] == "power") {
      ASSERT_EQ(scalar(w[1]).power(std::stoull(w[2])).bytes(), array_from_hex<32>(w[3]));
    }
  }
  EXPECT_GT(arithmetic, 150U);
}

TEST(Scalar, AgreesWithLibsodium) {
  SecretRandom random(std::array<uint8_t, 32>{1});
  std::vector<Scalar> samples = edge_scalars();
  samples.resize(40);
  for (int i = 0; i < 40; ++i) {
    samples.push_back(random_scalar(random));
  }
  std::array<uint8_t, 32> expected{};
  for (const Scalar& a : samples) {
    for (const Scalar& b : samples) {
      const auto x = a.bytes();
      const auto y = b.bytes();
      crypto_core_ristretto255_scalar_add(expected.data(), x.data(), y.data());
      ASSERT_EQ((a + b).bytes(), expected);
      crypto_core_ristretto255_scalar_sub(expected.data(), x.data(), y.data());
      ASSERT_EQ((a - b).bytes(), expected);
      crypto_core_ristretto255_scalar_mul(expected.data(), x.data(), y.data());
      ASSERT_EQ((a * b).bytes(), expected);
    }
    if (!a.is_zero()) {
      ASSERT_EQ(crypto_core_ristretto255_scalar_invert(expected.data(), a.bytes().data()), 0);
      ASSERT_EQ(a.inverse().bytes(), expected);
    }
  }
  for (int i = 0; i < 100; ++i) {
    std::array<uint8_t, 64> wide{};
    random.fill(wide);
    crypto_core_ristretto255_scalar_reduce(expected.data(), wide.data());
    ASSERT_EQ(Scalar::reduce_wide(wide).bytes(), expected);
  }
}

TEST(Scalar, FieldLaws) {
  std::vector<Scalar> samples = edge_scalars();
  samples.resize(30);
  SecretRandom random(std::array<uint8_t, 32>{2});
  for (int i = 0; i < 10; ++i) {
    samples.push_back(random_scalar(random));
  }
  expect_field_laws<Scalar>(samples);
}

TEST(Scalar, EncodingRoundTrips) {
  for (const Scalar& s : edge_scalars()) {
    const auto decoded = Scalar::decode(s.bytes());
    ASSERT_TRUE(decoded.has_value());
    ASSERT_EQ(*decoded, s);
    expect_canonical(s);
  }
}

TEST(Scalar, SmallThings) {
  const Scalar three = Scalar::from_u64(3);
  EXPECT_EQ(three.integer(), (std::array<uint64_t, 4>{3, 0, 0, 0}));
  EXPECT_EQ(three.doubled(), Scalar::from_u64(6));
  EXPECT_EQ(Scalar::zero().inverse(), Scalar::zero());
  EXPECT_EQ(Scalar::zero().power(0), Scalar::one());
  EXPECT_EQ(Scalar::from_i64(INT64_MIN) + Scalar::from_u64(uint64_t{1} << 63), Scalar::zero());
  EXPECT_EQ(Scalar::select(three, Scalar::one(), 0), three);
  EXPECT_EQ(Scalar::select(three, Scalar::one(), ~uint64_t{0}), Scalar::one());
  Scalar s = three;
  s += three;
  s *= three;
  s -= Scalar::one();
  EXPECT_EQ(s, Scalar::from_u64(17));
}

TEST(Scalar, InvertAll) {
  std::vector<Scalar> values = edge_scalars();  // zeros among them
  const std::vector<Scalar> before = values;
  invert_all(values);
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(values[i], before[i].inverse());
  }
  invert_all({});
  std::vector<Scalar> zeros(3);
  invert_all(zeros);
  EXPECT_EQ(zeros, std::vector<Scalar>(3));
}

TEST(Scalar, SumOfProducts) {
  std::vector<Scalar> samples = edge_scalars();
  const size_t n = samples.size();
  for (size_t i = 0; i < n; ++i) {
    const Scalar& a = samples[i];
    const Scalar& b = samples[(i * 7 + 1) % n];
    const Scalar& c = samples[(i * 13 + 5) % n];
    const Scalar& d = samples[(i * 31 + 2) % n];
    ASSERT_EQ(sum_of_products(a, b, c, d), a * b + c * d);
    expect_canonical(sum_of_products(a, b, c, d));
  }
  Scalar largest;  // the largest limbs there are, in all four places
  largest.limbs = internal::kModulus;
  largest.limbs[0] -= 1;
  ASSERT_EQ(sum_of_products(largest, largest, largest, largest), (largest * largest).doubled());
}

TEST(ProductSum, ReducesFullLimbs) {
  // Limbs that no sum of few terms reaches: V = 2^576 − 1.
  ProductSum sum;
  sum.limbs.fill(~uint64_t{0});
  const Scalar two = Scalar::from_u64(2);
  const Scalar R = two.power(256);
  EXPECT_EQ(sum.reduce(), (two.power(576) - Scalar::one()) * (R * R).inverse());
  ProductSum twice = sum;
  twice += sum;  // modulo 2^576: V = 2^576 − 2
  EXPECT_EQ(twice.reduce(), (two.power(576) - two) * (R * R).inverse());
}

TEST(SmallProductSum, ReducesBothEnds) {
  const Scalar two = Scalar::from_u64(2);
  const Scalar R_inverse = two.power(256).inverse();
  SmallProductSum sum;
  sum.limbs.fill(~uint64_t{0});  // −1
  EXPECT_EQ(sum.reduce(), -R_inverse);
  sum.limbs[4] >>= 1;  // 2^319 − 1
  EXPECT_EQ(sum.reduce(), (two.power(319) - Scalar::one()) * R_inverse);
  sum.limbs = {0, 0, 0, 0, uint64_t{1} << 63};  // −2^319
  EXPECT_EQ(sum.reduce(), -two.power(319) * R_inverse);
}

TEST(RandomScalar, IsReducedFromTheStream) {
  const std::array<uint8_t, 32> seed = {4};
  SecretRandom bytes(seed);
  SecretRandom scalars(seed);
  std::vector<Scalar> drawn(3);
  random_scalars(scalars, drawn);
  for (const Scalar& s : drawn) {
    std::array<uint8_t, 64> wide{};
    bytes.fill(wide);
    EXPECT_EQ(s, Scalar::reduce_wide(wide));
  }
}

}  // namespace
}  // namespace vouch
