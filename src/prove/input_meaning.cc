#include "prove/input_meaning.h"

#include <algorithm>
#include <cmath>

#include "network/shapes.h"

namespace vouch {

bool lies_within(const InputMeaning& meaning, uint64_t elements) {
  uint64_t count = 1;
  uint64_t last = meaning.first;
  for (const InputMeaning::Digit& digit : meaning.digits) {
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

std::vector<size_t> element_places(const InputMeaning& meaning) {
  std::vector<size_t> places{meaning.first};
  for (const InputMeaning::Digit& digit : meaning.digits) {
    std::vector<size_t> next;
    next.reserve(places.size() * digit.extent);
    for (const size_t place : places) {
      for (size_t i = 0; i < digit.extent; ++i) {
        next.push_back(place + i * digit.step);
      }
    }
    places = std::move(next);
  }
  return places;
}

Result<InputCodes> input_codes(std::span<const InputMeaning> inputs, size_t elements,
                               std::span<const std::vector<float>> values) {
  if (values.size() != inputs.size()) {
    return Error{"it has " + std::to_string(values.size()) + " inputs, and the model takes " +
                 std::to_string(inputs.size()) +
                 (inputs.size() == 1 ? "" : ": give all of them in one .json file")};
  }
  InputCodes made{std::vector<uint8_t>(elements), std::vector<double>(elements)};
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<size_t> places = element_places(inputs[i]);
    if (places.size() != values[i].size()) {
      return Error{"'" + inputs[i].name + "' is " + text(inputs[i].shape) + ", " +
                   std::to_string(places.size()) + " numbers: give as many, not " +
                   std::to_string(values[i].size())};
    }
    const CodeScale& codes = inputs[i].codes;
    for (size_t e = 0; e < places.size(); ++e) {
      if (!std::isfinite(values[i][e])) {
        return Error{"element " + std::to_string(e) + " of '" + inputs[i].name +
                     "' is not a finite number of float32: take it out"};
      }
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
    for (const size_t place : element_places(input)) {
      reals.push_back(input.codes.scale *
                      static_cast<float>(int{codes[place]} - input.codes.zero_point));
    }
  }
  return values;
}

}  // namespace vouch
