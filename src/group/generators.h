// The generators of all commitments: G_0 … G_{n−1}, H for blinders and U for values, hashed to the
// group so that nobody knows a relation between them. Normative:
//
//   generator(label, i) = element derived (RFC 9496, 4.3.4) from the 64 bytes
//                         SHA-512("vouch generator v1" ‖ label ‖ u32 i, little-endian)
//   G_i = generator("G", i)      H = generator("H", 0)      U = generator("U", 0)
//
// with the strings in ASCII, without terminator. Deriving costs 3 … 8 µs a point, so they are
// cached on disk, in $XDG_CACHE_HOME/vouch/generators-v1.bin (else ~/.cache/vouch/…), 96 bytes a
// point: y+x, y−x, 2d·xy, each the integer in [0, p) little-endian, which is how they are used, so
// that loading them is reading and hashing. A chunk of 4096 of them (384 kB) is believed only if
// its BLAKE2b digest is the one compiled in here; what is missing or wrong is derived, and the file
// written anew. It holds as many chunks as anybody needed. VOUCH_CACHE=off keeps away from the
// disk.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/huge_pages.h"
#include "base/result.h"
#include "group/fixed_base.h"
#include "group/ristretto.h"

namespace vouch {

/// Sums take points from it in any order, so most of them with a page of their own.
using NielsTable = HugePageVector<NielsPoint>;

class Generators {
 public:
  /// The most G's there are.
  static constexpr size_t kMaxSize = (size_t{1} << 18) + (size_t{1} << 15);
  /// Runs body(begin, end) over ranges that cover [0, n): parallel_for of base/parallel.h fits.
  using Executor =
      std::function<void(size_t n, size_t grain, const std::function<void(size_t, size_t)>& body)>;

  /// G_0 … G_{n−1}, H and U, from the cache if it can be used, else derived (0.1 … 0.25 s for 2^15
  /// on one core) and cached for the next time. An error only if n > kMaxSize: without a usable
  /// cache directory it just takes longer.
  static Result<Generators> load(size_t n, const Executor& executor = {});

  /// n points.
  [[nodiscard]] std::span<const NielsPoint> G() const { return G_; }
  [[nodiscard]] const NielsPoint& H() const { return H_; }
  [[nodiscard]] const NielsPoint& U() const { return U_; }
  /// ω·H in constant time, for blinders.
  [[nodiscard]] Point blind(const Scalar& omega) const { return H_table_.multiply(omega); }

  /// generator(label, index) as above.
  static Point derive(std::string_view label, uint32_t index);

 private:
  Generators(NielsTable G, const Point& H, const Point& U);
  NielsTable G_;
  NielsPoint H_;
  NielsPoint U_;
  FixedBase H_table_;
};

namespace internal {

/// How many generators share a digest.
inline constexpr size_t kGeneratorChunk = 4096;
using CacheDigest = std::array<uint8_t, 32>;

/// BLAKE2b-256 of the points as they lie in the file.
[[nodiscard]] CacheDigest digest_generators(std::span<const NielsPoint> points);
/// The digest that is compiled in for G_{4096·chunk} … , chunk < kMaxSize/4096.
[[nodiscard]] CacheDigest expected_generator_digest(size_t chunk);
/// G_0 … G_{n−1}, derived.
[[nodiscard]] NielsTable derive_generators(size_t n, const Generators::Executor& executor);

}  // namespace internal

}  // namespace vouch
