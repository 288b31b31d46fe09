#include "model/tflite/node.h"

#include <cmath>
#include <limits>

namespace vouch::tflite {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Range {
  float low = -kInfinity;
  float high = kInfinity;
};

Result<Range> range_of(Activation activation) {
  switch (activation) {
    case Activation::NONE:
      return Range{};
    case Activation::RELU:
      return Range{0, kInfinity};
    case Activation::RELU_N1_TO_1:
      return Range{-1, 1};
    case Activation::RELU6:
      return Range{0, 6};
    default: {
      const std::string name = EnumNameActivation(activation);
      return Error{"its activation is " +
                   (name.empty() ? std::to_string(static_cast<int>(activation)) : name) +
                   "; use RELU, RELU_N1_TO_1 or RELU6"};
    }
  }
}

// Whether it cuts off any code.
bool narrows(const Range& range, const CodeScale& codes) {
  const double lowest = range.low / codes.scale;
  const double highest = range.high / codes.scale;
  return std::nearbyint(lowest) + codes.zero_point > 0 ||
         std::nearbyint(highest) + codes.zero_point < 255;
}

Layer clip(uint32_t x, const Range& range) {
  return range.low == 0 && range.high == kInfinity ? unary(x, Unary::kRelu)
                                                   : unary(x, Unary::kClip, range.low, range.high);
}

}  // namespace

Layer unary(uint32_t x, Unary function, float a, float b) {
  Layer layer;
  layer.kind = LayerKind::kUnary;
  layer.inputs = {x};
  layer.function = function;
  layer.a = a;
  layer.b = b;
  return layer;
}

Result<uint32_t> axis_of(int64_t axis, size_t rank) {
  const auto n = static_cast<int64_t>(rank);
  if (axis < -n || axis >= n) {
    return Error{"axis " + std::to_string(axis) + " is outside its input's " + std::to_string(n) +
                 " axes"};
  }
  return static_cast<uint32_t>(axis < 0 ? axis + n : axis);
}

Result<uint32_t> Node::present(size_t i, const char* what) const {
  if (!has(i)) {
    return Error{"its input " + std::to_string(i) + " (" + what + ") is missing"};
  }
  return inputs_[i];
}

Result<uint32_t> Node::present_constant(size_t i, const char* what) const {
  VOUCH_ASSIGN(const uint32_t file, present(i, what));
  if (!builder_.is_constant(file)) {
    return Error{
        "its " + std::string(what) + " " + quoted(builder_.files()[file].name) +
        " must be a constant, and the model computes it; convert the model with a constant "
        "there"};
  }
  return file;
}

Result<const FileTensor*> Node::file(size_t i, const char* what) const {
  VOUCH_ASSIGN(const uint32_t file, present(i, what));
  return &builder_.files()[file];
}

Result<uint32_t> Node::activation(size_t i, const char* what) const {
  VOUCH_ASSIGN(const uint32_t file, present(i, what));
  Result<uint32_t> found = builder_.activation(file);
  if (!found) {
    return Error{"its " + std::string(what) + " " + found.error().message};
  }
  return found;
}

Result<uint32_t> Node::constant(size_t i, const char* what) const {
  VOUCH_ASSIGN(const uint32_t file, present_constant(i, what));
  return builder_.constant(file);
}

Result<uint32_t> Node::constant(size_t i, const char* what,
                                const std::vector<uint32_t>& axes) const {
  VOUCH_ASSIGN(const uint32_t file, present_constant(i, what));
  const size_t rank = builder_.files()[file].shape.size();
  if (rank != axes.size()) {
    return Error{"its " + std::string(what) + " have " + std::to_string(rank) + " axes, not " +
                 std::to_string(axes.size())};
  }
  return builder_.constant(file, axes);
}

Result<uint32_t> Node::operand(size_t i) const {
  return is_constant(i) ? constant(i, "constant") : activation(i);
}

Result<Integers> Node::integers(size_t i, const char* what) const {
  VOUCH_ASSIGN(const uint32_t file, present_constant(i, what));
  const FileTensor& from = builder_.files()[file];
  if (!from.constant || (from.type != TensorType::INT32 && from.type != TensorType::INT64)) {
    return Error{"its " + std::string(what) + " must be INT32 or INT64, not " +
                 type_name(from.type)};
  }
  VOUCH_TRY(builder_.spend(from.data.size()));
  return integers_of(from);
}

Result<int64_t> Node::integer(size_t i, const char* what) const {
  VOUCH_ASSIGN(const Integers all, integers(i, what));
  if (all.size() != 1) {
    return Error{"its " + std::string(what) + " must be one number, not " +
                 std::to_string(all.size())};
  }
  return all[0];
}

Result<void> Node::finish(Layer layer, Activation activation) const {
  VOUCH_ASSIGN(const Range range, range_of(activation));
  if (activation == Activation::NONE) {
    return builder_.make(output(), std::move(layer));
  }
  const FileTensor& to = builder_.files()[output()];
  if (to.type == TensorType::UINT8 || to.type == TensorType::INT8) {
    VOUCH_ASSIGN(const CodeScale codes, codes_of(to));
    if (!narrows(range, codes)) {
      return builder_.make(output(), std::move(layer));
    }
  }
  VOUCH_ASSIGN(const uint32_t x, builder_.layer(std::move(layer), to.shape));
  return builder_.make(output(), clip(x, range));
}

Result<void> Node::expect_codes_of(uint32_t tensor, size_t output) const {
  const FileTensor& to = builder_.files()[outputs_[output]];
  std::optional<CodeScale> codes;
  if (to.type == TensorType::UINT8 || to.type == TensorType::INT8) {
    VOUCH_ASSIGN(codes, codes_of(to));
  }
  if (codes != builder_.tensor(tensor).codes) {
    return Error{quoted(to.name) +
                 " has another type, scale or zero-point than the codes that are moved there"};
  }
  return {};
}

Result<void> Node::finish_move(Layer layer, uint32_t from, size_t output) const {
  VOUCH_TRY(expect_codes_of(from, output));
  layer.inputs = {from};
  return builder_.make(outputs_[output], std::move(layer));
}

Result<void> Node::finish_reshape(uint32_t tensor, size_t output) const {
  Layer layer;
  layer.kind = LayerKind::kReshape;
  return finish_move(std::move(layer), tensor, output);
}

}  // namespace vouch::tflite
