// Input preparation, the part that is the same on every machine: from RGB pixels to the network's
// codes. Normative: whoever checks a proof about a picture has to reproduce it bit for bit.
//
// Given a picture of H rows and W columns of RGB bytes, an input of R rows and C columns, and a
// crop of p thousandths. All numbers are integers; ⌊a/b⌋ rounds towards −∞.
//
// 1. Frame. The part that is kept is the largest rectangle of the proportions C : R in the
// picture's
//    centre, shrunk about the centre by p/1000 (for a square input: the centre square of p/1000 of
//    the short side). It is never rounded to whole pixels. With
//
//        (L, M) = (H, R) if H·C ≤ W·R, else (W, C)
//
//    one step of the output is a = L·p/(1000·M) pixels of the picture, along both axes.
//
// 2. Weights. Along an axis of n pixels and m outputs, output i = 0…m−1 weighs pixel j = 0…n−1 by a
//    triangle about the output's centre, one output step wide on each side when shrinking (so that
//    no pixel is skipped), one pixel wide when enlarging:
//
//        t(i, j) = max(0, 2·max(L·p, 1000·M) − |1000·M·(2j + 1 − n) − L·p·(2i + 1 − m)|)
//
//    Pixels outside of the frame count too; those outside of the picture do not exist.
//
// 3. Two passes, first along the columns of each row, then along the rows of the result, each
// channel
//    alone. Every pass rounds to a byte, halves up:
//
//        y(i) = ⌊(2·Σ_j t(i, j)·x(j) + T) / (2·T)⌋        T = Σ_j t(i, j)
//
// 4. Codes. An input of three channels takes red, green, blue. An input of one channel takes
//    ⌊(19595·red + 38470·green + 7471·blue + 32768) / 65536⌋. A code is the byte itself.
//
// A picture that has the input's size already is not changed when p = 1000. Step 3 is the
// antialiased bilinear resize of common imaging libraries, with their rounded weights replaced by
// exact ones.
#pragma once

#include <cstdint>
#include <vector>

#include "picture/picture.h"

namespace vouch {

/// Steps 1 to 3. rows and columns are 1…4096, crop_permille 1…1000, the picture's size is allowed.
[[nodiscard]] Picture resample(const Picture& picture, uint32_t rows, uint32_t columns,
                               uint32_t crop_permille);

/// Step 4: [channel][row][column]; channels is 1 or 3.
[[nodiscard]] std::vector<uint8_t> picture_codes(const Picture& picture, uint32_t channels);

}  // namespace vouch
