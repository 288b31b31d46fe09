#include "prove/random_layers.h"

#include <algorithm>
#include <array>

#include "network/shapes.h"

namespace vouch {

uint32_t pick(std::mt19937& random, uint32_t lo, uint32_t hi) {
  return lo + static_cast<uint32_t>(random() % (hi - lo + 1));
}

Layer layer_of(LayerKind kind, std::vector<uint32_t> inputs) {
  Layer layer;
  layer.kind = kind;
  layer.inputs = std::move(inputs);
  layer.type_name = "Layer";
  return layer;
}

namespace {

using Random = std::mt19937;

uint32_t constant(NetworkBuilder& b, Random& random, const Dimensions& shape) {
  return b.constant(shape, random_reals(random, element_count(shape)));
}

WindowShape random_window(Random& random, bool dilated = true) {
  WindowShape w;
  w.kernel_rows = pick(random, 1, 3);
  w.kernel_columns = pick(random, 1, 3);
  w.stride_rows = pick(random, 1, 2);
  w.stride_columns = pick(random, 1, 2);
  w.dilation_rows = dilated ? pick(random, 1, 2) : 1;
  w.dilation_columns = dilated ? pick(random, 1, 2) : 1;
  w.pad_top = static_cast<int32_t>(pick(random, 0, w.kernel_rows - 1));
  w.pad_bottom = static_cast<int32_t>(pick(random, 0, w.kernel_rows - 1));
  w.pad_left = static_cast<int32_t>(pick(random, 0, w.kernel_columns - 1));
  w.pad_right = static_cast<int32_t>(pick(random, 0, w.kernel_columns - 1));
  return w;
}

uint32_t convolution(NetworkBuilder& b, Random& random, uint32_t x, bool transposed) {
  const Dimensions shape = b.network.tensors[x].shape;
  Layer layer = layer_of(LayerKind::kConvolution, {x});
  layer.window = random_window(random);
  layer.transposed = transposed;
  if (transposed) {
    layer.window.pad_top = layer.window.pad_left = 0;
  }
  layer.groups = shape[1] % 2 == 0 && random() % 2 == 0 ? 2 : random() % 3 == 0 ? shape[1] : 1;
  const uint32_t out = layer.groups * pick(random, 1, 2);
  const Dimensions weights =
      transposed ? Dimensions{shape[1], out / layer.groups, layer.window.kernel_rows,
                              layer.window.kernel_columns}
                 : Dimensions{out, shape[1] / layer.groups, layer.window.kernel_rows,
                              layer.window.kernel_columns};
  layer.inputs.push_back(constant(b, random, weights));
  layer.inputs.push_back(constant(b, random, {out}));
  return b.add(std::move(layer));
}

uint32_t pool(NetworkBuilder& b, Random& random, uint32_t x, LayerKind kind) {
  Layer layer = layer_of(kind, {x});
  layer.window = random_window(random, kind == LayerKind::kMaxPool);
  layer.count_pads = kind == LayerKind::kAveragePool && random() % 2 == 0;
  return b.add(std::move(layer));
}

uint32_t matmul(NetworkBuilder& b, Random& random, uint32_t x) {
  const uint32_t k = b.network.tensors[x].shape.back();
  const uint32_t n = pick(random, 1, 4);
  return b.add(LayerKind::kMatMul, {x, constant(b, random, {k, n}), constant(b, random, {n})});
}

// A shape that broadcasts to x's.
Dimensions smaller(Random& random, Dimensions shape) {
  for (uint32_t& n : shape) {
    n = random() % 2 == 0 ? n : 1;
  }
  return shape;
}

uint32_t with_constant(NetworkBuilder& b, Random& random, uint32_t x, LayerKind kind) {
  const Dimensions shape = smaller(random, b.network.tensors[x].shape);
  std::vector<float> reals = random_reals(random, element_count(shape));
  for (float& v : reals) {
    v = kind == LayerKind::kDivide ? v + (v < 0 ? -0.5F : 0.5F) : v;
  }
  return b.add(kind, {x, b.constant(shape, std::move(reals))});
}

uint32_t with_itself(NetworkBuilder& b, Random& random, uint32_t x, LayerKind kind) {
  Layer slice = layer_of(LayerKind::kSlice, {x});
  Dimensions part = smaller(random, b.network.tensors[x].shape);
  slice.first.assign(part.size(), 0);
  slice.step.assign(part.size(), 1);
  const uint32_t y = b.add(std::move(slice), std::nullopt, part);
  return random() % 2 == 0 ? b.add(kind, {x, y}) : b.add(kind, {y, x});
}

uint32_t unary(NetworkBuilder& b, Random& random, uint32_t x) {
  static constexpr std::array kFunctions{
      Unary::kRelu,        Unary::kClip,     Unary::kLeakyRelu, Unary::kElu,  Unary::kSigmoid,
      Unary::kHardSigmoid, Unary::kTanh,     Unary::kHardSwish, Unary::kSilu, Unary::kGelu,
      Unary::kGeluTanh,    Unary::kSoftplus, Unary::kSoftsign,  Unary::kMish, Unary::kExp,
      Unary::kAbs,         Unary::kNegative, Unary::kErf,       Unary::kAtan, Unary::kSelu};
  Layer layer = layer_of(LayerKind::kUnary, {x});
  layer.function = kFunctions[random() % kFunctions.size()];
  const bool clips = layer.function == Unary::kClip;
  layer.a = clips ? -0.7F : layer.function == Unary::kSilu ? 1.0F : 0.3F;
  layer.b = clips ? 0.9F : 0.5F;
  return b.add(std::move(layer));
}

uint32_t reduction(NetworkBuilder& b, Random& random, uint32_t x, LayerKind kind) {
  Layer layer = layer_of(kind, {x});
  Dimensions kept;
  Dimensions dropped;
  const Dimensions shape = b.network.tensors[x].shape;
  for (uint32_t a = 0; a < shape.size(); ++a) {
    const bool reduced = a != 0 && random() % 2 == 0;
    if (reduced) {
      layer.axes.push_back(a);
    } else {
      dropped.push_back(shape[a]);
    }
    kept.push_back(reduced ? 1 : shape[a]);
  }
  return b.add(std::move(layer), std::nullopt, random() % 2 == 0 ? kept : dropped);
}

uint32_t reshape(NetworkBuilder& b, Random& random, uint32_t x) {
  uint64_t left = element_count(b.network.tensors[x].shape);
  Dimensions shape;
  while (shape.size() < 3) {
    uint32_t n = pick(random, 1, 6);
    n = left % n == 0 ? n : 1;
    shape.push_back(n);
    left /= n;
  }
  shape.push_back(static_cast<uint32_t>(left));
  return b.add(layer_of(LayerKind::kReshape, {x}), std::nullopt, shape);
}

uint32_t transpose(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kTranspose, {x});
  for (uint32_t a = 0; a < b.network.tensors[x].shape.size(); ++a) {
    layer.axes.push_back(a);
  }
  std::shuffle(layer.axes.begin(), layer.axes.end(), random);
  return b.add(std::move(layer));
}

uint32_t concat(NetworkBuilder& b, Random& random, uint32_t x) {
  const auto axis = pick(random, 0, static_cast<uint32_t>(b.network.tensors[x].shape.size()) - 1);
  const uint32_t y = unary(b, random, x);
  Layer layer = layer_of(LayerKind::kConcat, {x, y, x});
  layer.axes = {axis};
  return b.add(std::move(layer));
}

uint32_t slice(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kSlice, {x});
  Dimensions shape = b.network.tensors[x].shape;
  for (uint32_t& n : shape) {
    const bool backwards = random() % 3 == 0;
    layer.step.push_back(backwards ? -1 : int64_t{pick(random, 1, 2)});
    layer.first.push_back(backwards ? n - 1 : pick(random, 0, n - 1));
    n = backwards ? pick(random, 1, n)
                  : (n - 1 - static_cast<uint32_t>(layer.first.back())) /
                            static_cast<uint32_t>(layer.step.back()) +
                        1;
  }
  return b.add(std::move(layer), std::nullopt, shape);
}

