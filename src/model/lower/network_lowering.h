// A quantised network into a circuit: the state of lowering one.
//
//     convolutions, products with constants   convolutions; grouped ones, unless depthwise, have
//     zeros sums, differences, means, moves         linear maps products of activations products
//     maxima                                  max(a, b) = b + relu(a − b), two linear maps
//     functions                               tables of what computes their argument, or of a copy
//     transposing, reshaping                  nothing, where no digit has to be split (view.h)
//     softmax, the largest at the end         outside the circuit, whose output is the logits
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/lower/circuit_maker.h"
#include "model/lower/steps.h"
#include "model/lower/view.h"

namespace vouch {

/// A tensor of the network within the circuit's input or output: its elements, row-major, are those
/// from `first` on, in the circuit's order; or, if it has one alone and lies otherwise, where
/// `view` has them.
struct Port {
  uint32_t tensor = 0;  ///< of the network
  CodeScale codes;      ///< within the circuit
  uint64_t first = 0;
  View view;
};

/// Where a tensor of the network is in a run of the circuit: its elements, in codes, and by which
/// operator of the circuit they are made.
struct Computed {
  uint32_t tensor = 0;  ///< of the network
  uint32_t op = 0;
  CodeScale codes;
  View view;
};

/// What a network becomes; the bits of a picture's preparation and rows are the caller's.
struct LoweredNetwork {
  Circuit circuit;
  Weights weights;
  std::vector<std::string> names;      ///< one an operator
  std::vector<OperatorMeaning> means;  ///< one an operator
  std::vector<std::string> notes;
  std::vector<Port> inputs;        ///< one for each of the network's
  std::vector<Port> outputs;       ///< likewise; of tensors before what is left outside
  std::vector<Computed> computed;  ///< what operators make of steps, at most one an operator
};

/// Every tensor that a step computes has codes (calibrate.h, or the file), and so have inputs.
/// Errors name the layer and what is supported.
[[nodiscard]] Result<LoweredNetwork> lower_network(const Network& network,
                                                   const std::vector<Step>& steps, uint8_t shift);
/// With exact rounding. Every tensor has the file's codes; errors also name what is not known to
/// the last bit.
[[nodiscard]] Result<LoweredNetwork> lower_network_exactly(const Network& network,
                                                           const std::vector<Step>& steps);

class NetworkLowering {
 public:
  NetworkLowering(const Network& network, CircuitMaker maker)
      : network_(network), maker_(std::move(maker)), known_(network.tensors.size()) {}
  Result<LoweredNetwork> run(const std::vector<Step>& steps);

 private:
  /// Zeros around rows and columns that no operator has been made for yet.
  struct Pads {
    int32_t top = 0;
    int32_t bottom = 0;
    int32_t left = 0;
    int32_t right = 0;
    bool operator==(const Pads&) const = default;
  };
  struct Value {
    View view;
    CodeScale codes;
    Pads pads;
    bool outside = false;  ///< behind the circuit's output
    uint32_t tensor = 0;   ///< of the network: where it is outside, the last one inside
  };
  /// An input of an operator in the making.
  struct Operand {
    Value value;
    double coefficient = 1;
  };

  // network_lowering.cc
  Result<void> lower_step(const Step& step);
  void note_computed(const Step& step, size_t ops_before);
  Result<void> dispatch(const Step& step);
  Result<void> end_with(const Step& step);
  [[nodiscard]] const Dimensions& extents(uint32_t tensor) const {
    return network_.tensors[tensor].shape;
  }
  [[nodiscard]] bool is_constant(uint32_t tensor) const {
    return network_.tensors[tensor].constant.has_value();
  }
  [[nodiscard]] std::vector<float> constant(uint32_t tensor) const;
  [[nodiscard]] Target target_of(const Step& step) const;
  /// Input i, which the circuit computes, without pending pads.
  Result<Value> value_of(const Step& step, size_t i);
  /// The same with axes of extent 1 before its own, as many as the output has, and repeated along
  /// those that it broadcasts along.
  Result<Value> full_value_of(const Step& step, size_t i);
  /// Adds an operator whose output is the step's, placed so.
  Result<void> emit(const Step& step, RealOperator made, const Placement& axes);
  /// The step's output is that value, if it has its codes and no function follows; else a copy of
  /// it.
  Result<void> emit_copy(const Step& step, const Value& value);
  /// Adds an operator for a value between steps.
  Result<Value> add(const std::string& name, RealOperator made, const Target& target,
                    const Placement& axes);
  Result<Value> padded(const Value& value, const std::string& name);
  /// The value, moved if it does not lie so.
  Result<Value> placed(const Value& value, const Placement& axes, const std::string& name);
  [[nodiscard]] static RealOperator copy_of(const Value& value);
  [[nodiscard]] bool is_whole(uint32_t constant) const {
    return !network_.constants[*network_.tensors[constant].constant].integers.empty();
  }

