#include "prove/random_network.h"

#include <algorithm>
#include <bit>
#include <random>

#include "base/check.h"
#include "circuit/operators/linear_maps.h"
#include "circuit/random_circuit.h"

namespace vouch {
namespace {

// Adds operators to a network, one after another.
class NetworkBuilder {
 public:
  // Tensors have at most `most` elements.
  NetworkBuilder(uint32_t seed, const Shape& input, uint64_t most) : random_(seed), most_(most) {
    network_.circuit.tensors.push_back({input, code(), 0});
  }

  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  // Index of the new tensor, or 0 if the operator does not fit its inputs. `stated` as for
  // output_shape.
  uint32_t add(Op op, const Shape& stated) {
    std::vector<Shape> shapes;
    for (const uint32_t i : op.inputs) {
      shapes.push_back(tensor(i).shape);
    }
    const Result<Shape> shape = output_shape(op, shapes, stated);
    if (!shape.ok() || shape.value().elements() > most_) {
      return 0;
    }
    Circuit& c = network_.circuit;
    c.tensors.push_back({shape.value(), code(), new_table()});
    c.ops.push_back(std::move(op));
    add_weights();
    return static_cast<uint32_t>(c.ops.size());
  }
  uint32_t convolve(OpKind kind, uint32_t from, const Window& window, uint32_t channels) {
    return add({kind, {from}, window}, {channels});
  }
  uint32_t sum(std::vector<uint32_t> inputs) {
    const Shape shape = tensor(inputs[0]).shape;
    return add(sum_of(std::move(inputs)), shape);
  }
  uint32_t pool(uint32_t from, const Window& window) {
    Result<PoolTerms> pool = average_pool_terms(window, tensor(from).shape);
    return pool.ok()
               ? add({OpKind::kLinearMap, {from}, {}, pool.value().terms}, pool.value().output)
               : 0;
  }
  std::mt19937_64& random() { return random_; }

  [[nodiscard]] const Tensor& tensor(uint32_t i) const { return network_.circuit.tensors[i]; }
  [[nodiscard]] uint32_t last() const { return static_cast<uint32_t>(network_.circuit.ops.size()); }
  Circuit& circuit() { return network_.circuit; }
  WeightedCircuit take() { return std::move(network_); }

 private:
  uint8_t code() { return static_cast<uint8_t>(below(256)); }

  // A clamp to the codes, to some of them, or, now and then, any step function.
  uint8_t new_table() {
    constexpr unsigned kBits = 20;
    Circuit& c = network_.circuit;
    const auto lo = static_cast<uint8_t>(below(2) == 0 ? below(256) : 0);
    const auto hi = static_cast<uint8_t>(lo == 0 ? 255 : lo + below(256U - lo));
    return c.number_of(below(8) == 0 ? random_table(kBits, random_)
                                     : ActivationTable::clamp(kBits, lo, hi));
  }

  // How many codes meet in one output.
  [[nodiscard]] uint64_t taps() const {
    const Circuit& c = network_.circuit;
    const Op& op = c.ops.back();
    uint64_t taps = uint64_t{op.window.kernel_rows} * op.window.kernel_columns;
    if (op.kind == OpKind::kConv2d) {
      taps *= c.tensors[op.inputs[0]].shape.channels;
    } else if (op.kind == OpKind::kProduct) {
      taps = uint64_t{255} * 255;
    }
    for (const MapTerm& term : op.terms) {
      taps += reach(term, c.output_tensor().shape);
    }
    return taps;
  }

  // Weights around the size at which outputs cover the codes: 2^s·127/(127·√taps), varied.
  void add_weights() {
    const Circuit& c = network_.circuit;
    const WeightCounts counts = weight_counts(c, c.ops.size() - 1);
    const int64_t unit = int64_t{1} << c.shift;
    const int64_t most = std::max<int64_t>(
        unit * (1 + below(3)) >> (std::countr_zero(std::bit_ceil(taps())) / 2), 1);
    OpWeights own;
    for (uint64_t i = 0; i < counts.weights; ++i) {
      own.weights.push_back(static_cast<int64_t>(random_() % static_cast<uint64_t>(2 * most)) -
                            most);
    }
    for (uint64_t i = 0; i < counts.biases; ++i) {
      own.biases.push_back(static_cast<int64_t>(random_() % static_cast<uint64_t>(256 * unit)));
    }
    network_.weights.push_back(std::move(own));
  }

