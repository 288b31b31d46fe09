// A network's answer for people and programs: the best classes, their names, their codes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "circuit/circuit.h"
#include "cli/output.h"

namespace CLI {
class App;
}

namespace vouch {

/// The options --labels and --top, and what they do to an answer.
class AnswerOptions {
 public:
  void declare(CLI::App& app);
  /// Reads the labels, if there are any. Error: the file does not fit the circuit's classes.
  [[nodiscard]] Result<void> prepare(const Circuit& circuit);
  /// Answers hold softmax_codes as well, of models that this is said of.
  void tell_softmax_codes() { tells_softmax_codes_ = true; }

  /// Describes the output tensor's `codes` ([channel][batch][row][column]): lines to `output`, and
  /// the same to `object`: {output, top}, or with several pictures {pictures: [{output, top}, …]}.
  /// An output with more than one position is no classification: only its size is told, its codes
  /// are in the object.
  void report(const Circuit& circuit, std::span<const uint8_t> codes, Output& output,
              Json& object) const;

 private:
  void report_picture(const Circuit& circuit, const std::vector<uint8_t>& codes, Output& output,
                      Json& object) const;
  [[nodiscard]] std::string label(size_t index) const;

  size_t top_ = 5;
  bool tells_softmax_codes_ = false;
  std::string labels_path_;
  std::vector<std::string> labels_;
};

/// The codes of one picture of a batch, [channel][row][column].
[[nodiscard]] std::vector<uint8_t> codes_of_picture(const Shape& shape,
                                                    std::span<const uint8_t> codes, size_t picture);

/// The codes of 1/256 that TensorFlow Lite's SOFTMAX makes of quantised logits, as they are stored
/// (of int8 with 128 added): float32, in its order. Outside the proof.
[[nodiscard]] std::vector<uint8_t> softmax_codes(std::span<const uint8_t> codes, float scale);

/// Softmax of scale·code, which does not depend on the zero-point; one probability a code. This is
/// outside the proof.
[[nodiscard]] std::vector<double> softmax(std::span<const uint8_t> codes, float scale);

}  // namespace vouch
