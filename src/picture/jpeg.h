// JPEG pictures, by libjpeg-turbo: the accurate integer inverse DCT (JDCT_ISLOW) and smooth chroma
// upsampling, which are fixed here because other choices give other pixels.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "picture/picture.h"

namespace vouch {

/// Baseline and progressive JPEG, grey or YCbCr or RGB, turned upright by its EXIF orientation.
/// Errors: damaged or truncated files, CMYK, sizes that are not allowed.
[[nodiscard]] Result<Picture> decode_jpeg(ByteSpan file);

/// "libjpeg-turbo 2.1.5".
[[nodiscard]] std::string jpeg_decoder();

}  // namespace vouch