uint32_t pad(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kPad, {x});
  layer.pad_mode = static_cast<PadMode>(random() % 3);
  layer.pad_value = random() % 2 == 0 ? 0.0F : 0.75F;
  if (layer.pad_mode != PadMode::kConstant) {
    layer.pad_value = 0;
  }
  for (const uint32_t n : b.network.tensors[x].shape) {
    const uint32_t most = std::min(2U, n - 1);
    layer.begin.push_back(pick(random, 0, most));
    layer.end.push_back(pick(random, 0, most));
  }
  return b.add(std::move(layer));
}

uint32_t gather(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kGather, {x});
  layer.axes = {pick(random, 0, static_cast<uint32_t>(b.network.tensors[x].shape.size()) - 1)};
  for (uint32_t k = 0; k < pick(random, 1, 5); ++k) {
    layer.indices.push_back(pick(random, 0, b.network.tensors[x].shape[layer.axes[0]] - 1));
  }
  return b.add(std::move(layer));
}

uint32_t expand(NetworkBuilder& b, Random& random, uint32_t x) {
  const Dimensions shape = b.network.tensors[x].shape;
  const uint32_t one = reduction(b, random, x, LayerKind::kReduceMean);
  const bool kept = b.network.tensors[one].shape.size() == shape.size();
  return b.add(layer_of(LayerKind::kExpand, {kept ? one : x}), std::nullopt, shape);
}

