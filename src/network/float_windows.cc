#include "network/float_windows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/parallel.h"

namespace vouch {
namespace {

constexpr size_t kLanes = 16;  // channels side by side

WindowAxis row_axis(const Layer& layer, const PictureAxes& from, const PictureAxes& to) {
  const WindowShape& w = layer.window;
  return {static_cast<int64_t>(from.rows),
          static_cast<int64_t>(to.rows),
          w.kernel_rows,
          w.stride_rows,
          w.dilation_rows,
          w.pad_top,
          layer.transposed};
}

WindowAxis column_axis(const Layer& layer, const PictureAxes& from, const PictureAxes& to) {
  const WindowShape& w = layer.window;
  return {static_cast<int64_t>(from.columns),
          static_cast<int64_t>(to.columns),
          w.kernel_columns,
          w.stride_columns,
          w.dilation_columns,
          w.pad_left,
          layer.transposed};
}

// Of a window that is not transposed: the taps whose sources are inside.
struct TapRange {
  int64_t begin = 0;
  int64_t end = 0;
};
TapRange taps_inside(const WindowAxis& axis, int64_t o) {
  const int64_t first = o * axis.stride - axis.pad;
  const int64_t left = axis.extent - first;  // until the end
  const int64_t begin = first < 0 ? (-first + axis.dilation - 1) / axis.dilation : 0;
  const int64_t end = left <= 0 ? 0 : (left + axis.dilation - 1) / axis.dilation;
  return {std::min(begin, axis.kernel), std::min(end, axis.kernel)};
}

// Up to kLanes output channels of one picture: what they read, as [row][column][lane].
struct LaneBlock {
  size_t lanes = 0;
  size_t columns = 0;
  std::vector<float> values;

  [[nodiscard]] const float* at(int64_t row, int64_t column) const {
    return values.data() +
           (static_cast<size_t>(row) * columns + static_cast<size_t>(column)) * lanes;
  }
};

// channel(lane): the input's.
template <class Channel>
LaneBlock pack_lanes(const PictureAxes& from, const float* picture, size_t lanes, Channel channel) {
  LaneBlock block{lanes, from.columns, std::vector<float>(from.rows * from.columns * lanes)};
  for (size_t lane = 0; lane < lanes; ++lane) {
    const float* plane = picture + channel(lane) * from.channel_step;
    float* to = block.values.data() + lane;
    for (size_t row = 0; row < from.rows; ++row) {
      for (size_t column = 0; column < from.columns; ++column) {
        *to = plane[row * from.row_step + column * from.column_step];
        to += lanes;
      }
    }
  }
  return block;
}

// A window over a block of lanes: `start(lane)`, then `step(acc, x, tap, lane)` for each tap inside
// the input, then `finish(acc, taps inside)`. kFixed: the number of lanes, or 0 where it is
// not known in advance.
template <size_t kFixed, class Kernel>
void slide(const WindowAxis& rows, const WindowAxis& columns, const LaneBlock& x,
           const Kernel& kernel, const PictureAxes& to, float* y) {
  const size_t n = kFixed != 0 ? kFixed : x.lanes;
  for (int64_t row = 0; row < rows.outputs; ++row) {
    const TapRange down = taps_inside(rows, row);
    for (int64_t column = 0; column < columns.outputs; ++column) {
      const TapRange across = taps_inside(columns, column);
      std::array<float, kLanes> acc;
      for (size_t lane = 0; lane < n; ++lane) {
        acc[lane] = kernel.start(lane);
      }
      for (int64_t r = down.begin; r < down.end; ++r) {
        for (int64_t c = across.begin; c < across.end; ++c) {
          const float* from = x.at(row * rows.stride + r * rows.dilation - rows.pad,
                                   column * columns.stride + c * columns.dilation - columns.pad);
          const auto tap = static_cast<size_t>(r * columns.kernel + c);
          for (size_t lane = 0; lane < n; ++lane) {
            acc[lane] = kernel.step(acc[lane], from[lane], tap, lane);
          }
        }
      }
      const int64_t inside = std::max<int64_t>(0, down.end - down.begin) *
                             std::max<int64_t>(0, across.end - across.begin);
      float* out =
          y + static_cast<size_t>(row) * to.row_step + static_cast<size_t>(column) * to.column_step;
      for (size_t lane = 0; lane < n; ++lane) {
        out[lane * to.channel_step] = kernel.finish(acc[lane], inside);
      }
    }
  }
}

// Slides kernel_of(first output channel, lanes) over all channels of all pictures; output channel o
// reads input channel o / multiplier.
template <class KernelOf>
void slide_all(const WindowAxis& rows, const WindowAxis& columns, const PictureAxes& from,
               const PictureAxes& to, size_t multiplier, const float* x, float* y,
               KernelOf kernel_of) {
  const size_t blocks = (to.channels + kLanes - 1) / kLanes;
  parallel_for(to.pictures * blocks, 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const size_t first = i % blocks * kLanes;
      const size_t lanes = std::min(kLanes, to.channels - first);
      const LaneBlock block = pack_lanes(from, x + i / blocks * from.picture_step, lanes,
                                         [&](size_t lane) { return (first + lane) / multiplier; });
      float* out = y + i / blocks * to.picture_step + first * to.channel_step;
      const auto kernel = kernel_of(first, lanes);
      if (lanes == kLanes) {
        slide<kLanes>(rows, columns, block, kernel, to, out);
      } else {
        slide<0>(rows, columns, block, kernel, to, out);
      }
    }
  });
}

