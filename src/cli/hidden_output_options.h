// Options of `prove` for an output that stays hidden, and the files that open what is committed
// about it.
#pragma once

#include "cli/output.h"
#include "cli/predicate_options.h"
#include "prove/prove.h"

namespace vouch {

class HiddenOutputOptions {
 public:
  void declare(CLI::App& app);
  [[nodiscard]] bool given() const { return predicate_.given(); }
  /// Reads the openings of labels and checks them against the circuit. Error: they are not of it,
  /// or not one of each of `inputs` inputs.
  [[nodiscard]] Result<void> prepare(const Circuit& circuit, size_t inputs);
  /// What prove() takes for `count` inputs from number `first` on; none if the output is public.
  [[nodiscard]] Result<std::optional<HiddenOutput>> hidden_output(const Circuit& circuit,
                                                                  size_t first, size_t count) const;
  /// The files that write() and finish() will write, for inputs 0…inputs − 1.
  [[nodiscard]] std::vector<std::string> outputs(size_t inputs) const;
  /// Writes the openings of the predictions of one proof, of `inputs` in all, from number `first`
  /// on. Generators as for the proof.
  [[nodiscard]] Result<void> write(const Circuit& circuit, const ProveResult& result, size_t first,
                                   size_t inputs, const Generators& generators);
  /// Writes the opening of all proofs' counts together, and says what it is.
  [[nodiscard]] Result<void> finish(Output& output) const;

 private:
  [[nodiscard]] Result<Predicate> parse_predicate_of_all(const Circuit& circuit,
                                                         size_t inputs) const;
  [[nodiscard]] std::string prediction_path(size_t input, size_t inputs) const;

  PredicateOptions predicate_;
  std::vector<std::string> label_paths_;
  std::string count_path_;
  std::string prediction_path_;
  std::vector<OpenedLabel> labels_;
  CountOpening count_;
};

}  // namespace vouch
