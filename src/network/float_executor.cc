#include "network/float_executor.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/check.h"
#include "network/constants.h"
#include "network/float_axes.h"
#include "network/float_elements.h"
#include "network/float_moves.h"
#include "network/shapes.h"
#include "network/strided_walk.h"
#include "network/validate.h"

namespace vouch {
namespace {

bool is_weighted(const Network& network, const Layer& layer) {
  return layer.kind == LayerKind::kConvolution ||
         (layer.kind == LayerKind::kMatMul && network.tensors[layer.inputs[1]].constant &&
          network.tensors[layer.inputs[1]].shape.size() == 2);
}

// Terms of each output's sum.
uint64_t depth_of(const Network& network, const Layer& layer) {
  const Dimensions& x = network.tensors[layer.inputs[0]].shape;
  const uint64_t area = uint64_t{layer.window.kernel_rows} * layer.window.kernel_columns;
  switch (layer.kind) {
    case LayerKind::kConvolution:
      return x[layer.channel_axis] / layer.groups * area;
    case LayerKind::kAveragePool:
    case LayerKind::kMaxPool:
      return area;
    case LayerKind::kMatMul:
      return x.back();
    default:
      return 1;
  }
}

// Multiply-adds of one run, about; no more than 2^90.
double work_of(const Network& network, const Layer& layer) {
  double work = static_cast<double>(element_count(network.tensors[layer.output].shape)) *
                static_cast<double>(depth_of(network, layer));
  for (const uint32_t input : layer.inputs) {
    work += static_cast<double>(element_count(network.tensors[input].shape));
  }
  for (const ResizeAxis& axis : layer.resize) {
    double taps = 0;
    for (const auto& output : axis.outputs) {
      taps += static_cast<double>(output.size());
    }
    work *= std::max(1.0, taps / static_cast<double>(std::max<size_t>(1, axis.outputs.size())));
  }
  return work;
}

Result<void> check_work(const Network& network) {
  double work = 0;
  for (const Layer& layer : network.layers) {
    work += work_of(network, layer);
    if (work > static_cast<double>(FloatExecutor::kMaxWork)) {
      return Error{
          title(layer) +
          ": until here the network takes more than 2^40 multiplications; make its input smaller"};
    }
    const bool product = layer.kind == LayerKind::kConvolution || layer.kind == LayerKind::kMatMul;
    if (product && depth_of(network, layer) > FloatExecutor::kMaxDepth) {
      return Error{title(layer) + ": sums of more than 2^20 products; split it"};
    }
  }
  return {};
}

Error too_large(const Layer& layer) {
  return Error{title(layer) +
               ": here the network holds more than 2^30 numbers at once; make its input smaller"};
}

Result<void> check_memory(const Network& network, const std::vector<size_t>& last_reader) {
  const auto size = [&](uint32_t tensor) { return element_count(network.tensors[tensor].shape); };
  uint64_t held = 0;
  for (const Layer& layer : network.layers) {
    for (const uint32_t input : layer.inputs) {
      held += network.tensors[input].constant ? size(input) : 0;
      if (held > FloatExecutor::kMaxHeld) {
        return too_large(layer);
      }
    }
  }
  std::vector<bool> live(network.tensors.size(), false);
  for (const uint32_t input : network.inputs) {
    held += size(input);
    live[input] = true;
  }
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    held += size(layer.output);
    live[layer.output] = true;
    if (held > FloatExecutor::kMaxHeld) {
      return too_large(layer);
    }
    std::vector<uint32_t> named = layer.inputs;
    named.push_back(layer.output);
    for (const uint32_t tensor : named) {
      if (live[tensor] && last_reader[tensor] == i) {
        held -= size(tensor);
        live[tensor] = false;
      }
    }
  }
  return {};
}

}  // namespace

Result<FloatExecutor> FloatExecutor::prepare(const Network& network, FloatRounding rounding) {
  VOUCH_TRY(validate(network));
  VOUCH_TRY(check_work(network));
  FloatExecutor executor(network, rounding);
  executor.find_last_readers();
  VOUCH_TRY(check_memory(network, executor.last_reader_));
  executor.constants_.resize(network.tensors.size());
  for (const Layer& layer : network.layers) {
    executor.prepare_layer(layer);
  }
  for (const uint32_t output : network.outputs) {
    if (network.tensors[output].constant) {
      executor.constants_[output] = executor.constant(output);
    }
  }
  return executor;
}