struct DepthwiseKernel {
  const float* weights;  // [tap][lane]
  size_t lanes;
  const float* bias;  // or null

  [[nodiscard]] float start(size_t lane) const { return bias == nullptr ? 0.0F : bias[lane]; }
  [[nodiscard]] float step(float acc, float x, size_t tap, size_t lane) const {
    return acc + weights[tap * lanes + lane] * x;
  }
  [[nodiscard]] static float finish(float acc, int64_t /*inside*/) { return acc; }
};

struct AverageKernel {
  int64_t all;  // elements, pads included; 0: only those inside

  [[nodiscard]] static float start(size_t /*lane*/) { return 0; }
  [[nodiscard]] static float step(float acc, float x, size_t /*tap*/, size_t /*lane*/) {
    return acc + x;
  }
  [[nodiscard]] float finish(float acc, int64_t inside) const {
    return acc / static_cast<float>(all != 0 ? all : inside);
  }
};

struct MaxKernel {
  [[nodiscard]] static float start(size_t /*lane*/) {
    return -std::numeric_limits<float>::infinity();
  }
  [[nodiscard]] static float step(float acc, float x, size_t /*tap*/, size_t /*lane*/) {
    return acc < x ? x : acc;
  }
  [[nodiscard]] static float finish(float acc, int64_t /*inside*/) { return acc; }
};

constexpr size_t kNowhere = SIZE_MAX;

// One tap of n positions for all channels: to[channel · step + i].
void gather_tap(const float* x, std::span<const size_t> offsets, size_t channels,
                size_t channel_step, size_t step, float* to) {
  const size_t n = offsets.size();
  bool inside = true;
  bool neighbours = true;
  for (size_t i = 0; i < n; ++i) {
    inside = inside && offsets[i] != kNowhere;
    neighbours = neighbours && offsets[i] == offsets[0] + i;
  }
  for (size_t c = 0; c < channels; ++c) {
    const float* from = x + c * channel_step;
    float* line = to + c * step;
    if (inside && neighbours) {
      std::copy_n(from + offsets[0], n, line);
    } else if (inside) {
      for (size_t i = 0; i < n; ++i) {
        line[i] = from[offsets[i]];
      }
    } else {
      for (size_t i = 0; i < n; ++i) {
        line[i] = offsets[i] == kNowhere ? 0.0F : from[offsets[i]];
      }
    }
  }
}

struct Position {
  size_t picture = 0;
  size_t row = 0;
  size_t column = 0;
};

Position position_of(size_t i, const PictureAxes& axes) {
  const size_t line = i / axes.columns;
  return {line / axes.rows, line % axes.rows, i % axes.columns};
}

}  // namespace

FloatConvolution::FloatConvolution(const Layer& layer, const Dimensions& x, const Dimensions& y,
                                   std::span<const float> weights, std::vector<float> bias)
    : from_(picture_axes(x, layer.channel_axis)),
      to_(picture_axes(y, layer.channel_axis)),
      rows_(row_axis(layer, from_, to_)),
      columns_(column_axis(layer, from_, to_)),
      bias_(std::move(bias)) {
  const size_t taps = size_t{layer.window.kernel_rows} * layer.window.kernel_columns;
  const size_t in = from_.channels / layer.groups;
  const size_t out = to_.channels / layer.groups;
  if (in == 1 && layer.groups > 1 && !layer.transposed) {
    for (size_t first = 0; first < to_.channels; first += kLanes) {
      const size_t lanes = std::min(kLanes, to_.channels - first);
      for (size_t tap = 0; tap < taps; ++tap) {
        for (size_t lane = 0; lane < lanes; ++lane) {
          lanes_.push_back(weights[(first + lane) * taps + tap]);
        }
      }
    }
    return;
  }
  for (size_t g = 0; g < layer.groups; ++g) {
    groups_.emplace_back(out, in * taps, [&](size_t o, size_t k) {
      return layer.transposed ? weights[((g * in + k / taps) * out + o) * taps + k % taps]
                              : weights[(g * out + o) * in * taps + k];
    });
  }
}

