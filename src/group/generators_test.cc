#include "group/generators.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "field/random_scalar.h"
#include "field/test_vectors.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

// A cache directory of its own for each test, and the environment put back after it.
class GeneratorCache : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::path(testing::TempDir()) /
                 ("vouch-generators-" + std::to_string(::getpid()) + "-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    save("XDG_CACHE_HOME", directory_.string().c_str());
    save("VOUCH_CACHE", "");
  }
  void TearDown() override {
    for (const auto& [name, value] : saved_) {
      if (value) {
        setenv(name.c_str(), value->c_str(), 1);
      } else {
        unsetenv(name.c_str());
      }
    }
    fs::remove_all(directory_);
  }
  void save(const char* name, const char* value) {
    const char* before = std::getenv(name);
    saved_.emplace_back(name,
                        before != nullptr ? std::optional<std::string>(before) : std::nullopt);
    setenv(name, value, 1);
  }
  [[nodiscard]] fs::path table() const { return directory_ / "vouch" / "generators-v1.bin"; }
  static std::vector<NielsPoint> copy(std::span<const NielsPoint> points) {
    return {points.begin(), points.end()};
  }
  static Bytes content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  fs::path directory_;
  std::vector<std::pair<std::string, std::optional<std::string>>> saved_;
};

TEST(Generators, AreTheHashesThatTheyAreSaidToBe) {
  // By libsodium: SHA-512("vouch generator v1" ‖ label ‖ u32 i), then the element derivation.
  for (const auto& [label, index] :
       {std::pair{'G', 0U}, {'G', 1U}, {'G', 70000U}, {'H', 0U}, {'U', 0U}}) {
    std::string message = "vouch generator v1";
    message += label;
    for (unsigned k = 0; k < 4; ++k) {
      message.push_back(static_cast<char>((index >> (8 * k)) & 255));
    }
    std::array<uint8_t, 64> hash{};
    crypto_hash_sha512(hash.data(), reinterpret_cast<const uint8_t*>(message.data()),
                       message.size());
    Point::Encoding expected{};
    crypto_core_ristretto255_from_hash(expected.data(), hash.data());
    EXPECT_EQ(Generators::derive(std::string(1, label), index).encode(), expected);
  }
}

TEST(Generators, VectorsOfPython) {
  size_t count = 0;
  for (const Words& w : read_test_vectors("transcript_vectors.txt")) {
    if (w[0] == "generator") {
      const auto index = static_cast<uint32_t>(std::stoul(w[2]));
      EXPECT_EQ(Generators::derive(w[1], index).encode(), array_from_hex<32>(w[3]));
      ++count;
    }
  }
  EXPECT_EQ(count, 7U);
}

TEST_F(GeneratorCache, HoldsWhatDeriveGives) {
  const auto loaded = Generators::load(1000);
  ASSERT_TRUE(loaded.ok());
  ASSERT_EQ(loaded.value().G().size(), 1000U);
  for (const uint32_t i : {0U, 1U, 999U}) {
    EXPECT_EQ(loaded.value().G()[i].point(), Generators::derive("G", i));
  }
  EXPECT_EQ(loaded.value().H().point(), Generators::derive("H", 0));
  EXPECT_EQ(loaded.value().U().point(), Generators::derive("U", 0));
  EXPECT_TRUE(fs::exists(table()));
  const auto again = Generators::load(1024);  // from the file now
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(copy(again.value().G().first(1000)), copy(loaded.value().G()));
}

TEST_F(GeneratorCache, GrowsByChunksAndKeepsThem) {
  constexpr size_t kChunkBytes = internal::kGeneratorChunk * sizeof(NielsPoint);
  ASSERT_TRUE(Generators::load(internal::kGeneratorChunk).ok());
  EXPECT_EQ(fs::file_size(table()), kChunkBytes);
  const auto more = Generators::load(internal::kGeneratorChunk + 1);
  ASSERT_TRUE(more.ok());
  EXPECT_EQ(more.value().G().back().point(), Generators::derive("G", internal::kGeneratorChunk));
  const Bytes two = content(table());
  EXPECT_EQ(two.size(), 2 * kChunkBytes);
  ASSERT_TRUE(Generators::load(1).ok());  // less than is there
  EXPECT_EQ(content(table()), two);
  Bytes first_bad = two;  // the second chunk stays when the first is made anew
  first_bad[100] ^= 1;
  std::ofstream(table(), std::ios::binary)
      .write(reinterpret_cast<const char*>(first_bad.data()), static_cast<long>(first_bad.size()));
  ASSERT_TRUE(Generators::load(1).ok());
  EXPECT_EQ(content(table()), two);
}

