// The proven integer network on a set of inputs, beside the model that it was made from.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "evaluate/class_labels.h"
#include "evaluate/data_set.h"
#include "evaluate/layer_errors.h"
#include "evaluate/reference_outputs.h"
#include "prove/input_meaning.h"

namespace vouch {

/// How often the label is the first class, and among the first five. Classes rank by their values;
/// of equal ones the lower class comes first.
struct Accuracy {
  uint64_t top1 = 0;
  uint64_t top5 = 0;
};

/// The proven network's outputs less another's.
struct OutputErrors {
  Accuracy accuracy;       ///< the other's
  uint64_t same_top1 = 0;  ///< inputs that both put into the same class
  /// Labelled inputs that only one of them puts into the right class. Where codes that are rounded
  /// the other way are all that differs, which it is is chance: lost − won is about ±√(lost + won).
  uint64_t lost = 0;      ///< the other
  uint64_t won = 0;       ///< the proven network
  uint64_t elements = 0;  ///< outputs of all inputs
  double sum = 0;         ///< of |difference|, in the outputs' unit
  double largest = 0;
  uint64_t within_step = 0;  ///< outputs that differ by a step of the proven codes at most
  [[nodiscard]] double mean() const {
    return elements == 0 ? 0 : sum / static_cast<double>(elements);
  }
};

struct Evaluation {
  uint64_t inputs = 0;
  uint64_t labelled = 0;
  size_t outputs = 0;  ///< of one input: classes
  double step = 1;     ///< of the proven outputs
  Accuracy proven;
  std::optional<OutputErrors> original;
  std::optional<OutputErrors> reference;
  bool as_probabilities = false;           ///< the reference's outputs are behind a softmax
  bool original_as_probabilities = false;  ///< the original's are
  uint64_t layer_inputs = 0;               ///< that layers were measured on
  std::vector<LayerError> layers;
};

struct EvaluationInputs {
  const Circuit* circuit = nullptr;
  const Executor* executor = nullptr;
  const DataSet* data = nullptr;
  const ClassLabels* labels = nullptr;      ///< may be null
  const OriginalModel* original = nullptr;  ///< may be null
  /// What the original's own framework makes of the data; null: its float executor runs.
  const ReferenceOutputs* framework = nullptr;
  const ReferenceOutputs* reference = nullptr;  ///< may be null; at least as many as data
  size_t layer_inputs = 0;                      ///< measure layers on the first so many
  std::function<void()> tick = [] {};           ///< after each input, from any thread
  /// What codes stand for, if there is no original to tell it; may be empty.
  std::span<const InputMeaning> meanings = {};
};

/// Runs all of them, in parallel. Error: an input that cannot be read, one of reals where
/// nothing says what codes stand for them.
[[nodiscard]] Result<Evaluation> evaluate(const EvaluationInputs& inputs);

}  // namespace vouch