uint32_t resize(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kResize, {x});
  for (const uint32_t n : b.network.tensors[x].shape) {
    ResizeAxis& axis = layer.resize.emplace_back();
    if (n > 1 && random() % 2 == 0) {
      for (uint32_t o = 0; o < pick(random, 1, 5); ++o) {
        const float share = static_cast<float>(pick(random, 0, 9)) / 9;
        const uint32_t i = pick(random, 0, n - 2);
        axis.outputs.push_back({{i, share}, {i + 1, 1 - share}});
      }
    }
  }
  return b.add(std::move(layer));
}

uint32_t prelu(NetworkBuilder& b, Random& random, uint32_t x) {
  const Dimensions shape = smaller(random, b.network.tensors[x].shape);
  return b.add(LayerKind::kPRelu, {x, constant(b, random, shape)});
}

// Constants that differ along some axes only, before and behind x.
uint32_t concat_constants(NetworkBuilder& b, Random& random, uint32_t x) {
  const Dimensions shape = b.network.tensors[x].shape;
  const auto axis = pick(random, 0, static_cast<uint32_t>(shape.size()) - 1);
  const auto some = [&] {
    Dimensions extents = shape;
    extents[axis] = pick(random, 1, 2);
    const uint32_t c = constant(b, random, smaller(random, extents));
    const Dimensions own = b.network.tensors[c].shape;
    std::vector<float> reals;
    const std::vector<float> few = b.network.constants.back().reals;
    const std::vector<int64_t> steps = row_major_steps(own);
    const std::vector<int64_t> places = row_major_steps(extents);
    for (size_t i = 0; i < element_count(extents); ++i) {
      size_t at = 0;
      for (size_t a = 0; a < own.size(); ++a) {
        const size_t index = i / static_cast<size_t>(places[a]) % extents[a];
        at += own[a] == 1 ? 0 : index * static_cast<size_t>(steps[a]);
      }
      reals.push_back(few[at]);
    }
    return b.constant(extents, std::move(reals));
  };
  Layer layer = layer_of(LayerKind::kConcat, {some(), x, some()});
  layer.axes = {axis};
  return b.add(std::move(layer));
}

