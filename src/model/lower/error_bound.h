// How far a circuit's run can be from the network in real numbers.
//
// Of every element, by interval arithmetic through the operators: what its inputs are off by times
// the weights, half a unit of each rounding, and what functions make of that. Nothing is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "model/lower/circuit_maker.h"

namespace vouch {

/// Codes and values before tables of tensor t of a run; of tensor 0 the codes only.
struct RunOfTensor {
  std::span<const uint8_t> X;
  std::span<const int32_t> V;
};

/// For every tensor and element, a bound on |X − z − x/scale|, where x is what the network computes
/// in exact arithmetic; in codes. `input` is the same of tensor 0. means[i] is of operator i.
[[nodiscard]] std::vector<std::vector<double>> error_bounds(
    const Circuit& circuit, const Weights& weights, std::span<const OperatorMeaning> means,
    std::vector<double> input, const std::function<RunOfTensor(size_t)>& run);

}  // namespace vouch