  // ports.cc
  Result<void> lower_inputs();
  Result<void> unpack_inputs();
  Result<void> finish();
  Result<void> pack_outputs(const std::vector<Value>& values);
  Result<void> lay_output(Value value);  ///< the only one
  [[nodiscard]] const Dimensions& shape_read(uint32_t tensor) const;
  [[nodiscard]] Placement input_placement(uint32_t tensor) const;

  // lower_products.cc
  void set_accumulator(const Layer& layer, const std::function<float(size_t)>& scale,
                       RealOperator& op) const;
  Result<void> lower_convolution(const Step& step);
  Result<void> lower_matmul(const Step& step);
  Result<void> lower_batch_of_matrices(const Step& step);
  Result<void> lower_multiply(const Step& step);
  Result<void> multiply_by_constant(const Step& step, size_t activation, size_t constant);
  Result<void> multiply_activations(const Step& step);

  // lower_sums.cc
  /// Constants that differ from element to element, all with the extents they broadcast to.
  struct JointConstants {
    Dimensions extents;
    std::vector<std::vector<float>> values;  ///< by constant, row-major
  };
  [[nodiscard]] JointConstants joint_constants(const std::vector<uint32_t>& constants,
                                               size_t rank) const;
  void set_addition(const std::vector<Operand>& operands, const Dimensions& result,
                    RealOperator& op) const;
  Result<void> lower_add(const Step& step);
  Result<void> add_constants(const Step& step, const Operand& x,
                             const std::vector<uint32_t>& constants,
                             const std::vector<double>& coefficients);
  Result<void> lower_average_pool(const Step& step);
  Result<void> lower_reduction(const Step& step, bool mean);
  Result<void> lower_copy(const Step& step);

  // lower_moves.cc
  Result<void> lower_reshape(const Step& step);
  Result<void> lower_transpose(const Step& step);
  Result<void> lower_concat(const Step& step);
  Result<void> lower_pad(const Step& step);
  Result<void> lower_move(const Step& step, const Value& value, float outside);

  // lower_maximum.cc
  Result<void> lower_maximum(const Step& step, bool minimum);
  Result<void> bound_by_constants(const Step& step, Value value,
                                  const std::vector<uint32_t>& constants, bool minimum);
  Result<void> lower_max_pool(const Step& step);
  Result<void> lower_reduce_maximum(const Step& step, bool minimum);
  Result<void> lower_prelu(const Step& step);
  /// max or min of two readings of values, as a value between steps, or the step's.
  Result<Value> larger(const std::string& name, const Value& a, const MapTerm& read_a,
                       const Value& b, const MapTerm& read_b, const View& out, bool minimum,
                       const Step* last);

  const Network& network_;
  CircuitMaker maker_;
  std::vector<std::optional<Value>> known_;  // by tensor of the network
  OutputMeaning meaning_;
  std::vector<Port> inputs_;
  std::vector<Port> outputs_;
  std::vector<Computed> computed_;
  std::vector<std::string> notes_;
};

/// The window as a circuit has it; error if its numbers are beyond a circuit's.
[[nodiscard]] Result<Window> window_of(const WindowShape& w, bool transposed);

/// Codes over a range that holds 0.
[[nodiscard]] CodeScale codes_over(double lowest, double highest);

/// extents with leading axes of extent 1, `rank` in all.
[[nodiscard]] Dimensions with_rank(Dimensions extents, size_t rank);

/// Those axes on channels along which a constant of these extents differs.
[[nodiscard]] Placement differing_on_channels(const Placement& from, const Dimensions& constant);

/// The axes of a reduction dropped, unless the output keeps them.
[[nodiscard]] Placement without_axes(const Placement& axes, const std::vector<uint32_t>& reduced,
                                     size_t rank);

}  // namespace vouch
