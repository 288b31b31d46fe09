#include "picture/new_picture.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "picture/split_mix.h"

namespace vouch {
namespace {

using Colour = std::array<int64_t, 3>;

Colour random_colour(SplitMix64& random) {
  return {random.within(0, 255), random.within(0, 255), random.within(0, 255)};
}

// Colours at the corners of a 5 × 5 grid, bilinear between them.
class ColourField {
 public:
  explicit ColourField(SplitMix64& random) {
    std::generate(corners_.begin(), corners_.end(), [&] { return random_colour(random); });
  }
  // u and v are 0…65535, from the top left.
  [[nodiscard]] Colour at(int64_t u, int64_t v) const {
    const int64_t y = u * kCells;
    const int64_t x = v * kCells;
    const size_t corner =
        static_cast<size_t>(y >> 16U) * (kCells + 1) + static_cast<size_t>(x >> 16U);
    const int64_t fy = y & 0xFFFF;
    const int64_t fx = x & 0xFFFF;
    Colour out{};
    for (size_t k = 0; k < 3; ++k) {
      const int64_t top = corners_[corner][k] * (65536 - fx) + corners_[corner + 1][k] * fx;
      const int64_t bottom =
          corners_[corner + kCells + 1][k] * (65536 - fx) + corners_[corner + kCells + 2][k] * fx;
      out[k] = (top * (65536 - fy) + bottom * fy) >> 32U;
    }
    return out;
  }

 private:
  static constexpr int64_t kCells = 4;
  std::array<Colour, (kCells + 1) * (kCells + 1)> corners_{};
};

struct Figure {
  bool ellipse = false;
  int64_t u = 0;  // centre and half axes, in 1/65536 of the picture's sides
  int64_t v = 0;
  int64_t half_u = 1;
  int64_t half_v = 1;
  Colour colour{};

  [[nodiscard]] bool covers(int64_t at_u, int64_t at_v) const {
    const int64_t du = (at_u - u) * 1024 / half_u;
    const int64_t dv = (at_v - v) * 1024 / half_v;
    return ellipse ? du * du + dv * dv <= int64_t{1024} * 1024
                   : du >= -1024 && du <= 1024 && dv >= -1024 && dv <= 1024;
  }
};

std::vector<Figure> random_figures(SplitMix64& random) {
  std::vector<Figure> figures(static_cast<size_t>(random.within(3, 9)));
  for (Figure& f : figures) {
    f.ellipse = random.within(0, 1) == 1;
    f.u = random.within(0, 65535);
    f.v = random.within(0, 65535);
    f.half_u = random.within(2500, 20000);
    f.half_v = random.within(2500, 20000);
    f.colour = random_colour(random);
  }
  return figures;
}

}  // namespace

Picture new_picture(uint64_t seed, uint32_t rows, uint32_t columns) {
  VOUCH_CHECK(is_size_allowed(rows, columns));
  SplitMix64 random(seed);
  const ColourField field(random);
  const std::vector<Figure> figures = random_figures(random);
  const int64_t noise = random.within(2, 24);
  Picture picture{rows, columns, {}};
  picture.pixels.reserve(size_t{3} * rows * columns);
  for (int64_t y = 0; y < rows; ++y) {
    for (int64_t x = 0; x < columns; ++x) {
      const int64_t u = y * 65536 / rows;
      const int64_t v = x * 65536 / columns;
      Colour colour = field.at(u, v);
      for (const Figure& figure : figures) {
        if (figure.covers(u, v)) {
          // Three quarters of its own colour, so that the field shows through.
          for (size_t k = 0; k < 3; ++k) {
            colour[k] = (3 * figure.colour[k] + colour[k]) / 4;
          }
        }
      }
      for (const int64_t c : colour) {
        picture.pixels.push_back(
            static_cast<uint8_t>(std::clamp<int64_t>(c + random.within(-noise, noise), 0, 255)));
      }
    }
  }
  return picture;
}

}  // namespace vouch