const Dimensions& FloatExecutor::extents(uint32_t tensor) const {
  return network_->tensors[tensor].shape;
}

FloatExecutor::Values FloatExecutor::constant(uint32_t tensor) const {
  return reals_of(network_->constants[*network_->tensors[tensor].constant], extents(tensor));
}

void FloatExecutor::prepare_layer(const Layer& layer) {
  if (!is_weighted(*network_, layer)) {
    for (const uint32_t input : layer.inputs) {
      if (network_->tensors[input].constant && constants_[input].empty()) {
        constants_[input] = constant(input);
      }
    }
    prepared_.emplace_back();
    return;
  }
  if (network_->tensors[layer.inputs[0]].constant && constants_[layer.inputs[0]].empty()) {
    constants_[layer.inputs[0]] = constant(layer.inputs[0]);
  }
  const Values weights = constant(layer.inputs[1]);
  Values bias = layer.inputs.size() == 3 ? constant(layer.inputs[2]) : Values();
  if (layer.kind == LayerKind::kConvolution) {
    prepared_.emplace_back(FloatConvolution(layer, extents(layer.inputs[0]), extents(layer.output),
                                            weights, std::move(bias)));
    return;
  }
  const size_t depth = extents(layer.inputs[1])[0];
  const size_t outputs = extents(layer.inputs[1])[1];
  prepared_.emplace_back(Product{
      PanelMatrix(outputs, depth, [&](size_t o, size_t k) { return weights[k * outputs + o]; }),
      std::move(bias)});
}

void FloatExecutor::find_last_readers() {
  last_reader_.assign(network_->tensors.size(), 0);
  for (size_t i = 0; i < network_->layers.size(); ++i) {
    last_reader_[network_->layers[i].output] = i;
    for (const uint32_t input : network_->layers[i].inputs) {
      last_reader_[input] = i;
    }
  }
  for (const uint32_t output : network_->outputs) {
    last_reader_[output] = network_->layers.size();
  }
}

Result<std::vector<FloatExecutor::Values>> FloatExecutor::run(std::span<const Values> inputs,
                                                              const Observer& observer) const {
  if (inputs.size() != network_->inputs.size()) {
    return Error{"the network has " + std::to_string(network_->inputs.size()) + " inputs, not " +
                 std::to_string(inputs.size()) + "; give it one tensor for each"};
  }
  std::vector<Values> values(network_->tensors.size());
  const auto finish = [&](uint32_t tensor) {
    if (const auto& codes = network_->tensors[tensor].codes) {
      rounding_ == FloatRounding::kToCodes ? round_to_codes(*codes, values[tensor])
                                           : cut_to_codes(*codes, values[tensor]);
    }
    if (observer) {
      observer(tensor, values[tensor]);
    }
  };
  for (size_t i = 0; i < inputs.size(); ++i) {
    const uint32_t tensor = network_->inputs[i];
    if (inputs[i].size() != element_count(extents(tensor))) {
      return Error{"input '" + network_->tensors[tensor].name + "' is " + text(extents(tensor)) +
                   ", and not of " + std::to_string(inputs[i].size()) + " values; give it as many"};
    }
    values[tensor] = inputs[i];
    finish(tensor);
  }
  for (size_t i = 0; i < network_->layers.size(); ++i) {
    const Layer& layer = network_->layers[i];
    values[layer.output].resize(element_count(extents(layer.output)));
    run_layer(i, values, values[layer.output].data());
    finish(layer.output);
    for (const uint32_t tensor : layer.inputs) {
      if (last_reader_[tensor] == i) {
        values[tensor] = Values();
      }
    }
    if (last_reader_[layer.output] == i) {
      values[layer.output] = Values();
    }
  }
  std::vector<Values> outputs;
  for (const uint32_t tensor : network_->outputs) {
    outputs.push_back(network_->tensors[tensor].constant ? constants_[tensor] : values[tensor]);
  }
  return outputs;
}

