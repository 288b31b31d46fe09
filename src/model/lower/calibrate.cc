#include "model/lower/calibrate.h"

#include <algorithm>
#include <cmath>

#include "model/lower/network_lowering.h"
#include "network/float_executor.h"
#include "network/shapes.h"

namespace vouch {
namespace {

constexpr size_t kMostValues = 1U << 15;  // of a tensor, kept to choose its range by

// What one tensor was seen to hold.
class Observed {
 public:
  void add(std::span<const float> values) {
    for (const float x : values) {
      lowest_ = std::min(lowest_, x);
      highest_ = std::max(highest_, x);
      finite_ = finite_ && std::isfinite(x);
      // Every stride_-th value; when there are too many, every other one of those.
      if (seen_++ % stride_ == 0) {
        values_.push_back(x);
        thin_out();
      }
    }
  }
  [[nodiscard]] bool finite() const { return finite_; }

  /// All that was seen, and room for what was not: the next of exchangeable samples lies outside
  /// the range of `samples` of them with probability 2/(samples + 1), so that is the share by which
  /// the range grows.
  [[nodiscard]] CodeScale codes_with_room(size_t samples) const {
    const float growth = 1.0F + 2.0F / static_cast<float>(samples + 1);
    return codes_of(lowest_ * growth, highest_ * growth);
  }

  [[nodiscard]] CodeScale codes(RangeChoice choice) const {
    switch (choice) {
      case RangeChoice::kMinMax:
        break;
      case RangeChoice::kPercentile:
        return between_percentiles();
      case RangeChoice::kLeastError:
        return least_error();
    }
    return codes_of(lowest_, highest_);
  }

 private:
  [[nodiscard]] CodeScale between_percentiles() const {
    std::vector<float> sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    const size_t cut = sorted.size() / 10000;
    return sorted.empty() ? CodeScale{} : codes_of(sorted[cut], sorted[sorted.size() - 1 - cut]);
  }

  [[nodiscard]] CodeScale least_error() const {
    CodeScale best = codes_of(lowest_, highest_);
    double least = error_of(best);
    for (int percent = 98; percent >= 30; percent -= 2) {
      const float share = static_cast<float>(percent) / 100;
      const CodeScale narrow = codes_of(lowest_ * share, highest_ * share);
      if (const double error = error_of(narrow); error < least) {
        least = error;
        best = narrow;
      }
    }
    return best;
  }

  void thin_out() {
    if (values_.size() < kMostValues) {
      return;
    }
    for (size_t i = 0; 2 * i < values_.size(); ++i) {
      values_[i] = values_[2 * i];
    }
    values_.resize(values_.size() / 2);
    stride_ *= 2;
  }

  static CodeScale codes_of(float lowest, float highest) {
    return codes_over(std::min(0.0, double{lowest}), std::max(0.0, double{highest}));
  }

  [[nodiscard]] double error_of(const CodeScale& codes) const {
    double sum = 0;
    for (const float x : values_) {
      const double code =
          std::clamp(std::nearbyint(double{x} / codes.scale) + codes.zero_point, 0.0, 255.0);
      const double error = x - codes.scale * (code - codes.zero_point);
      sum += error * error;
    }
    return sum;
  }

  float lowest_ = 0;
  float highest_ = 0;
  bool finite_ = true;
  size_t seen_ = 0;
  size_t stride_ = 1;
  std::vector<float> values_;
};

// Its output holds elements of its first input, and zeros.
bool passes_on(const Step& step) {
  switch (step.layer->kind) {
    case LayerKind::kSlice:
    case LayerKind::kGather:
    case LayerKind::kExpand:
    case LayerKind::kMaxPool:
    case LayerKind::kReduceMax:
    case LayerKind::kReduceMin:
    case LayerKind::kIdentity:
      return step.functions.empty();
    case LayerKind::kPad:
      return step.functions.empty() &&
             (step.layer->pad_mode != PadMode::kConstant || step.layer->pad_value == 0.0F);
    default:
      return false;
  }
}

// Tensors that get codes of their own: inputs and what steps compute.
std::vector<uint32_t> without_codes(const Network& network, const std::vector<Step>& steps) {
  std::vector<uint32_t> tensors;
  for (const uint32_t input : network.inputs) {
    if (!network.tensors[input].codes) {
      tensors.push_back(input);
    }
  }
  for (const Step& step : steps) {
    const LayerKind kind = step.layer->kind;
    if (!only_moves(kind) && !only_ranks(kind) && !network.tensors[step.output].codes) {
      tensors.push_back(step.output);
    }
  }
  return tensors;
}

// By tensor: whether what it holds is an output, or only ranked or moved before it is one. Cutting
// off the largest logits makes equals of them.
std::vector<bool> answers_of(const Network& network) {
  std::vector<bool> answers(network.tensors.size(), false);
  for (const uint32_t output : network.outputs) {
    answers[output] = true;
  }
  for (size_t i = network.layers.size(); i-- > 0;) {
    const Layer& layer = network.layers[i];
    const bool told =
        only_ranks(layer.kind) || only_moves(layer.kind) || layer.kind == LayerKind::kIdentity;
    if (told && answers[layer.output]) {
      answers[layer.inputs[0]] = true;
    }
  }
  return answers;
}

// Functions that grow without bound: beyond the range that was seen there may be more.
bool is_unbounded(const Functions& functions) {
  return functions.empty() || functions.back().function == Unary::kRelu ||
         functions.back().function == Unary::kLeakyRelu;
}

}  // namespace

CodeScale choose_codes(std::span<const float> values, RangeChoice choice) {
  Observed observed;
  observed.add(values);
  return observed.codes(choice);
}

bool needs_calibration(const Network& network, const std::vector<Step>& steps) {
  return !without_codes(network, steps).empty();
}

Result<void> calibrate(Network& network, const std::vector<Step>& steps,
                       std::span<const Sample> samples, RangeChoice choice) {
  const std::vector<uint32_t> tensors = without_codes(network, steps);
  if (samples.empty()) {
    return Error{
        "'" + network.tensors[tensors[0]].name +
        "' is not quantised: give samples of the input (--samples) to choose its codes by"};
  }
  std::vector<std::optional<Observed>> observed(network.tensors.size());
  for (const uint32_t tensor : tensors) {
    observed[tensor].emplace();
  }
  VOUCH_ASSIGN(const FloatExecutor executor, FloatExecutor::prepare(network));
  for (const Sample& sample : samples) {
    VOUCH_ASSIGN([[maybe_unused]] const auto outputs,
                 executor.run(sample, [&](uint32_t tensor, std::span<const float> values) {
                   if (observed[tensor]) {
                     observed[tensor]->add(values);
                   }
                 }));
  }
  std::vector<bool> with_room = answers_of(network);
  for (const Step& step : steps) {
    with_room[step.output] = with_room[step.output] && is_unbounded(step.functions);
  }
  for (const uint32_t tensor : tensors) {
    if (!observed[tensor]->finite()) {
      return Error{"'" + network.tensors[tensor].name +
                   "' is not finite on some sample; give samples like the inputs that the model "
                   "was made for, or mend its weights"};
    }
    network.tensors[tensor].codes = with_room[tensor] && choice == RangeChoice::kLeastError
                                        ? observed[tensor]->codes_with_room(samples.size())
                                        : observed[tensor]->codes(choice);
  }
  for (const Step& step : steps) {
    const bool was_without = observed[step.output].has_value();
    const auto& codes = network.tensors[step.layer->inputs[0]].codes;
    if (was_without && passes_on(step) && codes) {
      network.tensors[step.output].codes = codes;
    }
  }
  return {};
}

}  // namespace vouch
