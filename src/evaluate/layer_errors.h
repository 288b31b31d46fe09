// What quantisation does to every layer: bounds that are known before anything is run, and errors
// that were measured.
#pragma once

#include <string>
#include <vector>

#include "evaluate/original_model.h"
#include "model/lower/step_bound.h"
#include "prove/executor.h"

namespace vouch {

/// One operator of the circuit that makes a tensor of the network. Errors are those of its codes
/// against the network in exact arithmetic, cut to the codes' ranges; in steps.
struct LayerError {
  std::string name;
  double step = 1;  ///< the output's scale
  // Bounds, from steps and weights alone (model/lower/step_bound.h).
  double worst_case = 0;
  double statistical = 0;  ///< kDeviations standard deviations of the worst channel
  // Expected, by the same variances less what clamps took away in the runs that were measured.
  double expected = 0;          ///< root mean square
  double expected_largest = 0;  ///< kDeviations deviations of the worst channel
  // Measured.
  uint64_t count = 0;  ///< elements
  double sum = 0;      ///< of |error|
  double squares = 0;
  double largest = 0;
  uint64_t cut_off = 0;  ///< elements of a float model that lie outside the range of the codes

  [[nodiscard]] double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
  [[nodiscard]] double root_mean_square() const;
};

/// One value in 500 million of a normal distribution lies beyond: about as many as are looked at.
inline constexpr double kDeviations = 6;

/// Measures the layers of one model, input by input.
class LayerErrors {
 public:
  /// `input_rounded`: inputs are reals, and rounded to codes.
  LayerErrors(const OriginalModel& original, bool input_rounded);

  /// Adds what a run of the circuit on these inputs differs by. Not from several threads at once.
  [[nodiscard]] Result<void> add(const Sample& inputs, const Trace& trace);

  [[nodiscard]] std::vector<LayerError> layers() const;

 private:
  void count_open(const Trace& trace);
  void compare(size_t layer, std::span<const float> exact, const Trace& trace);
  void count_cut_off(size_t layer, std::span<const float> values);

  const OriginalModel& original_;
  bool input_rounded_;
  uint64_t runs_ = 0;
  OpenShares open_;                        // sums of all runs' shares
  std::vector<LayerError> layers_;         // one of compiled().computed each
  std::vector<std::vector<size_t>> at_;    // where their elements lie
  std::vector<std::optional<size_t>> of_;  // by tensor of the network: its layer
};

}  // namespace vouch
