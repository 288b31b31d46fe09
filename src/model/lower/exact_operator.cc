#include "model/lower/exact_operator.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "model/lower/code_fit.h"
#include "model/lower/framework_rounding.h"

namespace vouch {
namespace {

__extension__ using Int128 = __int128;

constexpr const char* kRemedy = "; compile it with --rounding fast";

Error refusal(const std::string& what) { return Error{what + kRemedy}; }

Result<int64_t> bounded(Int128 value, int64_t bound, const char* what) {
  if (value <= -bound || value >= bound) {
    return refusal(std::string("a ") + what +
                   " is too large for exact rounding: its scales are too far apart");
  }
  return static_cast<int64_t>(value);
}

// ONNX Runtime drops what the output's codes cut off anyway; whatever else stands between an
// operator and its rounding makes it compute both in float32.
bool is_dropped(const Functions& functions, const CodeScale& codes) {
  constexpr float kSlack = std::numeric_limits<float>::epsilon();
  const float lowest = codes.scale * static_cast<float>(0 - codes.zero_point);
  const float highest = codes.scale * static_cast<float>(255 - codes.zero_point);
  return std::all_of(functions.begin(), functions.end(), [&](const Function& f) {
    return f.function == Unary::kRelu ? codes.zero_point == 0
                                      : f.a - lowest <= kSlack && highest - f.b <= kSlack;
  });
}

// Frameworks round the ends of a clamp alike unless they lie between two codes.
bool is_tie(float end, const CodeScale& codes) {
  const double steps = double{end} / double{codes.scale};
  const bool within = std::abs(steps) <= 256;
  return within && std::abs(steps - std::floor(steps) - 0.5) < 1e-4;
}

Result<CodeBounds> exact_clamp(const RealOperator& from, const Target& target,
                               Framework framework) {
  if (!is_clamp(target.functions)) {
    return refusal(
        "its activation function is a table, which is not known to the last bit: only ReLU, ReLU6 "
        "and other clamps can be compiled with exact rounding");
  }
  for (const Function& f : target.functions) {
    if (f.function == Unary::kClip && (is_tie(f.a, target.codes) || is_tie(f.b, target.codes))) {
      return refusal("its clamp ends between two codes, where frameworks round in several ways");
    }
  }
  if (framework == Framework::kOnnxRuntime && from.arithmetic != Arithmetic::kWhole &&
      !is_dropped(target.functions, target.codes)) {
    return Error{
        "its activation function cuts off codes that its output has, which ONNX Runtime computes "
        "in "
        "float32; quantise it to codes of the function's range, or compile it with --rounding "
        "fast"};
  }
  return clamp_bounds(target.functions, target.codes);
}

class ExactFolding {
 public:
  ExactFolding(const Circuit& circuit, const RealOperator& from, const Target& target,
               Framework framework, const CodeBounds& codes)
      : circuit_(circuit),
        from_(from),
        codes_(target.codes),
        framework_(framework),
        limbs_(circuit.limbs()) {
    made_.table = {Boundaries::kFloor, 0, codes.lo, codes.hi, 0, 0};
  }

  Result<ExactOperator> run() {
    const bool sums =
        from_.arithmetic != Arithmetic::kWhole && from_.arithmetic != Arithmetic::kReal;
    if (sums && !from_.obstacle.empty()) {
      return refusal(from_.obstacle);
    }
    switch (from_.arithmetic) {
      case Arithmetic::kAccumulator:
        VOUCH_TRY(accumulate());
        break;
      case Arithmetic::kWhole:
        VOUCH_TRY(move());
        break;
      case Arithmetic::kAddition:
        VOUCH_TRY(framework_ == Framework::kTensorFlowLite ? add_integers() : add_floats());
        break;
      case Arithmetic::kMean:
      case Arithmetic::kPool:
        VOUCH_TRY(average());
        break;
      case Arithmetic::kReal:
        return refusal(
            "exact rounding is for convolutions and fully connected layers of 8-bit weights, "
            "additions of two activations, averages, maxima and moves of codes, as TensorFlow Lite "
            "or ONNX Runtime compute them in integers");
    }
    return std::move(made_);
  }

