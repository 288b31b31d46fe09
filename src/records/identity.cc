#include "records/identity.h"

#include <sodium.h>

#include <algorithm>
#include <cstdio>

#include "base/random.h"
#include "base/secret.h"
#include "records/digest.h"

namespace vouch {

static_assert(crypto_sign_BYTES == sizeof(Signature));
static_assert(crypto_sign_PUBLICKEYBYTES == sizeof(PublicKey));
static_assert(crypto_sign_SEEDBYTES == SecretKey::kSeedBytes);
static_assert(crypto_sign_SECRETKEYBYTES == 2 * SecretKey::kSeedBytes);

SecretKey SecretKey::generate() {
  std::array<uint8_t, kSeedBytes> seed{};
  const WipedAtEnd wiped(seed);
  SecretRandom::from_system({}, {}).fill(seed);
  return SecretKey(seed);
}

SecretKey::SecretKey(std::span<const uint8_t, kSeedBytes> seed) {
  crypto_sign_seed_keypair(public_.data(), secret_.data(), seed.data());
}

SecretKey::SecretKey(SecretKey&& other) noexcept : secret_(other.secret_), public_(other.public_) {
  secure_wipe(other.secret_);
}

SecretKey::~SecretKey() { secure_wipe(secret_); }

std::span<const uint8_t, SecretKey::kSeedBytes> SecretKey::seed() const {
  return std::span<const uint8_t, 64>(secret_).first<kSeedBytes>();
}

Signature SecretKey::sign(ByteSpan message) const {
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_.data());
  return signature;
}

bool is_signature(const PublicKey& key, ByteSpan message, const Signature& signature) {
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     key.data()) == 0;
}

bool is_public_key(const PublicKey& key) {
  return crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

std::string fingerprint(const PublicKey& key) {
  constexpr size_t kBytes = 16;
  const Digest digest = labelled_digest("vouch key fingerprint v1", key);
  std::string text;
  for (size_t i = 0; i < kBytes; ++i) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", digest[i]);
    text += digits.data();
    text += i % 2 == 1 && i + 1 < kBytes ? "-" : "";
  }
  return text;
}

}  // namespace vouch
