#include "records/key_file.h"

#include <algorithm>

#include "base/secret.h"
#include "records/frame.h"

namespace vouch {

Bytes encode_secret_key(const SecretKey& key) {
  ByteWriter out;
  write_frame(out, kSecretKeyMagic);
  out.raw(key.seed());
  out.raw(key.public_key());
  return out.take();
}

Result<SecretKey> decode_secret_key(ByteSpan bytes) {
  ByteReader in(bytes);
  VOUCH_TRY(read_frame(in, kSecretKeyMagic, "a secret key"));
  std::array<uint8_t, SecretKey::kSeedBytes> seed{};
  const WipedAtEnd wiped(seed);
  PublicKey claimed{};
  in.read(seed);
  in.read(claimed);
  if (!in.finished()) {
    return Error{"the secret key is cut short or has bytes to spare"};
  }
  SecretKey key(seed);
  if (key.public_key() != claimed) {
    return Error{"the secret key is damaged: it does not belong to its public key"};
  }
  return key;
}

Bytes encode_identity(const PublicKey& key) {
  ByteWriter out;
  write_frame(out, kIdentityMagic);
  out.raw(key);
  return out.take();
}

Result<PublicKey> decode_identity(ByteSpan bytes) {
  ByteReader in(bytes);
  VOUCH_TRY(read_frame(in, kIdentityMagic, "an identity"));
  PublicKey key{};
  in.read(key);
  if (!in.finished()) {
    return Error{"the identity is cut short or has bytes to spare"};
  }
  if (!is_public_key(key)) {
    return Error{"the identity is no key that anybody can sign with"};
  }
  return key;
}

}  // namespace vouch
