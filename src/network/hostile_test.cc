// Networks with one or several numbers changed: whatever passes validate runs, and stays what it is
// when it is simplified.
#include <algorithm>
#include <array>
#include <limits>

#include "network/network_checks.h"
#include "network/simplify.h"
#include "network/validate.h"

namespace vouch {
namespace {

constexpr uint64_t kSmall = 1U << 16;  // elements of all tensors that are worth running

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  // A network of one layer of every kind, more or less, that all lead to outputs.
  Network network() {
    NetworkBuilder b;
    const uint32_t x = b.input({1, 4, 6, 5}, CodeScale{0.05F, 100, true});
    const auto reals = [&](Dimensions extents) {
      return b.constant(extents, random_reals(random_, element_count(extents)));
    };
    const auto layer = [&](LayerKind kind, std::vector<uint32_t> inputs) {
      Layer made;
      made.kind = kind;
      made.inputs = std::move(inputs);
      return made;
    };
    std::vector<uint32_t>& outputs = b.network.outputs;

    Layer conv = layer(LayerKind::kConvolution, {x, reals({8, 4, 3, 3}), reals({8})});
    conv.window = {3, 3, 2, 1, 1, 1, 1, 1, 1, 1};
    const uint32_t y = b.add(conv);
    const uint32_t scaled = b.add(LayerKind::kMultiply, {y, reals({8, 1, 1})});
    Layer up = layer(LayerKind::kConvolution, {scaled, reals({8, 2, 2, 2})});
    up.window.kernel_rows = up.window.kernel_columns = 2;
    up.window.stride_rows = 2;
    up.groups = 4;
    up.transposed = true;
    outputs.push_back(b.add(up));
    Layer pool = layer(draw(2) ? LayerKind::kMaxPool : LayerKind::kAveragePool, {y});
    pool.window.kernel_rows = pool.window.kernel_columns = 2;
    outputs.push_back(b.add(pool));
    Layer mean = layer(LayerKind::kReduceMean, {y});
    mean.axes = {2, 3};
    const uint32_t flat = b.add(mean, std::nullopt, {1, 8});
    Layer product = layer(LayerKind::kMatMul, {flat, reals({8, 7}), reals({7})});
    const uint32_t logits = b.add(product, CodeScale{0.1F, 5, false});
    Layer top = layer(LayerKind::kTopK, {logits});
    top.axes = {1};
    top.count = 3;
    outputs.push_back(b.add(top));
    Layer most = layer(LayerKind::kArgMax, {logits});
    most.axes = {1};
    outputs.push_back(b.add(most, std::nullopt, {1}));
    Layer pad = layer(LayerKind::kPad, {x});
    pad.begin = {0, 1, -1, 2};
    pad.end = {0, 0, 2, 1};
    pad.pad_mode = static_cast<PadMode>(draw(4));
    const uint32_t padded = b.add(pad);
    Layer gather = layer(LayerKind::kGather, {padded});
    gather.axes = {2};
    gather.indices = {3, 3, 0};
    Layer slice = layer(LayerKind::kSlice, {b.add(gather)});
    slice.first = {0, 0, 2, 7};
    slice.step = {1, 2, -1, -3};
    const uint32_t part = b.add(slice, std::nullopt, {1, 3, 2, 3});
    Layer turn = layer(LayerKind::kTranspose, {part});
    turn.axes = {0, 2, 3, 1};
    Layer back = layer(LayerKind::kTranspose, {b.add(turn)});
    back.axes = {0, 3, 1, 2};
    const uint32_t same = b.add(back);
    outputs.push_back(b.add(layer(LayerKind::kReshape, {same}), std::nullopt, {3, 6}));
    const uint32_t square = b.add(turn);  // [1, 2, 3, 3]
    outputs.push_back(b.add(LayerKind::kMatMul, {square, square}));
    Layer concat = layer(LayerKind::kConcat, {part, same, reals({1, 1, 2, 3})});
    concat.axes = {1};
    Layer resize = layer(LayerKind::kResize, {b.add(concat)});
    resize.resize.resize(4);
    resize.resize[2].outputs = {{{0, 1}}, {{0, 0.5F}, {1, 0.5F}}, {{1, 1}}};
    Layer softmax = layer(LayerKind::kSoftmax, {b.add(resize)});
    softmax.axes = {1};
    outputs.push_back(b.add(softmax));
    outputs.push_back(b.add(layer(LayerKind::kExpand, {flat}), std::nullopt, {3, 2, 8}));
    return b.network;
  }

