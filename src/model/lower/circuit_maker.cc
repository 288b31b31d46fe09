#include "model/lower/circuit_maker.h"

#include <algorithm>
#include <cmath>

#include "model/exact_round.h"
#include "model/lower/exact_operator.h"
#include "model/value_bits.h"

namespace vouch {
namespace {

constexpr size_t kMaxOps = 512;
constexpr size_t kMaxTables = 64;
constexpr size_t kMaxTerms = 1024;  // of a linear map
constexpr size_t kMaxFunctions = 16;
constexpr int64_t kWeightBound = int64_t{1} << 47;
constexpr uint32_t kMaxChannels = 65536;
constexpr uint64_t kMaxTensor = uint64_t{1} << 28;

Result<int64_t> bounded(const std::optional<int64_t>& value, int64_t offset, const char* what) {
  if (!value || *value + offset <= -kWeightBound || *value + offset >= kWeightBound) {
    return Error{std::string("a ") + what +
                 " is too large for the circuit, its scales are too far apart; quantise it with "
                 "scales that are closer, or compile it with a smaller --shift"};
  }
  return *value + offset;
}

Result<void> check_finite(const RealOperator& from, float unit) {
  bool finite = std::isfinite(unit) && unit > 0;
  for (const RealWeight& w : from.weights) {
    finite = finite && std::isfinite(w.factor.scale) && std::isfinite(w.scale);
  }
  for (const Factor& b : from.biases) {
    finite = finite && std::isfinite(b.scale);
  }
  if (!finite) {
    return Error{
        "its weights, or the steps of its codes, are not finite numbers above 0; mend them in the "
        "model, or the samples that it is calibrated by"};
  }
  return {};
}

Result<void> check_shape(const Shape& shape) {
  if (shape.channels > kMaxChannels ||
      std::max({shape.batch, shape.rows, shape.columns}) > kMaxExtent ||
      shape.elements() > kMaxTensor) {
    return Error{
        "it has more than 65536 channels, 4096 rows, columns or batches, or 2^28 "
        "elements; make the network's input smaller"};
  }
  return {};
}

}  // namespace

Result<OpWeights> CircuitMaker::fold(const RealOperator& from, double unit, int64_t zero) const {
  const auto denominator = static_cast<float>(unit);
  VOUCH_TRY(check_finite(from, denominator));
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
    VOUCH_ASSIGN(const int64_t B,
                 bounded(round_ratio(circuit_.shift, b.integer, {&b.scale, 1}, denominator), offset,
                         "bias"));
    out.biases.push_back(B);
  }
  return out;
}

Result<void> CircuitMaker::expect_weights(uint64_t more) const {
  if (more > kMaxWeights || weight_count_ + more > kMaxWeights) {
    return Error{
        "the network would have more than 2^27 weights, zeros between the groups of "
        "convolutions included; prove a smaller model"};
  }
  return {};
}

// Clamps of the same codes share a table, which has the bits that the largest of them needs.
Result<void> CircuitMaker::set_table(const ActivationTable& table) {
  for (size_t k = 0; k < circuit_.tables.size(); ++k) {
    ActivationTable& known = circuit_.tables[k];
    if (known.first == table.first && known.ramps == table.ramps) {
      known.bits = std::max(known.bits, table.bits);
      circuit_.tensors.back().table = static_cast<uint8_t>(k);
      return {};
    }
  }
  if (circuit_.tables.size() == kMaxTables) {
    return Error{
        "the network has more than 64 different activation functions and ranges; use "
        "fewer, or ReLU"};
  }
  circuit_.tables.push_back(table);
  circuit_.tensors.back().table = static_cast<uint8_t>(circuit_.tables.size() - 1);
  return {};
}

Result<void> CircuitMaker::add_clamp(const RealOperator& from, const Target& target) {
  VOUCH_ASSIGN(weights_.back(), fold(from, target.codes.scale, target.codes.zero_point));
  const unsigned needed = value_bits_needed(circuit_, circuit_.ops.size() - 1, weights_.back());
  if (needed > ActivationTable::kMaxBits) {
    return Error{
        "its values can leave ±2^24 steps of its output's scale; quantise the model with a larger "
        "scale there, or calibrate it by samples like the inputs to come"};
  }
  const CodeBounds codes = clamp_bounds(target.functions, target.codes);
  means_.back().unit = target.codes.scale;
  return set_table(ActivationTable::clamp(std::max(kUsualTableBits, needed), codes.lo, codes.hi));
}