void FloatExecutor::run_layer(size_t index, const std::vector<Values>& values, float* y) const {
  const Layer& layer = network_->layers[index];
  std::vector<FloatInput> inputs;
  for (const uint32_t tensor : layer.inputs) {
    const Values& from = network_->tensors[tensor].constant ? constants_[tensor] : values[tensor];
    inputs.push_back({from.data(), &extents(tensor)});
  }
  const float* x = inputs[0].values;
  const Dimensions& x_extents = *inputs[0].extents;
  const Dimensions& y_extents = extents(layer.output);
  switch (layer.kind) {
    case LayerKind::kConvolution:
      std::get<FloatConvolution>(prepared_[index]).run(x, y);
      return;
    case LayerKind::kAveragePool:
    case LayerKind::kMaxPool:
      float_pool(layer, x_extents, y_extents, x, y);
      return;
    case LayerKind::kMatMul:
      if (const auto* product = std::get_if<Product>(&prepared_[index])) {
        multiply_rows(product->matrix, product->bias, element_count(x_extents) / x_extents.back(),
                      x, y);
      } else {
        multiply_activations(layer, x, inputs[1].values, y);
      }
      return;
    case LayerKind::kAdd:
    case LayerKind::kMultiply:
    case LayerKind::kDivide:
    case LayerKind::kMaximum:
    case LayerKind::kMinimum:
    case LayerKind::kPRelu:
      float_broadcast(layer, inputs, y_extents, y);
      return;
    case LayerKind::kUnary:
      float_unary(layer, x, element_count(y_extents), y);
      return;
    case LayerKind::kReduceMean:
    case LayerKind::kReduceSum:
    case LayerKind::kReduceMax:
    case LayerKind::kReduceMin:
      float_reduce(layer, x_extents, x, y);
      return;
    case LayerKind::kReshape:
    case LayerKind::kIdentity:
      std::copy_n(x, element_count(y_extents), y);
      return;
    case LayerKind::kTranspose:
    case LayerKind::kSlice:
    case LayerKind::kExpand:
      float_view(layer, x_extents, x, y_extents, y);
      return;
    case LayerKind::kConcat:
      float_concat(layer, inputs, y_extents, y);
      return;
    case LayerKind::kPad:
    case LayerKind::kGather:
      float_select(layer, x_extents, x, y_extents, y);
      return;
    case LayerKind::kResize:
      float_resize(layer, x_extents, x, y);
      return;
    case LayerKind::kSoftmax:
    case LayerKind::kLogSoftmax:
    case LayerKind::kArgMax:
    case LayerKind::kTopK:
      float_along_axis(layer, x_extents, x, y);
      return;
  }
}

void FloatExecutor::multiply_activations(const Layer& layer, const float* a, const float* b,
                                         float* y) const {
  const Dimensions& left = extents(layer.inputs[0]);
  const Dimensions& right = extents(layer.inputs[1]);
  const Dimensions& out = extents(layer.output);
  const size_t rows = left[left.size() - 2];
  const size_t depth = left.back();
  const size_t columns = right.back();
  // Batch axes of all three, as if the matrices were single elements.
  const Dimensions batches(out.begin(), out.end() - 2);
  const auto offsets = [&](const Dimensions& of) {
    const Dimensions own(of.begin(), of.end() - 2);
    std::vector<size_t> all;
    strided_walk(batches, broadcast_steps(own, batches),
                 [&](size_t, int64_t other, size_t n, int64_t step) {
                   for (size_t i = 0; i < n; ++i) {
                     all.push_back(static_cast<size_t>(other + static_cast<int64_t>(i) * step));
                   }
                 });
    return all;
  };
  const std::vector<size_t> lefts = offsets(left);
  const std::vector<size_t> rights = offsets(right);
  for (size_t i = 0; i < lefts.size(); ++i) {
    const float* matrix = b + rights[i] * depth * columns;
    const PanelMatrix panels(columns, depth,
                             [&](size_t o, size_t k) { return matrix[k * columns + o]; });
    multiply_rows(panels, {}, rows, a + lefts[i] * rows * depth, y + i * rows * columns);
  }
}

}  // namespace vouch
