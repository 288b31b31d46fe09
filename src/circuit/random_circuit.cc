#include "circuit/random_circuit.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "circuit/operators/linear_maps.h"

namespace vouch {
namespace {

using Random = std::mt19937_64;

uint32_t within(Random& random, uint32_t lo, uint32_t hi) {
  return lo + static_cast<uint32_t>(random() % (hi - lo + 1));
}

int16_t pad(Random& random, uint32_t kernel) {
  return static_cast<int16_t>(within(random, 0, kernel + 2) - 1);
}

bool has_window(OpKind kind) { return kind == OpKind::kConv2d || kind == OpKind::kDepthwiseConv2d; }

Window random_window(Random& random) {
  Window w;
  w.kernel_rows = static_cast<uint16_t>(within(random, 1, 4));
  w.kernel_columns = static_cast<uint16_t>(within(random, 1, 4));
  w.stride_rows = static_cast<uint16_t>(within(random, 1, 3));
  w.stride_columns = static_cast<uint16_t>(within(random, 1, 3));
  w.pad_top = pad(random, w.kernel_rows);
  w.pad_bottom = pad(random, w.kernel_rows);
  w.pad_left = pad(random, w.kernel_columns);
  w.pad_right = pad(random, w.kernel_columns);
  if (random() % 2 == 0) {
    w.dilation_rows = static_cast<uint16_t>(within(random, 1, 3));
    w.dilation_columns = static_cast<uint16_t>(within(random, 1, 3));
  }
  w.transposed = random() % 4 == 0;
  return w;
}

// The window fits `input` and leaves an output that is not larger than it must be.
Window fitting_window(OpKind kind, const Shape& input, Random& random) {
  for (;;) {
    const Window w = random_window(random);
    const auto out = output_shape({kind, {0}, w, {}}, {input}, input);
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

uint32_t extent(const Shape& shape, size_t axis) {
  return axis == 0 ? shape.channels : axis == 1 ? shape.rows : shape.columns;
}

// A first index and a step with which `count` of them stay below `extent`.
std::pair<uint16_t, int16_t> random_steps(uint16_t count, uint32_t extent, Random& random) {
  for (;;) {
    const auto step = static_cast<int16_t>(within(random, 0, 4) - 2);
    const auto first = within(random, 0, extent - 1);
    const int64_t last = int64_t{first} + int64_t{step} * (count - 1);
    if (last >= 0 && last < extent) {
      return {static_cast<uint16_t>(first), step};
    }
  }
}

AxisRun random_run(uint32_t outputs, uint32_t inputs, Random& random) {
  AxisRun run;
  run.count = static_cast<uint16_t>(within(random, 1, 4));
  std::tie(run.out, run.out_step) = random_steps(run.count, outputs, random);
  std::tie(run.in, run.in_step) = random_steps(run.count, inputs, random);
  run.coefficient = static_cast<int16_t>(within(random, 0, 3) - 2);
  run.coefficient = run.coefficient == 0 ? int16_t{1} : run.coefficient;
  return run;
}

Shape random_second(Shape shape, Random& random) {
  for (uint32_t* x : {&shape.channels, &shape.rows, &shape.columns}) {
    *x = random() % 2 == 0 ? *x : 1;
  }
  return shape;
}

}  // namespace

std::vector<MapTerm> random_terms(const std::vector<Shape>& inputs, const Shape& output,
                                  Random& random) {
  std::vector<MapTerm> terms(within(random, 1, 5));
  uint32_t weights = 0;
  for (MapTerm& term : terms) {
    term.input = static_cast<uint8_t>(within(random, 0, static_cast<uint32_t>(inputs.size()) - 1));
    term.weight = static_cast<uint16_t>(within(random, 0, weights));
    weights = std::max<uint32_t>(weights, term.weight + 1U);
    std::shuffle(term.axes.begin(), term.axes.end(), random);
    for (size_t a = 0; a < 3; ++a) {
      const uint32_t in = extent(inputs[term.input], term.axes[a]);
      const bool identity = extent(output, a) == in && random() % 2 == 0;
      for (uint32_t k = identity ? 0 : within(random, 1, 3); k > 0; --k) {
        term.maps[a].runs.push_back(random_run(extent(output, a), in, random));
      }
    }
  }
  return terms;
}

OperatorShape random_operator(OpKind kind, Random& random) {
  const auto random_shape = [&](uint32_t batch) {
    return Shape{within(random, 1, 5), batch, within(random, 1, 8), within(random, 1, 8)};
  };
  const Shape input = random_shape(within(random, 1, 3));
  OperatorShape shape{kind, {}, {input}, input, {}};
  if (has_window(kind)) {
    shape.window = fitting_window(kind, input, random);
    shape.output.channels = out_channels(kind, input, random);
  } else if (kind == OpKind::kProduct) {
    shape.inputs.push_back(random_second(input, random));
  } else {
    for (uint32_t more = within(random, 0, 3); more > 0; --more) {
      shape.inputs.push_back(random_shape(input.batch));
    }
    shape.output = random() % 2 == 0 ? input : random_shape(input.batch);
    shape.terms = random_terms(shape.inputs, shape.output, random);
  }
  const auto out = output_shape({kind, {}, shape.window, shape.terms}, shape.inputs, shape.output);
  VOUCH_CHECK(out.ok());
  shape.output = out.value();
  return shape;
}

ActivationTable random_table(unsigned bits, Random& random) {
  ActivationTable table{static_cast<uint8_t>(bits), static_cast<uint8_t>(random()), {}};
  int32_t at = -(int32_t{1} << bits) / 2;
  int32_t code = table.first;
  for (uint32_t k = within(random, 2, 5); k > 0; --k) {
    Ramp ramp;
    ramp.at = at;
    ramp.every = static_cast<uint16_t>(within(random, 1, 3));
    ramp.count = static_cast<uint16_t>(within(random, 1, 20));
    const bool up = code < 128;
    const int32_t most = (up ? 255 - code : code) / ramp.count;
    ramp.rise = static_cast<int16_t>(
        (up ? 1 : -1) * static_cast<int32_t>(within(random, 1, static_cast<uint32_t>(most))));
    code += ramp.rise * ramp.count;
    at += ramp.every * ramp.count + static_cast<int32_t>(within(random, 0, 60));
    table.ramps.push_back(ramp);
  }
  VOUCH_CHECK(validate_table(table).ok());
  return table;
}

namespace {

std::vector<ActivationTable> four_tables(unsigned bits, Random& random) {
  return {ActivationTable::clamp(bits, 0, 255), ActivationTable::clamp(bits, 90, 255),
          ActivationTable::clamp(bits, 30, 180), random_table(bits, random)};
}

}  // namespace

Circuit with_windows(Circuit c) {
  c.rounding = Rounding::kExact;
  c.shift = Limbs::kMinBits;
  c.tables.clear();
  c.windows = {{Boundaries::kFloor, 0, 0, 255, 90, 80},
               {Boundaries::kFloat32, 128, 90, 255, 0, 700},
               {Boundaries::kFloat32, 3, 30, 180, 33, 0},
               {Boundaries::kFloat32, 255, 7, 7, 1, 2}};
  return c;
}

Circuit with_table_sizes(Circuit circuit, unsigned shift, unsigned bits) {
  Random random(bits);
  circuit.shift = static_cast<uint8_t>(shift);
  circuit.tables = four_tables(bits, random);
  return circuit;
}

Circuit plain_circuit() {
  Circuit c;
  c.shift = 8;
  c.model_kappa = 5;
  c.input_kappa = 6;
  c.preparation = {6, 7, 875};
  c.tables = {ActivationTable::clamp(12, 0, 255),
              {12, 9, {{-300, 7, 20, 4}, {-20, 2, 30, -2}, {900, 1, 1, 90}}}};
  const auto tensor = [](const Shape& shape) { return Tensor{shape, 3, 0}; };
  c.tensors = {tensor({3, 1, 6, 7}), tensor({4, 1, 6, 7}), tensor({4, 1, 6, 7}),
               tensor({4, 1, 6, 7}), tensor({4, 1, 3, 4}), tensor({4, 1, 5, 5}),
               tensor({4, 1, 5, 5})};
  c.tensors.back().table = 1;
  const Window three{3, 3, 1, 1, 1, 1, 1, 1};
  const auto pool = average_pool_terms({3, 3, 2, 2, 1, 0, 1, 1}, c.tensors[3].shape);
  MapTerm pads;
  pads.maps[1] = pad_axis(3, 1, 1);
  pads.maps[2] = pad_axis(4, 0, 1);
  c.ops = {{OpKind::kConv2d, {0}, three, {}},
           {OpKind::kDepthwiseConv2d, {1}, three, {}},
           {OpKind::kLinearMap, {1, 2}, {}, sum_terms(2)},
           {OpKind::kLinearMap, {3}, {}, pool.value().terms},
           {OpKind::kLinearMap, {4}, {}, {pads}},
           {OpKind::kProduct, {5, 5}, {}, {}}};
  return c;
}

Circuit random_circuit(uint32_t seed, size_t ops) {
  Random random(seed);
  Circuit c;
  c.shift = static_cast<uint8_t>(within(random, 4, 8));
  c.tables = four_tables(13, random);
  c.model_kappa = static_cast<uint8_t>(within(random, 4, 7));
  c.input_kappa = static_cast<uint8_t>(within(random, 4, 7));
  c.output = {0.25F, random() % 2 == 0};
  const Shape input{within(random, 1, 3), within(random, 1, 2), within(random, 3, 8),
                    within(random, 3, 8)};
  c.tensors.push_back({input, static_cast<uint8_t>(random()), 0});
  for (size_t i = 0; i < ops; ++i) {
    const auto kind = static_cast<OpKind>((seed + i) % 4);
    const uint32_t from = static_cast<uint32_t>(i) - within(random, 0, i == 0 ? 0 : 1);
    const Shape& in = c.tensors[from].shape;
    Op op{kind, {from}, {}, {}};
    Shape stated = in;
    if (has_window(kind)) {
      op.window = fitting_window(kind, in, random);
      stated.channels = out_channels(kind, in, random);
    } else {
      for (uint32_t j = 0; j <= i; ++j) {
        if (c.tensors[j].shape == in) {
          op.inputs.push_back(j);  // `from` once more: the same tensor may be read twice
        }
      }
      op.inputs.resize(kind == OpKind::kProduct ? 2 : op.inputs.size());
    }
    const std::vector<Shape> shapes(op.inputs.size(), in);
    if (kind == OpKind::kLinearMap) {
      op.terms = random() % 2 == 0 ? sum_terms(op.inputs.size()) : random_terms(shapes, in, random);
    }
    const auto out = output_shape(op, shapes, stated);
    VOUCH_CHECK(out.ok());
    c.tensors.push_back({out.value(), static_cast<uint8_t>(random()),
                         static_cast<uint8_t>(random() % c.tables.size())});
    c.ops.push_back(std::move(op));
  }
  VOUCH_CHECK(validate(c).ok());
  return c;
}

}  // namespace vouch
