// Files of identities (docs/formats.md): the secret key, and the public one that others get.
#pragma once

#include <string_view>

#include "base/result.h"
#include "records/identity.h"

namespace vouch {

constexpr std::string_view kSecretKeyMagic = "VOUCHKEY";
constexpr std::string_view kIdentityMagic = "VOUCHIDN";

/// Both files have fewer bytes than this.
constexpr size_t kMaxKeyFileBytes = 4096;

/// To be wiped by the caller.
[[nodiscard]] Bytes encode_secret_key(const SecretKey& key);
/// Error: not such a file, or one that is damaged: the public key does not belong to the seed.
[[nodiscard]] Result<SecretKey> decode_secret_key(ByteSpan bytes);

[[nodiscard]] Bytes encode_identity(const PublicKey& key);
/// Error: not such a file, or not the key of an honest identity (is_public_key).
[[nodiscard]] Result<PublicKey> decode_identity(ByteSpan bytes);

}  // namespace vouch
