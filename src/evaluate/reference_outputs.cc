#include "evaluate/reference_outputs.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "picture/npy.h"

namespace vouch {
namespace {

// 8-bit probabilities of 1000 classes are off by 2 together, but most of them are 0.
constexpr double kTolerance = 0.05;

Result<std::vector<double>> values_of_json(ByteSpan file, size_t per_input) {
  const Error malformed{"not an object with outputs, an array of " + std::to_string(per_input) +
                        " numbers for each input"};
  const auto json = nlohmann::json::parse(file.begin(), file.end(), nullptr, false);
  if (!json.is_object() || !json.contains("outputs") || !json["outputs"].is_array()) {
    return malformed;
  }
  std::vector<double> values;
  for (const auto& row : json["outputs"]) {
    if (!row.is_array() || row.size() != per_input) {
      return malformed;
    }
    for (const auto& value : row) {
      if (!value.is_number()) {
        return malformed;
      }
      values.push_back(value.get<double>());
    }
  }
  return values;
}

Result<std::vector<double>> values_of_npy(ByteSpan file, size_t per_input) {
  VOUCH_ASSIGN(const NpyTensor tensor, read_npy(file));
  if (tensor.elements() != uint64_t{tensor.shape[0]} * per_input) {
    return Error{"it does not have " + std::to_string(per_input) + " outputs for each input"};
  }
  std::vector<double> values;
  values.reserve(tensor.elements());
  for (size_t i = 0; i < tensor.elements(); ++i) {
    values.push_back(tensor.at(i));
  }
  return values;
}

}  // namespace

Result<ReferenceOutputs> ReferenceOutputs::read(ByteSpan file, size_t per_input) {
  ReferenceOutputs outputs;
  outputs.per_input_ = per_input;
  VOUCH_ASSIGN(outputs.values_,
               is_npy(file) ? values_of_npy(file, per_input) : values_of_json(file, per_input));
  if (!std::all_of(outputs.values_.begin(), outputs.values_.end(),
                   [](double x) { return std::isfinite(x); })) {
    return Error{"it holds what is not a finite number"};
  }
  return outputs;
}

bool ReferenceOutputs::are_probabilities() const {
  for (size_t i = 0; i < size(); ++i) {
    const auto row = of(i);
    if (std::abs(std::accumulate(row.begin(), row.end(), 0.0) - 1) > kTolerance ||
        *std::min_element(row.begin(), row.end()) < 0) {
      return false;
    }
  }
  return size() != 0 && per_input_ > 1;
}

}  // namespace vouch