TEST_F(GeneratorCache, IsReallyRead) {
  ASSERT_TRUE(Generators::load(5).ok());
  const auto before = fs::last_write_time(table());
  ASSERT_TRUE(Generators::load(7).ok());
  EXPECT_EQ(fs::last_write_time(table()), before);
}

TEST_F(GeneratorCache, DamagedIsIgnoredAndWrittenAnew) {
  const auto good = Generators::load(1024);
  ASSERT_TRUE(good.ok());
  const Bytes bytes = content(table());
  ASSERT_EQ(bytes.size(), internal::kGeneratorChunk * 96U);
  const auto damage = [&](const Bytes& bad) {
    std::ofstream(table(), std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bad.data()), static_cast<long>(bad.size()));
    const auto loaded = Generators::load(1024);
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(copy(loaded.value().G()), copy(good.value().G()));
    const Bytes after = content(table());
    ASSERT_GE(after.size(), bytes.size());
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), after.begin()));
  };
  Bytes flipped = bytes;
  flipped[50'000] ^= 1;
  damage(flipped);
  damage({});
  damage(Bytes(bytes.begin(), bytes.end() - 1));
  Bytes longer = bytes;
  longer.push_back(0);
  damage(longer);
  // The identity everywhere: a commitment to it would bind nothing.
  Bytes identities;
  for (size_t i = 0; i < internal::kGeneratorChunk; ++i) {
    identities.resize(identities.size() + 96);
    identities[96 * i] = 1;
    identities[96 * i + 32] = 1;
  }
  damage(identities);
}

// Nobody reads the pipe: whoever opened it to write would wait for ever.
TEST_F(GeneratorCache, APipeInItsPlaceIsLeftAlone) {
  fs::create_directories(table().parent_path());
  ASSERT_EQ(mkfifo(table().c_str(), 0600), 0);
  alarm(60);
  EXPECT_TRUE(Generators::load(3).ok());
  alarm(0);
  EXPECT_TRUE(fs::is_fifo(table()));
}

TEST_F(GeneratorCache, MayBeOffOrMissing) {
  setenv("VOUCH_CACHE", "off", 1);
  const auto off = Generators::load(3);
  ASSERT_TRUE(off.ok());
  EXPECT_EQ(off.value().G()[2].point(), Generators::derive("G", 2));
  EXPECT_FALSE(fs::exists(directory_ / "vouch"));
  setenv("VOUCH_CACHE", "", 1);
  setenv("XDG_CACHE_HOME", "/proc/no/such/place", 1);
  const auto missing = Generators::load(3);
  ASSERT_TRUE(missing.ok());
  EXPECT_EQ(missing.value().G()[2].point(), Generators::derive("G", 2));
  // A directory where the file should be, and a cache path that is a file.
  setenv("XDG_CACHE_HOME", directory_.c_str(), 1);
  fs::create_directories(table());
  EXPECT_TRUE(Generators::load(3).ok());
}

TEST_F(GeneratorCache, SizesAtTheirLimits) {
  setenv("VOUCH_CACHE", "off", 1);
  const auto none = Generators::load(0);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none.value().G().empty());
  EXPECT_FALSE(Generators::load(Generators::kMaxSize + 1).ok());
  EXPECT_FALSE(Generators::load(SIZE_MAX).ok());
}

TEST(Generators, DigestsAreThoseOfTheDerivedTables) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr size_t kChunks = 2;  // sanitizers make this slow and the rest adds nothing to them
#else
  constexpr size_t kChunks = Generators::kMaxSize / internal::kGeneratorChunk;
#endif
  // In ranges, as an executor would.
  const auto executor = [](size_t n, size_t grain,
                           const std::function<void(size_t, size_t)>& body) {
    for (size_t begin = 0; begin < n; begin += grain) {
      body(begin, std::min(begin + grain, n));
    }
  };
  const auto G = internal::derive_generators(kChunks * internal::kGeneratorChunk, executor);
  for (size_t chunk = 0; chunk < kChunks; ++chunk) {
    const auto points =
        std::span(G).subspan(chunk * internal::kGeneratorChunk, internal::kGeneratorChunk);
    EXPECT_EQ(internal::digest_generators(points), internal::expected_generator_digest(chunk));
  }
  EXPECT_EQ(G[4100].point(), Generators::derive("G", 4100));
}

TEST_F(GeneratorCache, BlindIsAProductOfH) {
  const auto generators = Generators::load(1);
  ASSERT_TRUE(generators.ok());
  SecretRandom random(std::array<uint8_t, 32>{9});
  const Scalar omega = random_scalar(random);
  EXPECT_EQ(generators.value().blind(omega), Generators::derive("H", 0).multiply(omega));
}

}  // namespace
}  // namespace vouch
