#include "network/float_windows.h"

#include <cmath>
#include <limits>

#include "network/network_checks.h"

namespace vouch {
namespace {

Layer random_window(std::mt19937& random, LayerKind kind, bool rows) {
  const auto draw = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  Layer layer;
  layer.kind = kind;
  WindowShape& w = layer.window;
  w.kernel_columns = 1 + draw(3);
  w.stride_columns = 1 + draw(3);
  w.dilation_columns = 1 + draw(2);
  w.pad_left = static_cast<int32_t>(draw(w.kernel_columns));
  w.pad_right = static_cast<int32_t>(draw(w.kernel_columns));
  if (rows) {
    w.kernel_rows = 1 + draw(4);
    w.stride_rows = 1 + draw(2);
    w.dilation_rows = 1 + draw(2);
    w.pad_top = static_cast<int32_t>(draw(w.kernel_rows));
    w.pad_bottom = static_cast<int32_t>(draw(w.kernel_rows));
  }
  return layer;
}

// [batch, channels, rows, columns] with the channels moved to an axis, and rows left out or not.
Dimensions picture_extents(uint32_t batch, uint32_t channels, uint32_t rows, uint32_t columns,
                           bool with_rows, uint32_t channel_axis) {
  Dimensions extents = with_rows ? Dimensions{batch, rows, columns} : Dimensions{batch, columns};
  extents.insert(extents.begin() + channel_axis, channels);
  return extents;
}

struct Pixels {
  PictureAxes axes;
  std::vector<double> values;

