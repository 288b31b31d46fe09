#include "group/generators.h"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "base/check.h"
#include "base/file.h"
#include "group/generator_digests.h"

namespace vouch {
namespace {

constexpr std::string_view kDomain = "vouch generator v1";
constexpr size_t kGrain = 512;

// Where the tables lie, or nothing if they are not to be kept.
std::optional<std::filesystem::path> cache_directory() {
  const char* cache = std::getenv("VOUCH_CACHE");
  if (cache != nullptr && std::string_view(cache) == "off") {
    return std::nullopt;
  }
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && xdg[0] == '/') {
    return std::filesystem::path(xdg) / "vouch";
  }
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') {
    return std::filesystem::path(home) / ".cache" / "vouch";
  }
  return std::nullopt;
}

std::filesystem::path table_path(const std::filesystem::path& directory, size_t bits) {
  return directory / ("generators-v1-" + std::to_string(bits) + ".bin");
}

std::vector<NielsPoint> decode_generator_table(ByteSpan table) {
  ByteReader reader(table);
  std::vector<NielsPoint> out(table.size() / sizeof(NielsPoint));
  for (NielsPoint& p : out) {
    for (auto* words : {&p.y_plus_x, &p.y_minus_x, &p.xy2d}) {
      for (uint64_t& word : *words) {
        word = reader.u64();
      }
    }
  }
  return out;
}

// The table of 2^bits points if the file is there, is regular and is what it should be.
std::optional<std::vector<NielsPoint>> read_table(const std::filesystem::path& path, size_t bits) {
  std::error_code error;
  const size_t size = sizeof(NielsPoint) << bits;
  if (!std::filesystem::is_regular_file(path, error) ||
      std::filesystem::file_size(path, error) != size) {
    return std::nullopt;
  }
  const auto table = read_file(path.string(), size);
  if (!table || table.value().size() != size ||
      internal::digest_generator_table(table.value()) !=
          internal::expected_generator_digest(bits)) {
    return std::nullopt;
  }
  return decode_generator_table(table.value());
}

// A cache that cannot be written is no cache; nobody needs to hear of it.
void write_table(const std::filesystem::path& directory, size_t bits,
                 std::span<const NielsPoint> G) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) {
    (void)write_file(table_path(directory, bits).string(), internal::encode_generator_table(G),
                     FileAccess::kPublic);
  }
}

}  // namespace

Point Generators::derive(std::string_view label, uint32_t index) {
  std::array<uint8_t, 4> index_bytes{};
  for (size_t i = 0; i < index_bytes.size(); ++i) {
    index_bytes[i] = static_cast<uint8_t>(index >> (8 * i));
  }
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (const std::string_view text : {kDomain, label}) {
    crypto_hash_sha512_update(&state, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  }
  crypto_hash_sha512_update(&state, index_bytes.data(), index_bytes.size());
  std::array<uint8_t, crypto_hash_sha512_BYTES> hash{};
  crypto_hash_sha512_final(&state, hash.data());
  return Point::from_uniform_bytes(hash);
}

Generators::Generators(std::vector<NielsPoint> G, const Point& H, const Point& U)
    : G_(std::move(G)), H_table_(H) {
  const auto niels = to_niels(std::array{H, U});
  H_ = niels[0];
  U_ = niels[1];
}

Result<Generators> Generators::load(size_t n, const Executor& executor) {
  if (n > kMaxSize) {
    return Error{"there are at most " + std::to_string(kMaxSize) + " generators, not " +
                 std::to_string(n)};
  }
  const size_t bits = std::max<size_t>(internal::kMinCachedBits,
                                       static_cast<size_t>(std::bit_width(n > 0 ? n - 1 : 0)));
  const auto directory = cache_directory();
  std::optional<std::vector<NielsPoint>> G;
  if (directory) {
    G = read_table(table_path(*directory, bits), bits);
    if (!G) {
      G = internal::derive_generators(size_t{1} << bits, executor);
      write_table(*directory, bits, *G);
    }
  } else {
    G = internal::derive_generators(n, executor);
  }
  G->resize(n);
  return Generators(std::move(*G), derive("H", 0), derive("U", 0));
}

namespace internal {

Bytes encode_generator_table(std::span<const NielsPoint> G) {
  ByteWriter writer;
  for (const NielsPoint& p : G) {
    for (const auto* words : {&p.y_plus_x, &p.y_minus_x, &p.xy2d}) {
      for (const uint64_t word : *words) {
        writer.u64(word);
      }
    }
  }
  return writer.take();
}

CacheDigest digest_generator_table(ByteSpan table) {
  CacheDigest digest{};
  crypto_generichash(digest.data(), digest.size(), table.data(), table.size(), nullptr, 0);
  return digest;
}

const CacheDigest& expected_generator_digest(size_t bits) {
  VOUCH_CHECK(bits >= kMinCachedBits && bits <= kMaxCachedBits);
  return kGeneratorDigests[bits - kMinCachedBits];
}

std::vector<NielsPoint> derive_generators(size_t n, const Generators::Executor& executor) {
  VOUCH_CHECK(n <= Generators::kMaxSize);
  std::vector<NielsPoint> G(n);
  const auto derive_range = [&G](size_t begin, size_t end) {
    std::vector<Point> points(end - begin);
    for (size_t i = begin; i < end; ++i) {
      points[i - begin] = Generators::derive("G", static_cast<uint32_t>(i));
    }
    const auto niels = to_niels(points);
    std::copy(niels.begin(), niels.end(), G.begin() + static_cast<std::ptrdiff_t>(begin));
  };
  if (executor) {
    executor(n, kGrain, derive_range);
  } else {
    derive_range(0, n);
  }
  return G;
}

}  // namespace internal
}  // namespace vouch
