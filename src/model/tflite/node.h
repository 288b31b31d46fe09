// One operator of the file while it is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/tflite/builder.h"
#include "model/tflite/tensor.h"

namespace vouch::tflite {

constexpr uint32_t kAbsent = 0xFFFFFFFF;

/// Errors say what is wrong with which input or option; the reader adds the operator's type and
/// name.
class Node {
 public:
  /// inputs, outputs: tensors of the file, in range; kAbsent where the file leaves an input out.
  /// At least one output.
  Node(const Operator& from, BuiltinOperator type, std::vector<uint32_t> inputs,
       std::vector<uint32_t> outputs, Builder& builder)
      : from_(from),
        type_(type),
        inputs_(std::move(inputs)),
        outputs_(std::move(outputs)),
        builder_(builder) {}

  [[nodiscard]] BuiltinOperator type() const { return type_; }
  [[nodiscard]] Builder& builder() const { return builder_; }
  [[nodiscard]] size_t input_count() const { return inputs_.size(); }
  [[nodiscard]] size_t output_count() const { return outputs_.size(); }
  [[nodiscard]] bool has(size_t i) const { return i < inputs_.size() && inputs_[i] != kAbsent; }
  [[nodiscard]] bool is_constant(size_t i) const {
    return has(i) && builder_.is_constant(inputs_[i]);
  }
  [[nodiscard]] uint32_t output(size_t i = 0) const { return outputs_[i]; }
  [[nodiscard]] const Dimensions& output_shape(size_t i = 0) const {
    return builder_.files()[outputs_[i]].shape;
  }
  /// Of a tensor of the network.
  [[nodiscard]] const Dimensions& shape(uint32_t tensor) const {
    return builder_.tensor(tensor).shape;
  }

  /// The file's tensor that input i is. Here and below `what` is "weights": for messages.
  [[nodiscard]] Result<const FileTensor*> file(size_t i, const char* what) const;
  /// The network's tensor: of an activation, of a constant, of either.
  [[nodiscard]] Result<uint32_t> activation(size_t i = 0, const char* what = "input") const;
  [[nodiscard]] Result<uint32_t> constant(size_t i, const char* what) const;
  [[nodiscard]] Result<uint32_t> constant(size_t i, const char* what,
                                          const std::vector<uint32_t>& axes) const;
  [[nodiscard]] Result<uint32_t> operand(size_t i) const;
  /// Elements of a constant of whole numbers, and the one of them.
  [[nodiscard]] Result<Integers> integers(size_t i, const char* what) const;
  [[nodiscard]] Result<int64_t> integer(size_t i, const char* what) const;

  /// The operator's table of options; null if the file has none, as it may where all have their
  /// defaults.
  template <class Options>
  [[nodiscard]] const Options* options() const {
    return from_.builtin_options_as<Options>();
  }
  /// The same; error if there is none.
  template <class Options>
  [[nodiscard]] Result<const Options*> required() const {
    const Options* found = options<Options>();
    if (found == nullptr) {
      return Error{"its table of options is missing; convert the model again"};
    }
    return found;
  }

  /// The layer, an activation behind it, and the output.
  Result<void> finish(Layer layer, Activation activation = Activation::NONE) const;
  /// A layer of input `from` that only moves codes: error if the output has others.
  Result<void> finish_move(Layer layer, uint32_t from, size_t output = 0) const;
  /// Output i is `tensor` in the output's shape.
  Result<void> finish_reshape(uint32_t tensor, size_t output = 0) const;

 private:
  [[nodiscard]] Result<uint32_t> present(size_t i, const char* what) const;
  [[nodiscard]] Result<uint32_t> present_constant(size_t i, const char* what) const;
  [[nodiscard]] Result<void> expect_codes_of(uint32_t tensor, size_t output) const;

  const Operator& from_;
  BuiltinOperator type_;
  std::vector<uint32_t> inputs_;
  std::vector<uint32_t> outputs_;
  Builder& builder_;
};

/// A kUnary layer of x.
[[nodiscard]] Layer unary(uint32_t x, Unary function, float a = 0, float b = 0);

/// An axis of `rank`, where −1 is the last.
[[nodiscard]] Result<uint32_t> axis_of(int64_t axis, size_t rank);

}  // namespace vouch::tflite
