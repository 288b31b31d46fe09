// Sums, means and copies.
#include <algorithm>
#include <cmath>

#include "model/lower/constant_reader.h"
#include "model/lower/network_lowering.h"

namespace vouch {

// ONNX Runtime's kernel for what is repeated rounds in another order.
void NetworkLowering::set_addition(const std::vector<Operand>& operands, const Dimensions& result,
                                   RealOperator& op) const {
  const bool plain = std::all_of(operands.begin(), operands.end(), [&](const Operand& operand) {
    return operand.coefficient == 1 && (network_.framework == Framework::kTensorFlowLite ||
                                        operand.value.view.extents() == result);
  });
  if (operands.size() == 2 && plain) {
    op.arithmetic = Arithmetic::kAddition;
    op.read = {operands[0].value.codes, operands[1].value.codes};
  }
}

Result<void> NetworkLowering::lower_add(const Step& step) {
  const Layer& layer = *step.layer;
  const Dimensions& result = extents(step.output);
  std::vector<Operand> operands;
  std::vector<uint32_t> constants;
  std::vector<double> coefficients;
  for (size_t i = 0; i < layer.inputs.size(); ++i) {
    if (is_constant(layer.inputs[i])) {
      constants.push_back(layer.inputs[i]);
      coefficients.push_back(layer.coefficients[i]);
    } else {
      VOUCH_ASSIGN(Value value, value_of(step, i));
      value.view.axes.insert(value.view.axes.begin(), result.size() - value.view.axes.size(), {});
      operands.push_back({std::move(value), layer.coefficients[i]});
    }
  }
  if (operands.empty() || operands.size() > 64) {
    return Error{"it adds up no activations, or more than 64; add them in several steps"};
  }
  double addend = 0;
  for (size_t k = 0; k < constants.size(); ++k) {
    if (element_count(extents(constants[k])) > 1) {
      if (operands.size() != 1) {
        return Error{
            "it adds several activations and constants that differ; add the constants "
            "in a layer of their own"};
      }
      return add_constants(step, operands[0], constants, coefficients);
    }
    addend += coefficients[k] * double{constant(constants[k])[0]};
  }
  // Where the first of full size lies; all of them, if they lie alike.
  const auto full = std::find_if(operands.begin(), operands.end(), [&](const Operand& operand) {
    return operand.value.view.extents() == result;
  });
  const View& lead = (full == operands.end() ? operands.front() : *full).value.view;
  const Placement axes = full == operands.end() ? placed_like(lead, result) : lead.axes;
  VOUCH_ASSIGN(const Shape shape, shape_of(axes));
  const View to{0, shape, axes};
  RealOperator op;
  op.op.kind = OpKind::kLinearMap;
  op.stated = shape;
  for (size_t n = 0; n < operands.size(); ++n) {
    const Value& value = operands[n].value;
    VOUCH_ASSIGN(std::vector<MapTerm> terms, reading_terms(value.view, to));
    for (MapTerm& term : terms) {
      term.input = static_cast<uint8_t>(n);
      term.weight = static_cast<uint16_t>(n);
      op.op.terms.push_back(std::move(term));
    }
    op.op.inputs.push_back(value.view.tensor);
    op.weights.push_back(
        {Factor::of(static_cast<float>(operands[n].coefficient)), value.codes.scale, 1});
  }
  op.biases = {Factor::of(static_cast<float>(addend))};
  if (constants.empty()) {
    set_addition(operands, result, op);
  }
  return emit(step, std::move(op), axes);
}

NetworkLowering::JointConstants NetworkLowering::joint_constants(
    const std::vector<uint32_t>& constants, size_t rank) const {
  JointConstants joint{Dimensions(rank, 1), {}};
  for (const uint32_t c : constants) {
    const Dimensions own = with_rank(extents(c), rank);
    for (size_t a = 0; a < rank; ++a) {
      joint.extents[a] = std::max(joint.extents[a], own[a]);
    }
  }
  for (const uint32_t c : constants) {
    const std::vector<float> reals = constant(c);
    const Dimensions own = with_rank(extents(c), rank);
    std::vector<float>& values = joint.values.emplace_back(element_count(joint.extents));
    for (size_t i = 0; i < values.size(); ++i) {
      size_t at = 0;
      size_t step_of_axis = 1;
      size_t rest = i;
      for (size_t a = rank; a-- > 0; rest /= joint.extents[a]) {
        at += own[a] == 1 ? 0 : rest % joint.extents[a] * step_of_axis;
        step_of_axis *= own[a];
      }
      values[i] = reals[at];
    }
  }
  return joint;
}

// The biases of a depthwise convolution, of one channel for each index along the axes that the
// constants differ on.
Result<void> NetworkLowering::add_constants(const Step& step, const Operand& x,
                                            const std::vector<uint32_t>& constants,
                                            const std::vector<double>& coefficients) {
  const Dimensions& result = extents(step.output);
  const JointConstants joint = joint_constants(constants, result.size());
  Value value = x.value;
  if (value.view.extents() != result) {
    VOUCH_ASSIGN(value, placed(value, placed_like(value.view, result), step.layer->name));
  }
  VOUCH_ASSIGN(value, placed(value, differing_on_channels(value.view.axes, joint.extents),
                             step.layer->name));
  std::vector<double> addends(element_count(joint.extents), 0);
  for (size_t k = 0; k < constants.size(); ++k) {
    for (size_t i = 0; i < addends.size(); ++i) {
      addends[i] += coefficients[k] * double{joint.values[k][i]};
    }
  }
  RealOperator op;
  op.op = {OpKind::kDepthwiseConv2d, {value.view.tensor}};
  op.stated.channels = value.view.shape.channels;
  for (const double addend : addends) {
    op.weights.push_back({Factor::of(static_cast<float>(x.coefficient)), value.codes.scale, 1});
    op.biases.push_back(Factor::of(static_cast<float>(addend)));
  }
  return emit(step, std::move(op), value.view.axes);
}

Result<void> NetworkLowering::lower_average_pool(const Step& step) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  VOUCH_ASSIGN(const Placement wanted, picture_placement(value.view.extents(), layer.channel_axis));
  VOUCH_ASSIGN(value, placed(value, wanted, layer.name));
  VOUCH_ASSIGN(const Window window, window_of(layer.window, false));
  VOUCH_ASSIGN(PoolTerms pool, average_pool_terms(window, value.view.shape));
  RealOperator op;
  op.op = {OpKind::kLinearMap, {value.view.tensor}, {}, std::move(pool.terms)};
  op.stated = pool.output;
  if (layer.count_pads) {  // one divisor for all windows
    for (MapTerm& term : op.op.terms) {
      term.weight = 0;
    }
    pool.elements = {uint64_t{window.kernel_rows} * window.kernel_columns};
  }
  for (const uint64_t elements : pool.elements) {
    op.weights.push_back({{1, 1.0F}, value.codes.scale, static_cast<uint32_t>(elements)});
  }
  op.biases = {{}};
  if (network_.framework == Framework::kTensorFlowLite) {
    op.arithmetic = Arithmetic::kPool;
    op.read = {value.codes};
  }
  VOUCH_ASSIGN(const Placement axes, picture_placement(extents(step.output), layer.channel_axis));
  return emit(step, std::move(op), axes);
}

