// A quantised network into a circuit: the state of lowering one.
//
//     convolutions, products with constants   convolutions; grouped ones, unless depthwise, have zeros
//     sums, differences, means, moves         linear maps
//     products of activations                 products
//     maxima                                  max(a, b) = b + relu(a − b), two linear maps
//     functions                               tables of what computes their argument, or of a copy
//     transposing, reshaping                  nothing, where no axis has to be split
//     softmax, the largest at the end         outside the circuit, whose output is the logits
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/lower/circuit_maker.h"
#include "model/lower/steps.h"
#include "model/lower/view.h"

namespace vouch {

/// What a network becomes; the bits of a picture's preparation and rows are the caller's.
struct LoweredNetwork {
  Circuit circuit;
  Weights weights;
  std::vector<std::string> names;  ///< one an operator
  std::vector<std::string> notes;
};

/// Every tensor that a step computes has codes (calibrate.h, or the file), and so have inputs. Errors
/// name the layer and what is supported.
[[nodiscard]] Result<LoweredNetwork> lower_network(const Network& network,
                                                   const std::vector<Step>& steps, uint8_t shift);

class NetworkLowering {
 public:
  NetworkLowering(const Network& network, uint8_t shift)
      : network_(network), maker_(shift), known_(network.tensors.size()) {}
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
  };
  /// An input of an operator in the making.
  struct Operand {
    Value value;
    double coefficient = 1;
  };

  // network_lowering.cc
  Result<void> lower_input();
  Result<void> lower_step(const Step& step);
  Result<void> dispatch(const Step& step);
  Result<void> finish();
  Result<void> end_with(const Step& step);
  [[nodiscard]] const Dimensions& extents(uint32_t tensor) const {
    return network_.tensors[tensor].shape;
  }
  [[nodiscard]] bool is_constant(uint32_t tensor) const {
    return network_.tensors[tensor].constant.has_value();
  }
  [[nodiscard]] Target target_of(const Step& step) const;
  /// Input i, which the circuit computes, without pending pads.
  Result<Value> value_of(const Step& step, size_t i);
  /// The same on at most one physical axis for each logical one.
  Result<Value> simple_value_of(const Step& step, size_t i);
  /// Adds an operator whose output is the step's, placed so.
  Result<void> emit(const Step& step, RealOperator made, const Placement& axes);
  /// Adds an operator for a value between steps.
  Result<Value> add(const std::string& name, RealOperator made, const Target& target,
                    const Placement& axes);
  Result<Value> padded(const Value& value, const std::string& name);
  Result<Value> moved(const Value& value, const Placement& axes, const std::string& name);
  [[nodiscard]] View view_at(const Dimensions& extents, const Placement& axes) const;

  // lower_products.cc
  Result<void> lower_convolution(const Step& step);
  Result<void> lower_matmul(const Step& step);
  Result<void> lower_multiply(const Step& step);
  Result<void> multiply_by_constant(const Step& step, size_t activation, size_t constant);
  Result<void> multiply_activations(const Step& step);

  // lower_sums.cc
  Result<void> lower_add(const Step& step);
  Result<void> add_channel_constants(const Step& step, const Operand& x,
                                     const std::vector<double>& constants);
  Result<void> lower_average_pool(const Step& step);
  Result<void> lower_reduction(const Step& step, bool mean);
  Result<void> lower_copy(const Step& step);

  // lower_moves.cc
  Result<void> lower_reshape(const Step& step);
  Result<void> lower_transpose(const Step& step);
  Result<void> lower_concat(const Step& step);
  Result<void> lower_pad(const Step& step);
  Result<void> lower_move(const Step& step);
  Result<std::vector<AxisEntry>> reading_of(const Layer& layer, size_t axis, uint32_t from,
                                            uint32_t to, uint32_t& divisor) const;

  // lower_maximum.cc
  Result<void> lower_maximum(const Step& step, bool minimum);
  Result<void> lower_max_pool(const Step& step);
  Result<void> lower_reduce_maximum(const Step& step, bool minimum);
  Result<void> lower_prelu(const Step& step);
  /// max or min of two readings of values with the same codes, as a value between steps, or the step's.
  Result<Value> larger(const std::string& name, const Value& a, const MapTerm& read_a,
                       const Value& b, const MapTerm& read_b, const View& out, bool minimum,
                       const Step* last);

  const Network& network_;
  CircuitMaker maker_;
  std::vector<std::optional<Value>> known_;  // by tensor of the network
  OutputMeaning meaning_;
  std::vector<std::string> notes_;
};

}  // namespace vouch
