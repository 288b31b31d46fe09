// Lanes against Field25519, at the bounds that avx512_field25519.h states and inside them.
#include "group/kernels/avx512_field25519.h"

#include <gtest/gtest.h>

#ifdef VOUCH_HAS_AVX512

#include <vector>

#include "base/random.h"
#include "group/field25519.h"

namespace vouch::internal::avx512 {
namespace {

using Limbs = std::array<uint64_t, 5>;

/// Five words of eight elements.
struct Stored {
  alignas(64) uint64_t word[5][8];
};

// Any columns as an element: Σ u_k·2^(52k).
Field25519 element(const Limbs& u) {
  const Field25519 radix = Field25519::small(uint64_t{1} << 26).square();
  Field25519 sum;
  for (size_t k = 5; k-- > 0;) {
    const Field25519 low = Field25519::small(u[k] & Field25519::kMask);
    const Field25519 high = Field25519::small(u[k] >> 51);
    sum = sum * radix + low + high * Field25519::small(uint64_t{1} << 50) * Field25519::small(2);
  }
  return sum;
}

Limbs lane(const Stored& s, size_t i) {
  return {s.word[0][i], s.word[1][i], s.word[2][i], s.word[3][i], s.word[4][i]};
}

constexpr size_t kResults = 6;
constexpr LaneMask kNegative = 0xa5;

VOUCH_AVX512 void run_products(const Stored& a, const Stored& b, Stored out[kResults]) {
  FieldLanes x{};
  FieldLanes y{};
  for (size_t k = 0; k < 5; ++k) {
    x.limb[k] = _mm512_load_si512(a.word[k]);
    y.limb[k] = _mm512_load_si512(b.word[k]);
  }
  const FieldColumns product = multiply(x, y);
  const FieldColumns power = square(x);
  const FieldColumns x_columns = as_columns(x);
  store(out[0].word, product);
  store(out[1].word, power);
  store(out[2].word, subtract(multiply(x, y, true), add(power, power)));
  store(out[3].word, subtract(square(x, true), product));
  store(out[4].word, negate(product, kNegative));
  store(out[5].word, subtract(raised(x_columns), product));
}

VOUCH_AVX512 void run_normalised(const Stored& a, Stored& out) {
  FieldColumns u{};
  for (size_t k = 0; k < 5; ++k) {
    u.u[k] = _mm512_load_si512(a.word[k]);
  }
  const FieldLanes x = normalised(u);
  for (size_t k = 0; k < 5; ++k) {
    _mm512_store_si512(out.word[k], x.limb[k]);
  }
}

// Every combination of extreme limbs (the highest up to `top`), then random ones.
std::vector<Limbs> samples(uint64_t limb, uint64_t top) {
  std::vector<Limbs> out;
  for (unsigned pattern = 0; pattern < 243; ++pattern) {
    Limbs x{};
    unsigned rest = pattern;
    for (size_t k = 0; k < 5; ++k, rest /= 3) {
      const uint64_t most = k == 4 ? top : limb;
      x[k] = rest % 3 == 0 ? 0 : rest % 3 == 1 ? most : most - 1;
    }
    out.push_back(x);
  }
  SecretRandom random(std::array<uint8_t, 32>{5});
  while (out.size() < 1000) {
    std::array<uint8_t, 40> bytes{};
    random.fill(bytes);
    Limbs x{};
    for (size_t k = 0; k < 5; ++k) {
      x[k] = load_little_endian(bytes.data() + 8 * k) % ((k == 4 ? top : limb) + 1);
    }
    out.push_back(x);
  }
  return out;
}

Stored eight(const std::vector<Limbs>& from, size_t first, size_t stride, uint64_t above) {
  Stored out{};
  for (size_t i = 0; i < 8; ++i) {
    for (size_t k = 0; k < 5; ++k) {
      out.word[k][i] = from[(first + i * stride) % from.size()][k] | (k < 4 ? above : 0);
    }
  }
  return out;
}

TEST(Field25519Lanes, ProductsAndSquares) {
  if (!has_avx512_ifma()) {
    GTEST_SKIP() << "this processor has no AVX-512 IFMA";
  }
  const auto values = samples(kMask52, (uint64_t{1} << 47) + (1 << 11));
  for (size_t first = 0; first < values.size(); ++first) {
    for (const size_t stride : {size_t{1}, size_t{37}}) {
      const Stored a = eight(values, first, 1, 0);
      const Stored b = eight(values, 7 * first + 3, stride, 0);
      Stored out[kResults];
      // What is above 52 bits of a limb does not count.
      run_products(eight(values, first, 1, uint64_t{0xabc} << 52),
                   eight(values, 7 * first + 3, stride, uint64_t{0xfff} << 52), out);
      for (size_t i = 0; i < 8; ++i) {
        const Field25519 x = element(lane(a, i));
        const Field25519 y = element(lane(b, i));
        EXPECT_EQ(element(lane(out[0], i)), x * y);
        EXPECT_EQ(element(lane(out[1], i)), x.square());
        EXPECT_EQ(element(lane(out[2], i)), x * y - x.square() - x.square());
        EXPECT_EQ(element(lane(out[3], i)), x.square() - x * y);
        EXPECT_EQ(element(lane(out[4], i)), (kNegative >> i & 1) != 0 ? -(x * y) : x * y);
        EXPECT_EQ(element(lane(out[5], i)), x - x * y);
        for (size_t k = 0; k < 5; ++k) {  // the stated bound, on which differences rely
          EXPECT_LT(out[0].word[k][i], 11 * (uint64_t{1} << 52));
          EXPECT_LT(out[1].word[k][i], 11 * (uint64_t{1} << 52));
        }
      }
    }
  }
}

TEST(Field25519Lanes, Normalised) {
  if (!has_avx512_ifma()) {
    GTEST_SKIP() << "this processor has no AVX-512 IFMA";
  }
  const uint64_t most = (uint64_t{1} << 62) - 1;
  for (const uint64_t limb : {kMask52, kMask52 + 1, most}) {
    const auto values = samples(limb, limb);
    for (size_t first = 0; first < values.size(); first += 8) {
      const Stored a = eight(values, first, 1, 0);
      Stored out{};
      run_normalised(a, out);
      for (size_t i = 0; i < 8; ++i) {
        Limbs x = lane(out, i);
        EXPECT_LT(x[4], (uint64_t{1} << 47) + (1 << 11));
        for (size_t k = 0; k < 4; ++k) {
          x[k] &= kMask52;
        }
        EXPECT_EQ(element(x), element(lane(a, i)));
      }
    }
  }
}

}  // namespace
}  // namespace vouch::internal::avx512

#endif  // VOUCH_HAS_AVX512
