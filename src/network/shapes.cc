#include "network/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace vouch {
namespace {

constexpr int64_t kMaxExtent = int64_t{1} << 28;  // of windows and pads too: products fit 64 bits
static_assert(kMaxExtent == Network::kMaxElements);

// The rules of one layer.
class Rules {
 public:
  Rules(const Network& network, const Layer& layer) : network_(network), layer_(layer) {}

  [[nodiscard]] Result<Dimensions> output() const {
    VOUCH_TRY(check_input_count());
    switch (layer_.kind) {
      case LayerKind::kConvolution:
        return convolution();
      case LayerKind::kAveragePool:
      case LayerKind::kMaxPool:
        return pool();
      case LayerKind::kMatMul:
        return mat_mul();
      case LayerKind::kAdd:
        VOUCH_TRY(check_coefficients());
        return broadcast();
      case LayerKind::kMultiply:
      case LayerKind::kDivide:
      case LayerKind::kMaximum:
      case LayerKind::kMinimum:
        return broadcast();
      case LayerKind::kUnary:
        VOUCH_TRY(check_function());
        return x();
      case LayerKind::kIdentity:
        return x();
      case LayerKind::kPRelu:
        return prelu();
      case LayerKind::kReduceMean:
      case LayerKind::kReduceSum:
      case LayerKind::kReduceMax:
      case LayerKind::kReduceMin:
        return without(layer_.axes);
      case LayerKind::kReshape:
        return reshape();
      case LayerKind::kTranspose:
        return transpose();
      case LayerKind::kConcat:
        return concat();
      case LayerKind::kSlice:
        return slice();
      case LayerKind::kPad:
        return pad();
      case LayerKind::kGather:
        return gather();
      case LayerKind::kExpand:
        return expand();
      case LayerKind::kResize:
        return resize();
      case LayerKind::kSoftmax:
      case LayerKind::kLogSoftmax:
        VOUCH_TRY(check_one_axis());
        return x();
      case LayerKind::kArgMax:
        return arg_max();
      case LayerKind::kTopK:
        return top_k();
    }
    return Error{"an operator of no known kind"};
  }

 private:
  [[nodiscard]] const NetworkTensor& input(size_t i) const {
    return network_.tensors[layer_.inputs[i]];
  }
  [[nodiscard]] const Dimensions& x() const { return input(0).shape; }
  [[nodiscard]] const Dimensions& declared() const { return network_.tensors[layer_.output].shape; }

  [[nodiscard]] Result<void> check_input_count() const {
    size_t least = 1;
    size_t most = 1;
    switch (layer_.kind) {
      case LayerKind::kConvolution:
      case LayerKind::kMatMul:
        least = 2;
        most = 3;
        break;
      case LayerKind::kMultiply:
      case LayerKind::kDivide:
      case LayerKind::kPRelu:
        least = most = 2;
        break;
      case LayerKind::kAdd:
      case LayerKind::kMaximum:
      case LayerKind::kMinimum:
      case LayerKind::kConcat:
        most = SIZE_MAX;
        break;
      default:
        break;
    }
    if (layer_.inputs.size() < least || layer_.inputs.size() > most) {
      return Error{"it cannot have " + std::to_string(layer_.inputs.size()) + " inputs"};
    }
    return {};
  }

  [[nodiscard]] Result<void> check_constant(size_t i, const char* what) const {
    if (!input(i).constant) {
      return Error{std::string("its ") + what + " must be constant"};
    }
    return {};
  }

  // Input 2, where there is one.
  [[nodiscard]] Result<void> check_bias(uint32_t outputs) const {
    if (layer_.inputs.size() < 3) {
      return {};
    }
    VOUCH_TRY(check_constant(2, "bias"));
    if (input(2).shape != Dimensions{outputs}) {
      return Error{"a bias " + text(input(2).shape) + " for " + std::to_string(outputs) +
                   " outputs"};
    }
    return {};
  }

