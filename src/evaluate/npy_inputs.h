// Inputs in a .npy file: codes or real numbers, of one input or of several, one behind the other.
// In which order its axes are, the file's shape tells.
#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "circuit/circuit.h"
#include "network/network.h"
#include "picture/npy.h"

namespace vouch {

/// A tensor's inputs; refers to the tensor's bytes.
class NpyInputs {
 public:
  /// uint8 or int8 are codes of an input of the circuit: [row][column][channel], or, where that is
  /// another shape, [channel][row][column]. float32 or float64 are values in the order of the
  /// network's input. An axis before these counts inputs; axes of extent 1 may be there or not; one
  /// axis of all elements is as good as the network's own. Takes hostile shapes. Error: other types
  /// and shapes; codes without `circuit`, where nothing says what they stand for.
  [[nodiscard]] static Result<NpyInputs> of(const NpyTensor& tensor,
                                            const std::optional<Shape>& circuit,
                                            const Dimensions& network);

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool are_reals() const { return !circuit_; }
  /// Of input i, in the circuit's order. Contract: they are codes.
  [[nodiscard]] Bytes codes(size_t i) const;
  /// Of input i, in the network's order. Error: what is not a finite number. Contract: reals.
  [[nodiscard]] Result<std::vector<float>> reals(size_t i) const;

 private:
  NpyTensor tensor_;
  size_t size_ = 0;
  std::optional<Shape> circuit_;  // of codes
  bool channels_first_ = false;
};

/// How many tensors of shape `one` a tensor of shape `all` is, up to axes of extent 1; nothing if
/// it is none.
[[nodiscard]] std::optional<uint32_t> count_in(std::span<const uint32_t> all,
                                               std::span<const uint32_t> one);

/// The same of tensors of reals, where one axis of all elements is as good as `network`'s own.
[[nodiscard]] std::optional<uint32_t> count_of_reals_in(std::span<const uint32_t> all,
                                                        const Dimensions& network);

}  // namespace vouch
