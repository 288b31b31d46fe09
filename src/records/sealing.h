// Messages that one party alone can read: libsodium's sealed boxes (X25519, XSalsa20-Poly1305) to
// the key that its Ed25519 key corresponds to. Nothing tells who sealed one, and nothing is proven
// by it: what is in it is what a signed record says of it, by a digest.
#pragma once

#include "base/result.h"
#include "records/identity.h"

namespace vouch {

/// How much longer a sealed message is.
constexpr size_t kSealingBytes = 48;

/// Contract: is_public_key(recipient).
[[nodiscard]] Bytes seal(const PublicKey& recipient, ByteSpan message);

/// To be wiped by the caller. Error: it was not sealed to this key, or is damaged.
[[nodiscard]] Result<Bytes> open_sealed(const SecretKey& recipient, ByteSpan sealed);

}  // namespace vouch
