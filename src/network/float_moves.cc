#include "network/float_moves.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "network/strided_walk.h"

namespace vouch {
namespace {

constexpr int64_t kNothing = -1;  // an index outside, where a constant pad lies

struct View {
  int64_t start = 0;
  std::vector<int64_t> steps;  // along y's axes
};

View view_of(const Layer& layer, const Dimensions& x, const Dimensions& y) {
  const std::vector<int64_t> own = row_major_steps(x);
  View view;
  switch (layer.kind) {
    case LayerKind::kTranspose:
      for (const uint32_t axis : layer.axes) {
        view.steps.push_back(own[axis]);
      }
      return view;
    case LayerKind::kSlice:
      for (size_t a = 0; a < x.size(); ++a) {
        view.start += layer.first[a] * own[a];
        view.steps.push_back(layer.step[a] * own[a]);
      }
      return view;
    default:
      return {0, broadcast_steps(x, y)};
  }
}

// Where the pad mode takes index i, which may lie outside of 0 … extent − 1.
int64_t padded_index(PadMode mode, int64_t i, int64_t extent) {
  if (i >= 0 && i < extent) {
    return i;
  }
  switch (mode) {
    case PadMode::kConstant:
      return kNothing;
    case PadMode::kReflect:
      return i < 0 ? -i : 2 * (extent - 1) - i;
    case PadMode::kEdge:
      return i < 0 ? 0 : extent - 1;
    case PadMode::kWrap:
      return (i % extent + extent) % extent;
  }
  return kNothing;
}

std::vector<int64_t> selected(const Layer& layer, size_t axis, const Dimensions& x,
                              const Dimensions& y) {
  std::vector<int64_t> indices(y[axis]);
  std::iota(indices.begin(), indices.end(), 0);
  if (layer.kind == LayerKind::kPad) {
    for (int64_t& i : indices) {
      i = padded_index(layer.pad_mode, i - layer.begin[axis], x[axis]);
    }
  } else if (axis == layer.axes[0]) {
    std::copy(layer.indices.begin(), layer.indices.end(), indices.begin());
  }
  return indices;
}

}  // namespace

void float_view(const Layer& layer, const Dimensions& x_extents, const float* x,
                const Dimensions& y_extents, float* y) {
  const View view = view_of(layer, x_extents, y_extents);
  strided_walk(y_extents, view.steps, [&](size_t at, int64_t other, size_t n, int64_t step) {
    const float* from = x + view.start + other;
    if (step == 1) {
      std::copy_n(from, n, y + at);
      return;
    }
    for (size_t i = 0; i < n; ++i) {
      y[at + i] = from[static_cast<int64_t>(i) * step];
    }
  });
}

void float_select(const Layer& layer, const Dimensions& x_extents, const float* x,
                  const Dimensions& y_extents, float* y) {
  if (y_extents.empty()) {
    *y = *x;
    return;
  }
  const size_t last = y_extents.size() - 1;
  const std::vector<int64_t> steps = row_major_steps(x_extents);
  std::vector<std::vector<int64_t>> indices;
  for (size_t a = 0; a <= last; ++a) {
    indices.push_back(selected(layer, a, x_extents, y_extents));
  }
  const size_t lines = element_count(y_extents) / y_extents[last];
  for (size_t line = 0; line < lines; ++line) {
    const float* from = x;
    size_t rest = line;
    for (size_t a = last; a-- > 0;) {
      const int64_t i = indices[a][rest % y_extents[a]];
      rest /= y_extents[a];
      from = from == nullptr || i == kNothing ? nullptr : from + i * steps[a];
    }
    for (const int64_t i : indices[last]) {
      *y++ = from == nullptr || i == kNothing ? layer.pad_value : from[i];
    }
  }
}

void float_concat(const Layer& layer, std::span<const FloatInput> inputs,
                  const Dimensions& y_extents, float* y) {
  const size_t axis = layer.axes[0];
  const auto inner = static_cast<size_t>(row_major_steps(y_extents)[axis]);
  const size_t line = y_extents[axis] * inner;
  const size_t lines = element_count(y_extents) / line;
  for (const FloatInput& input : inputs) {
    const size_t part = (*input.extents)[axis] * inner;
    for (size_t i = 0; i < lines; ++i) {
      std::copy_n(input.values + i * part, part, y + i * line);
    }
    y += part;
  }
}

}  // namespace vouch
