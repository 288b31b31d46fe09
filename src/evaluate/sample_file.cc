#include "evaluate/sample_file.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "model/onnx/tensor.h"

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
    return Error{"not an object with input_data, an array of numbers for each input"};
  }
  Sample sample;
  for (const auto& values : json["input_data"]) {
    std::vector<float>& input = sample.emplace_back();
    for (const auto& value : values) {
      if (!value.is_number() || !std::isfinite(value.get<float>())) {
        return Error{"input_data holds what is not a finite number"};
      }
      input.push_back(value.get<float>());
    }
  }
  return sample;
}

Result<Sample> read_tensor_sample(ByteSpan file) {
  VOUCH_ASSIGN(const OnnxTensor tensor, read_onnx_tensor(file));
  return Sample{onnx::reals_of(tensor)};
}

}  // namespace vouch
