#include "model/float_layers.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/parallel.h"

namespace vouch {
namespace {

constexpr size_t kBlock =
    16;  // positions at a time: two outputs' sums fill eight 128-bit registers

// Sums of two outputs over all inputs; x is [in][kBlock].
void pointwise_pair(std::span<const float> x, const float* w0, const float* w1, float* y0,
                    float* y1) {
  std::array<float, kBlock> a0{};
  std::array<float, kBlock> a1{};
  for (size_t k = 0; k * kBlock < x.size(); ++k) {
    const float* from = x.data() + k * kBlock;
    for (size_t i = 0; i < kBlock; ++i) {
      a0[i] += w0[k] * from[i];
      a1[i] += w1[k] * from[i];
    }
  }
  std::copy(a0.begin(), a0.end(), y0);
  std::copy(a1.begin(), a1.end(), y1);
}

// y = W·x for one picture; weights [out][in].
void pointwise(const FloatTensor& x, size_t picture, std::span<const float> weights,
               FloatTensor& y) {
  const size_t in = x.channels;
  std::vector<float> packed(in * kBlock);
  std::array<float, 2 * kBlock> sums{};
  for (size_t begin = 0; begin < x.area(); begin += kBlock) {
    const size_t n = std::min(kBlock, x.area() - begin);
    for (size_t k = 0; k < in; ++k) {
      std::copy_n(x.plane(picture, k).begin() + static_cast<std::ptrdiff_t>(begin), n,
                  packed.begin() + static_cast<std::ptrdiff_t>(k * kBlock));
    }
    for (size_t c = 0; c < y.channels; c += 2) {
      const size_t second = std::min<size_t>(c + 1, y.channels - 1);
      pointwise_pair(packed, weights.data() + c * in, weights.data() + second * in, sums.data(),
                     sums.data() + kBlock);
      std::copy_n(sums.data(), n, y.plane(picture, c).data() + begin);
      std::copy_n(sums.data() + kBlock, n, y.plane(picture, second).data() + begin);
    }
  }
}

struct Axis {
  int64_t pad = 0;
  uint32_t outputs = 0;
};

Axis same_axis(uint32_t extent, uint32_t kernel, uint32_t stride) {
  const uint32_t outputs = (extent + stride - 1) / stride;
  const uint32_t span = (outputs - 1) * stride + kernel;
  return {span > extent ? (span - extent) / 2 : 0, outputs};
}

// Adds w times the plane shifted by one tap.
void add_tap(std::span<const float> from, const FloatTensor& x, std::span<float> to,
             const FloatTensor& y, int64_t dy, int64_t dx, int64_t stride, float w) {
  for (int64_t row = 0; row < y.rows; ++row) {
    const int64_t in_row = stride * row + dy;
    if (in_row < 0 || in_row >= x.rows) {
      continue;
    }
    const float* source = from.data() + in_row * x.columns;
    float* sums = to.data() + row * y.columns;
    const int64_t first = dx < 0 ? (-dx + stride - 1) / stride : 0;
    const int64_t reach = int64_t{x.columns} - 1 - dx;  // negative: the tap is outside everywhere
    const int64_t last = reach < 0 ? -1 : std::min<int64_t>(y.columns - 1, reach / stride);
    for (int64_t column = first; column <= last; ++column) {
      sums[column] += w * source[stride * column + dx];
    }
  }
}

}  // namespace

FloatTensor float_convolution(const FloatTensor& x, std::span<const float> weights, uint32_t out,
                              uint32_t kernel, uint32_t stride, bool depthwise) {
  const uint32_t in = depthwise ? 1 : x.channels;
  VOUCH_CHECK(weights.size() == size_t{out} * in * kernel * kernel);
  const Axis rows = same_axis(x.rows, kernel, stride);
  const Axis columns = same_axis(x.columns, kernel, stride);
  FloatTensor y(x.pictures, out, rows.outputs, columns.outputs);
  if (kernel == 1 && stride == 1 && !depthwise) {
    parallel_for(x.pictures, 1, [&](size_t begin, size_t end) {
      for (size_t n = begin; n < end; ++n) {
        pointwise(x, n, weights, y);
      }
    });
    return y;
  }
  const auto planes = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const size_t n = i / out;
      const size_t c = i % out;
      for (size_t k = 0; k < in; ++k) {
        for (size_t d = 0; d < size_t{kernel} * kernel; ++d) {
          const size_t at = depthwise ? d * out + c : (c * kernel * kernel + d) * x.channels + k;
          add_tap(x.plane(n, depthwise ? c : k), x, y.plane(n, c), y,
                  static_cast<int64_t>(d / kernel) - rows.pad,
                  static_cast<int64_t>(d % kernel) - columns.pad, stride, weights[at]);
        }
      }
    }
  };
  parallel_for(size_t{x.pictures} * out, 8, planes);
  return y;
}

FloatTensor float_average(const FloatTensor& x) {
  FloatTensor y(x.pictures, x.channels, 1, 1);
  for (size_t n = 0; n < x.pictures; ++n) {
    for (size_t c = 0; c < x.channels; ++c) {
      float sum = 0;
      for (const float value : x.plane(n, c)) {
        sum += value;
      }
      y.plane(n, c)[0] = sum / static_cast<float>(x.area());
    }
  }
  return y;
}

}  // namespace vouch
