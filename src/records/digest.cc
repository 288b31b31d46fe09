#include "records/digest.h"

#include <sodium.h>

#include <algorithm>

namespace vouch {

Digest labelled_digest(std::string_view label, ByteSpan bytes) {
  ByteWriter prefix;
  prefix.prefixed(label);
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  crypto_hash_sha512_update(&state, prefix.bytes().data(), prefix.bytes().size());
  crypto_hash_sha512_update(&state, bytes.data(), bytes.size());
  std::array<uint8_t, crypto_hash_sha512_BYTES> whole{};
  crypto_hash_sha512_final(&state, whole.data());
  Digest digest;
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

}  // namespace vouch
