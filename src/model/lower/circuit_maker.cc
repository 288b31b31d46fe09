#include "model/lower/circuit_maker.h"

#include <algorithm>

#include "model/exact_round.h"
#include "model/quantize.h"

namespace vouch {
namespace {

// V of the finest unit is this many steps a code, where a function follows.
constexpr float kFinest = 1.0F / 16;
// A table of a function may be as large as this without being made coarser.
constexpr unsigned kFunctionBits = 17;
constexpr int64_t kWeightBound = int64_t{1} << 47;

Result<int64_t> bounded(const std::optional<int64_t>& value, int64_t offset, const char* what) {
  if (!value || *value + offset <= -kWeightBound || *value + offset >= kWeightBound) {
    return Error{std::string("a ") + what +
                 " is too large for the circuit: its scales are too far apart"};
  }
  return *value + offset;
}

Error in_layer(const RealOperator& from, const std::string& what) {
  return Error{"'" + from.name + "': " + what};
}

}  // namespace

Result<OpWeights> CircuitMaker::fold(const RealOperator& from, double unit, int64_t zero) const {
  const auto denominator = static_cast<float>(unit);
  OpWeights out;
  out.weights.reserve(from.weights.size());
  for (const RealWeight& w : from.weights) {
    const std::array<float, 2> scales{w.factor.scale, w.scale};
    VOUCH_ASSIGN(const int64_t W, bounded(round_ratio(circuit_.shift, w.factor.integer, scales,
                                                      denominator, w.divisor),
                                          0, "weight"));
    out.weights.push_back(W);
  }
  const int64_t offset = (int64_t{1} << (circuit_.shift - 1U)) + (zero << circuit_.shift);
  for (const Factor& b : from.biases) {
    VOUCH_ASSIGN(const int64_t B, bounded(round_ratio(circuit_.shift, b.integer, {&b.scale, 1},
                                                      denominator),
                                          offset, "bias"));
    out.biases.push_back(B);
  }
  return out;
}

// Clamps of the same codes share a table, which has the bits that the largest of them needs.
uint8_t CircuitMaker::number_of(const ActivationTable& table) {
  for (size_t k = 0; k < circuit_.tables.size(); ++k) {
    ActivationTable& known = circuit_.tables[k];
    if (known.first == table.first && known.ramps == table.ramps) {
      known.bits = std::max(known.bits, table.bits);
      return static_cast<uint8_t>(k);
    }
  }
  circuit_.tables.push_back(table);
  return static_cast<uint8_t>(circuit_.tables.size() - 1);
}

Result<void> CircuitMaker::add_clamp(const RealOperator& from, const Target& target) {
  VOUCH_ASSIGN(OpWeights weights, fold(from, target.codes.scale, target.codes.zero_point));
  weights_.push_back(std::move(weights));
  const unsigned needed = value_bits_needed(circuit_, circuit_.ops.size() - 1, weights_.back());
  if (needed > ActivationTable::kMaxBits) {
    return Error{"its values can leave ±2^24 steps of its output's scale"};
  }
  const CodeBounds codes = clamp_bounds(target.functions, target.codes);
  circuit_.tensors.back().table = number_of(
      ActivationTable::clamp(std::max(kUsualTableBits, needed), codes.lo, codes.hi));
  return {};
}

// The finest unit, down to the output's scale, whose values fit into a table of the usual size.
Result<void> CircuitMaker::add_function(const RealOperator& from, const Target& target) {
  weights_.emplace_back();
  for (double unit = double{target.codes.scale} * kFinest;; unit *= 2) {
    VOUCH_ASSIGN(weights_.back(), fold(from, unit, 0));
    const unsigned needed = value_bits_needed(circuit_, circuit_.ops.size() - 1, weights_.back());
    const bool coarse = unit >= double{target.codes.scale};
    if (needed > kFunctionBits && !coarse) {
      continue;
    }
    if (needed > ActivationTable::kMaxBits) {
      return Error{"its values can leave ±2^24 steps of its output's scale"};
    }
    // What only copies has a multiplier that its codes tell anyway.
    const unsigned least = from.op.kind == OpKind::kLinearMap ? ActivationTable::kMinBits
                                                              : kUsualTableBits;
    VOUCH_ASSIGN(const ActivationTable table, function_table(target.functions, unit, target.codes,
                                                             std::max(least, needed)));
    circuit_.tensors.back().table = number_of(table);
    return {};
  }
}

Result<uint32_t> CircuitMaker::add(const RealOperator& from, const Target& target) {
  std::vector<Shape> inputs;
  for (const uint32_t tensor : from.op.inputs) {
    inputs.push_back(shape(tensor));
  }
  const Result<Shape> made = output_shape(from.op, inputs, from.stated);
  if (!made.ok()) {
    return in_layer(from, made.error().message);
  }
  circuit_.ops.push_back(from.op);
  circuit_.tensors.push_back({made.value(), target.codes.zero_point, 0});
  const Result<void> done =
      is_clamp(target.functions) ? add_clamp(from, target) : add_function(from, target);
  if (!done.ok()) {
    return in_layer(from, done.error().message);
  }
  names_.push_back(from.name);
  return static_cast<uint32_t>(circuit_.ops.size());
}

}  // namespace vouch
