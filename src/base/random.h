// Secret randomness: a stream of bytes that nobody else can guess.
//
//   seed   = first 32 bytes of SHA-512("vouch secret randomness v1" ‖ os (64) ‖
//                                      u64 len(secret) ‖ secret ‖ u64 len(context) ‖ context)
//   block i = ChaCha20(key = seed, nonce = u64 i, zeros of kBlockBytes)
//
// os are 64 bytes of the operating system's generator. The hedge: should that generator ever repeat
// itself (a cloned machine, a broken one), the stream still differs wherever the secret or the
// context (a transcript's state) differs, and stays unguessable as long as one of os and secret is.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace vouch {

/// Not copyable: two copies would draw the same blinders. Movable; the source must not be used
/// afterwards. Seed and buffer are wiped on destruction. Not thread-safe: fork() one for each
/// thread.
class SecretRandom {
 public:
  static constexpr size_t kSeedBytes = 32;

  /// Fresh randomness from the operating system, hedged with `secret` (may be empty) and `context`
  /// (say, a transcript's state). Stops the program if the operating system has no randomness.
  static SecretRandom from_system(ByteSpan secret, ByteSpan context);

  /// The same bytes for the same seed: for derivations (input salts, model blinders) and tests.
  explicit SecretRandom(std::span<const uint8_t, kSeedBytes> seed);

  SecretRandom(const SecretRandom&) = delete;
  SecretRandom& operator=(const SecretRandom&) = delete;
  SecretRandom(SecretRandom&& other) noexcept;
  SecretRandom& operator=(SecretRandom&& other) noexcept;
  ~SecretRandom();

  /// Overwrites `out` with the next bytes of the stream.
  void fill(std::span<uint8_t> out);

  /// A generator of its own, seeded with the next 32 bytes of this one.
  [[nodiscard]] SecretRandom fork();

 private:
  static constexpr size_t kBlockBytes = 512;
  void refill();

  std::array<uint8_t, kSeedBytes> seed_{};
  std::array<uint8_t, kBlockBytes> block_{};
  uint64_t next_block_ = 0;
  size_t used_ = kBlockBytes;
};

}  // namespace vouch
