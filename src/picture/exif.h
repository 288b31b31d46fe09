// EXIF orientation: which way up a camera was held.
//
// A JPEG's APP1 segment may hold a TIFF structure whose first directory has tag 0x0112, a 16-bit
// value 1…8 that says how the stored rows and columns lie in the upright picture.
#pragma once

#include "base/bytes.h"
#include "picture/picture.h"

namespace vouch {

/// The orientation 1…8 in the contents of an APP1 segment (from "Exif" on). 1, upright, if there is
/// none or the segment is not well-formed.
[[nodiscard]] int exif_orientation(ByteSpan app1);

/// Turns a stored picture upright; `orientation` is 1…8.
[[nodiscard]] Picture upright(Picture stored, int orientation);

}  // namespace vouch
