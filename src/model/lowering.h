// The state of lowering one graph; lower.h says what it does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/lower.h"

namespace vouch {

class Lowering {
 public:
  explicit Lowering(const Graph& graph) : graph_(graph), values_(graph.tensors.size()) {}
  Result<LoweredGraph> run();

 private:
  /// Zeros around a picture that no operator has been made for yet.
  struct Pads {
    uint32_t top = 0;
    uint32_t bottom = 0;
    uint32_t left = 0;
    uint32_t right = 0;
    bool operator==(const Pads&) const = default;
  };
  /// What a graph tensor is in the circuit: tensor `tensor`, with `pads` around it, seen as
  /// `shape`.
  struct Value {
    uint32_t tensor = 0;
    std::vector<uint32_t> shape;
    float scale = 1.0F;
    uint8_t zero_point = 0;
    Pads pads;
    bool outside = false;  // behind the circuit's output: after SOFTMAX or DEQUANTIZE
  };
  struct Code {
    float scale = 1.0F;
    uint8_t zero_point = 0;
  };

  // lower.cc
  [[nodiscard]] std::vector<bool> needed_ops() const;
  Result<void> start();
  Result<void> start_with(const GraphTensor& tensor);
  Result<void> finish();
  Result<void> lower_op(const GraphOp& op);
  Result<void> dispatch(const GraphOp& op);
  Result<void> lower_pad(const GraphOp& op);
  Result<void> lower_reshape(const GraphOp& op);
  Result<void> lower_quantize(const GraphOp& op);
  Result<void> lower_softmax(const GraphOp& op);
  Result<void> lower_dequantize(const GraphOp& op);
  Result<void> end_with(const GraphOp& op, const Value& value);
  [[nodiscard]] bool is_outside(const GraphOp& op) const {
    return values_[op.inputs[0]] && values_[op.inputs[0]]->outside;
  }

  // lower_ops.cc
  Result<void> lower_convolution(const GraphOp& op);
  Result<void> lower_depthwise(const GraphOp& op);
  Result<void> lower_fully_connected(const GraphOp& op);
  Result<void> lower_add(const GraphOp& op);
  Result<void> lower_average_pool(const GraphOp& op);
  Result<void> lower_mean(const GraphOp& op);
  Result<void> emit_pool(const GraphOp& op, const Value& input, const Window& window);
  Result<Window> window_of(const GraphOp& op, const Value& input, uint32_t kernel_rows,
                           uint32_t kernel_columns) const;
  Result<FoldPlan> weight_plan(const GraphOp& op, const Value& input, uint32_t axis,
                               uint32_t channels) const;
  /// Adds a circuit operator whose output is `op`'s; `stated` as for output_shape.
  Result<void> emit(const GraphOp& op, Op made, const Shape& stated, FoldPlan plan);
  uint32_t append(Op op, const Tensor& tensor, FoldPlan plan);

  // lowering.cc
  [[nodiscard]] const GraphTensor& input_tensor(const GraphOp& op, size_t i) const {
    return graph_.tensors[op.inputs[i]];
  }
  [[nodiscard]] const GraphTensor& output_tensor(const GraphOp& op) const {
    return graph_.tensors[op.output];
  }
  Result<void> expect_inputs(const GraphOp& op, size_t least, size_t most) const;
  /// The value of input i, which must be computed by the circuit (not a constant, not behind its
  /// output).
  Result<Value> value_of(const GraphOp& op, size_t i) const;
  /// That value as a picture: its shape is that of its circuit tensor. Pads stay pending.
  Result<Value> picture_of(const GraphOp& op, size_t i);
  /// A value without pending pads, made by a linear map of one input if need be.
  Result<Value> materialised(const Value& value, const std::string& name);
  /// Terms name rows and columns one by one: refuses more of them than a circuit can have.
  static Result<void> expect_extents(uint64_t rows, uint64_t columns);
  /// Scale and stored zero-point of a tensor of 8-bit codes.
  static Result<Code> code_of(const GraphTensor& tensor);
  static Result<std::vector<int64_t>> constant_integers(const GraphTensor& tensor);

  const Graph& graph_;
  LoweredGraph out_;
  std::vector<std::optional<Value>> values_;  // by graph tensor
  bool input_fixed_ = false;                  // an operator has read tensor 0 as a picture
};

/// [batch, row, column, channel].
[[nodiscard]] std::vector<uint32_t> picture_shape(const Shape& shape);
/// "[1, 7, 7, 320]".
[[nodiscard]] std::string to_text(const std::vector<uint32_t>& shape);

}  // namespace vouch