  Pixels(const Dimensions& extents, uint32_t channel_axis, std::vector<double> v)
      : axes(picture_axes(extents, channel_axis)), values(std::move(v)) {
    values.resize(element_count(extents), 0);
  }
  double* at(int64_t n, int64_t c, int64_t row, int64_t column) {
    const auto u = [](int64_t i) { return static_cast<size_t>(i); };
    const bool inside = row >= 0 && column >= 0 && u(row) < axes.rows && u(column) < axes.columns;
    return inside ? &values[u(n) * axes.picture_step + u(c) * axes.channel_step +
                            u(row) * axes.row_step + u(column) * axes.column_step]
                  : nullptr;
  }
};

// The definition: every weight meets every pixel; a transposed convolution spreads what the other
// collects.
std::vector<float> convolve(const Layer& layer, Pixels x, const std::vector<float>& weights,
                            const std::vector<float>& bias, Pixels y) {
  const auto in = static_cast<int64_t>(x.axes.channels / layer.groups);
  const auto out = static_cast<int64_t>(y.axes.channels / layer.groups);
  const WindowShape& w = layer.window;
  const PictureAxes& small = layer.transposed ? x.axes : y.axes;
  for (int64_t n = 0; n < static_cast<int64_t>(x.axes.pictures); ++n) {
    for (int64_t g = 0; g < layer.groups; ++g) {
      for (int64_t i = 0; i < in; ++i) {
        for (int64_t o = 0; o < out; ++o) {
          for (int64_t kr = 0; kr < w.kernel_rows; ++kr) {
            for (int64_t kc = 0; kc < w.kernel_columns; ++kc) {
              const int64_t filter =
                  layer.transposed ? (g * in + i) * out + o : (g * out + o) * in + i;
              const double weight = weights[static_cast<size_t>(
                  (filter * w.kernel_rows + kr) * w.kernel_columns + kc)];
              for (int64_t row = 0; row < static_cast<int64_t>(small.rows); ++row) {
                for (int64_t column = 0; column < static_cast<int64_t>(small.columns); ++column) {
                  const int64_t r = row * w.stride_rows + kr * w.dilation_rows - w.pad_top;
                  const int64_t c =
                      column * w.stride_columns + kc * w.dilation_columns - w.pad_left;
                  const double* from = layer.transposed ? x.at(n, g * in + i, row, column)
                                                        : x.at(n, g * in + i, r, c);
                  double* to = layer.transposed ? y.at(n, g * out + o, r, c)
                                                : y.at(n, g * out + o, row, column);
                  if (from != nullptr && to != nullptr) {
                    *to += weight * *from;
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  for (int64_t n = 0; n < static_cast<int64_t>(y.axes.pictures); ++n) {
    for (size_t o = 0; o < bias.size(); ++o) {
      for (int64_t row = 0; row < static_cast<int64_t>(y.axes.rows); ++row) {
        for (int64_t column = 0; column < static_cast<int64_t>(y.axes.columns); ++column) {
          *y.at(n, static_cast<int64_t>(o), row, column) += bias[o];
        }
      }
    }
  }
  return {y.values.begin(), y.values.end()};
}

TEST(FloatConvolution, IsTheDefinition) {
  std::mt19937 random(1);
  const auto draw = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  size_t done = 0;
  for (size_t attempt = 0; attempt < 600; ++attempt) {
    const bool rows = draw(4) != 0;
    Layer layer = random_window(random, LayerKind::kConvolution, rows);
    layer.transposed = draw(3) == 0;
    layer.groups = draw(3) == 0 ? 1 + draw(40) : 1;
    layer.channel_axis = 1 + draw(rows ? 3 : 2);
    const uint32_t in = layer.groups * (draw(2) == 0 ? 1 : 1 + draw(3));
    const uint32_t out = layer.groups * (1 + draw(layer.groups == 1 ? 9 : 2));
    const Dimensions x =
        picture_extents(1 + draw(2), in, 2 + draw(6), 2 + draw(7), rows, layer.channel_axis);
    const Dimensions w = {layer.transposed ? in : out, (layer.transposed ? out : in) / layer.groups,
                          layer.window.kernel_rows, layer.window.kernel_columns};
    NetworkBuilder builder;
    layer.inputs = {builder.input(x), builder.constant(w, random_reals(random, element_count(w)))};
    std::vector<float> bias;
    if (draw(2) == 0) {
      bias = random_reals(random, out);
      layer.inputs.push_back(builder.constant({out}, bias));
    }
    layer.output = builder.tensor({});
    const Result<Dimensions> y = output_extents(builder.network, layer);
    if (!y.ok()) {
      continue;  // a kernel larger than the input
    }
    builder.network.tensors[layer.output].shape = y.value();
    builder.network.layers = {layer};
    const std::vector<float> values = random_reals(random, element_count(x));
    const std::vector<float>& weights = builder.network.constants[0].reals;
    expect_near(run_last(builder, {values}),
                convolve(layer, Pixels(x, layer.channel_axis, {values.begin(), values.end()}),
                         weights, bias, Pixels(y.value(), layer.channel_axis, {})),
                1e-4F);
    if (testing::Test::HasFailure()) {
      FAIL() << "case " << attempt << ": " << text(x) << " by " << text(w) << " to "
             << text(y.value());
    }
    ++done;
  }
  EXPECT_GT(done, 300U);
}

TEST(FloatPool, IsTheDefinition) {
  std::mt19937 random(2);
  const auto draw = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  size_t done = 0;
  for (size_t attempt = 0; attempt < 400; ++attempt) {
    const bool rows = draw(4) != 0;
    const bool most = draw(2) == 0;
    Layer layer = random_window(random, most ? LayerKind::kMaxPool : LayerKind::kAveragePool, rows);
    layer.count_pads = !most && draw(2) == 0;
    layer.channel_axis = 1 + draw(rows ? 3 : 2);
    const Dimensions extents = picture_extents(1 + draw(2), 1 + draw(37), 2 + draw(6), 2 + draw(6),
                                               rows, layer.channel_axis);
    NetworkBuilder builder;
    layer.inputs = {builder.input(extents)};
    layer.output = builder.tensor({});
    const Result<Dimensions> out = output_extents(builder.network, layer);
    if (!out.ok()) {
      continue;
    }
    builder.network.tensors[layer.output].shape = out.value();
    builder.network.layers = {layer};
    const std::vector<float> values = random_reals(random, element_count(extents));
    Pixels x(extents, layer.channel_axis, {values.begin(), values.end()});
    Pixels y(out.value(), layer.channel_axis, {});
    const WindowShape& w = layer.window;
    for (int64_t n = 0; n < extents[0]; ++n) {
      for (int64_t c = 0; c < static_cast<int64_t>(y.axes.channels); ++c) {
        for (int64_t row = 0; row < static_cast<int64_t>(y.axes.rows); ++row) {
          for (int64_t column = 0; column < static_cast<int64_t>(y.axes.columns); ++column) {
            double sum = 0;
            double maximum = -std::numeric_limits<double>::infinity();
            int64_t inside = 0;
            for (int64_t k = 0; k < int64_t{w.kernel_rows} * w.kernel_columns; ++k) {
              const double* from = x.at(
                  n, c, row * w.stride_rows + k / w.kernel_columns * w.dilation_rows - w.pad_top,
                  column * w.stride_columns + k % w.kernel_columns * w.dilation_columns -
                      w.pad_left);
              if (from != nullptr) {
                sum += *from;
                maximum = std::max(maximum, *from);
                ++inside;
              }
            }
            const int64_t all = int64_t{w.kernel_rows} * w.kernel_columns;
            *y.at(n, c, row, column) =
                most ? maximum : sum / static_cast<double>(layer.count_pads ? all : inside);
          }
        }
      }
    }
    expect_near(run_last(builder, {values}), {y.values.begin(), y.values.end()}, 1e-5F);
    if (testing::Test::HasFailure()) {
      FAIL() << "case " << attempt << ": " << text(extents) << " to " << text(out.value());
    }
    ++done;
  }
  EXPECT_GT(done, 150U);
}

}  // namespace
}  // namespace vouch