  [[nodiscard]] Result<void> check_axes() const {
    std::array<bool, Network::kMaxRank> seen{};
    for (const uint32_t axis : layer_.axes) {
      if (axis >= x().size() || seen[axis]) {
        return Error{"axis " + std::to_string(axis) + " of an input " + text(x()) +
                     (axis >= x().size() ? " that has no such" : ", named twice")};
      }
      seen[axis] = true;
    }
    return {};
  }

  [[nodiscard]] Result<void> check_one_axis() const {
    if (layer_.axes.size() != 1) {
      return Error{"it works along one axis, not along " + std::to_string(layer_.axes.size())};
    }
    return check_axes();
  }

  [[nodiscard]] Result<void> check_coefficients() const {
    if (layer_.coefficients.size() != layer_.inputs.size()) {
      return Error{std::to_string(layer_.coefficients.size()) + " coefficients for " +
                   std::to_string(layer_.inputs.size()) + " inputs"};
    }
    for (const float c : layer_.coefficients) {
      if (!std::isfinite(c)) {
        return Error{"a coefficient that is no finite number"};
      }
    }
    return {};
  }

  [[nodiscard]] Result<void> check_function() const {
    const bool clip = layer_.function == Unary::kClip;
    if (std::isnan(layer_.a) || std::isnan(layer_.b) ||
        (!clip && (std::isinf(layer_.a) || std::isinf(layer_.b)))) {
      return Error{"a parameter that is no finite number"};
    }
    return {};
  }

  [[nodiscard]] Result<void> check_pictures() const {
    if (x().size() != 3 && x().size() != 4) {
      return Error{"an input " + text(x()) + "; supported are one and two spatial axes"};
    }
    if (layer_.channel_axis == 0 || layer_.channel_axis >= x().size()) {
      return Error{"channels along axis " + std::to_string(layer_.channel_axis) + " of " +
                   text(x())};
    }
    const WindowShape& w = layer_.window;
    for (const uint32_t n : {w.kernel_rows, w.kernel_columns, w.stride_rows, w.stride_columns,
                             w.dilation_rows, w.dilation_columns}) {
      if (n == 0 || n > kMaxExtent) {
        return Error{"a kernel, stride or dilation of " + std::to_string(n)};
      }
    }
    for (const int32_t n : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right}) {
      if (n < -kMaxExtent || n > kMaxExtent) {
        return Error{"pads of " + std::to_string(n)};
      }
    }
    if (x().size() == 3 && (w.kernel_rows != 1 || w.stride_rows != 1 || w.dilation_rows != 1 ||
                            w.pad_top != 0 || w.pad_bottom != 0)) {
      return Error{"a window with rows for an input " + text(x())};
    }
    return {};
  }

  // Positions of a window along one axis.
  [[nodiscard]] Result<uint32_t> positions(int64_t extent, int64_t kernel, int64_t stride,
                                           int64_t dilation, int64_t pads) const {
    const int64_t reach = (kernel - 1) * dilation + 1;
    const int64_t n = layer_.transposed       ? (extent - 1) * stride + reach - pads
                      : extent + pads < reach ? 0
                                              : (extent + pads - reach) / stride + 1;
    if (n < 1 || n > kMaxExtent) {
      return Error{"a kernel of " + std::to_string(kernel) + " and pads of " +
                   std::to_string(pads) + " on an extent of " + std::to_string(extent) +
                   (n < 1 ? " leave no output" : " make too large an output")};
    }
    return static_cast<uint32_t>(n);
  }

  [[nodiscard]] Result<Dimensions> windows(uint32_t channels) const {
    const WindowShape& w = layer_.window;
    const PictureAxes axes = picture_axes(x(), layer_.channel_axis);
    Dimensions out;
    if (x().size() == 4) {
      VOUCH_ASSIGN(const uint32_t rows,
                   positions(static_cast<int64_t>(axes.rows), w.kernel_rows, w.stride_rows,
                             w.dilation_rows, int64_t{w.pad_top} + w.pad_bottom));
      out.push_back(rows);
    }
    VOUCH_ASSIGN(const uint32_t columns,
                 positions(static_cast<int64_t>(axes.columns), w.kernel_columns, w.stride_columns,
                           w.dilation_columns, int64_t{w.pad_left} + w.pad_right));
    out.push_back(columns);
    out.insert(out.begin() + (layer_.channel_axis - 1), channels);
    out.insert(out.begin(), x()[0]);
    return out;
  }

