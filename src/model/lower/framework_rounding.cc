#include "model/lower/framework_rounding.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vouch {
namespace {

// Products and sums that must not be fused, whatever the compiler may do with larger expressions.
float product(float a, float b) {
  const volatile float rounded = a * b;
  return rounded;
}
float quotient(float a, float b) {
  const volatile float rounded = a / b;
  return rounded;
}

// What is added to a file's code to store it.
int offset_of(const CodeScale& codes) { return codes.is_signed ? 128 : 0; }
int own_zero(const CodeScale& codes) { return codes.zero_point - offset_of(codes); }

double nearest(float x) { return std::nearbyint(double{x}); }

}  // namespace

float requantisation_scale(float input, float weight, float output) {
  return quotient(product(input, weight), output);
}

double requantised(int64_t accumulator, float scale, int zero_point) {
  return nearest(product(static_cast<float>(accumulator), scale)) + zero_point;
}

std::optional<IntegerAddition> integer_addition(float a, float b, float output) {
  constexpr int kMultiplierBits = 20;
  const float ratio_a = quotient(a, output);
  const float ratio_b = quotient(b, output);
  for (const float ratio : {ratio_a, ratio_b}) {
    if (!(ratio >= 0x1p-10F && ratio < 0x1p8F)) {
      return std::nullopt;
    }
  }
  const int shift = kMultiplierBits - std::ilogb(std::max(ratio_a, ratio_b));
  const auto multiplier = [&](float ratio) {
    return static_cast<int64_t>(std::nearbyint(std::ldexp(double{ratio}, shift)));
  };
  return IntegerAddition{multiplier(ratio_a), multiplier(ratio_b), static_cast<unsigned>(shift)};
}

FloatAddition::FloatAddition(const CodeScale& a, const CodeScale& b, const CodeScale& output)
    : ratio_a_(quotient(a.scale, output.scale)),
      ratio_b_(quotient(b.scale, output.scale)),
      offset_a_(offset_of(a)),
      offset_b_(offset_of(b)),
      offset_(offset_of(output)) {
  const auto zero_a = static_cast<float>(own_zero(a));
  const auto zero_b = static_cast<float>(own_zero(b));
  fixed_ =
      static_cast<float>(own_zero(output)) - std::fmaf(ratio_a_, zero_a, product(ratio_b_, zero_b));
}

double FloatAddition::at(int a, int b) const {
  const float with_b = std::fmaf(static_cast<float>(b - offset_b_), ratio_b_, fixed_);
  return nearest(std::fmaf(static_cast<float>(a - offset_a_), ratio_a_, with_b)) + offset_;
}

Average::Average(Kernel kernel, const CodeScale& input, const CodeScale& output, uint32_t count)
    : kernel_(kernel), input_(input), output_(output), count_(count) {
  const auto n = static_cast<float>(count);
  scale_ = kernel == Kernel::kXnnpackMean
               ? product(quotient(input.scale, output.scale), quotient(1.0F, n))
               : quotient(input.scale, product(output.scale, n));
}

double Average::at(int64_t sum) const {
  const int64_t zeros = count_ * own_zero(input_);
  const int64_t codes = sum + zeros;  // the file's codes, added up
  switch (kernel_) {
    case Kernel::kXnnpackMean: {
      const float bias =
          static_cast<float>(own_zero(output_)) - product(static_cast<float>(zeros), scale_);
      const volatile float value = product(static_cast<float>(codes), scale_) + bias;
      return nearest(value) + offset_of(output_);
    }
    case Kernel::kIntegerPool: {  // halves away from 0
      const int64_t half = count_ / 2;
      const int64_t mean = codes >= 0 ? (codes + half) / count_ : -((half - codes) / count_);
      return static_cast<double>(mean) + offset_of(output_);
    }
    case Kernel::kMlasGlobalPool:
      return requantised(sum, scale_, output_.zero_point);
  }
  return 0;
}

}  // namespace vouch
