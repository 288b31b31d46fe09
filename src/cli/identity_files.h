// Identities on the command line.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/output.h"
#include "records/key_file.h"

namespace vouch {

/// The secret key in a file. Error: it names the file.
[[nodiscard]] Result<SecretKey> read_secret_key(const std::string& path);

/// The public key that is meant: 64 hexadecimal digits, or a file of an identity or a secret key.
[[nodiscard]] Result<PublicKey> read_public_key(const std::string& digits_or_path);

/// A 32-byte value in 64 hexadecimal digits. Error: names `what`.
[[nodiscard]] Result<std::array<uint8_t, 32>> parse_digest(const std::string& digits,
                                                           const std::string& what);

/// Lines and members "key" and "fingerprint".
void report_public_key(const PublicKey& key, Output& output);

}  // namespace vouch
