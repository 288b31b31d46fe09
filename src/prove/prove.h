// Making a proof.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "prove/commitments.h"
#include "verify/files.h"

namespace vouch {

/// Reads a model's W or b. `weights` must outlive it.
[[nodiscard]] ColumnReader weight_reader(const Weights& weights, Column column);

/// A model with everything that its owner has: circuit, weights, and the openings of its
/// commitment. Secret but for `commitment`.
class ProverModel {
 public:
  using Seed = std::array<uint8_t, 32>;

  /// A seed for this network: the operating system's randomness, hedged with `source` (say, the
  /// file that it was read from), the circuit and the weights. Should that randomness repeat
  /// itself, another network still has another seed, and blinders of its own.
  [[nodiscard]] static Seed draw_seed(const Circuit& circuit, const Weights& weights,
                                      ByteSpan source);

  /// Commits to the weights, with blinders derived from `seed`. Variable-time in the weights.
  /// Contract: the circuit is valid and the weights have its counts.
  ProverModel(Circuit circuit, Weights weights, const Seed& seed, const Generators& generators);
  /// From a commitment made before: only its blinders are derived again.
  ProverModel(Circuit circuit, Weights weights, const Seed& seed, ModelCommitment commitment);
  ~ProverModel();
  ProverModel(ProverModel&&) = default;
  ProverModel& operator=(ProverModel&&) = default;
  ProverModel(const ProverModel&) = delete;
  ProverModel& operator=(const ProverModel&) = delete;

  [[nodiscard]] const Circuit& circuit() const { return *circuit_; }
  /// Of a single input; only the model's and the input's columns count.
  [[nodiscard]] const Columns& columns() const { return *columns_; }
  [[nodiscard]] const Weights& weights() const { return weights_; }
  [[nodiscard]] const Seed& seed() const { return seed_; }
  [[nodiscard]] const Executor& executor() const { return *executor_; }
  [[nodiscard]] const ModelCommitment& commitment() const { return commitment_; }
  [[nodiscard]] Digest identity() const { return model_identity(commitment_); }
  [[nodiscard]] const ColumnOpening& weight_opening() const { return weight_opening_; }
  [[nodiscard]] const ColumnOpening& bias_opening() const { return bias_opening_; }

 private:
  std::unique_ptr<Circuit> circuit_;  // at a fixed address: others refer to it
  std::unique_ptr<Columns> columns_;
  Weights weights_;
  Seed seed_{};
  std::unique_ptr<Executor> executor_;
  ModelCommitment commitment_;
  ColumnOpening weight_opening_;
  ColumnOpening bias_opening_;
};

/// A label that its owner has committed to, and told the prover.
struct OpenedLabel {
  uint16_t label = 0;
  Salt salt{};
};

/// The output stays hidden, all but what a predicate says.
struct HiddenOutput {
  Predicate predicate;
  std::vector<OpenedLabel> labels;  ///< one an input, if the predicate commits to them
  /// Of commitments to the first n classes that were published before, one an input; drawn if
  /// empty.
  std::vector<Salt> prediction_salts;
};

struct ProveOptions {
  ProofShape shape;  ///< its number of pictures is that of the inputs; prove/profile.h chooses one
  bool hide_input = false;
  std::optional<HiddenOutput> hidden_output;
  /// Of commitments to the inputs that were made before (commit_input_vartime), one an input, so
  /// that the proof is about these. Empty: drawn anew.
  std::vector<Salt> salts;
  Bytes context;  ///< at most kMaxContextBytes
  /// Called at the start of each step with its name.
  std::function<void(const char* step)> step;
  /// Called before the proof is returned with the labels of all false checks: none, if the prover
  /// is honest. For tests of dishonest ones.
  std::function<void(const std::vector<std::string>& labels)> audit;
};

struct OpenedPrediction {
  std::vector<uint16_t> classes;  ///< increasing
  Salt salt{};
};
void secure_wipe(std::vector<OpenedPrediction>& predictions);

struct ProveResult {
  Proof proof;
  std::vector<Salt> salts;  ///< open the inputs' commitments; secret if the inputs are hidden
  /// Open the commitments to the first n classes, of a predicate that has them. Secret.
  std::vector<OpenedPrediction> predictions;
  std::optional<CountOpening> count;       ///< of a predicate that is counted. Secret
  std::map<std::string, size_t> messages;  ///< how many of each label there are in the proof
};

/// How many generators a proof of this shape needs. Error: the circuit on that many inputs, the
/// shape, or the predicate is beyond what a verifier accepts.
[[nodiscard]] Result<size_t> generators_needed(const Circuit& circuit, const ProofShape& shape,
                                               const std::optional<Predicate>& predicate = {});

/// Runs the network on each input's codes and proves all answers in one proof. Error: an input has
/// the wrong length, the context is too long, the shape or the predicate does not fit the model,
/// labels or salts are not one an input, or the generators are too few. Randomness: the operating
/// system's, hedged with the model's seed and the inputs.
[[nodiscard]] Result<ProveResult> prove(const ProverModel& model, std::span<const Bytes> inputs,
                                        const ProveOptions& options, const Generators& generators);

}  // namespace vouch
