#include "model/onnx/fold.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "network/float_elements.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

// Elements `at` of one tensor.
OnnxTensor picked(const OnnxTensor& from, const std::vector<size_t>& at, const Dimensions& shape) {
  OnnxTensor to{from.name, from.type, shape, {}, {}, from.scales, from.axis};
  for (const size_t i : at) {
    if (from.integers.empty()) {
      to.reals.push_back(from.reals[i]);
    } else {
      to.integers.push_back(from.integers[i]);
    }
  }
  return to;
}

// Of a layer that moves elements along each axis on its own.
std::vector<size_t> moved(const Layer& layer, const Dimensions& from, const Dimensions& to) {
  if (layer.kind == LayerKind::kExpand) {
    return broadcast_offsets(from, to);
  }
  const std::vector<int64_t> steps = row_major_steps(from);
  std::vector<std::vector<size_t>> offsets(to.size());
  for (size_t a = 0; a < to.size(); ++a) {
    for (uint32_t o = 0; o < to[a]; ++o) {
      int64_t at = o;
      size_t axis = a;
      if (layer.kind == LayerKind::kTranspose) {
        axis = layer.axes[a];
      } else if (layer.kind == LayerKind::kSlice) {
        at = layer.first[a] + at * layer.step[a];
      } else if (a == layer.axes[0]) {
        at = layer.indices[o];
      }
      offsets[a].push_back(static_cast<size_t>(at * steps[axis]));
    }
  }
  return separable_offsets(offsets);
}

OnnxTensor concatenated(const Layer& layer, const std::vector<const OnnxTensor*>& inputs,
                        const Dimensions& shape) {
  const uint32_t axis = layer.axes[0];
  OnnxTensor to{inputs[0]->name, inputs[0]->type, shape, {}, {}, {}, 0};
  size_t before = 1;
  for (size_t a = 0; a < axis; ++a) {
    before *= shape[a];
  }
  for (size_t row = 0; row < before; ++row) {
    for (const OnnxTensor* from : inputs) {
      const auto append = [&](const auto& source, auto& sink) {
        const auto run = static_cast<std::ptrdiff_t>(source.size() / before);
        const auto first = source.begin() + static_cast<std::ptrdiff_t>(row) * run;
        sink.insert(sink.end(), first, first + run);
      };
      append(from->reals, to.reals);
      append(from->integers, to.integers);
    }
  }
  return to;
}

// Scales of an axis that stays as one; else the constant becomes plain reals before it moves.
bool keeps_scales(const Layer& layer, const OnnxTensor& from, const Dimensions& to,
                  uint32_t& axis) {
  if (from.scales.size() <= 1) {
    return true;
  }
  if (layer.kind == LayerKind::kTranspose) {
    axis = static_cast<uint32_t>(std::find(layer.axes.begin(), layer.axes.end(), from.axis) -
                                 layer.axes.begin());
    return true;
  }
  if (layer.kind != LayerKind::kReshape) {
    return false;
  }
  const auto before = [](const Dimensions& shape, size_t a) {
    return element_count(Dimensions(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(a)));
  };
  for (size_t a = 0; a < to.size(); ++a) {
    if (to[a] == from.shape[from.axis] && before(to, a) == before(from.shape, from.axis)) {
      axis = static_cast<uint32_t>(a);
      return true;
    }
  }
  return false;
}

// The offset in `to`'s row-major order of each of `from`'s elements, where reduced axes have 1.
Result<OnnxTensor> reduced(const Layer& layer, const OnnxTensor& from, const Dimensions& shape) {
  Dimensions kept = from.shape;
  for (const uint32_t axis : layer.axes) {
    kept[axis] = 1;
  }
  const std::vector<size_t> to_index = broadcast_offsets(kept, from.shape);
  const bool real = is_real(from.type);
  const bool extreme = layer.kind == LayerKind::kReduceMax || layer.kind == LayerKind::kReduceMin;
  if (extreme && to_index.empty()) {
    return Error{"it reduces no elements"};
  }
  const double n = static_cast<double>(to_index.size()) / static_cast<double>(element_count(kept));
  std::vector<double> sums(element_count(kept), layer.kind == LayerKind::kReduceMax   ? -HUGE_VAL
                                                : layer.kind == LayerKind::kReduceMin ? HUGE_VAL
                                                                                      : 0);
  for (size_t i = 0; i < to_index.size(); ++i) {
    const double x = real ? double{from.reals[i]} : static_cast<double>(from.integers[i]);
    double& sum = sums[to_index[i]];
    sum = layer.kind == LayerKind::kReduceMax   ? std::max(sum, x)
          : layer.kind == LayerKind::kReduceMin ? std::min(sum, x)
                                                : sum + x;
  }
  OnnxTensor to{from.name, from.type, shape, {}, {}, {}, 0};
  for (double sum : sums) {
    if (layer.kind == LayerKind::kReduceMean) {
      sum /= n;
    }
    if (real) {
      to.reals.push_back(static_cast<float>(sum));
    } else if (std::abs(sum) < 0x1p53) {
      to.integers.push_back(static_cast<int64_t>(sum));
    } else {
      return Error{"its sum of whole numbers is above 2^53"};
    }
  }
  return to;
}

