// Who says something: an Ed25519 key (RFC 8032), libsodium's.
//
// libsodium refuses signatures whose S is not reduced and keys and points of small order, and
// verifies without cofactor: so all verifiers agree, and nobody but the key's owner makes even a
// second signature of something that was signed (strong unforgeability). The digest of a record
// covers its signature and rests on that.
#pragma once

#include <array>
#include <span>
#include <string>

#include "base/bytes.h"

namespace vouch {

using PublicKey = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;

/// Signs. Not copyable; wiped where it is left.
class SecretKey {
 public:
  static constexpr size_t kSeedBytes = 32;

  /// A new one, from the operating system's randomness.
  [[nodiscard]] static SecretKey generate();
  explicit SecretKey(std::span<const uint8_t, kSeedBytes> seed);
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&&) = delete;
  ~SecretKey();

  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  /// What the key file holds.
  [[nodiscard]] std::span<const uint8_t, kSeedBytes> seed() const;
  /// The same signature for the same message, in time that depends on its length only.
  [[nodiscard]] Signature sign(ByteSpan message) const;

 private:
  std::array<uint8_t, 64> secret_{};  // the seed and the public key, as libsodium wants them
  PublicKey public_{};
};

[[nodiscard]] bool is_signature(const PublicKey& key, ByteSpan message, const Signature& signature);

/// Whether it is the one encoding of a point of the group's prime order, as all honest keys are.
[[nodiscard]] bool is_public_key(const PublicKey& key);

/// 128 bits of a digest of the key, for people to compare aloud: "0f3a-…", eight groups of four
/// hexadecimal digits. Nobody finds a second key for somebody's fingerprint; but who wants two of
/// his own keys to have one finds them with 2^64 steps. So records name keys, never fingerprints.
[[nodiscard]] std::string fingerprint(const PublicKey& key);

}  // namespace vouch
