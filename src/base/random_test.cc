#include "base/random.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <vector>

#include "base/secret.h"

namespace vouch {
namespace {

std::array<uint8_t, 32> counting_seed() {
  std::array<uint8_t, 32> seed{};
  for (size_t i = 0; i < seed.size(); ++i) {
    seed[i] = static_cast<uint8_t>(i);
  }
  return seed;
}

Bytes draw(SecretRandom& random, size_t n) {
  Bytes out(n);
  random.fill(out);
  return out;
}

TEST(SecretRandom, IsChaCha20OfItsSeed) {
  const auto seed = counting_seed();
  constexpr size_t kBlock = 512;
  Bytes expected(3 * kBlock);
  for (size_t i = 0; i < 3; ++i) {
    const std::array<uint8_t, 8> nonce = {static_cast<uint8_t>(i)};
    crypto_stream_chacha20(expected.data() + kBlock * i, kBlock, nonce.data(), seed.data());
  }
  SecretRandom random(seed);
  EXPECT_EQ(draw(random, expected.size()), expected);
}

TEST(SecretRandom, PiecesAreTheWhole) {
  SecretRandom whole(counting_seed());
  SecretRandom pieces(counting_seed());
  const Bytes expected = draw(whole, 2000);
  Bytes got;
  for (size_t n = 0; got.size() < expected.size(); ++n) {
    const Bytes piece = draw(pieces, std::min(n, expected.size() - got.size()));
    got.insert(got.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(got, expected);
}

TEST(SecretRandom, SystemSeedsDiffer) {
  SecretRandom a = SecretRandom::from_system({}, {});
  SecretRandom b = SecretRandom::from_system({}, {});
  EXPECT_NE(draw(a, 32), draw(b, 32));
}

TEST(SecretRandom, ForkIsNeitherParentNorSibling) {
  SecretRandom parent(counting_seed());
  SecretRandom first = parent.fork();
  SecretRandom second = parent.fork();
  const Bytes a = draw(first, 32);
  const Bytes b = draw(second, 32);
  const Bytes c = draw(parent, 32);
  EXPECT_NE(a, b);
  EXPECT_NE(a, c);
  EXPECT_NE(b, c);
}

TEST(SecretRandom, MoveContinuesTheStream) {
  SecretRandom reference(counting_seed());
  const Bytes expected = draw(reference, 100);
  SecretRandom source(counting_seed());
  Bytes got = draw(source, 40);
  SecretRandom moved = std::move(source);
  const Bytes rest = draw(moved, 60);
  got.insert(got.end(), rest.begin(), rest.end());
  EXPECT_EQ(got, expected);
}

TEST(SecretRandomDeathTest, UseAfterMoveStops) {
  SecretRandom source(counting_seed());
  const SecretRandom moved = std::move(source);
  std::array<uint8_t, 1> byte{};
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_DEATH(source.fill(byte), "next_block_");
}

TEST(SecureWipe, LeavesZeros) {
  std::array<uint8_t, 5> bytes = {1, 2, 3, 4, 5};
  secure_wipe(bytes);
  EXPECT_EQ(bytes, (std::array<uint8_t, 5>{}));
  secure_wipe(nullptr, 0);
  std::vector<uint32_t> numbers = {1, 2, 3};
  {
    const WipedAtEnd wiped(numbers);
    EXPECT_EQ(numbers[2], 3U);
  }
  EXPECT_EQ(numbers, (std::vector<uint32_t>(3)));
}

}  // namespace
}  // namespace vouch
