#include "cli/identity_files.h"

#include <algorithm>

#include "base/file.h"
#include "base/secret.h"
#include "cli/context.h"
#include "cli/inspect_command.h"
#include "cli/printable.h"

namespace vouch {
namespace {

constexpr size_t kDigits = 2 * sizeof(PublicKey);

bool all_hexadecimal(const std::string& text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

template <class T>
Result<T> named(const std::string& path, Result<T> result) {
  return result.ok() ? std::move(result) : Error{printable(path) + ": " + result.error().message};
}

Result<PublicKey> decode_either(ByteSpan file) {
  if (begins_with(file, kSecretKeyMagic)) {
    VOUCH_ASSIGN(const SecretKey key, decode_secret_key(file));
    return key.public_key();
  }
  return decode_identity(file);
}

}  // namespace

Result<SecretKey> read_secret_key(const std::string& path) {
  VOUCH_ASSIGN(Bytes file, read_file(path, kMaxKeyFileBytes));
  const WipedAtEnd wiped(file);
  return named(path, decode_secret_key(file));
}

Result<PublicKey> read_public_key(const std::string& digits_or_path) {
  if (digits_or_path.size() == kDigits && all_hexadecimal(digits_or_path)) {
    VOUCH_ASSIGN(const auto key, parse_digest(digits_or_path, "the key"));
    if (!is_public_key(key)) {
      return Error{"the key " + digits_or_path + " is none that anybody can sign with"};
    }
    return key;
  }
  VOUCH_ASSIGN(Bytes file, read_file(digits_or_path, kMaxKeyFileBytes));
  const WipedAtEnd wiped(file);
  return named(digits_or_path, decode_either(file));
}

Result<std::array<uint8_t, 32>> parse_digest(const std::string& digits, const std::string& what) {
  std::array<uint8_t, 32> digest{};
  const auto bytes = parse_hex(digits);
  if (!bytes.ok() || bytes.value().size() != digest.size()) {
    return Error{what + " is not 64 hexadecimal digits"};
  }
  std::ranges::copy(bytes.value(), digest.begin());
  return digest;
}

void report_public_key(const PublicKey& key, Output& output) {
  output.object()["key"] = hex_text(key);
  output.object()["fingerprint"] = fingerprint(key);
  output.line("Key:         " + hex_text(key));
  output.line("Fingerprint: " + fingerprint(key));
}

}  // namespace vouch