// Sums along axes; the output keeps them with extent 1 or drops them.
Result<void> NetworkLowering::lower_reduction(const Step& step, bool mean) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(const Value value, value_of(step, 0));
  const Dimensions from = value.view.extents();
  Dimensions kept = from;
  std::vector<AxisReading> readings(from.size());
  uint64_t elements = 1;
  for (const uint32_t a : layer.axes) {
    elements *= from[a];
    kept[a] = 1;
    readings[a].emplace();
    for (uint32_t i = 0; i < from[a]; ++i) {
      readings[a]->push_back({0, i});
    }
  }
  const Placement axes = placed_like(value.view, kept);
  VOUCH_ASSIGN(const Shape shape, shape_of(axes));
  RealOperator op = copy_of(value);
  VOUCH_ASSIGN(op.op.terms, reading_terms(value.view, {0, shape, axes}, readings));
  op.stated = shape;
  op.weights[0].divisor = mean ? static_cast<uint32_t>(elements) : 1;
  // ONNX Runtime has integers for the pool, and computes ReduceMean in float32.
  const bool whole = network_.framework == Framework::kTensorFlowLite ||
                     layer.type_name == "GlobalAveragePool" ||
                     layer.type_name == "QLinearGlobalAveragePool";
  op.arithmetic = mean && whole ? Arithmetic::kMean : Arithmetic::kReal;
  op.read = {value.codes};
  return emit(step, std::move(op), without_axes(axes, layer.axes, extents(step.output).size()));
}

// The same elements, requantised or put through functions.
Result<void> NetworkLowering::lower_copy(const Step& step) {
  VOUCH_ASSIGN(const Value value, value_of(step, 0));
  return emit_copy(step, value);
}

}  // namespace vouch
