#include "prove/random_network.h"

#include <algorithm>
#include <bit>
#include <random>

#include "base/check.h"

namespace vouch {
namespace {

// Adds operators to a network, one after another.
class NetworkBuilder {
 public:
  NetworkBuilder(uint32_t seed, const Shape& input) : random_(seed) {
    network_.circuit.tensors.push_back({input, code(), 0, 255});
  }

  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  // Index of the new tensor, or 0 if the operator does not fit its inputs.
  uint32_t add(OpKind kind, const Window& window, const std::vector<uint32_t>& inputs,
               uint32_t channels) {
    std::vector<Shape> shapes;
    for (const uint32_t i : inputs) {
      shapes.push_back(tensor(i).shape);
    }
    const Result<Shape> shape = output_shape(kind, window, shapes, channels);
    if (!shape.ok()) {
      return 0;
    }
    Tensor out{shape.value(), code(), 0, 255};
    if (below(2) == 0) {
      out.lo = out.zero_point;
      out.hi = static_cast<uint8_t>(out.lo + below(256U - out.lo));
    }
    Circuit& c = network_.circuit;
    c.tensors.push_back(out);
    c.ops.push_back({kind, inputs, window});
    add_weights(shapes[0]);
    return static_cast<uint32_t>(c.ops.size());
  }

  [[nodiscard]] const Tensor& tensor(uint32_t i) const { return network_.circuit.tensors[i]; }
  [[nodiscard]] uint32_t last() const { return static_cast<uint32_t>(network_.circuit.ops.size()); }
  Circuit& circuit() { return network_.circuit; }
  Network take() { return std::move(network_); }

 private:
  uint8_t code() { return static_cast<uint8_t>(below(256)); }

  // Weights around the size at which outputs cover the codes: 2^s·127/(127·√taps), varied.
  void add_weights(const Shape& input) {
    const Circuit& c = network_.circuit;
    const size_t op = c.ops.size() - 1;
    const WeightCounts counts = weight_counts(c, op);
    const Window& w = c.ops[op].window;
    const OpKind kind = c.ops[op].kind;
    uint64_t taps = uint64_t{w.kernel_rows} * w.kernel_columns;
    taps *= kind == OpKind::kConv2d ? input.channels : 1;
    const auto root = static_cast<int64_t>(std::bit_ceil(taps));
    const int64_t unit = int64_t{1} << c.shift;
    const int64_t reach =
        std::max<int64_t>(unit * (1 + below(3)) >> (std::countr_zero(std::bit_ceil(taps)) / 2), 1);
    OpWeights own;
    for (uint64_t i = 0; i < counts.weights; ++i) {
      const int64_t r = static_cast<int64_t>(random_() % static_cast<uint64_t>(2 * reach)) - reach;
      own.weights.push_back(kind == OpKind::kAveragePool2d ? r / root * 4 : r);
    }
    for (uint64_t i = 0; i < counts.biases; ++i) {
      own.biases.push_back(static_cast<int64_t>(random_() % static_cast<uint64_t>(256 * unit)));
    }
    network_.weights.push_back(std::move(own));
  }

