#include "network/float_axes.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "network/strided_walk.h"

namespace vouch {
namespace {

// Steps of the result of a reduction along x's axes: 0 along those that are summed up.
std::vector<int64_t> result_steps(const Dimensions& x, const std::vector<uint32_t>& axes) {
  Dimensions kept = x;
  for (const uint32_t axis : axes) {
    kept[axis] = 1;
  }
  return broadcast_steps(kept, x);
}

// result = f(result, x) for every element of x.
template <class F>
void accumulate(const Dimensions& extents, const std::vector<int64_t>& steps, const float* x,
                std::vector<double>& result, F f) {
  strided_walk(extents, steps, [&](size_t at, int64_t other, size_t n, int64_t step) {
    double* to = result.data() + other;
    for (size_t i = 0; i < n; ++i) {
      double& element = to[static_cast<int64_t>(i) * step];
      element = f(element, x[at + i]);
    }
  });
}

// The largest of a line; not a number only if all are.
double largest(const std::vector<float>& line) {
  double most = -std::numeric_limits<double>::infinity();
  for (const float v : line) {
    most = most < v ? v : most;
  }
  return most;
}

void softmax(const std::vector<float>& line, bool logarithm, std::vector<float>& out) {
  const double most = largest(line);
  double sum = 0;
  for (const float v : line) {
    sum += std::exp(v - most);
  }
  for (size_t i = 0; i < line.size(); ++i) {
    const double below = line[i] - most;
    out[i] = static_cast<float>(logarithm ? below - std::log(sum) : std::exp(below) / sum);
  }
}

// Numbers before what is none, so that the order is one whatever the values.
void rank(const Layer& layer, const std::vector<float>& line, std::vector<float>& out) {
  const auto above = [&](float a, float b) {
    return (layer.smallest ? a < b : a > b) || (!std::isnan(a) && std::isnan(b));
  };
  std::vector<uint32_t> order(line.size());
  std::iota(order.begin(), order.end(), 0);
  std::partial_sort(
      order.begin(), order.begin() + layer.count, order.end(), [&](uint32_t i, uint32_t j) {
        const bool equal = !above(line[i], line[j]) && !above(line[j], line[i]);
        return equal ? (layer.last_of_equals ? i > j : i < j) : above(line[i], line[j]);
      });
  for (uint32_t k = 0; k < layer.count; ++k) {
    out[k] = layer.kind == LayerKind::kArgMax ? static_cast<float>(order[k]) : line[order[k]];
  }
}

void work_on_line(const Layer& layer, const std::vector<float>& line, std::vector<float>& out) {
  switch (layer.kind) {
    case LayerKind::kArgMax:
    case LayerKind::kTopK:
      rank(layer, line, out);
      return;
    default:
      softmax(line, layer.kind == LayerKind::kLogSoftmax, out);
  }
}

// One axis of a resize: x is [outer][extent][inner].
std::vector<float> resize_axis(const ResizeAxis& axis, size_t outer, size_t extent, size_t inner,
                               const float* x) {
  std::vector<float> y(outer * axis.outputs.size() * inner, 0.0F);
  float* to = y.data();
  for (size_t i = 0; i < outer; ++i) {
    for (const auto& taps : axis.outputs) {
      for (const ResizeAxis::Tap& tap : taps) {
        const float* from = x + (i * extent + tap.index) * inner;
        for (size_t k = 0; k < inner; ++k) {
          to[k] += tap.weight * from[k];
        }
      }
      to += inner;
    }
  }
  return y;
}

}  // namespace

void float_reduce(const Layer& layer, const Dimensions& x_extents, const float* x, float* y) {
  size_t summed = 1;
  for (const uint32_t axis : layer.axes) {
    summed *= x_extents[axis];
  }
  const size_t n = element_count(x_extents) / summed;
  const std::vector<int64_t> steps = result_steps(x_extents, layer.axes);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> result(n, 0);
  switch (layer.kind) {
    case LayerKind::kReduceMax:
      std::fill(result.begin(), result.end(), -kInfinity);
      accumulate(x_extents, steps, x, result,
                 [](double acc, double v) { return acc < v ? v : acc; });
      break;
    case LayerKind::kReduceMin:
      std::fill(result.begin(), result.end(), kInfinity);
      accumulate(x_extents, steps, x, result,
                 [](double acc, double v) { return v < acc ? v : acc; });
      break;
    default:
      accumulate(x_extents, steps, x, result, std::plus<>());
  }
  const double divisor = layer.kind == LayerKind::kReduceMean ? static_cast<double>(summed) : 1;
  for (size_t i = 0; i < n; ++i) {
    y[i] = static_cast<float>(result[i] / divisor);
  }
}

void float_along_axis(const Layer& layer, const Dimensions& x_extents, const float* x, float* y) {
  const uint32_t axis = layer.axes[0];
  const size_t extent = x_extents[axis];
  const auto inner = static_cast<size_t>(row_major_steps(x_extents)[axis]);
  const size_t outer = element_count(x_extents) / extent / inner;
  const bool ranks = layer.kind == LayerKind::kArgMax || layer.kind == LayerKind::kTopK;
  const size_t out = ranks ? layer.count : extent;
  std::vector<float> line(extent);
  std::vector<float> result(out);
  for (size_t i = 0; i < outer; ++i) {
    for (size_t k = 0; k < inner; ++k) {
      for (size_t e = 0; e < extent; ++e) {
        line[e] = x[(i * extent + e) * inner + k];
      }
      work_on_line(layer, line, result);
      for (size_t e = 0; e < out; ++e) {
        y[(i * out + e) * inner + k] = result[e];
      }
    }
  }
}

void float_resize(const Layer& layer, const Dimensions& x_extents, const float* x, float* y) {
  Dimensions extents = x_extents;
  std::vector<float> values(x, x + element_count(extents));
  const auto resize = [&](size_t a) {
    const ResizeAxis& axis = layer.resize[a];
    const auto inner = static_cast<size_t>(row_major_steps(extents)[a]);
    const size_t outer = element_count(extents) / extents[a] / inner;
    values = resize_axis(axis, outer, extents[a], inner, values.data());
    extents[a] = static_cast<uint32_t>(axis.outputs.size());
  };
  // First what shrinks: nothing in between is larger than both ends.
  for (const bool shrinking : {true, false}) {
    for (size_t a = 0; a < extents.size(); ++a) {
      const size_t outputs = layer.resize[a].outputs.size();
      if (outputs != 0 && (outputs <= x_extents[a]) == shrinking) {
        resize(a);
      }
    }
  }
  std::copy(values.begin(), values.end(), y);
}

}  // namespace vouch
