#include "evaluate/sample_file.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "evaluate/npy_inputs.h"
#include "model/onnx/tensor.h"
#include "network/shapes.h"
#include "picture/npy.h"

namespace vouch {
namespace {

// A text that only opens brackets would have the parser hold one level each.
constexpr int kMostLevels = 8;

}  // namespace

Result<Sample> read_json_sample(ByteSpan file) {
  bool too_deep = false;
  const auto shallow = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > kMostLevels;
    return !too_deep;
  };
  const auto json = nlohmann::json::parse(file.begin(), file.end(), shallow, false);
  if (too_deep || !json.is_object() || !json.contains("input_data") ||
      !json["input_data"].is_array()) {
    return Error{
        "it is no JSON object {\"input_data\": […]}, with an array of numbers for each input"};
  }
  Sample sample;
  for (const auto& values : json["input_data"]) {
    const std::string place = "input " + std::to_string(sample.size()) + " of its input_data ";
    if (!values.is_array()) {
      return Error{place + "is no array: give an array of numbers for each input"};
    }
    std::vector<float>& input = sample.emplace_back();
    for (const auto& value : values) {
      if (!value.is_number() || !std::isfinite(value.get<float>())) {
        return Error{place + "has an element " + std::to_string(input.size()) +
                     " that is not a finite number of float32: store numbers, row-major, in one "
                     "array"};
      }
      input.push_back(value.get<float>());
    }
  }
  return sample;
}

Result<Sample> read_tensor_sample(ByteSpan file, const std::optional<Dimensions>& network) {
  VOUCH_ASSIGN(const OnnxTensor tensor, read_onnx_tensor(file));
  if (network && count_of_reals_in(tensor.shape, *network) != 1) {
    return Error{"its shape is " + text(tensor.shape) + ": store one input as the model has it, " +
                 text(*network)};
  }
  Sample sample{onnx::reals_of(tensor)};
  if (!std::all_of(sample[0].begin(), sample[0].end(), [](float x) { return std::isfinite(x); })) {
    return Error{"it holds what is not a finite number of float32: take it out"};
  }
  return sample;
}

bool holds_reals(ByteSpan file, const std::string& path) {
  if (is_npy(file)) {
    const auto tensor = read_npy(file);
    return tensor.ok() && tensor.value().is_real();
  }
  const std::string extension = extension_of(path);
  return extension == ".pb" || extension == ".json";
}

Result<Sample> read_sample(ByteSpan file, const std::string& path,
                           const std::optional<Dimensions>& network) {
  if (!is_npy(file)) {
    return extension_of(path) == ".pb" ? read_tensor_sample(file, network) : read_json_sample(file);
  }
  if (!network) {
    return Error{
        "its inputs are real numbers: --original, a model of one input, says what codes stand for "
        "them"};
  }
  VOUCH_ASSIGN(const NpyTensor tensor, read_npy(file));
  VOUCH_ASSIGN(const NpyInputs inputs, NpyInputs::of(tensor, std::nullopt, *network));
  if (inputs.size() != 1) {
    return Error{"it has " + std::to_string(inputs.size()) +
                 " inputs, and one is asked for: store each in a file of its own, or give the file "
                 "to `vouch evaluate --data`"};
  }
  Sample sample;
  VOUCH_ASSIGN(sample.emplace_back(), inputs.reals(0));
  return sample;
}

}  // namespace vouch