  [[nodiscard]] Result<Dimensions> convolution() const {
    VOUCH_TRY(check_pictures());
    VOUCH_TRY(check_constant(1, "weights"));
    const Dimensions& w = input(1).shape;
    const uint32_t in = x()[layer_.channel_axis];
    const uint32_t groups = layer_.groups;
    const bool fits = w.size() == 4 && groups != 0 && in % groups == 0 &&
                      w[layer_.transposed ? 0 : 1] == (layer_.transposed ? in : in / groups) &&
                      (layer_.transposed || w[0] % groups == 0) &&
                      w[2] == layer_.window.kernel_rows && w[3] == layer_.window.kernel_columns;
    if (!fits) {
      return Error{"weights " + text(w) + " in " + std::to_string(groups) +
                   " groups do not fit an input " + text(x())};
    }
    const uint64_t out = layer_.transposed ? uint64_t{w[1]} * groups : w[0];
    if (out > kMaxExtent) {
      return Error{std::to_string(out) + " channels"};
    }
    VOUCH_TRY(check_bias(static_cast<uint32_t>(out)));
    return windows(static_cast<uint32_t>(out));
  }

  // Whether the first or last window of an axis covers nothing but pads. The others then do not:
  // but for dilated ones, which may step over a small input.
  [[nodiscard]] static bool sees_pads_only(int64_t extent, int64_t outputs, int64_t kernel,
                                           int64_t stride, int64_t dilation, int64_t pad) {
    const auto sees = [&](int64_t o) {
      const int64_t first = o * stride - pad;
      const int64_t skipped = first < 0 ? (-first + dilation - 1) / dilation : 0;
      return skipped < kernel && first + skipped * dilation < extent;
    };
    if (dilation == 1) {
      return !sees(0) || !sees(outputs - 1);
    }
    for (int64_t o = 0; o < outputs; ++o) {
      if (!sees(o)) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] Result<Dimensions> pool() const {
    VOUCH_TRY(check_pictures());
    if (layer_.transposed) {
      return Error{"a transposed pool"};
    }
    VOUCH_ASSIGN(Dimensions out, windows(x()[layer_.channel_axis]));
    if (layer_.count_pads) {
      return out;
    }
    const WindowShape& w = layer_.window;
    const PictureAxes from = picture_axes(x(), layer_.channel_axis);
    const PictureAxes to = picture_axes(out, layer_.channel_axis);
    if (sees_pads_only(static_cast<int64_t>(from.rows), static_cast<int64_t>(to.rows),
                       w.kernel_rows, w.stride_rows, w.dilation_rows, w.pad_top) ||
        sees_pads_only(static_cast<int64_t>(from.columns), static_cast<int64_t>(to.columns),
                       w.kernel_columns, w.stride_columns, w.dilation_columns, w.pad_left)) {
      return Error{"a window that covers pads only"};
    }
    return out;
  }

  [[nodiscard]] Result<Dimensions> mat_mul() const {
    const Dimensions& a = x();
    const Dimensions& b = input(1).shape;
    const auto misfit = [&] { return Error{"no product of " + text(a) + " and " + text(b)}; };
    if (a.empty() || b.size() < 2 || a.back() != b[b.size() - 2]) {
      return misfit();
    }
    if (input(1).constant && b.size() == 2) {
      VOUCH_TRY(check_bias(b[1]));
      Dimensions out = a;
      out.back() = b[1];
      return out;
    }
    if (layer_.inputs.size() != 2) {
      return Error{"a bias of a product of two activations"};
    }
    if (a.size() < 2) {
      return misfit();
    }
    const std::array<Dimensions, 2> batches = {Dimensions(a.begin(), a.end() - 2),
                                               Dimensions(b.begin(), b.end() - 2)};
    VOUCH_ASSIGN(Dimensions out, broadcast_extents(batches));
    out.push_back(a[a.size() - 2]);
    out.push_back(b.back());
    return out;
  }

  [[nodiscard]] Result<Dimensions> broadcast() const {
    std::vector<Dimensions> all;
    for (size_t i = 0; i < layer_.inputs.size(); ++i) {
      all.push_back(input(i).shape);
    }
    return broadcast_extents(all);
  }

  [[nodiscard]] Result<Dimensions> prelu() const {
    VOUCH_TRY(check_constant(1, "slopes"));
    VOUCH_ASSIGN(Dimensions out, broadcast());
    if (out != x()) {
      return Error{"slopes " + text(input(1).shape) + " for an input " + text(x())};
    }
    return out;
  }

  // Without some axes, or with 1 for them: as the declared shape has it.
  [[nodiscard]] Result<Dimensions> without(const std::vector<uint32_t>& axes) const {
    VOUCH_TRY(check_axes());
    Dimensions kept = x();
    Dimensions dropped;
    for (uint32_t a = 0; a < x().size(); ++a) {
      if (std::find(axes.begin(), axes.end(), a) == axes.end()) {
        dropped.push_back(x()[a]);
      } else {
        kept[a] = 1;
      }
    }
    return declared().size() == kept.size() ? kept : dropped;
  }

  [[nodiscard]] Result<Dimensions> reshape() const {
    VOUCH_TRY(check_extents(declared()));
    if (element_count(declared()) != element_count(x())) {
      return Error{text(x()) + " as " + text(declared())};
    }
    return declared();
  }

  [[nodiscard]] Result<Dimensions> transpose() const {
    if (layer_.axes.size() != x().size()) {
      return Error{std::to_string(layer_.axes.size()) + " axes for an input " + text(x())};
    }
    VOUCH_TRY(check_axes());
    Dimensions out;
    for (const uint32_t axis : layer_.axes) {
      out.push_back(x()[axis]);
    }
    return out;
  }

  [[nodiscard]] Result<Dimensions> concat() const {
    VOUCH_TRY(check_one_axis());
    const uint32_t axis = layer_.axes[0];
    Dimensions out = x();
    uint64_t sum = 0;
    for (size_t i = 0; i < layer_.inputs.size(); ++i) {
      Dimensions other = input(i).shape;
      if (other.size() != x().size()) {
        return Error{"inputs " + text(x()) + " and " + text(other)};
      }
      sum += other[axis];
      other[axis] = x()[axis];
      if (other != x()) {
        return Error{"inputs " + text(x()) + " and " + text(input(i).shape) + " along axis " +
                     std::to_string(axis)};
      }
    }
    if (sum > kMaxExtent) {
      return Error{"an extent of " + std::to_string(sum)};
    }
    out[axis] = static_cast<uint32_t>(sum);
    return out;
  }

  [[nodiscard]] Result<Dimensions> slice() const {
    const size_t rank = x().size();
    VOUCH_TRY(check_extents(declared()));
    if (layer_.first.size() != rank || layer_.step.size() != rank || declared().size() != rank) {
      return Error{"a slice of " + std::to_string(layer_.first.size()) + " axes of " + text(x())};
    }
    for (size_t a = 0; a < rank; ++a) {
      const int64_t first = layer_.first[a];
      const int64_t step = layer_.step[a];
      const int64_t moves = int64_t{declared()[a]} - 1;
      const bool inside = first >= 0 && first < x()[a] && step != 0 && step >= -kMaxExtent &&
                          step <= kMaxExtent && first + moves * step >= 0 &&
                          first + moves * step < x()[a];
      if (!inside) {
        return Error{"a slice that leaves its input " + text(x()) + " along axis " +
                     std::to_string(a)};
      }
    }
    return declared();
  }

  [[nodiscard]] Result<Dimensions> pad() const {
    const size_t rank = x().size();
    if (layer_.begin.size() != rank || layer_.end.size() != rank || std::isnan(layer_.pad_value)) {
      return Error{"pads for " + std::to_string(layer_.begin.size()) + " axes of " + text(x())};
    }
    Dimensions out;
    for (size_t a = 0; a < rank; ++a) {
      const int64_t most = layer_.pad_mode == PadMode::kReflect ? int64_t{x()[a]} - 1 : kMaxExtent;
      const auto possible = [&](int64_t n) { return n >= -kMaxExtent && n <= most; };
      const int64_t n = possible(layer_.begin[a]) && possible(layer_.end[a])
                            ? x()[a] + layer_.begin[a] + layer_.end[a]
                            : 0;
      // Cut beyond one end, an axis would be made of the other end's pads alone.
      if (n < 1 || n > kMaxExtent || layer_.begin[a] <= -int64_t{x()[a]} ||
          layer_.end[a] <= -int64_t{x()[a]}) {
        return Error{"pads of " + std::to_string(layer_.begin[a]) + " and " +
                     std::to_string(layer_.end[a]) + " along axis " + std::to_string(a) + " of " +
                     text(x())};
      }
      out.push_back(static_cast<uint32_t>(n));
    }
    return out;
  }

  [[nodiscard]] Result<Dimensions> gather() const {
    VOUCH_TRY(check_one_axis());
    const uint32_t axis = layer_.axes[0];
    for (const uint32_t index : layer_.indices) {
      if (index >= x()[axis]) {
        return Error{"index " + std::to_string(index) + " along axis " + std::to_string(axis) +
                     " of " + text(x())};
      }
    }
    if (layer_.indices.empty() || layer_.indices.size() > static_cast<size_t>(kMaxExtent)) {
      return Error{std::to_string(layer_.indices.size()) + " indices"};
    }
    Dimensions out = x();
    out[axis] = static_cast<uint32_t>(layer_.indices.size());
    return out;
  }

  [[nodiscard]] Result<Dimensions> expand() const {
    const std::array<Dimensions, 2> both = {x(), declared()};
    VOUCH_ASSIGN(Dimensions out, broadcast_extents(both));
    if (out != declared()) {
      return Error{text(x()) + " to " + text(declared())};
    }
    return out;
  }

  [[nodiscard]] Result<Dimensions> resize() const {
    if (layer_.resize.size() != x().size()) {
      return Error{std::to_string(layer_.resize.size()) + " axes for an input " + text(x())};
    }
    Dimensions out = x();
    for (size_t a = 0; a < out.size(); ++a) {
      const auto& outputs = layer_.resize[a].outputs;
      if (outputs.empty()) {
        continue;
      }
      if (outputs.size() > static_cast<size_t>(kMaxExtent)) {
        return Error{"an extent of " + std::to_string(outputs.size())};
      }
      out[a] = static_cast<uint32_t>(outputs.size());
      for (const auto& taps : outputs) {
        for (const ResizeAxis::Tap& tap : taps) {
          if (tap.index >= x()[a] || !std::isfinite(tap.weight)) {
            return Error{"index " + std::to_string(tap.index) + " along axis " + std::to_string(a) +
                         " of " + text(x())};
          }
        }
      }
    }
    return out;
  }

  [[nodiscard]] Result<Dimensions> arg_max() const {
    VOUCH_ASSIGN(Dimensions out, top_k());
    return layer_.count == 1 ? without(layer_.axes) : out;
  }

  [[nodiscard]] Result<Dimensions> top_k() const {
    VOUCH_TRY(check_one_axis());
    Dimensions out = x();
    uint32_t& extent = out[layer_.axes[0]];
    if (layer_.count < 1 || layer_.count > extent) {
      return Error{"the largest " + std::to_string(layer_.count) + " of " + std::to_string(extent)};
    }
    extent = layer_.count;
    return out;
  }

  const Network& network_;
  const Layer& layer_;
};

}  // namespace

