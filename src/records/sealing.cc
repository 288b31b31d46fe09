#include "records/sealing.h"

#include <sodium.h>

#include "base/check.h"
#include "base/secret.h"

namespace vouch {

static_assert(kSealingBytes == crypto_box_SEALBYTES);

Bytes seal(const PublicKey& recipient, ByteSpan message) {
  std::array<uint8_t, crypto_box_PUBLICKEYBYTES> to{};
  VOUCH_CHECK(crypto_sign_ed25519_pk_to_curve25519(to.data(), recipient.data()) == 0);
  Bytes sealed(message.size() + kSealingBytes);
  VOUCH_CHECK(crypto_box_seal(sealed.data(), message.data(), message.size(), to.data()) == 0);
  return sealed;
}

Result<Bytes> open_sealed(const SecretKey& recipient, ByteSpan sealed) {
  const Error not_ours{"it was not sealed to the key of " + fingerprint(recipient.public_key()) +
                       ", or is damaged"};
  if (sealed.size() < kSealingBytes) {
    return not_ours;
  }
  std::array<uint8_t, crypto_sign_SECRETKEYBYTES> signing{};
  std::array<uint8_t, crypto_sign_PUBLICKEYBYTES> unused{};
  std::array<uint8_t, crypto_box_SECRETKEYBYTES> secret{};
  std::array<uint8_t, crypto_box_PUBLICKEYBYTES> own{};
  const WipedAtEnd signing_wiped(signing);
  const WipedAtEnd secret_wiped(secret);
  crypto_sign_seed_keypair(unused.data(), signing.data(), recipient.seed().data());
  VOUCH_CHECK(crypto_sign_ed25519_sk_to_curve25519(secret.data(), signing.data()) == 0);
  VOUCH_CHECK(crypto_scalarmult_base(own.data(), secret.data()) == 0);
  Bytes message(sealed.size() - kSealingBytes);
  if (crypto_box_seal_open(message.data(), sealed.data(), sealed.size(), own.data(),
                           secret.data()) != 0) {
    secure_wipe(message);
    return not_ours;
  }
  return message;
}

}  // namespace vouch
