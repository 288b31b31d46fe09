// Arbitrary bytes as a picture and an EXIF segment: errors or pictures of allowed sizes.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "picture/decode.h"
#include "picture/exif.h"
#include "picture/resample.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vouch;  // NOLINT(google-build-using-namespace)
  const ByteSpan file(data, size);
  const int orientation = exif_orientation(file);
  VOUCH_CHECK(orientation >= 1 && orientation <= 8);
  const auto picture = decode_picture(file);
  if (picture) {
    const Picture& p = picture.value();
    VOUCH_CHECK(is_size_allowed(p.rows, p.columns));
    VOUCH_CHECK(p.pixels.size() == size_t{3} * p.rows * p.columns);
    VOUCH_CHECK(resample(p, 5, 7, 875).pixels.size() == 105);
  }
  return 0;
}