 private:
  [[nodiscard]] int64_t half() const { return limbs_.unit() / 2; }
  // What b holds beside the bias: the zero-point, and half a code less what float32 boundaries are
  // below it.
  [[nodiscard]] int64_t float32_offset() const {
    return limbs_.unit() * codes_.zero_point + half() - (int64_t{1} << (2 * limbs_.bits - 17)) - 1;
  }
  [[nodiscard]] uint8_t cut(double code) const {
    return static_cast<uint8_t>(
        std::clamp(code, double{1} * made_.table.lo, double{1} * made_.table.hi));
  }
  // Of multipliers that are `off` from the real ones, for arguments up to `most`: both the codes'
  // own float32 arithmetic, and what its inputs are off by.
  void note_inexact(double off, double most) {
    constexpr double kFloat32 = 0x1p-10;  // of a step: three roundings of 24 bits, 2^8 codes
    const double steps = kFloat32 + 2 * off * most / static_cast<double>(limbs_.unit());
    made_.inexact = std::max(made_.inexact, steps * double{codes_.scale});
  }

  Result<void> accumulate();
  Result<CodeMultipliers> channel_multipliers(float scale, const ValueRange& accumulator);
  Result<ValueRange> accumulators(size_t channel, size_t block) const;
  Result<void> move();
  Result<void> add_integers();
  Result<void> add_floats();
  Result<void> average();
  Result<void> set_two(const CodeMultipliers& m);
  std::optional<CodeMultipliers> fitted(double a, double b,
                                        const std::function<void(CodeFit&)>& expect);

