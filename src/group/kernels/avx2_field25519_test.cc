// Lanes against Field25519, at the bounds that avx2_field25519.h states and inside them.
#include "group/kernels/avx2_field25519.h"

#include <gtest/gtest.h>

#ifdef VOUCH_HAS_AVX2

#include <vector>

#include "base/random.h"
#include "group/field25519.h"

namespace vouch::internal::avx2 {
namespace {

using Limbs = std::array<int64_t, 5>;

constexpr int64_t kNormal = (int64_t{1} << 50) + (int64_t{1} << 16);  ///< of normalised limbs
constexpr int64_t kLoaded = (int64_t{1} << 51) - 1;                   ///< of limbs from memory

struct Stored {
  alignas(32) uint64_t word[5][kLanes];
};

Stored side_by_side(const std::vector<Limbs>& from, size_t first, size_t stride, bool as_doubles) {
  Stored out{};
  for (size_t i = 0; i < kLanes; ++i) {
    for (size_t k = 0; k < 5; ++k) {
      const int64_t x = from[(first + i * stride) % from.size()][k];
      out.word[k][i] =
          as_doubles ? std::bit_cast<uint64_t>(static_cast<double>(x)) : static_cast<uint64_t>(x);
    }
  }
  return out;
}

std::array<uint64_t, 5> lane(const Stored& s, size_t i) {
  return {s.word[0][i], s.word[1][i], s.word[2][i], s.word[3][i], s.word[4][i]};
}

constexpr LaneMask kNegative = 0x5;

[[gnu::target("avx2,fma")]] void run_products(const Stored& a, const Stored& b, Stored out[4]) {
  const FieldLanes x = load_lanes(a.word);
  const FieldLanes y = load_lanes(b.word);
  const FieldColumns product = multiply(x, y);
  const FieldColumns power = square(y);
  store(out[0].word, product);
  store(out[1].word, power);
  store(out[2].word, subtract(add(product, product), power));
  store(out[3].word, negate(product, kNegative));
}

[[gnu::target("avx2,fma")]] void run_normalised(const Stored& a, Stored& out) {
  store(out.word, normalised(load_columns(a.word)));
}

// Every combination of 0 and of limbs that are `most` in size, then random ones.
std::vector<Limbs> samples(int64_t most, bool negative) {
  std::vector<Limbs> out;
  for (unsigned pattern = 0; pattern < 243; ++pattern) {
    Limbs x{};
    unsigned rest = pattern;
    for (size_t k = 0; k < 5; ++k, rest /= 3) {
      x[k] = rest % 3 == 0 ? 0 : rest % 3 == 1 ? most : negative ? -most : most - 1;
    }
    out.push_back(x);
  }
  SecretRandom random(std::array<uint8_t, 32>{5});
  while (out.size() < 1000) {
    std::array<uint8_t, 40> bytes{};
    random.fill(bytes);
    Limbs x{};
    for (size_t k = 0; k < 5; ++k) {
      const uint64_t word = load_little_endian(bytes.data() + 8 * k);
      x[k] = static_cast<int64_t>(word % static_cast<uint64_t>(most + 1));
      x[k] = negative && word >> 63 != 0 ? -x[k] : x[k];
    }
    out.push_back(x);
  }
  return out;
}

void expect_products(const std::vector<Limbs>& left, const std::vector<Limbs>& right) {
  for (size_t first = 0; first < left.size(); ++first) {
    const Stored a = side_by_side(left, first, 1, true);
    const Stored b = side_by_side(right, 7 * first + 3, 37, true);
    Stored out[4];
    run_products(a, b, out);
    for (size_t i = 0; i < kLanes; ++i) {
      const Field25519 x = lane_element(lane(a, i));
      const Field25519 y = lane_element(lane(b, i));
      EXPECT_EQ(column_element(lane(out[0], i)), x * y);
      EXPECT_EQ(column_element(lane(out[1], i)), y.square());
      EXPECT_EQ(column_element(lane(out[2], i)), x * y + x * y - y.square());
      EXPECT_EQ(column_element(lane(out[3], i)), (kNegative >> i & 1) != 0 ? -(x * y) : x * y);
      for (size_t k = 0; k < 5; ++k) {  // the stated bound, on which sums rely
        for (const Stored* columns : {&out[0], &out[1]}) {
          EXPECT_LT(std::abs(static_cast<int64_t>(columns->word[k][i])), int64_t{1} << 58);
        }
      }
    }
  }
}

TEST(Field25519FourLanes, ProductsAndSquares) {
  if (!has_avx2_fma()) {
    GTEST_SKIP() << "this processor has no AVX2 or no FMA";
  }
  const auto normal = samples(kNormal, true);
  expect_products(normal, normal);
  expect_products(samples(kLoaded, false), normal);
}

TEST(Field25519FourLanes, Normalised) {
  if (!has_avx2_fma()) {
    GTEST_SKIP() << "this processor has no AVX2 or no FMA";
  }
  for (const int64_t most : {int64_t{1} << 50, int64_t{1} << 51, int64_t{1} << 60}) {
    const auto values = samples(most, true);
    for (size_t first = 0; first < values.size(); first += kLanes) {
      const Stored a = side_by_side(values, first, 1, false);
      Stored out{};
      run_normalised(a, out);
      for (size_t i = 0; i < kLanes; ++i) {
        EXPECT_EQ(lane_element(lane(out, i)), column_element(lane(a, i)));
        for (const uint64_t limb : lane(out, i)) {
          EXPECT_LE(std::abs(std::bit_cast<double>(limb)), static_cast<double>(kNormal));
        }
      }
    }
  }
}

}  // namespace
}  // namespace vouch::internal::avx2

#endif  // VOUCH_HAS_AVX2
