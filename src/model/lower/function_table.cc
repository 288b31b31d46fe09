#include "model/lower/function_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "network/float_elements.h"

namespace vouch {
namespace {

uint8_t code_of(double x, const CodeScale& codes) {
  const double steps = std::nearbyint(x / codes.scale) + codes.zero_point;
  return static_cast<uint8_t>(std::clamp(steps, 0.0, 255.0));
}

struct Stair {
  int64_t at;
  int rise;
};

bool continues(const Ramp& ramp, const Stair& step) {
  const int64_t last = ramp.at + int64_t{ramp.every} * (ramp.count - 1);
  return step.rise == ramp.rise &&
         (ramp.count == 1 ? step.at - last <= UINT16_MAX : step.at - last == ramp.every);
}

std::vector<Ramp> ramps_of(const std::vector<Stair>& steps) {
  std::vector<Ramp> ramps;
  for (const Stair& step : steps) {
    if (ramps.empty() || !continues(ramps.back(), step)) {
      ramps.push_back({static_cast<int32_t>(step.at), 1, 1, static_cast<int16_t>(step.rise)});
      continue;
    }
    Ramp& ramp = ramps.back();
    ramp.every = ramp.count == 1 ? static_cast<uint16_t>(step.at - ramp.at) : ramp.every;
    ++ramp.count;
  }
  return ramps;
}

}  // namespace

bool is_clamp(const Functions& functions) {
  return std::all_of(functions.begin(), functions.end(), [](const Function& f) {
    return f.function == Unary::kRelu || f.function == Unary::kClip;
  });
}

CodeBounds clamp_bounds(const Functions& functions, const CodeScale& codes) {
  double lo = -std::numeric_limits<double>::infinity();
  double hi = std::numeric_limits<double>::infinity();
  for (const Function& f : functions) {
    const double least = f.function == Unary::kRelu ? 0.0 : double{f.a};
    const double most = f.function == Unary::kRelu ? hi : double{f.b};
    lo = std::min(std::max(lo, least), most);
    hi = std::min(std::max(hi, least), most);
  }
  return {code_of(lo, codes), code_of(hi, codes)};
}

Result<ActivationTable> function_table(const Functions& functions, double unit,
                                       const CodeScale& codes, unsigned bits) {
  const auto code_at = [&](int64_t V) -> std::optional<uint8_t> {
    auto x = static_cast<float>(static_cast<double>(V) * unit);
    for (const Function& f : functions) {
      x = apply_unary(f.function, f.a, f.b, x);
    }
    return std::isnan(x) ? std::nullopt : std::optional(code_of(x, codes));
  };
  const int64_t zero = int64_t{1} << bits;
  std::optional<uint8_t> code;
  for (int64_t V = -zero; !code && V < zero; ++V) {
    code = code_at(V);
  }
  if (!code) {
    return Error{
        "its activation function is nowhere a number in its input's range; mend the model, or "
        "calibrate it by samples like the inputs to come"};
  }
  ActivationTable table{static_cast<uint8_t>(bits), *code, {}};
  std::vector<Stair> steps;
  for (int64_t V = -zero; V < zero && steps.size() <= ActivationTable::kMaxSteps; ++V) {
    const std::optional<uint8_t> next = code_at(V);
    if (next && *next != *code) {
      steps.push_back({V, int{*next} - int{*code}});
      code = next;
    }
  }
  if (steps.size() > ActivationTable::kMaxSteps) {
    return Error{
        "its activation function rises and falls too often for a table of 1024 steps; use a "
        "smoother one, or a smaller range before it"};
  }
  table.ramps = ramps_of(steps);
  VOUCH_TRY(validate_table(table));
  return table;
}

}  // namespace vouch
