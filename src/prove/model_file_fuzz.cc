// Arbitrary bytes as a .vouch file, without and with a checksum that fits: errors, or a model whose
// encoding is those bytes.
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "prove/model_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vouch;  // NOLINT(google-build-using-namespace)
  (void)decode_model_file({data, size}).ok();
  std::array<uint8_t, 64> full{};
  crypto_hash_sha512(full.data(), data, size);
  Bytes file(data, data + size);
  file.insert(file.end(), full.begin(), full.begin() + 32);
  if (const auto decoded = decode_model_file(file); decoded.ok()) {
    VOUCH_CHECK(encode_model_file(decoded.value().model, decoded.value().metadata) == file);
  }
  return 0;
}
