#include "circuit/random_circuit.h"

#include <algorithm>

#include "base/check.h"

namespace vouch {
namespace {

using Random = std::mt19937_64;

uint32_t within(Random& random, uint32_t lo, uint32_t hi) {
  return lo + static_cast<uint32_t>(random() % (hi - lo + 1));
}

uint16_t pad(Random& random, uint32_t max) { return static_cast<uint16_t>(within(random, 0, max)); }

Window random_window(OpKind kind, Random& random) {
  Window w;
  if (kind != OpKind::kWeightedSum) {
    w.kernel_rows = static_cast<uint16_t>(within(random, 1, 4));
    w.kernel_columns = static_cast<uint16_t>(within(random, 1, 4));
    w.stride_rows = static_cast<uint16_t>(within(random, 1, 3));
    w.stride_columns = static_cast<uint16_t>(within(random, 1, 3));
  }
  // A pool's windows hold at least one element.
  const uint32_t more = kind == OpKind::kAveragePool2d ? 0 : 2;
  w.pad_top = pad(random, w.kernel_rows - 1U + more);
  w.pad_bottom = pad(random, w.kernel_rows - 1U + more);
  w.pad_left = pad(random, w.kernel_columns - 1U + more);
  w.pad_right = pad(random, w.kernel_columns - 1U + more);
  return w;
}

// The window fits `input` and leaves an output that is not larger than it must be.
Window fitting_window(OpKind kind, const Shape& input, Random& random) {
  for (;;) {
    const Window w = random_window(kind, random);
    const auto out = output_shape(kind, w, {input}, input.channels);
    if (out.ok() && out.value().rows <= 9 && out.value().columns <= 9) {
      return w;
    }
  }
}

uint32_t out_channels(OpKind kind, const Shape& input, Random& random) {
  if (kind == OpKind::kConv2d) {
    return within(random, 1, 6);
  }
  if (kind == OpKind::kDepthwiseConv2d && input.channels <= 4) {
    return input.channels * within(random, 1, 3);
  }
  return input.channels;
}

}  // namespace

OperatorShape random_operator(OpKind kind, Random& random) {
  const Shape input{within(random, 1, 5), within(random, 1, 3), within(random, 1, 8),
                    within(random, 1, 8)};
  OperatorShape shape{kind, fitting_window(kind, input, random), {input}, {}};
  if (kind == OpKind::kWeightedSum && random() % 2 == 0) {
    shape.window = {};
    shape.inputs.assign(within(random, 1, 5), input);
  }
  const auto out =
      output_shape(kind, shape.window, shape.inputs, out_channels(kind, input, random));
  VOUCH_CHECK(out.ok());
  shape.output = out.value();
  return shape;
}

Circuit plain_circuit() {
  Circuit c;
  c.shift = 8;
  c.value_bits = 12;
  c.model_kappa = 5;
  c.input_kappa = 6;
  c.preparation = {6, 7, 875};
  const auto tensor = [](const Shape& shape) { return Tensor{shape, 3, 0, 255}; };
  c.tensors = {tensor({3, 1, 6, 7}), tensor({4, 1, 6, 7}), tensor({4, 1, 6, 7}),
               tensor({4, 1, 6, 7}), tensor({4, 1, 3, 4}), tensor({4, 1, 5, 5})};
  const Window three{3, 3, 1, 1, 1, 1, 1, 1};
  c.ops = {{OpKind::kConv2d, {0}, three},
           {OpKind::kDepthwiseConv2d, {1}, three},
           {OpKind::kWeightedSum, {1, 2}, {}},
           {OpKind::kAveragePool2d, {3}, {3, 3, 2, 2, 1, 0, 1, 1}},
           {OpKind::kWeightedSum, {4}, {1, 1, 1, 1, 1, 1, 0, 1}}};
  return c;
}

Circuit random_circuit(uint32_t seed, size_t ops) {
  Random random(seed);
  Circuit c;
  c.shift = static_cast<uint8_t>(within(random, 4, 8));
  c.value_bits = 13;
  c.model_kappa = static_cast<uint8_t>(within(random, 4, 7));
  c.input_kappa = static_cast<uint8_t>(within(random, 4, 7));
  c.output = {0.25F, random() % 2 == 0};
  const Shape input{within(random, 1, 3), within(random, 1, 2), within(random, 3, 8),
                    within(random, 3, 8)};
  c.tensors.push_back({input, static_cast<uint8_t>(random()), 0, 255});
  for (size_t i = 0; i < ops; ++i) {
    const auto kind = static_cast<OpKind>((seed + i) % 4);
    const uint32_t from = static_cast<uint32_t>(i) - within(random, 0, i == 0 ? 0 : 1);
    const Shape& in = c.tensors[from].shape;
    Op op{kind, {from}, fitting_window(kind, in, random)};
    if (kind == OpKind::kWeightedSum && random() % 2 == 0) {
      op.window = {};
      for (uint32_t j = 0; j <= i; ++j) {
        if (c.tensors[j].shape == in) {
          op.inputs.push_back(j);  // `from` once more: the same tensor may be read twice
        }
      }
    }
    const std::vector<Shape> shapes(op.inputs.size(), in);
    const auto out = output_shape(kind, op.window, shapes, out_channels(kind, in, random));
    VOUCH_CHECK(out.ok());
    constexpr std::array<std::array<uint8_t, 2>, 3> kClamps{{{0, 255}, {90, 255}, {30, 180}}};
    const auto& clamp = kClamps[random() % kClamps.size()];
    c.tensors.push_back({out.value(), static_cast<uint8_t>(random()), clamp[0], clamp[1]});
    c.ops.push_back(std::move(op));
  }
  VOUCH_CHECK(validate(c).ok());
  return c;
}

}  // namespace vouch