  void change(Network& network) {
    Layer& layer = network.layers[draw(static_cast<uint32_t>(network.layers.size()))];
    NetworkTensor& tensor = network.tensors[draw(static_cast<uint32_t>(network.tensors.size()))];
    WindowShape& w = layer.window;
    switch (draw(20)) {
      case 0:
        layer.kind = static_cast<LayerKind>(draw(static_cast<uint32_t>(LayerKind::kIdentity) + 1));
        layer.coefficients.assign(layer.inputs.size(), 1);
        break;
      case 1:
        some(layer.inputs, network.tensors.size());
        break;
      case 2:
        number(*std::array{&w.kernel_rows, &w.kernel_columns, &w.stride_rows, &w.stride_columns,
                           &w.dilation_rows, &w.dilation_columns}
                    .at(draw(6)));
        break;
      case 3:
      case 4:
        number(*std::array{&w.pad_top, &w.pad_left, &w.pad_bottom, &w.pad_right}.at(draw(4)));
        break;
      case 5:
        number(layer.groups);
        break;
      case 6:
        number(layer.channel_axis);
        break;
      case 7:
        layer.transposed = !layer.transposed;
        layer.count_pads = draw(2) == 0;
        break;
      case 8:
        some(layer.axes, 4);
        break;
      case 9:
        some(layer.first, 8);
        break;
      case 10:
        some(layer.step, 4);
        break;
      case 11:
        some(layer.begin, 4);
        break;
      case 12:
        some(layer.end, 4);
        break;
      case 13:
        some(layer.indices, 9);
        break;
      case 14:
        number(layer.count);
        break;
      case 15:
        number(network.constants[draw(static_cast<uint32_t>(network.constants.size()))].axis);
        break;
      case 16:
        number(layer.output);
        break;
      default:
        some(tensor.shape, 12);
    }
    refit(network);
  }

 private:
  uint32_t draw(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  // A small number, a neighbour, or an extreme.
  template <class T>
  void number(T& n) {
    switch (draw(8)) {
      case 0:
        n = std::numeric_limits<T>::max();
        break;
      case 1:
        n = std::numeric_limits<T>::min();
        break;
      case 2:
        n = static_cast<T>(T{1} << draw(31));
        break;
      case 3:
        n = static_cast<T>(static_cast<uint64_t>(n) + 1);
        break;
      case 4:
        n = static_cast<T>(static_cast<uint64_t>(n) - 1);
        break;
      default:
        n = static_cast<T>(draw(6));
    }
  }

  template <class T>
  void some(std::vector<T>& numbers, size_t limit) {
    if (numbers.empty() || draw(10) == 0) {
      numbers.push_back(static_cast<T>(draw(static_cast<uint32_t>(limit))));
    } else if (draw(10) == 0) {
      numbers.pop_back();
    } else if (draw(2) == 0) {
      number(numbers[draw(static_cast<uint32_t>(numbers.size()))]);
    } else {
      numbers[draw(static_cast<uint32_t>(numbers.size()))] =
          static_cast<T>(draw(static_cast<uint32_t>(limit)));
    }
  }

  // Mostly, shapes follow what was changed, as a reader would have it.
  void refit(Network& network) {
    if (draw(8) == 0) {
      return;
    }
    for (const Layer& layer : network.layers) {
      if (layer.output >= network.tensors.size() ||
          std::any_of(layer.inputs.begin(), layer.inputs.end(), [&](uint32_t i) {
            return i >= network.tensors.size() || !check_extents(network.tensors[i].shape).ok();
          })) {
        return;
      }
      const Result<Dimensions> extents = output_extents(network, layer);
      if (extents.ok()) {
        network.tensors[layer.output].shape = extents.value();
      }
    }
  }

  std::mt19937 random_;
};

uint64_t total_elements(const Network& network) {
  uint64_t n = 0;
  for (const NetworkTensor& tensor : network.tensors) {
    n += element_count(tensor.shape);
  }
  return n;
}

std::vector<std::vector<float>> run_all(const Network& network) {
  std::vector<std::vector<float>> inputs;
  std::mt19937 random(1);
  for (const uint32_t input : network.inputs) {
    inputs.push_back(random_reals(random, element_count(network.tensors[input].shape)));
  }
  const Result<FloatExecutor> executor = FloatExecutor::prepare(network);
  EXPECT_TRUE(executor.ok()) << executor.error().message;
  return executor.ok() ? executor.value().run(inputs).value() : inputs;
}

TEST(HostileNetworks, AreRefusedOrRun) {
  size_t refused = 0;
  size_t ran = 0;
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    Mutator mutator(seed);
    Network network = mutator.network();
    ASSERT_TRUE(validate(network).ok()) << validate(network).error().message;
    for (uint32_t i = 0; i <= seed % 3; ++i) {
      mutator.change(network);
    }
    if (!validate(network).ok()) {
      ++refused;
      continue;
    }
    if (total_elements(network) > kSmall || !FloatExecutor::prepare(network).ok()) {
      continue;
    }
    ++ran;
    const std::vector<std::vector<float>> before = run_all(network);
    simplify(network);
    ASSERT_TRUE(validate(network).ok()) << seed << ": " << validate(network).error().message;
    const std::vector<std::vector<float>> after = run_all(network);
    ASSERT_EQ(after.size(), before.size());
    for (size_t i = 0; i < before.size(); ++i) {
      ASSERT_EQ(after[i].size(), before[i].size()) << seed;
    }
  }
  EXPECT_GT(refused, 500U);
  EXPECT_GT(ran, 500U);
}

}  // namespace
}  // namespace vouch
