// The float executor on MobileNetV2 1.0 of pictures of 224 × 224, with random weights.
#include <benchmark/benchmark.h>

#include "base/parallel.h"
#include "network/float_executor.h"
#include "network/network_builder.h"

namespace vouch {
namespace {

class MobileNet {
 public:
  explicit MobileNet(uint32_t channel_axis) : channel_axis_(channel_axis) {
    uint32_t x =
        builder_.input(channel_axis == 1 ? Dimensions{1, 3, 224, 224} : Dimensions{1, 224, 224, 3});
    x = clip(convolution(x, 32, 3, 2, 1));
    struct Stage {
      uint32_t expansion, channels, blocks, stride;
    };
    for (const Stage& stage : std::vector<Stage>{{1, 16, 1, 1},
                                                 {6, 24, 2, 2},
                                                 {6, 32, 3, 2},
                                                 {6, 64, 4, 2},
                                                 {6, 96, 3, 1},
                                                 {6, 160, 3, 2},
                                                 {6, 320, 1, 1}}) {
      for (uint32_t i = 0; i < stage.blocks; ++i) {
        x = block(x, stage.expansion, stage.channels, i == 0 ? stage.stride : 1);
      }
    }
    x = clip(convolution(x, 1280, 1, 1, 1));
    Layer mean;
    mean.kind = LayerKind::kReduceMean;
    mean.axes = channel_axis == 1 ? std::vector<uint32_t>{2, 3} : std::vector<uint32_t>{1, 2};
    mean.inputs = {x};
    x = builder_.add(mean, std::nullopt, {1, 1});
    x = builder_.add(LayerKind::kMatMul, {x, weights({1280, 1000}), weights({1000})});
    builder_.network.outputs = {x};
  }

  [[nodiscard]] const Network& network() const { return builder_.network; }

 private:
  uint32_t weights(const Dimensions& extents) {
    return builder_.constant(extents, random_reals(random_, element_count(extents)));
  }
  [[nodiscard]] uint32_t channels(uint32_t x) const {
    return builder_.network.tensors[x].shape[channel_axis_];
  }
  uint32_t convolution(uint32_t x, uint32_t out, uint32_t kernel, uint32_t stride,
                       uint32_t groups) {
    Layer layer;
    layer.kind = LayerKind::kConvolution;
    layer.channel_axis = channel_axis_;
    layer.groups = groups;
    layer.window.kernel_rows = layer.window.kernel_columns = kernel;
    layer.window.stride_rows = layer.window.stride_columns = stride;
    layer.window.pad_top = layer.window.pad_left = static_cast<int32_t>(kernel / 2);
    layer.window.pad_bottom = layer.window.pad_right = static_cast<int32_t>(kernel / 2);
    layer.inputs = {x, weights({out, channels(x) / groups, kernel, kernel}), weights({out})};
    return builder_.add(layer);
  }
  uint32_t clip(uint32_t x) {
    Layer layer;
    layer.kind = LayerKind::kUnary;
    layer.function = Unary::kClip;
    layer.b = 6;
    layer.inputs = {x};
    return builder_.add(layer);
  }
  uint32_t block(uint32_t x, uint32_t expansion, uint32_t out, uint32_t stride) {
    const uint32_t wide = expansion * channels(x);
    uint32_t y = expansion == 1 ? x : clip(convolution(x, wide, 1, 1, 1));
    y = clip(convolution(y, wide, 3, stride, wide));
    y = convolution(y, out, 1, 1, 1);
    return stride == 1 && channels(x) == out ? builder_.add(LayerKind::kAdd, {x, y}) : y;
  }

  NetworkBuilder builder_;
  uint32_t channel_axis_;
  std::mt19937 random_{1};
};

void run_mobile_net(benchmark::State& state) {
  const MobileNet net(static_cast<uint32_t>(state.range(0)));
  set_thread_count(static_cast<size_t>(state.range(1)));
  const Result<FloatExecutor> executor = FloatExecutor::prepare(net.network());
  const std::vector<std::vector<float>> x = {std::vector<float>(size_t{3} * 224 * 224, 0.5F)};
  for (auto _ : state) {
    benchmark::DoNotOptimize(executor.value().run(x));
  }
  set_thread_count(0);
}
BENCHMARK(run_mobile_net)
    ->ArgNames({"channel_axis", "threads"})
    ->Args({1, 1})
    ->Args({3, 1})
    ->Args({1, 2})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vouch
