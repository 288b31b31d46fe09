#include "group/generators.h"

#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "base/check.h"
#include "base/file.h"
#include "group/generator_digests.h"

namespace vouch {
namespace {

constexpr std::string_view kDomain = "vouch generator v1";
constexpr size_t kGrain = 512;

// sha512(domain ‖ label ‖ u32 index).
UniformBytes hash_of(std::string_view label, uint32_t index) {
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
  UniformBytes hash{};
  crypto_hash_sha512_final(&state, hash.data());
  return hash;
}

// Where the table lies, or nothing if it is not to be kept.
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

std::optional<std::filesystem::path> table_path() {
  const auto directory = cache_directory();
  return directory ? std::optional(*directory / "generators-v1.bin") : std::nullopt;
}

void run(const Generators::Executor& executor, size_t n,
         const std::function<void(size_t, size_t)>& body) {
  if (executor) {
    executor(n, 1, body);
  } else {
    body(0, n);
  }
}

std::span<NielsPoint> chunk_of(NielsTable& G, size_t chunk) {
  return std::span(G).subspan(chunk * internal::kGeneratorChunk, internal::kGeneratorChunk);
}

// Fills `G` from the file as far as it goes, and says how many whole chunks that is. NielsPoint is
// what the file holds: twelve little-endian words.
size_t read_table(const std::filesystem::path& path, NielsTable& G) {
  static_assert(std::endian::native == std::endian::little);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return 0;
  }
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(G.data()),
            static_cast<std::streamsize>(G.size() * sizeof(NielsPoint)));
  return static_cast<size_t>(file.gcount()) / (internal::kGeneratorChunk * sizeof(NielsPoint));
}

// What the file holds beyond `G` stays. A cache that cannot be written is no cache; nobody needs to
// hear of it.
void write_table(const std::filesystem::path& path, const NielsTable& G) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(G.data());
  Bytes table(bytes, bytes + G.size() * sizeof(NielsPoint));
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (std::filesystem::exists(path, error)) {
    if (!std::filesystem::is_regular_file(path, error)) {
      return;  // a pipe would wait for a reader
    }
    const auto old = read_file(path.string(), Generators::kMaxSize * sizeof(NielsPoint));
    if (old && old.value().size() > table.size()) {
      const auto from = old.value().begin() + static_cast<std::ptrdiff_t>(table.size());
      table.insert(table.end(), from, old.value().end());
    }
  }
  (void)write_file(path.string(), table, FileAccess::kPublic);
}

// G_first … into `out`.
void derive_range(size_t first, std::span<NielsPoint> out) {
  std::vector<UniformBytes> hashes(out.size());
  for (size_t i = 0; i < out.size(); ++i) {
    hashes[i] = hash_of("G", static_cast<uint32_t>(first + i));
  }
  const auto niels = to_niels(points_from_uniform_bytes(hashes));
  std::copy(niels.begin(), niels.end(), out.begin());
}

// G_0 … in whole chunks: read, checked, and derived and written where they are not there.
NielsTable cached_generators(const std::filesystem::path& path, size_t chunks,
                             const Generators::Executor& executor) {
  NielsTable G(chunks * internal::kGeneratorChunk);
  const size_t present = read_table(path, G);
  std::atomic<bool> changed = false;
  run(executor, chunks, [&](size_t begin, size_t end) {
    for (size_t chunk = begin; chunk < end; ++chunk) {
      const auto points = chunk_of(G, chunk);
      if (chunk >= present ||
          internal::digest_generators(points) != internal::expected_generator_digest(chunk)) {
        derive_range(chunk * internal::kGeneratorChunk, points);
        changed = true;
      }
    }
  });
  if (changed) {
    write_table(path, G);
  }
  return G;
}

}  // namespace

Point Generators::derive(std::string_view label, uint32_t index) {
  return Point::from_uniform_bytes(hash_of(label, index));
}

Generators::Generators(NielsTable G, const Point& H, const Point& U)
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
  const auto path = table_path();
  const size_t chunks = (n + internal::kGeneratorChunk - 1) / internal::kGeneratorChunk;
  NielsTable G =
      path ? cached_generators(*path, chunks, executor) : internal::derive_generators(n, executor);
  G.resize(n);
  return Generators(std::move(G), derive("H", 0), derive("U", 0));
}

namespace internal {

CacheDigest digest_generators(std::span<const NielsPoint> points) {
  // Before it libsodium does not use the processor's vector instructions.
  static const int initialised = sodium_init();
  (void)initialised;
  CacheDigest digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const uint8_t*>(points.data()),
                     points.size_bytes(), nullptr, 0);
  return digest;
}

CacheDigest expected_generator_digest(size_t chunk) {
  VOUCH_CHECK(chunk < kGeneratorDigests.size());
  const std::string_view hex = kGeneratorDigests[chunk];
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  CacheDigest digest{};
  for (size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<uint8_t>(16 * value(hex[2 * i]) + value(hex[2 * i + 1]));
  }
  return digest;
}

NielsTable derive_generators(size_t n, const Generators::Executor& executor) {
  VOUCH_CHECK(n <= Generators::kMaxSize);
  NielsTable G(n);
  run(executor, (n + kGrain - 1) / kGrain, [&G, n](size_t begin, size_t end) {
    const size_t first = begin * kGrain;
    derive_range(first, std::span(G).subspan(first, std::min(n, end * kGrain) - first));
  });
  return G;
}

}  // namespace internal
}  // namespace vouch