uint64_t element_count(const Dimensions& extents) {
  uint64_t n = 1;
  for (const uint32_t extent : extents) {
    n *= extent;
  }
  return n;
}

std::vector<int64_t> row_major_steps(const Dimensions& extents) {
  std::vector<int64_t> steps(extents.size(), 1);
  for (size_t a = extents.size(); a-- > 1;) {
    steps[a - 1] = steps[a] * extents[a];
  }
  return steps;
}

std::vector<size_t> places_of(size_t first, std::span<const Digit> digits) {
  std::vector<size_t> places{first};
  for (const Digit& digit : digits) {
    std::vector<size_t> next;
    next.reserve(places.size() * digit.extent);
    for (const size_t place : places) {
      for (size_t i = 0; i < digit.extent; ++i) {
        next.push_back(place + i * digit.step);
      }
    }
    places = std::move(next);
  }
  return places;
}

std::string text(const Dimensions& extents) {
  std::string out = "[";
  for (size_t a = 0; a < extents.size(); ++a) {
    out += (a == 0 ? "" : ", ") + std::to_string(extents[a]);
  }
  return out + "]";
}

Result<void> check_extents(const Dimensions& extents) {
  if (extents.size() > Network::kMaxRank) {
    return Error{"a tensor of " + std::to_string(extents.size()) + " axes, more than " +
                 std::to_string(Network::kMaxRank) + "; reshape it to fewer"};
  }
  uint64_t n = 1;
  for (const uint32_t extent : extents) {
    n *= extent;  // of at most 2^28 and less than 2^32
    if (extent == 0 || n > Network::kMaxElements) {
      return Error{"a tensor " + text(extents) +
                   (extent == 0 ? " that is empty; leave it out of the model"
                                : " of more than 2^28 elements; make the model's input smaller")};
    }
  }
  return {};
}

