// BMP pictures, by stb_image restricted to this one format.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "picture/picture.h"

namespace vouch {

/// Uncompressed BMP of 1, 4, 8, 16, 24 or 32 bits with the 40, 108 or 124-byte header; 32-bit alpha
/// is composited over white unless it is 0 everywhere. Errors: run-length coding, OS/2 headers,
/// pixels or palette entries that are not there, sizes that are not allowed.
[[nodiscard]] Result<Picture> decode_bmp(ByteSpan file);

/// "stb_image 2.27".
[[nodiscard]] std::string bmp_decoder();

}  // namespace vouch