  std::mt19937_64 random_;
  uint64_t most_;
  WeightedCircuit network_;
};

Window square(uint16_t kernel, uint16_t stride, int16_t before, int16_t after) {
  return {kernel, kernel, stride, stride, before, after, before, after};
}

Window random_window(NetworkBuilder& b) {
  const auto kernel_rows = static_cast<uint16_t>(1 + b.below(5));
  const auto kernel_columns = static_cast<uint16_t>(1 + b.below(5));
  const auto pad = [&](uint16_t kernel) { return static_cast<int16_t>(b.below(kernel)); };
  return {kernel_rows,
          kernel_columns,
          static_cast<uint16_t>(1 + b.below(3)),
          static_cast<uint16_t>(1 + b.below(4)),
          pad(kernel_rows),
          pad(kernel_rows),
          pad(kernel_columns),
          pad(kernel_columns)};
}

// With dilation, or transposed, or cut by negative pads.
Window unusual_window(NetworkBuilder& b) {
  Window w = random_window(b);
  w.stride_rows = static_cast<uint16_t>(1 + b.below(2));
  w.stride_columns = static_cast<uint16_t>(1 + b.below(2));
  w.transposed = b.below(2) == 0;
  w.dilation_rows = static_cast<uint16_t>(1 + b.below(2));
  w.dilation_columns = static_cast<uint16_t>(1 + b.below(3));
  w.pad_left = static_cast<int16_t>(w.pad_left - 1);
  return w;
}

void add_pads(NetworkBuilder& b, uint32_t from) {
  const Shape in = b.tensor(from).shape;
  Op op = sum_of({from});
  const auto pad = [&](uint32_t extent, AxisMap& map) {
    const auto before = static_cast<int32_t>(b.below(3));
    const auto after = static_cast<int32_t>(b.below(3));
    map = pad_axis(extent, before, after);
    return extent + static_cast<uint32_t>(before + after);
  };
  const uint32_t rows = pad(in.rows, op.terms[0].maps[1]);
  const uint32_t columns = pad(in.columns, op.terms[0].maps[2]);
  b.add(std::move(op), {in.channels, 1, rows, columns});
}

void add_product(NetworkBuilder& b, uint32_t from) {
  const Shape& shape = b.tensor(from).shape;
  const Window whole{static_cast<uint16_t>(shape.rows), static_cast<uint16_t>(shape.columns)};
  const uint32_t second = b.below(2) == 0 ? from : b.pool(from, whole);
  b.add({OpKind::kProduct, {from, second}}, {});
}

void add_random_operator(NetworkBuilder& b) {
  const uint32_t from = b.last() - b.below(std::min(b.last() + 1, 2U));
  const Shape shape = b.tensor(from).shape;
  std::vector<uint32_t> alike = {from};
  for (uint32_t i = 0; i <= b.last(); ++i) {
    if (b.tensor(i).shape == shape) {
      alike.push_back(i);
    }
  }
  switch (b.below(10)) {
    case 0:
      b.convolve(OpKind::kConv2d, from, {}, 1 + b.below(40));
      break;
    case 1:
      b.convolve(OpKind::kConv2d, from, random_window(b), 1 + b.below(9));
      break;
    case 2:
      b.convolve(OpKind::kConv2d, from, unusual_window(b), 1 + b.below(9));
      break;
    case 3:
      b.convolve(OpKind::kDepthwiseConv2d, from, random_window(b), shape.channels);
      break;
    case 4:
      b.convolve(OpKind::kDepthwiseConv2d, from, unusual_window(b),
                 shape.channels * (1 + b.below(2)));
      break;
    case 5:
      add_pads(b, from);
      break;
    case 6:
      b.sum(alike);
      break;
    case 7: {
      const std::vector<Shape> shapes(alike.size(), shape);
      const Shape out{1 + b.below(20), 1, 3 + b.below(9), 3 + b.below(9)};
      b.add({OpKind::kLinearMap, alike, {}, random_terms(shapes, out, b.random())}, out);
      break;
    }
    case 8:
      add_product(b, from);
      break;
    default:
      b.pool(from, random_window(b));
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

WeightedCircuit random_network(uint32_t seed) {
  std::mt19937 random(seed);
  const auto extent = [&](uint32_t lo, uint32_t hi) {
    return static_cast<uint32_t>(lo + random() % (hi - lo + 1));
  };
  constexpr uint64_t kMost = 6000;  // so that columns fit the shortest rows
  NetworkBuilder b(seed, {extent(1, 6), extent(1, 2), extent(5, 23), extent(5, 23)}, kMost);
  b.circuit().shift = static_cast<uint8_t>(extent(4, 24));
  for (uint32_t i = 0; i < 12; ++i) {
    add_random_operator(b);
  }
  // Fully connected: the kernel is what is left of the picture.
  const Shape& left = b.tensor(b.last()).shape;
  const Window whole{static_cast<uint16_t>(left.rows), static_cast<uint16_t>(left.columns)};
  VOUCH_CHECK(b.convolve(OpKind::kConv2d, b.last(), whole, extent(1, 30)) != 0);
  return b.take();
}

WeightedCircuit with_small_tables(WeightedCircuit network) {
  Circuit& c = network.circuit;
  const int coarser = std::max(0, int{c.shift} - 9);
  c.shift = static_cast<uint8_t>(c.shift - coarser);
  std::mt19937_64 random(coarser + 1);
  constexpr unsigned kBits = 15;
  c.tables = {ActivationTable::clamp(kBits, 0, 255), ActivationTable::clamp(kBits, 90, 255),
              ActivationTable::clamp(kBits, 30, 180), random_table(kBits, random)};
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
    t.table = static_cast<uint8_t>(i % c.tables.size());
  }
  return network;
}

WeightedCircuit with_exact_rounding(const WeightedCircuit& network) {
  WeightedCircuit out = network;
  Circuit& c = out.circuit;
  c.rounding = Rounding::kExact;
  c.shift = Limbs::kMinBits;
  c.tables.clear();
  // V of 2^16 values, and a little more: a window is 2^-8 shorter than a code's unit.
  constexpr uint32_t kSide = (1U << 15) + (1U << 9);
  c.windows = {{Boundaries::kFloor, 0, 0, 255, kSide, kSide},
               {Boundaries::kFloat32, 128, 90, 255, kSide, kSide},
               {Boundaries::kFloat32, 3, 30, 180, kSide, kSide},
               {Boundaries::kFloat32, 77, 77, 77, kSide, kSide}};
  std::mt19937_64 random(network.circuit.shift);
  const int64_t unit = int64_t{1} << (2 * Limbs::kMinBits - network.circuit.shift);
  for (OpWeights& op : out.weights) {
    const size_t taps = op.weights.size() / op.biases.size();
    for (size_t b = 0; b < op.biases.size(); ++b) {
      const auto factor = unit - static_cast<int64_t>(random() % 9);
      for (size_t i = 0; i < taps; ++i) {
        op.weights[b * taps + i] *= factor;
      }
      op.biases[b] = op.biases[b] * factor + static_cast<int64_t>(random() % 100);
    }
  }
  return out;
}

WeightedCircuit random_mobile_network(uint32_t size, uint32_t divisor, uint32_t seed) {
  struct Stage {
    uint32_t expansion, channels, repeats;
    uint16_t stride;
  };
  constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                               {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  NetworkBuilder b(seed, {3, 1, size, size}, UINT64_MAX);
  uint32_t at = b.convolve(OpKind::kConv2d, 0, square(3, 2, 0, 1), 32 / divisor);
  for (const auto& [expansion, channels, repeats, first_stride] : kStages) {
    for (uint32_t i = 0; i < repeats; ++i) {
      const uint32_t from = at;
      const uint32_t wide = b.tensor(from).shape.channels * expansion;
      const uint16_t stride = i == 0 ? first_stride : 1;
      if (expansion != 1) {
        at = b.convolve(OpKind::kConv2d, at, {}, wide);
      }
      const int16_t before = stride == 1 ? 1 : 0;
      at = b.convolve(OpKind::kDepthwiseConv2d, at, square(3, stride, before, 1), wide);
      at = b.convolve(OpKind::kConv2d, at, {}, channels / divisor);
      if (i != 0) {
        at = b.sum({from, at});
      }
    }
  }
  at = b.convolve(OpKind::kConv2d, at, {}, 1280 / divisor);
  const auto left = static_cast<uint16_t>(size / 32);
  at = b.pool(at, square(left, 1, 0, 0));
  VOUCH_CHECK(b.convolve(OpKind::kConv2d, at, {}, 1001) != 0);
  return b.take();
}

}  // namespace vouch