void FloatConvolution::run(const float* x, float* y) const {
  if (depthwise()) {
    run_depthwise(x, y);
    return;
  }
  for (size_t group = 0; group < groups_.size(); ++group) {
    run_group(group, x, y);
  }
}

void FloatConvolution::run_depthwise(const float* x, float* y) const {
  const auto taps = static_cast<size_t>(rows_.kernel * columns_.kernel);
  slide_all(rows_, columns_, from_, to_, to_.channels / from_.channels, x, y,
            [&](size_t first, size_t lanes) {
              return DepthwiseKernel{lanes_.data() + first * taps, lanes,
                                     bias_.empty() ? nullptr : bias_.data() + first};
            });
}

void FloatConvolution::run_group(size_t group, const float* x, float* y) const {
  const PanelMatrix& matrix = groups_[group];
  const auto taps = static_cast<size_t>(rows_.kernel * columns_.kernel);
  const size_t channels = matrix.depth() / taps;
  const float* from = x + group * channels * from_.channel_step;
  const size_t first_output = group * matrix.outputs();

  const auto gather = [&](size_t first, size_t n, size_t width, std::span<float> to) {
    std::array<Position, PanelMatrix::kPositions> positions;
    std::array<size_t, PanelMatrix::kPositions> offsets;
    for (size_t i = 0; i < n; ++i) {
      positions[i] = position_of(first + i, to_);
    }
    for (size_t tap = 0; tap < taps; ++tap) {
      const auto r = static_cast<int64_t>(tap) / columns_.kernel;
      const auto c = static_cast<int64_t>(tap) % columns_.kernel;
      for (size_t i = 0; i < n; ++i) {
        const int64_t row = rows_.source(static_cast<int64_t>(positions[i].row), r);
        const int64_t column = columns_.source(static_cast<int64_t>(positions[i].column), c);
        offsets[i] = row < 0 || column < 0 ? kNowhere
                                           : positions[i].picture * from_.picture_step +
                                                 static_cast<size_t>(row) * from_.row_step +
                                                 static_cast<size_t>(column) * from_.column_step;
      }
      gather_tap(from, std::span(offsets).first(n), channels, from_.channel_step, taps * width,
                 to.data() + tap * width);
    }
  };
  const auto scatter = [&](size_t first, size_t n, size_t o, const float* sums) {
    Position at = position_of(first, to_);
    float* channel = y + (first_output + o) * to_.channel_step;
    for (size_t i = 0; i < n; ++i) {
      channel[at.picture * to_.picture_step + at.row * to_.row_step + at.column * to_.column_step] =
          sums[i];
      if (++at.column == to_.columns) {
        at.column = 0;
        if (++at.row == to_.rows) {
          at.row = 0;
          ++at.picture;
        }
      }
    }
  };
  const std::span<const float> bias =
      bias_.empty() ? std::span<const float>()
                    : std::span<const float>(bias_).subspan(first_output, matrix.outputs());
  multiply_positions(matrix, bias, to_.pictures * to_.rows * to_.columns, gather, scatter);
}

void float_pool(const Layer& layer, const Dimensions& x_extents, const Dimensions& y_extents,
                const float* x, float* y) {
  const PictureAxes from = picture_axes(x_extents, layer.channel_axis);
  const PictureAxes to = picture_axes(y_extents, layer.channel_axis);
  const WindowAxis rows = row_axis(layer, from, to);
  const WindowAxis columns = column_axis(layer, from, to);
  if (layer.kind == LayerKind::kMaxPool) {
    slide_all(rows, columns, from, to, 1, x, y, [](size_t, size_t) { return MaxKernel{}; });
    return;
  }
  const int64_t all = layer.count_pads ? rows.kernel * columns.kernel : 0;
  slide_all(rows, columns, from, to, 1, x, y, [&](size_t, size_t) { return AverageKernel{all}; });
}

}  // namespace vouch
