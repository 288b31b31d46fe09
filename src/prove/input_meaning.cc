#include "prove/input_meaning.h"

#include <algorithm>
#include <cmath>

#include "network/shapes.h"

namespace vouch {

bool lies_within(const InputMeaning& meaning, uint64_t elements) {
  uint64_t count = 1;
  uint64_t last = meaning.first;
  for (const Digit& digit : meaning.digits) {
    // Both stay below 2^64: they are at most `elements` each time around.
    if (digit.extent < 1 || digit.extent > elements || digit.step > elements) {
      return false;
    }
    count *= digit.extent;
    last += uint64_t{digit.extent - 1} * digit.step;
    if (count > elements || last >= elements) {
      return false;
    }
  }
  return last < elements && check_extents(meaning.shape).ok() &&
         element_count(meaning.shape) == count;
}

Result<InputCodes> input_codes(std::span<const InputMeaning> inputs, size_t elements,
                               std::span<const std::vector<float>> values) {
  if (values.size() != inputs.size()) {
    return Error{"it has " + std::to_string(values.size()) + " inputs, and the model takes " +
                 std::to_string(inputs.size()) +
                 (inputs.size() == 1 ? "" : ": give all of them in one .json file")};
  }
  // All is checked before there are codes of what may be secret.
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (const uint64_t count = element_count(inputs[i].shape); count != values[i].size()) {
      return Error{"'" + inputs[i].name + "' is " + text(inputs[i].shape) + ", " +
                   std::to_string(count) + " numbers: give as many, not " +
                   std::to_string(values[i].size())};
    }
    const auto bad =
        std::find_if(values[i].begin(), values[i].end(), [](float x) { return !std::isfinite(x); });
    if (bad != values[i].end()) {
      return Error{"element " + std::to_string(bad - values[i].begin()) + " of '" + inputs[i].name +
                   "' is not a finite number of float32: take it out"};
    }
  }
  InputCodes made{std::vector<uint8_t>(elements), std::vector<double>(elements)};
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<size_t> places = places_of(inputs[i].first, inputs[i].digits);
    const CodeScale& codes = inputs[i].codes;
    for (size_t e = 0; e < places.size(); ++e) {
      const double code = double{values[i][e]} / double{codes.scale} + codes.zero_point;
      const double rounded = std::clamp(std::nearbyint(code), 0.0, 255.0);
      made.codes[places[e]] = static_cast<uint8_t>(rounded);
      made.off[places[e]] = std::abs(rounded - code);
    }
  }
  return made;
}

std::vector<std::vector<float>> input_reals(std::span<const InputMeaning> inputs,
                                            std::span<const uint8_t> codes) {
  std::vector<std::vector<float>> values;
  for (const InputMeaning& input : inputs) {
    std::vector<float>& reals = values.emplace_back();
    for (const size_t place : places_of(input.first, input.digits)) {
      reals.push_back(input.codes.scale *
                      static_cast<float>(int{codes[place]} - input.codes.zero_point));
    }
  }
  return values;
}

}  // namespace vouch