OnnxTensor plain(const OnnxTensor& from) {
  return {from.name, OnnxType::kFloat, from.shape, reals_of(from), {}, {}, 0};
}

}  // namespace

std::vector<size_t> separable_offsets(const std::vector<std::vector<size_t>>& offsets) {
  std::vector<size_t> all = {0};
  for (const std::vector<size_t>& axis : offsets) {
    std::vector<size_t> next;
    next.reserve(all.size() * axis.size());
    for (const size_t base : all) {
      for (const size_t offset : axis) {
        next.push_back(base + offset);
      }
    }
    all = std::move(next);
  }
  return all;
}

std::vector<size_t> broadcast_offsets(const Dimensions& from, const Dimensions& to) {
  const std::vector<int64_t> steps = row_major_steps(from);
  std::vector<std::vector<size_t>> offsets(to.size());
  for (size_t a = 0; a < to.size(); ++a) {
    const size_t missing = to.size() - from.size();
    const bool repeats = a < missing || from[a - missing] == 1;
    for (size_t o = 0; o < to[a]; ++o) {
      offsets[a].push_back(repeats ? 0 : o * static_cast<size_t>(steps[a - missing]));
    }
  }
  return separable_offsets(offsets);
}

Result<OnnxTensor> fold_layer(const Layer& layer, const std::vector<const OnnxTensor*>& inputs,
                              const Dimensions& shape) {
  const OnnxTensor& x = *inputs[0];
  switch (layer.kind) {
    case LayerKind::kReshape:
    case LayerKind::kTranspose:
    case LayerKind::kSlice:
    case LayerKind::kGather:
    case LayerKind::kExpand: {
      uint32_t axis = x.axis;
      if (!keeps_scales(layer, x, shape, axis)) {
        const OnnxTensor reals = plain(x);
        return fold_layer(layer, {&reals}, shape);
      }
      OnnxTensor to = x;
      to.shape = shape;
      if (layer.kind != LayerKind::kReshape) {
        to = picked(x, moved(layer, x.shape, shape), shape);
      }
      to.axis = axis;
      return to;
    }
    case LayerKind::kConcat:
      if (std::any_of(inputs.begin(), inputs.end(),
                      [](const OnnxTensor* from) { return !from->scales.empty(); })) {
        std::vector<OnnxTensor> reals;
        std::vector<const OnnxTensor*> pointers;
        for (const OnnxTensor* from : inputs) {
          reals.push_back(plain(*from));
        }
        for (const OnnxTensor& from : reals) {
          pointers.push_back(&from);
        }
        return concatenated(layer, pointers, shape);
      }
      return concatenated(layer, inputs, shape);
    case LayerKind::kReduceMean:
    case LayerKind::kReduceSum:
    case LayerKind::kReduceMax:
    case LayerKind::kReduceMin:
      return x.scales.empty() ? reduced(layer, x, shape) : reduced(layer, plain(x), shape);
    case LayerKind::kUnary: {
      OnnxTensor to = plain(x);
      to.type = x.type;
      for (float& r : to.reals) {
        r = apply_unary(layer.function, layer.a, layer.b, r);
      }
      if (!is_real(x.type)) {
        // Exact for what float32 holds: negative, absolute, clipped.
        for (size_t i = 0; i < to.reals.size(); ++i) {
          if (std::abs(x.integers[i]) > int64_t{1} << 24U) {
            return Error{"it is applied to whole numbers above 2^24"};
          }
          to.integers.push_back(static_cast<int64_t>(to.reals[i]));
        }
        to.reals.clear();
      }
      return to;
    }
    default:
      return Error{
          "all its inputs are constants, which is not supported; let the exporter fold constants"};
  }
}

OnnxTensor fold_elements(const OnnxTensor& a, const OnnxTensor& b, const Dimensions& shape,
                         OnnxType type, const std::function<int64_t(int64_t, int64_t)>& integers,
                         const std::function<double(double, double)>& reals) {
  const std::vector<size_t> at_a = broadcast_offsets(a.shape, shape);
  const std::vector<size_t> at_b = broadcast_offsets(b.shape, shape);
  OnnxTensor to{a.name, type, shape, {}, {}, {}, 0};
  const bool whole = !is_real(a.type);
  const std::vector<float> x = whole ? std::vector<float>{} : reals_of(a);
  const std::vector<float> y = whole ? std::vector<float>{} : reals_of(b);
  for (size_t i = 0; i < at_a.size(); ++i) {
    const double real = whole ? 0 : reals(double{x[at_a[i]]}, double{y[at_b[i]]});
    if (is_real(type)) {
      to.reals.push_back(static_cast<float>(real));
    } else {
      to.integers.push_back(whole ? integers(a.integers[at_a[i]], b.integers[at_b[i]])
                                  : static_cast<int64_t>(real));
    }
  }
  return to;
}

}  // namespace vouch::onnx
