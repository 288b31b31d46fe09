#include "picture/resample.h"

#include <algorithm>
#include <span>

#include "base/check.h"

namespace vouch {
namespace {

// L·p and 1000·M of the definition. L ≤ 65500 and M ≤ 4096, so both are below 2^26.
struct Frame {
  int64_t picture_step = 0;
  int64_t output_step = 0;
};

Frame frame_of(const Picture& picture, uint32_t rows, uint32_t columns, uint32_t crop_permille) {
  const bool rows_limit = uint64_t{picture.rows} * columns <= uint64_t{picture.columns} * rows;
  const int64_t L = rows_limit ? picture.rows : picture.columns;
  const int64_t M = rows_limit ? rows : columns;
  return {L * crop_permille, 1000 * M};
}

// The pixels that one output reads: t(i, first), t(i, first + 1), …
struct Taps {
  uint32_t first = 0;
  std::span<const int64_t> weights;
  int64_t total = 0;
};

class Axis {
 public:
  // t ≤ 2·2^26 and at most 2·65500 pixels: a sum times 255 stays below 2^52.
  Axis(const Frame& frame, uint32_t pixels, uint32_t outputs) {
    const int64_t n = pixels;
    const int64_t m = outputs;
    const int64_t reach = 2 * std::max(frame.picture_step, frame.output_step);
    const int64_t spacing = 2 * frame.output_step;  // between the centres of neighbouring pixels
    for (int64_t i = 0; i < m; ++i) {
      // Pixel j's centre minus the output's: spacing·j + start.
      const int64_t start = frame.output_step * (1 - n) - frame.picture_step * (2 * i + 1 - m);
      const int64_t from = std::clamp<int64_t>((-reach - start) / spacing - 1, 0, n);
      Row row{static_cast<uint32_t>(from), weights_.size(), 0, 0};
      for (int64_t j = from; j < n; ++j) {
        const int64_t distance = spacing * j + start;
        if (distance >= reach) {
          break;
        }
        if (distance <= -reach) {
          row.first = static_cast<uint32_t>(j + 1);
          continue;
        }
        const int64_t t = reach - (distance < 0 ? -distance : distance);
        weights_.push_back(t);
        row.total += t;
        ++row.count;
      }
      // The output's centre lies inside the picture and pixels are at most `spacing` ≤ reach apart.
      VOUCH_CHECK(row.total > 0);
      rows_.push_back(row);
    }
  }
  [[nodiscard]] Taps taps(size_t i) const {
    const Row& row = rows_[i];
    return {row.first, std::span(weights_).subspan(row.begin, row.count), row.total};
  }

 private:
  struct Row {
    uint32_t first = 0;
    size_t begin = 0;
    size_t count = 0;
    int64_t total = 0;
  };
  std::vector<Row> rows_;
  std::vector<int64_t> weights_;
};

uint8_t rounded(int64_t sum, int64_t total) {
  return static_cast<uint8_t>((2 * sum + total) / (2 * total));
}

// One row of the picture along its columns.
void resample_row(const Axis& axis, const uint8_t* from, std::span<uint8_t> to) {
  for (size_t i = 0; 3 * i < to.size(); ++i) {
    const Taps taps = axis.taps(i);
    const uint8_t* pixel = from + size_t{3} * taps.first;
    int64_t red = 0;
    int64_t green = 0;
    int64_t blue = 0;
    for (const int64_t t : taps.weights) {
      red += t * pixel[0];
      green += t * pixel[1];
      blue += t * pixel[2];
      pixel += 3;
    }
    to[3 * i] = rounded(red, taps.total);
    to[3 * i + 1] = rounded(green, taps.total);
    to[3 * i + 2] = rounded(blue, taps.total);
  }
}

}  // namespace

Picture resample(const Picture& picture, uint32_t rows, uint32_t columns, uint32_t crop_permille) {
  VOUCH_CHECK(is_size_allowed(picture.rows, picture.columns));
  VOUCH_CHECK(rows >= 1 && rows <= 4096 && columns >= 1 && columns <= 4096);
  VOUCH_CHECK(crop_permille >= 1 && crop_permille <= 1000);
  const Frame frame = frame_of(picture, rows, columns, crop_permille);
  const Axis across(frame, picture.columns, columns);
  const Axis down(frame, picture.rows, rows);

  // Only the rows that the second pass reads.
  const uint32_t first = down.taps(0).first;
  const Taps bottom = down.taps(rows - 1);
  const uint32_t last = bottom.first + static_cast<uint32_t>(bottom.weights.size());
  const size_t row_bytes = size_t{3} * columns;
  std::vector<uint8_t> narrow((last - first) * row_bytes);
  for (uint32_t y = first; y < last; ++y) {
    resample_row(across, picture.pixel(y, 0),
                 std::span(narrow).subspan((y - first) * row_bytes, row_bytes));
  }

  Picture out{rows, columns, std::vector<uint8_t>(rows * row_bytes)};
  std::vector<int64_t> sums(row_bytes);
  for (uint32_t y = 0; y < rows; ++y) {
    const Taps taps = down.taps(y);
    std::fill(sums.begin(), sums.end(), 0);
    for (size_t k = 0; k < taps.weights.size(); ++k) {
      const uint8_t* from = narrow.data() + (taps.first - first + k) * row_bytes;
      for (size_t x = 0; x < row_bytes; ++x) {
        sums[x] += taps.weights[k] * from[x];
      }
    }
    std::transform(sums.begin(), sums.end(),
                   out.pixels.begin() + static_cast<std::ptrdiff_t>(y * row_bytes),
                   [&](int64_t sum) { return rounded(sum, taps.total); });
  }
  return out;
}

std::vector<uint8_t> picture_codes(const Picture& picture, uint32_t channels) {
  VOUCH_CHECK(channels == 1 || channels == 3);
  const size_t n = size_t{picture.rows} * picture.columns;
  std::vector<uint8_t> codes(channels * n);
  for (size_t i = 0; i < n; ++i) {
    const uint8_t* rgb = picture.pixels.data() + 3 * i;
    if (channels == 3) {
      codes[i] = rgb[0];
      codes[n + i] = rgb[1];
      codes[2 * n + i] = rgb[2];
    } else {
      codes[i] = static_cast<uint8_t>(
          (19595U * rgb[0] + 38470U * rgb[1] + 7471U * rgb[2] + 32768U) / 65536U);
    }
  }
  return codes;
}

}  // namespace vouch
