// One operator of the graph while it is read: its inputs by position, its attributes by name.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/onnx/builder.h"
#include "model/onnx/value.h"
#include "onnx_subset.pb.h"

namespace vouch::onnx {

using Integers = std::vector<int64_t>;

/// Errors say what is wrong with which input or attribute; the reader adds the node's type and
/// name.
class Node {
 public:
  /// inputs[i]: nothing where the file leaves it out. `attributes`: those that its operator is said
  /// to read, separated by blanks; others cannot be asked for.
  Node(const NodeProto& proto, int64_t opset, std::vector<std::optional<Value>> inputs,
       Builder& builder, std::string_view attributes)
      : proto_(proto),
        opset_(opset),
        inputs_(std::move(inputs)),
        builder_(builder),
        attributes_(attributes) {}

  [[nodiscard]] const std::string& type() const { return proto_.op_type(); }
  [[nodiscard]] int64_t opset() const { return opset_; }
  [[nodiscard]] Builder& builder() const { return builder_; }
  [[nodiscard]] size_t input_count() const { return inputs_.size(); }
  [[nodiscard]] size_t output_count() const { return static_cast<size_t>(proto_.output_size()); }
  /// Whether output i has a name, so that something may read it.
  [[nodiscard]] bool gives(size_t i) const;
  [[nodiscard]] bool has(size_t i) const { return i < inputs_.size() && inputs_[i].has_value(); }

  /// Input i, or nothing where the file leaves it out.
  [[nodiscard]] std::optional<Value> optional(size_t i) const {
    return has(i) ? inputs_[i] : std::nullopt;
  }
  /// Input i, "weights": of any type, or a float, or a constant.
  [[nodiscard]] Result<Value> input(size_t i, const char* what = "input") const;
  [[nodiscard]] Result<Value> real(size_t i, const char* what = "input") const;
  /// Floats, or whole numbers that are computed with as if they were: uint8 and int8 codes stand
  /// for themselves from now on.
  [[nodiscard]] Result<Value> numbers(size_t i, const char* what = "input") const;
  [[nodiscard]] Result<Value> constant(size_t i, const char* what) const;
  /// Elements of a constant of whole numbers, at most rank 1.
  [[nodiscard]] Result<Integers> integers(size_t i, const char* what) const;
  /// The one element of a constant of floats.
  [[nodiscard]] Result<float> number(size_t i, const char* what) const;

  [[nodiscard]] Result<int64_t> attribute(const char* name, int64_t otherwise);
  [[nodiscard]] Result<float> attribute(const char* name, float otherwise);
  [[nodiscard]] Result<std::string> attribute(const char* name, const char* otherwise);
  [[nodiscard]] Result<bool> flag(const char* name, bool otherwise);
  /// A list; nothing if it is absent.
  [[nodiscard]] Result<std::optional<Integers>> list(const char* name);
  [[nodiscard]] Result<std::optional<std::vector<float>>> reals(const char* name);
  [[nodiscard]] Result<std::optional<OnnxTensor>> tensor(const char* name);
  /// What was an attribute before opset `since` and is input i from then on; nothing if absent.
  [[nodiscard]] Result<std::optional<Integers>> list_or_input(const char* name, size_t i,
                                                              int64_t since);
  /// Error if it has attributes that nobody has asked for: they would change what it computes.
  [[nodiscard]] Result<void> expect_all_read() const;
  /// Names attributes that say nothing about what is computed here.
  void ignore(std::initializer_list<const char*> names) {
    read_.insert(names.begin(), names.end());
  }

 private:
  [[nodiscard]] bool is_listed(std::string_view name) const;
  [[nodiscard]] Result<const AttributeProto*> find(const char* name, int32_t type);

  const NodeProto& proto_;
  int64_t opset_;
  std::vector<std::optional<Value>> inputs_;
  Builder& builder_;
  std::string_view attributes_;
  std::set<std::string, std::less<>> read_;
};

/// An axis of `rank`, where −1 is the last.
[[nodiscard]] Result<uint32_t> axis_of(int64_t axis, size_t rank);
/// The same of each, none twice.
[[nodiscard]] Result<std::vector<uint32_t>> axes_of(const Integers& axes, size_t rank);
/// Extents from the file: each 1…2^28, as network/shapes.h limits them.
[[nodiscard]] Result<Dimensions> extents_of(const Integers& extents);
/// As in NumPy; neither may be of a constant without elements.
[[nodiscard]] Result<Dimensions> broadcast(const Dimensions& a, const Dimensions& b);

}  // namespace vouch::onnx
