// Sums, means and copies.
#include <algorithm>
#include <cmath>

#include "circuit/operators/window.h"
#include "model/lower/constant_reader.h"
#include "model/lower/network_lowering.h"
#include "network/constants.h"

namespace vouch {
namespace {

Dimensions with_rank(Dimensions extents, size_t rank) {
  extents.insert(extents.begin(), rank - extents.size(), 1);
  return extents;
}

// The same tensor with leading axes of extent 1.
View with_rank(View view, size_t rank) {
  view.axes.insert(view.axes.begin(), rank - view.axes.size(), {});
  return view;
}

}  // namespace

Result<void> NetworkLowering::lower_add(const Step& step) {
  const Layer& layer = *step.layer;
  const Dimensions& result = extents(step.output);
  std::vector<Operand> operands;
  std::vector<double> constants{0};  // one, or one an index of `constant_axis`
  std::optional<size_t> constant_axis;
  for (size_t i = 0; i < layer.inputs.size(); ++i) {
    const uint32_t tensor = layer.inputs[i];
    const double coefficient = layer.coefficients[i];
    if (!is_constant(tensor)) {
      VOUCH_ASSIGN(Value value, value_of(step, i));
      value.view = with_rank(std::move(value.view), result.size());
      operands.push_back({std::move(value), coefficient});
      continue;
    }
    const auto reals = reals_of(network_.constants[*network_.tensors[tensor].constant],
                                extents(tensor));
    const Dimensions own = with_rank(extents(tensor), result.size());
    for (size_t a = 0; a < own.size(); ++a) {
      if (own[a] > 1 && constant_axis.value_or(a) != a) {
        return Error{"it adds constants that differ along more than one axis"};
      }
      constant_axis = own[a] > 1 ? a : constant_axis;
    }
    if (reals.size() > constants.size()) {
      constants.resize(reals.size(), constants[0]);
    }
    for (size_t k = 0; k < constants.size(); ++k) {
      constants[k] += coefficient * double{reals[reals.size() == 1 ? 0 : k]};
    }
  }
  if (operands.empty()) {
    return Error{"all of its inputs are constants"};
  }
  if (constants.size() > 1) {
    if (operands.size() != 1 || operands[0].value.view.extents() != result) {
      return Error{"it adds constants along an axis to more than one activation"};
    }
    const std::vector<PhysicalAxis> channel{PhysicalAxis::kChannel};
    if (operands[0].value.view.axes[*constant_axis] != channel) {
      Placement preferred(result.size());
      preferred[*constant_axis] = channel;
      VOUCH_ASSIGN(const Placement axes, simple_placement(result, preferred));
      VOUCH_ASSIGN(operands[0].value, moved(operands[0].value, axes, layer.name));
    }
    return add_channel_constants(step, operands[0], constants);
  }
  // Where all lie alike they stay so; otherwise where the first of full size is.
  const auto full = std::find_if(operands.begin(), operands.end(), [&](const Operand& operand) {
    return operand.value.view.extents() == result;
  });
  const View& lead = (full == operands.end() ? operands.front() : *full).value.view;
  View to = lead;
  const bool alike = std::all_of(operands.begin(), operands.end(), [&](const Operand& operand) {
    return operand.value.view.axes == lead.axes && operand.value.view.shape == lead.shape;
  });
  if (!alike || lead.extents() != result) {
    VOUCH_ASSIGN(const Placement axes, simple_placement(result, lead.axes));
    to = view_at(result, axes);
  }
  RealOperator op;
  op.op.kind = OpKind::kLinearMap;
  op.stated = to.shape;
  for (size_t n = 0; n < operands.size(); ++n) {
    const Value& value = operands[n].value;
    std::vector<MapTerm> terms(1);
    if (!(value.view.axes == to.axes && value.view.shape == to.shape)) {
      VOUCH_ASSIGN(terms, reading_terms(value.view, to));
    }
    for (MapTerm& term : terms) {
      term.input = static_cast<uint8_t>(n);
      term.weight = static_cast<uint16_t>(n);
      op.op.terms.push_back(std::move(term));
    }
    op.op.inputs.push_back(value.view.tensor);
    op.weights.push_back(
        {Factor::of(static_cast<float>(operands[n].coefficient)), value.codes.scale, 1});
  }
  op.biases = {Factor::of(static_cast<float>(constants[0]))};
  return emit(step, std::move(op), to.axes);
}

// One weight and one bias for each channel.
Result<void> NetworkLowering::add_channel_constants(const Step& step, const Operand& x,
                                                    const std::vector<double>& constants) {
  RealOperator op;
  op.op = {OpKind::kDepthwiseConv2d, {x.value.view.tensor}};
  op.stated.channels = x.value.view.shape.channels;
  for (const double constant : constants) {
    op.weights.push_back(
        {Factor::of(static_cast<float>(x.coefficient)), x.value.codes.scale, 1});
    op.biases.push_back(Factor::of(static_cast<float>(constant)));
  }
  return emit(step, std::move(op), x.value.view.axes);
}

Result<void> NetworkLowering::lower_average_pool(const Step& step) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  VOUCH_ASSIGN(const Placement wanted,
               picture_placement(value.view.extents(), layer.channel_axis));
  if (value.view.axes != wanted) {
    VOUCH_ASSIGN(value, moved(value, wanted, layer.name));
  }
  const WindowShape& w = layer.window;
  const auto narrow = [](uint32_t x) { return static_cast<uint16_t>(x); };
  const auto pad = [](int32_t x) { return static_cast<int16_t>(x); };
  const Window window{narrow(w.kernel_rows), narrow(w.kernel_columns), narrow(w.stride_rows),
                      narrow(w.stride_columns), pad(w.pad_top), pad(w.pad_bottom), pad(w.pad_left),
                      pad(w.pad_right), narrow(w.dilation_rows), narrow(w.dilation_columns), false};
  VOUCH_ASSIGN(PoolTerms pool, average_pool_terms(window, value.view.shape));
  RealOperator op;
  op.op = {OpKind::kLinearMap, {value.view.tensor}, {}, std::move(pool.terms)};
  op.stated = pool.output;
  if (layer.count_pads) {  // one divisor for all windows
    for (MapTerm& term : op.op.terms) {
      term.weight = 0;
    }
    pool.elements = {uint64_t{w.kernel_rows} * w.kernel_columns};
  }
  for (const uint64_t elements : pool.elements) {
    op.weights.push_back({{1, 1.0F}, value.codes.scale, static_cast<uint32_t>(elements)});
  }
  op.biases = {{}};
  VOUCH_ASSIGN(const Placement axes, picture_placement(extents(step.output), layer.channel_axis));
  return emit(step, std::move(op), axes);
}

