#include "network/float_elements.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"
#include "base/parallel.h"
#include "network/strided_walk.h"

namespace vouch {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// log(1 + exp(x)) without overflow.
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

double exact(Unary function, double a, double b, double x) {
  switch (function) {
    case Unary::kRelu:
      return x > 0 ? x : 0;
    case Unary::kClip:
      return std::min(b, std::max(a, x));
    case Unary::kLeakyRelu:
      return x >= 0 ? x : a * x;
    case Unary::kElu:
      return x >= 0 ? x : a * std::expm1(x);
    case Unary::kSelu:
      return b * (x >= 0 ? x : a * std::expm1(x));
    case Unary::kCelu:
      return std::max(0.0, x) + std::min(0.0, a * std::expm1(x / a));
    case Unary::kThresholdedRelu:
      return x > a ? x : 0;
    case Unary::kSigmoid:
      return sigmoid(x);
    case Unary::kHardSigmoid:
      return std::min(1.0, std::max(0.0, a * x + b));
    case Unary::kTanh:
      return std::tanh(x);
    case Unary::kHardSwish:
      return x * std::min(1.0, std::max(0.0, x / 6 + 0.5));
    case Unary::kSilu:
      return x * sigmoid(a * x);
    case Unary::kGelu:
      return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case Unary::kGeluTanh:
      return 0.5 * x *
             (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
    case Unary::kSoftplus:
      return softplus(x);
    case Unary::kSoftsign:
      return x / (1 + std::abs(x));
    case Unary::kMish:
      return x * std::tanh(softplus(x));
    case Unary::kExp:
      return std::exp(x);
    case Unary::kLog:
      return std::log(x);
    case Unary::kSqrt:
      return std::sqrt(x);
    case Unary::kReciprocal:
      return 1 / x;
    case Unary::kAbs:
      return std::abs(x);
    case Unary::kNegative:
      return -x;
    case Unary::kPower:
      return std::pow(x, a);
    case Unary::kErf:
      return std::erf(x);
    case Unary::kSin:
      return std::sin(x);
    case Unary::kCos:
      return std::cos(x);
    case Unary::kTan:
      return std::tan(x);
    case Unary::kAsin:
      return std::asin(x);
    case Unary::kAcos:
      return std::acos(x);
    case Unary::kAtan:
      return std::atan(x);
    case Unary::kSinh:
      return std::sinh(x);
    case Unary::kCosh:
      return std::cosh(x);
    case Unary::kAsinh:
      return std::asinh(x);
    case Unary::kAcosh:
      return std::acosh(x);
    case Unary::kAtanh:
      return std::atanh(x);
    case Unary::kFloor:
      return std::floor(x);
    case Unary::kCeil:
      return std::ceil(x);
    case Unary::kRound:
      return std::nearbyint(x);
    case Unary::kSign:
      return x > 0 ? 1 : x < 0 ? -1 : 0;
    case Unary::kShrink:
      return x < -a ? x + b : x > a ? x - b : 0;
  }
  return x;
}

// y = f(y, x broadcast).
template <class F>
void combine(const FloatInput& x, const Dimensions& y_extents, float* y, F f) {
  strided_walk(y_extents, broadcast_steps(*x.extents, y_extents),
               [&](size_t at, int64_t other, size_t n, int64_t step) {
                 float* to = y + at;
                 const float* from = x.values + other;
                 if (step == 0) {
                   const float value = *from;
                   for (size_t i = 0; i < n; ++i) {
                     to[i] = f(to[i], value);
                   }
                 } else if (step == 1) {
                   for (size_t i = 0; i < n; ++i) {
                     to[i] = f(to[i], from[i]);
                   }
                 } else {
                   for (size_t i = 0; i < n; ++i) {
                     to[i] = f(to[i], from[static_cast<int64_t>(i) * step]);
                   }
                 }
               });
}

void combine(const Layer& layer, size_t i, const FloatInput& x, const Dimensions& y_extents,
             float* y) {
  switch (layer.kind) {
    case LayerKind::kAdd:
      combine(x, y_extents, y,
              [c = layer.coefficients[i]](float acc, float v) { return acc + c * v; });
      return;
    case LayerKind::kMultiply:
      combine(x, y_extents, y, [](float acc, float v) { return acc * v; });
      return;
    case LayerKind::kDivide:
      combine(x, y_extents, y, [](float acc, float v) { return acc / v; });
      return;
    case LayerKind::kMaximum:
      combine(x, y_extents, y, [](float acc, float v) { return acc < v ? v : acc; });
      return;
    case LayerKind::kMinimum:
      combine(x, y_extents, y, [](float acc, float v) { return v < acc ? v : acc; });
      return;
    case LayerKind::kPRelu:
      combine(x, y_extents, y, [](float acc, float v) { return acc >= 0 ? acc : v * acc; });
      return;
    default:
      VOUCH_CHECK(false);
  }
}

template <class F>
void each(const float* x, size_t n, float* y, F f) {
  parallel_for(n, size_t{1} << 14, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      y[i] = f(x[i]);
    }
  });
}

}  // namespace

float apply_unary(Unary function, float a, float b, float x) {
  return static_cast<float>(exact(function, a, b, x));
}

void float_unary(const Layer& layer, const float* x, size_t n, float* y) {
  const float a = layer.a;
  const float b = layer.b;
  switch (layer.function) {  // those that need no double, in loops that vectorise
    case Unary::kRelu:
      each(x, n, y, [](float v) { return v > 0 ? v : 0; });
      return;
    case Unary::kClip:
      each(x, n, y, [a, b](float v) {
        const float low = a < v ? v : a;
        return low < b ? low : b;
      });
      return;
    case Unary::kLeakyRelu:
      each(x, n, y, [a](float v) { return v >= 0 ? v : a * v; });
      return;
    default:
      each(x, n, y, [&](float v) { return apply_unary(layer.function, layer.a, layer.b, v); });
  }
}

void float_broadcast(const Layer& layer, std::span<const FloatInput> inputs,
                     const Dimensions& y_extents, float* y) {
  const float first = layer.kind == LayerKind::kAdd ? layer.coefficients[0] : 1.0F;
  combine(inputs[0], y_extents, y, [first](float, float v) { return first * v; });
  for (size_t i = 1; i < inputs.size(); ++i) {
    combine(layer, i, inputs[i], y_extents, y);
  }
}

void round_to_codes(const CodeScale& codes, std::span<float> x) {
  constexpr float kLimit = 512.0F;       // beyond every code's distance from a zero-point
  constexpr float kInteger = 0x1.8p23F;  // floats of this size are integers: adding it rounds
  const float scale = codes.scale;
  const float zero = codes.zero_point;
  for (float& value : x) {
    const float steps = value / scale;
    const float low = steps > -kLimit ? steps : -kLimit;
    const float bounded = low < kLimit ? low : kLimit;
    const float rounded = (bounded + kInteger) - kInteger;
    const float above = std::max(rounded, -zero);
    value = scale * std::min(above, 255.0F - zero);
  }
}

void cut_to_codes(const CodeScale& codes, std::span<float> x) {
  const float zero = codes.zero_point;
  const float lowest = -codes.scale * zero;
  const float highest = codes.scale * (255.0F - zero);
  for (float& value : x) {
    value = std::min(highest, std::max(lowest, value));
  }
}

}  // namespace vouch
