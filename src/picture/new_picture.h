// Synthetic pictures, for demonstrations and tests that have no photograph.
#pragma once

#include <cstdint>

#include "picture/picture.h"

namespace vouch {

/// A picture made of smooth colour fields, a few ellipses and rectangles, and noise. Integer
/// arithmetic only: the same seed gives the same picture everywhere. Contract: the size is allowed.
[[nodiscard]] Picture new_picture(uint64_t seed, uint32_t rows, uint32_t columns);

}  // namespace vouch