// Sums along axes; the output keeps them with extent 1 or drops them.
Result<void> NetworkLowering::lower_reduction(const Step& step, bool mean) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(const Value value, simple_value_of(step, 0));
  const Dimensions from = value.view.extents();
  Dimensions kept = from;
  Placement axes = value.view.axes;
  std::vector<std::vector<AxisEntry>> readings;
  uint64_t elements = 1;
  for (const uint32_t a : layer.axes) {
    if (!axes[a].empty() && axes[a][0] == PhysicalAxis::kBatch) {
      return Error{"it adds up a batch"};
    }
    elements *= from[a];
    kept[a] = 1;
    axes[a].clear();
  }
  for (size_t a = 0; a < from.size(); ++a) {
    readings.push_back(kept_axis(from[a], from[a]));
    for (AxisEntry& entry : readings.back()) {
      entry.out = kept[a] == 1 ? 0 : entry.out;
    }
  }
  const View to = view_at(kept, axes);
  RealOperator op;
  op.op = {OpKind::kLinearMap, {value.view.tensor}, {}, {moving_term(value.view, to, readings)}};
  op.stated = to.shape;
  op.weights = {{{1, 1.0F}, value.codes.scale, mean ? static_cast<uint32_t>(elements) : 1}};
  op.biases = {{}};
  if (extents(step.output).size() != kept.size()) {
    Placement dropped;
    for (size_t a = 0; a < kept.size(); ++a) {
      if (std::find(layer.axes.begin(), layer.axes.end(), a) == layer.axes.end()) {
        dropped.push_back(axes[a]);
      }
    }
    axes = dropped;
  }
  return emit(step, std::move(op), axes);
}

// The same elements, requantised or put through functions.
Result<void> NetworkLowering::lower_copy(const Step& step) {
  VOUCH_ASSIGN(const Value value, value_of(step, 0));
  const std::optional<CodeScale>& codes = network_.tensors[step.output].codes;
  if (step.functions.empty() && codes && codes->scale == value.codes.scale &&
      codes->zero_point == value.codes.zero_point) {
    known_[step.output] = value;
    return {};
  }
  RealOperator op{sum_of({value.view.tensor}), value.view.shape,
                  {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
  return emit(step, std::move(op), value.view.axes);
}

}  // namespace vouch
