#include "evaluate/evaluation.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "base/check.h"
#include "base/parallel.h"
#include "circuit/class_rank.h"
#include "prove/quantised_network.h"

namespace vouch {
namespace {

constexpr size_t kTop = 5;
constexpr double kSlack = 1e-3;  // of a step: what float32 of the other network is off by

size_t first_class(std::span<const double> values) {
  return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

void judge(std::span<const double> values, std::optional<uint32_t> label, Accuracy& accuracy) {
  if (label) {
    const size_t rank = rank_of(values, *label);
    accuracy.top1 += rank == 0 ? 1 : 0;
    accuracy.top5 += rank < kTop ? 1 : 0;
  }
}

std::vector<double> softmax_of(std::span<const double> logits) {
  const double most = *std::max_element(logits.begin(), logits.end());
  std::vector<double> out;
  double sum = 0;
  for (const double x : logits) {
    out.push_back(std::exp(x - most));
    sum += out.back();
  }
  for (double& p : out) {
    p /= sum;
  }
  return out;
}

class Evaluator {
 public:
  explicit Evaluator(const EvaluationInputs& from)
      : from_(from), meanings_(from.meanings.begin(), from.meanings.end()) {
    const Shape& shape = from.circuit->output_tensor().shape;
    result_.outputs = shape.elements();
    result_.step = double{from.circuit->output.scale};
    if (from.original != nullptr) {
      const CompiledModel& compiled = from.original->compiled();
      meanings_ = input_meanings(compiled.network, compiled.inputs);
      const Port& port = compiled.outputs[0];
      at_ = element_indices(port.view);
      for (size_t& at : at_) {
        at += port.first;
      }
      result_.outputs = at_.size();
      result_.step = double{port.codes.scale};
      result_.original.emplace();
      result_.original_as_probabilities = are_behind_softmax(from.framework);
    }
    if (from.reference != nullptr) {
      result_.reference.emplace();
      result_.as_probabilities = are_behind_softmax(from.reference);
    }
  }

  Result<Evaluation> run() {
    VOUCH_TRY(prepare_layers());
    parallel_for(from_.data->size(), 1, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end && !failed(); ++i) {
        if (const Result<void> done = try_input(i); !done.ok()) {
          fail(i, done.error());
        }
        from_.tick();
      }
    });
    if (failed_at_ != SIZE_MAX) {
      return error_;
    }
    if (layers_) {
      result_.layers = layers_->layers();
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool are_behind_softmax(const ReferenceOutputs* outputs) const {
    return outputs != nullptr && from_.circuit->output.softmax && outputs->are_probabilities();
  }

  Result<void> prepare_layers() {
    result_.layer_inputs =
        from_.original == nullptr ? 0 : std::min<size_t>(from_.layer_inputs, from_.data->size());
    if (result_.layer_inputs != 0) {
      VOUCH_ASSIGN(const DataInput first, from_.data->load(0));
      layers_.emplace(*from_.original, first.codes.empty());
    }
    return {};
  }

  Result<void> try_input(size_t i) {
    VOUCH_ASSIGN(DataInput input, from_.data->load(i));
    if (const Result<void> done = complete(input); !done.ok()) {
      const std::string name = from_.data->name(i);
      return name.empty() ? done : Error{name + ": " + done.error().message};
    }
    const bool with_layers = i < result_.layer_inputs;
    VOUCH_ASSIGN(const Trace trace, from_.executor->run(input.codes, with_layers));
    const std::vector<double> proven = reals_of_output(trace.output());
    std::vector<double> original;
    if (from_.framework != nullptr) {
      const auto values = from_.framework->of(i);
      original.assign(values.begin(), values.end());
    } else if (from_.original != nullptr) {
      VOUCH_ASSIGN(const std::vector<float> values, from_.original->run(input.reals));
      original.assign(values.begin(), values.end());
    }
    count(i, proven, original);
    if (!with_layers) {
      return {};
    }
    const std::scoped_lock lock(layers_mutex_);
    return layers_->add(input.reals, trace);
  }

  void count(size_t i, const std::vector<double>& proven, const std::vector<double>& original) {
    const std::scoped_lock lock(mutex_);
    const auto label =
        from_.labels == nullptr ? std::nullopt : from_.labels->of(i, from_.data->name(i));
    ++result_.inputs;
    result_.labelled += label ? 1 : 0;
    judge(proven, label, result_.proven);
    if (from_.original != nullptr) {
      compare(proven, original, label, result_.original_as_probabilities, *result_.original);
    }
    if (from_.reference != nullptr) {
      compare(proven, from_.reference->of(i), label, result_.as_probabilities, *result_.reference);
    }
  }

  void compare(const std::vector<double>& proven, std::span<const double> other,
               std::optional<uint32_t> label, bool softmax, OutputErrors& errors) const {
    add_errors(softmax ? softmax_of(proven) : proven, other, label,
               softmax ? 1.0 / 256 : result_.step, errors);
  }

  // Codes of reals, or the other way round.
  Result<void> complete(DataInput& input) const {
    if (input.codes.empty()) {
      if (meanings_.empty()) {
        return Error{"the input is of real numbers; --original says what codes stand for them"};
      }
      VOUCH_ASSIGN(InputCodes codes,
                   input_codes(meanings_, from_.circuit->input().shape.elements(), input.reals));
      input.codes = std::move(codes.codes);
    } else if (from_.original != nullptr) {
      input.reals = input_reals(meanings_, input.codes);
    }
    return {};
  }

  [[nodiscard]] std::vector<double> reals_of_output(const std::vector<uint8_t>& codes) const {
    const int zero = from_.original == nullptr
                         ? int{from_.circuit->output_tensor().zero_point}
                         : int{from_.original->compiled().outputs[0].codes.zero_point};
    std::vector<double> reals(result_.outputs);
    for (size_t e = 0; e < reals.size(); ++e) {
      reals[e] = result_.step * (int{codes[at_.empty() ? e : at_[e]]} - zero);
    }
    return reals;
  }

  static void add_errors(std::span<const double> proven, std::span<const double> other,
                         std::optional<uint32_t> label, double step, OutputErrors& errors) {
    VOUCH_CHECK(proven.size() == other.size());
    judge(other, label, errors.accuracy);
    const size_t ours = first_class(proven);
    const size_t theirs = first_class(other);
    errors.same_top1 += ours == theirs ? 1 : 0;
    errors.lost += label && ours != theirs && theirs == *label ? 1 : 0;
    errors.won += label && ours != theirs && ours == *label ? 1 : 0;
    errors.elements += proven.size();
    for (size_t e = 0; e < proven.size(); ++e) {
      const double error = std::abs(proven[e] - other[e]);
      errors.sum += error;
      errors.largest = std::max(errors.largest, error);
      errors.within_step += error <= step * (1 + kSlack) ? 1 : 0;
    }
  }

  bool failed() {
    const std::scoped_lock lock(mutex_);
    return failed_at_ != SIZE_MAX;
  }
  void fail(size_t i, const Error& error) {
    const std::scoped_lock lock(mutex_);
    if (i < failed_at_) {
      failed_at_ = i;
      error_ = error;
    }
  }

  const EvaluationInputs& from_;
  std::vector<InputMeaning> meanings_;
  Evaluation result_;
  std::optional<LayerErrors> layers_;
  std::vector<size_t> at_;  // where the output's elements lie; empty: in their order
  std::mutex layers_mutex_;
  std::mutex mutex_;  // of all that follows and of result_
  size_t failed_at_ = SIZE_MAX;
  Error error_;
};

}  // namespace

Result<Evaluation> evaluate(const EvaluationInputs& inputs) {
  for (const ReferenceOutputs* outputs : {inputs.reference, inputs.framework}) {
    VOUCH_CHECK(outputs == nullptr || outputs->size() >= inputs.data->size());
  }
  VOUCH_CHECK(inputs.framework == nullptr || inputs.original != nullptr);
  return Evaluator(inputs).run();
}

}  // namespace vouch