// The finest unit, times a power of two the output's scale, whose values fit a table of the usual
// size.
Result<double> CircuitMaker::choose_unit(const RealOperator& from, const Target& target) {
  constexpr int kTrials = 24;
  double unit = target.codes.scale;
  for (int trial = 0; trial < kTrials; ++trial) {
    Result<OpWeights> folded = fold(from, unit, 0);
    if (!folded.ok()) {
      unit *= 65536;
      continue;
    }
    weights_.back() = std::move(folded).value();
    const unsigned needed = value_bits_needed(circuit_, circuit_.ops.size() - 1, weights_.back());
    if (needed == kUsualTableBits) {
      return unit;
    }
    // A step halves what is left of a unit, however small it is: a value that is 0 stays so.
    if (needed < kUsualTableBits && (trial > kTrials / 2 || needed == kUsualTableBits - 1)) {
      return unit;
    }
    unit *= std::ldexp(1.0,
                       static_cast<int>(std::min(needed, 40U)) - static_cast<int>(kUsualTableBits));
    if (static_cast<float>(unit) < 1e-30F) {
      unit = 1e-30;
      trial = std::max(trial, kTrials / 2);
    }
  }
  return Error{
      "its values are too large or too small for a table of its function; scale its weights so "
      "that they lie where the function changes"};
}

Result<void> CircuitMaker::add_function(const RealOperator& from, const Target& target) {
  if (target.functions.size() > kMaxFunctions) {
    return Error{"more than 16 functions follow one another; have fewer between two layers"};
  }
  VOUCH_ASSIGN(const double unit, choose_unit(from, target));
  means_.back().unit = unit;
  VOUCH_ASSIGN(
      const ActivationTable table,
      function_table(target.functions, static_cast<float>(unit), target.codes, kUsualTableBits));
  return set_table(table);
}

// Tables of windows that differ in their sizes only are one. It says no more of the weights than a
// power of two, the same on both sides.
Result<void> CircuitMaker::set_windows(WindowTable table) {
  table.below = table.above = window_side(
      table, value_range(circuit_, circuit_.ops.size() - 1, weights_.back()), circuit_.limbs());
  if (table.below > WindowTable::kMaxSide) {
    return Error{
        "its values can leave ±2^20 codes of its output; compile it with --rounding fast, or "
        "quantise it with a larger scale there"};
  }
  for (size_t k = 0; k < circuit_.windows.size(); ++k) {
    WindowTable& known = circuit_.windows[k];
    WindowTable as_large = table;
    as_large.below = as_large.above = known.below;
    if (known == as_large) {
      known.below = known.above = std::max(known.below, table.below);
      circuit_.tensors.back().table = static_cast<uint8_t>(k);
      return {};
    }
  }
  if (circuit_.windows.size() == kMaxTables) {
    return Error{
        "the network has more than 64 different zero-points and ranges of codes, which exact "
        "rounding takes a table each for; compile it with --rounding fast"};
  }
  circuit_.windows.push_back(table);
  circuit_.tensors.back().table = static_cast<uint8_t>(circuit_.windows.size() - 1);
  return {};
}

Result<void> CircuitMaker::add_exact(const RealOperator& from, const Target& target) {
  VOUCH_ASSIGN(ExactOperator made, exact_operator(circuit_, from, target, framework_));
  weights_.back() = std::move(made.weights);
  means_.back().unit = target.codes.scale;
  means_.back().inexact += made.inexact;
  return set_windows(made.table);
}

Result<void> CircuitMaker::finish(const RealOperator& from, const Target& target) {
  std::vector<Shape> inputs;
  for (const uint32_t tensor : from.op.inputs) {
    inputs.push_back(shape(tensor));
  }
  VOUCH_ASSIGN(const Shape made, output_shape(from.op, inputs, from.stated));
  VOUCH_TRY(check_shape(made));
  VOUCH_TRY(expect_weights(from.weights.size()));
  if (from.op.terms.size() > kMaxTerms) {
    return Error{"its elements are moved in " + std::to_string(from.op.terms.size()) +
                 " pieces, a linear map has at most 1024; have it move, join or repeat fewer"};
  }
  if (circuit_.ops.size() == kMaxOps) {
    return Error{
        "the network takes more than 512 operators of a circuit; prove a model of fewer layers"};
  }
  circuit_.ops.push_back(from.op);
  circuit_.tensors.push_back({made, target.codes.zero_point, 0});
  weights_.emplace_back();
  means_.push_back({1, target.codes, target.functions, from.inexact});
  VOUCH_TRY(circuit_.exact()             ? add_exact(from, target)
            : is_clamp(target.functions) ? add_clamp(from, target)
                                         : add_function(from, target));
  weight_count_ += from.weights.size();
  names_.push_back(from.name);
  return {};
}

Result<uint32_t> CircuitMaker::add(const RealOperator& from, const Target& target) {
  VOUCH_TRY(finish(from, target));
  return static_cast<uint32_t>(circuit_.ops.size());
}

}  // namespace vouch