  std::mt19937_64 random_;
  Network network_;
};

Window square(uint16_t kernel, uint16_t stride, uint16_t before, uint16_t after) {
  return {kernel, kernel, stride, stride, before, after, before, after};
}

Window random_window(NetworkBuilder& b) {
  const auto kernel_rows = static_cast<uint16_t>(1 + b.below(5));
  const auto kernel_columns = static_cast<uint16_t>(1 + b.below(5));
  const auto pad = [&](uint16_t kernel) { return static_cast<uint16_t>(b.below(kernel)); };
  return {kernel_rows,
          kernel_columns,
          static_cast<uint16_t>(1 + b.below(3)),
          static_cast<uint16_t>(1 + b.below(4)),
          pad(kernel_rows),
          pad(kernel_rows),
          pad(kernel_columns),
          pad(kernel_columns)};
}

void add_random_operator(NetworkBuilder& b) {
  const uint32_t from = b.last() - b.below(std::min(b.last() + 1, 2U));
  const uint32_t channels = b.tensor(from).shape.channels;
  switch (b.below(8)) {
    case 0:
      b.add(OpKind::kConv2d, {}, {from}, 1 + b.below(40));
      break;
    case 1:
    case 2:
      b.add(OpKind::kConv2d, random_window(b), {from}, 1 + b.below(9));
      break;
    case 3:
      b.add(OpKind::kDepthwiseConv2d, random_window(b), {from}, channels);
      break;
    case 4:
      b.add(OpKind::kDepthwiseConv2d, random_window(b), {from}, channels * (1 + b.below(2)));
      break;
    case 5: {
      const auto pad = [&] { return static_cast<uint16_t>(b.below(3)); };
      b.add(OpKind::kWeightedSum, {1, 1, 1, 1, pad(), pad(), pad(), pad()}, {from}, channels);
      break;
    }
    case 6: {
      std::vector<uint32_t> inputs = {from};
      for (uint32_t i = 0; i <= b.last(); ++i) {
        if (b.tensor(i).shape == b.tensor(from).shape) {
          inputs.push_back(i);
        }
      }
      b.add(OpKind::kWeightedSum, {}, inputs, channels);
      break;
    }
    default:
      b.add(OpKind::kAveragePool2d, random_window(b), {from}, channels);
  }
}

}  // namespace

std::vector<uint8_t> random_codes(size_t count, uint32_t seed) {
  std::mt19937_64 random(seed);
  std::vector<uint8_t> codes(count);
  for (uint8_t& x : codes) {
    x = static_cast<uint8_t>(random());
  }
  return codes;
}

Network random_network(uint32_t seed) {
  std::mt19937 random(seed);
  const auto extent = [&](uint32_t lo, uint32_t hi) {
    return static_cast<uint32_t>(lo + random() % (hi - lo + 1));
  };
  NetworkBuilder b(seed, {extent(1, 6), extent(1, 2), extent(5, 23), extent(5, 23)});
  b.circuit().shift = static_cast<uint8_t>(extent(4, 24));
  b.circuit().value_bits = 20;
  for (uint32_t i = 0; i < 12; ++i) {
    add_random_operator(b);
  }
  // Fully connected: the kernel is what is left of the picture.
  const Shape& left = b.tensor(b.last()).shape;
  const Window whole{static_cast<uint16_t>(left.rows), static_cast<uint16_t>(left.columns)};
  VOUCH_CHECK(b.add(OpKind::kConv2d, whole, {b.last()}, extent(1, 30)) != 0);
  return b.take();
}

Network with_small_tables(Network network) {
  Circuit& c = network.circuit;
  const int coarser = std::max(0, int{c.shift} - 9);
  c.shift = static_cast<uint8_t>(c.shift - coarser);
  c.value_bits = 15;
  for (OpWeights& op : network.weights) {
    for (auto* integers : {&op.weights, &op.biases}) {
      for (int64_t& x : *integers) {
        x >>= coarser;
      }
    }
  }
  for (size_t i = 1; i < c.tensors.size(); ++i) {
    Tensor& t = c.tensors[i];
    t.zero_point = static_cast<uint8_t>(i % 3 == 0 ? 0 : 100);
    t.lo = static_cast<uint8_t>(i % 3 == 0 ? 0 : i % 3 == 1 ? 90 : 30);
    t.hi = static_cast<uint8_t>(i % 3 == 0 ? 255 : i % 3 == 1 ? 255 : 180);
  }
  return network;
}

Network random_mobile_network(uint32_t size, uint32_t divisor, uint32_t seed) {
  struct Stage {
    uint32_t expansion, channels, repeats;
    uint16_t stride;
  };
  constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                               {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  NetworkBuilder b(seed, {3, 1, size, size});
  uint32_t at = b.add(OpKind::kConv2d, square(3, 2, 0, 1), {0}, 32 / divisor);
  for (const auto& [expansion, channels, repeats, first_stride] : kStages) {
    for (uint32_t i = 0; i < repeats; ++i) {
      const uint32_t from = at;
      const uint32_t wide = b.tensor(from).shape.channels * expansion;
      const uint16_t stride = i == 0 ? first_stride : 1;
      if (expansion != 1) {
        at = b.add(OpKind::kConv2d, {}, {at}, wide);
      }
      const uint16_t before = stride == 1 ? 1 : 0;
      at = b.add(OpKind::kDepthwiseConv2d, square(3, stride, before, 1), {at}, wide);
      at = b.add(OpKind::kConv2d, {}, {at}, channels / divisor);
      if (i != 0) {
        at = b.add(OpKind::kWeightedSum, {}, {from, at}, channels / divisor);
      }
    }
  }
  at = b.add(OpKind::kConv2d, {}, {at}, 1280 / divisor);
  const auto left = static_cast<uint16_t>(size / 32);
  at = b.add(OpKind::kAveragePool2d, square(left, 1, 0, 0), {at}, 1280 / divisor);
  VOUCH_CHECK(b.add(OpKind::kConv2d, {}, {at}, 1001) != 0);
  return b.take();
}

}  // namespace vouch
