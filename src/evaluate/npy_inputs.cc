#include "evaluate/npy_inputs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

#include "base/check.h"
#include "picture/prepare.h"

namespace vouch {
namespace {

std::string text_of(std::span<const uint32_t> shape) {
  std::string text;
  for (const uint32_t extent : shape) {
    text += (text.empty() ? "[" : ", ") + std::to_string(extent);
  }
  return text + "]";
}

std::vector<uint32_t> without_ones(std::span<const uint32_t> shape) {
  std::vector<uint32_t> left(shape.begin(), shape.end());
  std::erase(left, 1U);
  return left;
}

}  // namespace

std::optional<uint32_t> count_in(std::span<const uint32_t> all, std::span<const uint32_t> one) {
  const std::vector<uint32_t> has = without_ones(all);
  const std::vector<uint32_t> wanted = without_ones(one);
  const size_t extra = has.size() - wanted.size();
  if (has.size() < wanted.size() || extra > 1 ||
      !std::equal(wanted.begin(), wanted.end(), has.end() - static_cast<long>(wanted.size()))) {
    return std::nullopt;
  }
  return extra == 0 ? 1 : has[0];
}

std::optional<uint32_t> count_of_reals_in(std::span<const uint32_t> all,
                                          const Dimensions& network) {
  const std::array<uint32_t, 1> flat = {std::accumulate(
      network.begin(), network.end(), 1U, [](uint32_t a, uint32_t b) { return a * b; })};
  const std::optional<uint32_t> count = count_in(all, network);
  return count ? count : count_in(all, flat);
}

Result<NpyInputs> NpyInputs::of(const NpyTensor& tensor, const std::optional<Shape>& circuit,
                                const Dimensions& network) {
  NpyInputs inputs;
  inputs.tensor_ = tensor;
  std::optional<uint32_t> count;
  std::string wanted;
  if (tensor.is_real()) {
    count = count_of_reals_in(tensor.shape, network);
    wanted = "values in the order of the model's input, " + text_of(network);
  } else if (tensor.element_bytes() != 1) {
    return Error{
        "its elements are whole numbers of several bytes: store codes as uint8 or int8, values as "
        "float32 or float64"};
  } else if (!circuit) {
    return Error{
        "it has codes, and the model's input is no picture, so nothing says what they stand for: "
        "store values, as float32"};
  } else {
    inputs.circuit_ = circuit;
    const std::array<uint32_t, 3> last = {circuit->rows, circuit->columns, circuit->channels};
    const std::array<uint32_t, 3> first = {circuit->channels, circuit->rows, circuit->columns};
    count = count_in(tensor.shape, last);
    inputs.channels_first_ = !count;
    count = count ? count : count_in(tensor.shape, first);
    wanted = "codes as " + text_of(last) + " or " + text_of(first);
  }
  if (!count) {
    return Error{"its shape is " + text_of(tensor.shape) + ": store " + wanted +
                 ", of one input or with an axis before that counts inputs"};
  }
  inputs.size_ = *count;
  return inputs;
}

Bytes NpyInputs::codes(size_t i) const {
  VOUCH_CHECK(circuit_.has_value() && i < size_);
  Shape shape = *circuit_;
  const size_t elements = shape.elements();
  if (channels_first_) {
    // The circuit's order already: a column of positions with one channel each.
    shape = Shape{1, 1, static_cast<uint32_t>(elements), 1};
  }
  return codes_of_bytes(shape, tensor_.data.subspan(i * elements, elements),
                        tensor_.type == NpyType::kInt8);
}

Result<std::vector<float>> NpyInputs::reals(size_t i) const {
  VOUCH_CHECK(!circuit_ && i < size_);
  const size_t elements = tensor_.elements() / size_;
  std::vector<float> values(elements);
  for (size_t e = 0; e < elements; ++e) {
    values[e] = static_cast<float>(tensor_.at(i * elements + e));
    if (!std::isfinite(values[e])) {
      return Error{"element " + std::to_string(e) + " of input " + std::to_string(i) +
                   " is not a finite number of float32: take it out"};
    }
  }
  return values;
}

}  // namespace vouch