  const Circuit& circuit_;
  const RealOperator& from_;
  const CodeScale& codes_;
  Framework framework_;
  Limbs limbs_;
  ExactOperator made_;
};

// Over all inputs, the bias included.
Result<ValueRange> ExactFolding::accumulators(size_t channel, size_t block) const {
  constexpr int64_t kMostWeight = 255;
  const ValueRange x = code_range(circuit_, from_.op.inputs[0]);
  const int64_t bias = from_.biases[channel].integer;
  ValueRange sum{bias, bias};
  for (size_t k = channel * block; k < (channel + 1) * block; ++k) {
    const int64_t w = from_.weights[k].factor.integer;
    if (w != 0 && from_.weights[k].factor.scale != from_.channel_scales[channel]) {
      return refusal("its weights have several scales within one output channel");
    }
    if (std::abs(w) > kMostWeight) {
      return refusal("its weights have more than 8 bits");
    }
    sum.lowest += w * (w > 0 ? x.lowest : x.highest);
    sum.highest += w * (w > 0 ? x.highest : x.lowest);
  }
  return sum;
}

Result<CodeMultipliers> ExactFolding::channel_multipliers(float scale,
                                                          const ValueRange& accumulator) {
  // From 2^-16 on scale·2^40 is an integer, and the float32 boundaries are right for all sums.
  const double exact = std::ldexp(double{scale}, 2 * static_cast<int>(limbs_.bits));
  if (!(scale > 0) || !(exact < 0x1p51)) {
    return refusal("its scales are too far apart for exact rounding");
  }
  // A framework's accumulator wraps around; in channels that are dead all the same.
  const auto code = [&](int64_t sum) { return cut(requantised(sum, scale, codes_.zero_point)); };
  const bool fits = accumulator.lowest >= INT32_MIN && accumulator.highest <= INT32_MAX;
  if (!fits && code(INT32_MIN) != code(INT32_MAX)) {
    return refusal("its sums can exceed the 32 bits that a framework's accumulator has");
  }
  const CodeMultipliers near{std::llround(exact), 0, float32_offset()};
  if (scale >= 0x1p-16F) {
    note_inexact(0, 0);
    return near;
  }
  CodeFit fit(made_.table, limbs_);
  fit.expect_all(accumulator.lowest, accumulator.highest,
                 [&](int64_t sum) { return code(std::clamp<int64_t>(sum, INT32_MIN, INT32_MAX)); });
  const auto solved = fit.solve(near);
  if (!solved) {
    return refusal("one of its channels has a scale that is too small for exact rounding");
  }
  note_inexact(std::abs(static_cast<double>(solved->a) - exact),
               static_cast<double>(std::max(-accumulator.lowest, accumulator.highest)));
  return *solved;
}

Result<void> ExactFolding::accumulate() {
  made_.table.boundaries = Boundaries::kFloat32;
  made_.table.zero_point = codes_.zero_point;
  const float input = from_.weights.empty() ? 1.0F : from_.weights[0].scale;
  const size_t block = from_.weights.size() / from_.biases.size();
  for (size_t c = 0; c < from_.biases.size(); ++c) {
    const float unit = input * from_.channel_scales[c];
    const Factor& bias = from_.biases[c];
    if (bias.integer != 0 && std::abs(bias.scale / unit - 1) > 0.01F) {
      return refusal("its bias has another scale than its input's times its weights'");
    }
    VOUCH_ASSIGN(const ValueRange sums, accumulators(c, block));
    VOUCH_ASSIGN(const CodeMultipliers m,
                 channel_multipliers(
                     requantisation_scale(input, from_.channel_scales[c], codes_.scale), sums));
    for (size_t k = c * block; k < (c + 1) * block; ++k) {
      VOUCH_ASSIGN(const int64_t W,
                   bounded(static_cast<Int128>(m.a) * from_.weights[k].factor.integer,
                           kExactWeightBound, "weight"));
      made_.weights.weights.push_back(W);
    }
    VOUCH_ASSIGN(const int64_t b,
                 bounded(static_cast<Int128>(m.a) * bias.integer + m.c, kExactBiasBound, "bias"));
    made_.weights.biases.push_back(b);
  }
  return {};
}

// Of codes with the output's scale everything is whole.
Result<void> ExactFolding::move() {
  for (const RealWeight& w : from_.weights) {
    if (w.factor.scale != 1.0F || w.scale != codes_.scale || w.divisor != 1) {
      return refusal(
          "its output has other codes than its input; with exact rounding codes that are moved "
          "keep their scale");
    }
    VOUCH_ASSIGN(const int64_t W, bounded(static_cast<Int128>(limbs_.unit()) * w.factor.integer,
                                          kExactWeightBound, "weight"));
    made_.weights.weights.push_back(W);
  }
  for (const Factor& b : from_.biases) {
    if (b.integer != 0 && b.scale != codes_.scale) {
      return refusal("it adds a constant that is no whole number of its output's steps");
    }
    made_.weights.biases.push_back(limbs_.unit() * (codes_.zero_point + b.integer));
  }
  return {};
}

Result<void> ExactFolding::set_two(const CodeMultipliers& m) {
  VOUCH_ASSIGN(const int64_t a, bounded(m.a, kExactWeightBound, "weight"));
  VOUCH_ASSIGN(const int64_t b, bounded(m.b, kExactWeightBound, "weight"));
  VOUCH_ASSIGN(const int64_t c, bounded(m.c, kExactBiasBound, "bias"));
  made_.weights = {{a, b}, {c}};
  return {};
}

// Boundaries, which it sets, and integers near a and b. Ties go up, or to codes that are even with
// or without the zero-point: there floor boundaries do not, and float32 ones do.
std::optional<CodeMultipliers> ExactFolding::fitted(double a, double b,
                                                    const std::function<void(CodeFit&)>& expect) {
  const int64_t c = half() + limbs_.unit() * codes_.zero_point;
  for (const auto& [boundaries, zero_point] :
       {std::pair{Boundaries::kFloor, uint8_t{0}}, std::pair{Boundaries::kFloat32, uint8_t{0}},
        std::pair{Boundaries::kFloat32, codes_.zero_point}}) {
    made_.table.boundaries = boundaries;
    made_.table.zero_point = zero_point;
    CodeFit fit(made_.table, limbs_);
    expect(fit);
    const int64_t near_c = boundaries == Boundaries::kFloor ? c : float32_offset();
    if (const auto m = fit.solve({std::llround(a), std::llround(b), near_c})) {
      return m;
    }
  }
  return std::nullopt;
}

Result<void> ExactFolding::add_integers() {
  const auto m = integer_addition(from_.read[0].scale, from_.read[1].scale, codes_.scale);
  if (!m) {
    return refusal("its scales are too far apart for XNNPACK's addition");
  }
  const int64_t finer = int64_t{1} << (2 * limbs_.bits - m->shift);
  note_inexact(static_cast<double>(finer), 255);
  return set_two({m->a * finer, m->b * finer, half() + limbs_.unit() * codes_.zero_point});
}

// A function of two codes, found for all pairs of them.
Result<void> ExactFolding::add_floats() {
  const FloatAddition addition(from_.read[0], from_.read[1], codes_);
  const auto multiplier = [&](float scale) {
    return std::ldexp(double{scale} / double{codes_.scale}, 2 * static_cast<int>(limbs_.bits));
  };
  const double a = multiplier(from_.read[0].scale);
  const double b = multiplier(from_.read[1].scale);
  if (!(a < 0x1p50 && b < 0x1p50)) {
    return refusal("its scales are too far apart for exact rounding");
  }
  const CodeBounds first = circuit_.codes_of(from_.op.inputs[0]);
  const CodeBounds second = circuit_.codes_of(from_.op.inputs[1]);
  const auto m = fitted(a, b, [&](CodeFit& fit) {
    for (int x = first.lo; x <= first.hi; ++x) {
      for (int y = second.lo; y <= second.hi; ++y) {
        fit.expect(x - from_.read[0].zero_point, y - from_.read[1].zero_point,
                   cut(addition.at(x, y)));
      }
    }
  });
  if (!m) {
    return refusal(
        "no integers give what ONNX Runtime's float32 addition does of all pairs of codes");
  }
  // Less their common factor: the executor's sums are of doubles, exact up to 2^50.
  const int64_t factor = std::max<int64_t>(std::gcd(m->a, m->b), 1);
  if ((std::abs(m->a / factor) + std::abs(m->b / factor)) >= (int64_t{1} << 50) / 255) {
    return refusal("its sums are too large for exact rounding: its scales are too far apart");
  }
  note_inexact(
      std::max(std::abs(static_cast<double>(m->a) - a), std::abs(static_cast<double>(m->b) - b)),
      2 * 255);
  return set_two(*m);
}

Result<void> ExactFolding::average() {
  const CodeScale& input = from_.read[0];
  const uint32_t count = from_.weights[0].divisor;
  if (from_.weights.size() > 1) {
    return refusal("its windows have several numbers of elements, since they reach into pads");
  }
  const bool pool = from_.arithmetic == Arithmetic::kPool;
  if (pool && (input.scale != codes_.scale || input.zero_point != codes_.zero_point)) {
    return refusal("its output has other codes than its input");
  }
  const Average kernel(pool ? Average::Kernel::kIntegerPool
                       : framework_ == Framework::kTensorFlowLite
                           ? Average::Kernel::kXnnpackMean
                           : Average::Kernel::kMlasGlobalPool,
                       input, codes_, count);
  const ValueRange x = code_range(circuit_, from_.op.inputs[0]);
  const double exact = std::ldexp(double{input.scale} / (double{codes_.scale} * count),
                                  2 * static_cast<int>(limbs_.bits));
  if (!(exact * count < 0x1p48)) {
    return refusal("its scales are too far apart for exact rounding");
  }
  const auto m = fitted(exact, 0, [&](CodeFit& fit) {
    fit.expect_all(x.lowest * count, x.highest * count,
                   [&](int64_t sum) { return cut(kernel.at(sum)); });
  });
  if (!m) {
    return refusal("no integers give what the framework's average does of all sums of codes");
  }
  note_inexact(std::abs(static_cast<double>(m->a) - exact), 255.0 * count);
  VOUCH_ASSIGN(const int64_t W, bounded(m->a, kExactWeightBound, "weight"));
  VOUCH_ASSIGN(const int64_t b, bounded(m->c, kExactBiasBound, "bias"));
  made_.weights = {{W}, {b}};
  return {};
}

}  // namespace

Result<ExactOperator> exact_operator(const Circuit& circuit, const RealOperator& from,
                                     const Target& target, Framework framework) {
  VOUCH_ASSIGN(const CodeBounds codes, exact_clamp(from, target, framework));
  return ExactFolding(circuit, from, target, framework, codes).run();
}

uint32_t window_side(const WindowTable& table, const ValueRange& A, const Limbs& limbs) {
  const auto windows = [&](int64_t distance) {  // that cover it
    return distance <= 0 ? 0 : static_cast<uint64_t>((distance - 1) / limbs.window() + 1);
  };
  const uint64_t below = windows(limbs.unit() * table.lo - A.lowest);
  const uint64_t above = windows(A.highest + 1 - limbs.unit() * table.hi - limbs.window());
  const uint64_t inner = 3U * (table.hi - table.lo) + 1;
  const uint64_t rows =
      std::bit_ceil(std::max<uint64_t>(kUsualWindows, 2 * std::max(below, above) + inner));
  return static_cast<uint32_t>((rows - inner) / 2);
}

}  // namespace vouch
