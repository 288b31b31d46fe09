// What the codes of a circuit's input stand for: the tensors of real numbers that the network
// itself takes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "network/shapes.h"

namespace vouch {

/// One input of the network. Its elements, row-major, count up in mixed radix, whose digits are
/// steps through the circuit's input.
struct InputMeaning {
  std::string name;
  Dimensions shape;  ///< the tensor's own
  CodeScale codes;
  uint32_t first = 0;         ///< the circuit's element that is this tensor's first
  std::vector<Digit> digits;  ///< slowest first
  bool operator==(const InputMeaning&) const = default;
};

/// True if the meaning's elements are as many as its shape has, and lie within the circuit's input
/// of `elements`. Takes hostile numbers.
[[nodiscard]] bool lies_within(const InputMeaning& meaning, uint64_t elements);

/// Codes of a circuit's input, and by how many codes each is off.
struct InputCodes {
  std::vector<uint8_t> codes;
  std::vector<double> off;
};

/// Values of each input rounded to codes, ties to even; what lies outside of what codes cover gets
/// the last code. Contract: all lie within `elements`. Error: another number of inputs or of their
/// elements, values that are not finite.
[[nodiscard]] Result<InputCodes> input_codes(std::span<const InputMeaning> inputs, size_t elements,
                                             std::span<const std::vector<float>> values);

/// What codes stand for: values of each input.
[[nodiscard]] std::vector<std::vector<float>> input_reals(std::span<const InputMeaning> inputs,
                                                          std::span<const uint8_t> codes);

}  // namespace vouch
