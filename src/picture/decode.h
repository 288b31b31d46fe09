// Picture files into pixels.
//
// The proof is about the codes that the pixels become, so which pixels a file stands for has to be
// the same for whoever checks it. PNG and BMP are lossless and leave no choice but those that png.h
// and bmp.h make; JPEG leaves the rounding of the inverse transform and of chroma to the decoder,
// so it is fixed to one library and its settings (jpeg.h). A checker with another decoder should
// work from a PNG.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "picture/picture.h"

namespace vouch {

/// JPEG, PNG or BMP, told apart by their first bytes. At most kMaxPictureBytes and a size that
/// is_size_allowed; nothing that grows with the picture is allocated before its header was checked.
[[nodiscard]] Result<Picture> decode_picture(ByteSpan file);

/// Names and versions of the decoders: "libjpeg-turbo 2.1.5, libpng 1.6.39, stb_image 2.27".
[[nodiscard]] std::string describe_decoders();

}  // namespace vouch
