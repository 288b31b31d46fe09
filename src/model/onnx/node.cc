#include "model/onnx/node.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "network/shapes.h"

namespace vouch::onnx {
namespace {

// Of attributes, with the format's numbers.
enum Type : int32_t { kFloat = 1, kInt = 2, kString = 3, kTensor = 4, kFloats = 6, kInts = 7 };

}  // namespace

bool Node::gives(size_t i) const {
  return i < output_count() && !proto_.output(static_cast<int>(i)).empty();
}

Result<Value> Node::input(size_t i, const char* what) const {
  if (!has(i)) {
    return Error{"its input " + std::to_string(i) + " (" + what + ") is missing"};
  }
  return *inputs_[i];
}

Result<Value> Node::real(size_t i, const char* what) const {
  VOUCH_ASSIGN(Value value, input(i, what));
  if (!is_real(value.type)) {
    return Error{"its " + std::string(what) + " " + quoted(proto_.input(static_cast<int>(i))) +
                 " is " + type_name(value.type) +
                 (is_code(value.type)    ? "; supported are floats, and 8-bit codes behind "
                                           "DequantizeLinear"
                  : is_whole(value.type) ? "; have the model cast it to float before"
                                         : "; activations can only be floats here")};
  }
  return value;
}

Result<Value> Node::numbers(size_t i, const char* what) const {
  VOUCH_ASSIGN(Value value, input(i, what));
  if (value.type == OnnxType::kBool) {
    return real(i, what);
  }
  VOUCH_TRY(builder_.read_as_numbers(value));
  return value;
}

Result<Value> Node::constant(size_t i, const char* what) const {
  VOUCH_ASSIGN(Value value, input(i, what));
  if (!value.is_constant()) {
    return Error{"its " + std::string(what) + " " + quoted(proto_.input(static_cast<int>(i))) +
                 " depends on the model's input; export the model with a constant there"};
  }
  return value;
}

Result<Integers> Node::integers(size_t i, const char* what) const {
  VOUCH_ASSIGN(const Value value, constant(i, what));
  if (is_real(value.type) || value.shape.size() > 1) {
    return Error{"its " + std::string(what) + " must be a list of whole numbers, not " +
                 type_name(value.type) + " " + text(value.shape)};
  }
  return value.constant->integers;
}

Result<float> Node::number(size_t i, const char* what) const {
  VOUCH_ASSIGN(const Value value, constant(i, what));
  const std::vector<float> reals = reals_of(*value.constant);
  if (reals.size() != 1) {
    return Error{"its " + std::string(what) + " must be one number, not " + text(value.shape)};
  }
  if (std::isnan(reals[0])) {
    return Error{"its " + std::string(what) + " is no number"};
  }
  return reals[0];
}

bool Node::is_listed(std::string_view name) const {
  const auto apart = [](std::string_view words) { return std::string(1, ' ').append(words) + ' '; };
  return apart(attributes_).find(apart(name)) != std::string::npos;
}

Result<const AttributeProto*> Node::find(const char* name, int32_t type) {
  if (!is_listed(name)) {
    return Error{"its attribute " + quoted(name) + " is not in the list of those that are read"};
  }
  read_.insert(name);
  for (const AttributeProto& attribute : proto_.attribute()) {
    if (attribute.name() != name) {
      continue;
    }
    // The oldest files do not say a type.
    if (attribute.type() != type && attribute.type() != 0) {
      return Error{"its attribute " + quoted(name) + " is of another type than the format says"};
    }
    return &attribute;
  }
  return nullptr;
}

Result<int64_t> Node::attribute(const char* name, int64_t otherwise) {
  VOUCH_ASSIGN(const AttributeProto* const found, find(name, kInt));
  return found == nullptr ? otherwise : found->i();
}

Result<float> Node::attribute(const char* name, float otherwise) {
  VOUCH_ASSIGN(const AttributeProto* const found, find(name, kFloat));
  const float value = found == nullptr ? otherwise : found->f();
  if (std::isnan(value)) {
    return Error{"its attribute " + quoted(name) + " is not a number"};
  }
  return value;
}

Result<std::string> Node::attribute(const char* name, const char* otherwise) {
  VOUCH_ASSIGN(const AttributeProto* const found, find(name, kString));
  return found == nullptr ? std::string(otherwise) : found->s();
}

Result<bool> Node::flag(const char* name, bool otherwise) {
  VOUCH_ASSIGN(const int64_t value, attribute(name, int64_t{otherwise}));
  if (value != 0 && value != 1) {
    return Error{"its attribute " + quoted(name) + " is " + std::to_string(value) +
                 ", neither 0 nor 1"};
  }
  return value == 1;
}

Result<std::optional<Integers>> Node::list(const char* name) {
  VOUCH_ASSIGN(const AttributeProto* const found, find(name, kInts));
  if (found == nullptr) {
    return std::optional<Integers>();
  }
  return std::optional<Integers>(Integers(found->ints().begin(), found->ints().end()));
}

Result<std::optional<std::vector<float>>> Node::reals(const char* name) {
  VOUCH_ASSIGN(const AttributeProto* const found, find(name, kFloats));
  if (found == nullptr) {
    return std::optional<std::vector<float>>();
  }
  return std::optional<std::vector<float>>({found->floats().begin(), found->floats().end()});
}

Result<std::optional<OnnxTensor>> Node::tensor(const char* name) {
  VOUCH_ASSIGN(const AttributeProto* const found, find(name, kTensor));
  if (found == nullptr) {
    return std::optional<OnnxTensor>();
  }
  Result<OnnxTensor> decoded = decode_tensor(found->t());
  if (!decoded) {
    return Error{"its attribute " + quoted(name) + ": " + decoded.error().message};
  }
  return std::optional<OnnxTensor>(std::move(decoded).value());
}

Result<std::optional<Integers>> Node::list_or_input(const char* name, size_t i, int64_t since) {
  if (opset_ < since) {
    return list(name);
  }
  if (!has(i)) {
    return std::optional<Integers>();
  }
  VOUCH_ASSIGN(Integers values, integers(i, name));
  return std::optional<Integers>(std::move(values));
}

Result<void> Node::expect_all_read() const {
  for (const AttributeProto& attribute : proto_.attribute()) {
    if (read_.find(attribute.name()) == read_.end()) {
      return Error{"its attribute " + quoted(attribute.name()) +
                   " is not known; export the model without it"};
    }
  }
  return {};
}

Result<uint32_t> axis_of(int64_t axis, size_t rank) {
  const auto n = static_cast<int64_t>(rank);
  if (axis < -n || axis >= n) {
    return Error{"axis " + std::to_string(axis) + " is outside its input's " + std::to_string(n) +
                 " axes"};
  }
  return static_cast<uint32_t>(axis < 0 ? axis + n : axis);
}

Result<std::vector<uint32_t>> axes_of(const Integers& axes, size_t rank) {
  std::vector<uint32_t> positive;
  for (const int64_t axis : axes) {
    VOUCH_ASSIGN(const uint32_t a, axis_of(axis, rank));
    if (std::find(positive.begin(), positive.end(), a) != positive.end()) {
      return Error{"axis " + std::to_string(axis) + " is named twice"};
    }
    positive.push_back(a);
  }
  return positive;
}

Result<Dimensions> extents_of(const Integers& extents) {
  Dimensions shape;
  for (const int64_t extent : extents) {
    if (extent < 1 || static_cast<uint64_t>(extent) > Network::kMaxElements) {
      return Error{"an extent of " + std::to_string(extent) + " is outside 1…2^28"};
    }
    shape.push_back(static_cast<uint32_t>(extent));
  }
  VOUCH_TRY(check_extents(shape));
  return shape;
}

Result<Dimensions> broadcast(const Dimensions& a, const Dimensions& b) {
  if (element_count(a) == 0 || element_count(b) == 0) {
    return Error{"it works element by element on a constant that has none"};
  }
  const std::array<Dimensions, 2> both = {a, b};
  return broadcast_extents(both);
}

}  // namespace vouch::onnx
