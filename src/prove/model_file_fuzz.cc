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
  // Of one piece, as libFuzzer's inputs are.
  std::array<uint8_t, 32> piece{};
  std::array<uint8_t, 32> checksum{};
  crypto_generichash(piece.data(), piece.size(), data, size, nullptr, 0);
  crypto_generichash(checksum.data(), checksum.size(), piece.data(), piece.size(), nullptr, 0);
  Bytes file(data, data + size);
  file.insert(file.end(), checksum.begin(), checksum.end());
  if (const auto decoded = decode_model_file(file); decoded.ok()) {
    VOUCH_CHECK(encode_model_file(decoded.value().model, decoded.value().metadata) == file);
  }
  return 0;
}
