// PNG pictures, by libpng.
//
// Grey levels below 8 bits and palettes are expanded; 16-bit samples v become ⌊(255·v +
// 32895)/65536⌋; transparency is composited over white (composite.h); gamma and colour profiles are
// ignored.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "picture/picture.h"

namespace vouch {

/// Every PNG that libpng reads; of an animation the still picture. Errors: damaged or truncated
/// files (checksums are checked), sizes that are not allowed.
[[nodiscard]] Result<Picture> decode_png(ByteSpan file);

/// A PNG file of the picture, 8-bit RGB. Contract: the picture's size is allowed and its pixels are
/// as many.
[[nodiscard]] Bytes write_png(const Picture& picture);

/// "libpng 1.6.39".
[[nodiscard]] std::string png_decoder();

}  // namespace vouch