// A batch of matrices that broadcasts with x's, or is longer where x's is 1.
uint32_t matmul_constants(NetworkBuilder& b, Random& random, uint32_t x) {
  const Dimensions shape = b.network.tensors[x].shape;
  if (shape.size() < 2) {
    return matmul(b, random, x);
  }
  Dimensions matrices = smaller(random, Dimensions(shape.begin(), shape.end() - 2));
  for (size_t a = 0; a < matrices.size(); ++a) {
    matrices[a] = shape[a] == 1 ? pick(random, 1, 2) : matrices[a];
  }
  if (matrices.size() > 1 && random() % 3 == 0) {
    matrices.erase(matrices.begin());
  }
  if (matrices.empty()) {
    matrices = {2};
  }
  matrices.push_back(shape.back());
  matrices.push_back(pick(random, 1, 4));
  return b.add(LayerKind::kMatMul, {x, constant(b, random, matrices)});
}

// x times its transpose.
uint32_t matmul_activations(NetworkBuilder& b, Random& random, uint32_t x) {
  const size_t rank = b.network.tensors[x].shape.size();
  if (rank < 2) {
    return matmul(b, random, x);
  }
  Layer layer = layer_of(LayerKind::kTranspose, {x});
  for (uint32_t a = 0; a < rank; ++a) {
    layer.axes.push_back(a);
  }
  std::swap(layer.axes[rank - 1], layer.axes[rank - 2]);
  return b.add(LayerKind::kMatMul, {x, b.add(std::move(layer))});
}

}  // namespace

const std::vector<std::pair<std::string, LayerMaker>>& layer_makers() {
  static const auto kind_of = [](auto f, auto... arguments) -> LayerMaker {
    return [=](NetworkBuilder& b, Random& random, uint32_t x) {
      return f(b, random, x, arguments...);
    };
  };
  static const std::vector<std::pair<std::string, LayerMaker>> all{
      {"Convolution", kind_of(convolution, false)},
      {"Transposed", kind_of(convolution, true)},
      {"AveragePool", kind_of(pool, LayerKind::kAveragePool)},
      {"MaxPool", kind_of(pool, LayerKind::kMaxPool)},
      {"MatMul", matmul},
      {"AddConstant", kind_of(with_constant, LayerKind::kAdd)},
      {"MultiplyConstant", kind_of(with_constant, LayerKind::kMultiply)},
      {"DivideConstant", kind_of(with_constant, LayerKind::kDivide)},
      {"Add", kind_of(with_itself, LayerKind::kAdd)},
      {"Multiply", kind_of(with_itself, LayerKind::kMultiply)},
      {"Maximum", kind_of(with_itself, LayerKind::kMaximum)},
      {"Minimum", kind_of(with_itself, LayerKind::kMinimum)},
      {"MaximumConstant", kind_of(with_constant, LayerKind::kMaximum)},
      {"MinimumConstant", kind_of(with_constant, LayerKind::kMinimum)},
      {"Unary", unary},
      {"PRelu", prelu},
      {"ReduceMean", kind_of(reduction, LayerKind::kReduceMean)},
      {"ReduceSum", kind_of(reduction, LayerKind::kReduceSum)},
      {"ReduceMax", kind_of(reduction, LayerKind::kReduceMax)},
      {"ReduceMin", kind_of(reduction, LayerKind::kReduceMin)},
      {"Reshape", reshape},
      {"Transpose", transpose},
      {"Concat", concat},
      {"Slice", slice},
      {"Pad", pad},
      {"Gather", gather},
      {"Expand", expand},
      {"Resize", resize},
      {"ConcatConstants", concat_constants},
      {"MatMulConstants", matmul_constants},
      {"MatMulActivations", matmul_activations}};
  return all;
}

const LayerMaker& layer_maker(const std::string& name) {
  const auto& all = layer_makers();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& maker) { return maker.first == name; });
  VOUCH_CHECK(found != all.end());
  return found->second;
}

}  // namespace vouch