Result<Dimensions> broadcast_extents(std::span<const Dimensions> inputs) {
  Dimensions out;
  for (const Dimensions& input : inputs) {
    if (input.size() > out.size()) {
      out.insert(out.begin(), input.size() - out.size(), 1);
    }
    for (size_t a = 0; a < input.size(); ++a) {
      uint32_t& extent = out[out.size() - input.size() + a];
      if (extent != 1 && input[a] != 1 && extent != input[a]) {
        std::string all;
        for (const Dimensions& each : inputs) {
          all += (all.empty() ? "" : " and ") + text(each);
        }
        return Error{all + " do not broadcast"};
      }
      extent = std::max(extent, input[a]);
    }
  }
  return out;
}

PictureAxes picture_axes(const Dimensions& extents, uint32_t channel_axis) {
  VOUCH_CHECK(extents.size() == 3 || extents.size() == 4);
  VOUCH_CHECK(channel_axis >= 1 && channel_axis < extents.size());
  const std::vector<int64_t> steps = row_major_steps(extents);
  const auto step = [&](size_t axis) { return static_cast<size_t>(steps[axis]); };
  PictureAxes axes;
  axes.pictures = extents[0];
  axes.picture_step = step(0);
  axes.channels = extents[channel_axis];
  axes.channel_step = step(channel_axis);
  const size_t last = channel_axis + 1 == extents.size() ? extents.size() - 2 : extents.size() - 1;
  axes.columns = extents[last];
  axes.column_step = step(last);
  if (extents.size() == 4) {
    const size_t rows = channel_axis == 1 ? 2 : 1;
    axes.rows = extents[rows];
    axes.row_step = step(rows);
  }
  return axes;
}

Result<Dimensions> output_extents(const Network& network, const Layer& layer) {
  return Rules(network, layer).output();
}

std::string title(const Layer& layer) {
  return layer.name.empty() ? layer.type_name : layer.type_name + " '" + layer.name + "'";
}

}  // namespace vouch
