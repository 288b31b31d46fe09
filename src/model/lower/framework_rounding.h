// How TensorFlow Lite (XNNPACK, and its own kernels where XNNPACK has none) and ONNX Runtime (MLAS,
// x86-64) round codes, to the last bit. Functions are of codes as they are stored, 0…255; float32
// arithmetic is that of the kernels, in their order.
//
// Under which conditions a file's operator gets such a kernel, and not one of float32, is listed in
// docs/evaluation.md, "Exact rounding", and seen to by the readers (onnx/fusions.h,
// tflite/kernels.h), which leave the reason in Layer::obstacle.
//
// Found in the kernels' sources and checked against the libraries themselves, ai-edge-litert 2.3
// and onnxruntime 1.32, on all arguments of several thousand random scales, most of them with
// arguments next to ties.
#pragma once

#include <cstdint>
#include <optional>

#include "network/network.h"

namespace vouch {

/// Of a convolution: what its 32-bit accumulator is multiplied by.
[[nodiscard]] float requantisation_scale(float input, float weight, float output);

/// z + rne(fl32(fl32(accumulator)·scale)), not cut to codes; rne: to the nearest integer, ties to
/// even. Both frameworks.
[[nodiscard]] double requantised(int64_t accumulator, float scale, int zero_point);

/// XNNPACK's addition: z + ⌊(a·X'_0 + b·X'_1 + 2^(shift − 1))/2^shift⌋, where X' is a code less its
/// zero-point.
struct IntegerAddition {
  int64_t a = 0;
  int64_t b = 0;
  unsigned shift = 0;
};
/// Nothing where XNNPACK has no such kernel: scales more than 2^10 or 2^8 apart.
[[nodiscard]] std::optional<IntegerAddition> integer_addition(float a, float b, float output);

/// MLAS' addition, two fused multiply-adds in float32; not cut to codes.
class FloatAddition {
 public:
  FloatAddition(const CodeScale& a, const CodeScale& b, const CodeScale& output);
  [[nodiscard]] double at(int a, int b) const;

 private:
  float ratio_a_;
  float ratio_b_;
  float fixed_;
  int offset_a_;  // from a stored code to the file's
  int offset_b_;
  int offset_;
};

/// Averages of `count` codes: functions of the sum of the codes less their zero-points.
class Average {
 public:
  enum class Kernel : uint8_t {
    kXnnpackMean,    ///< TensorFlow Lite's MEAN
    kIntegerPool,    ///< TensorFlow Lite's AVERAGE_POOL_2D: codes keep their scale
    kMlasGlobalPool  ///< ONNX Runtime's GlobalAveragePool
  };
  Average(Kernel kernel, const CodeScale& input, const CodeScale& output, uint32_t count);
  /// Not cut to codes.
  [[nodiscard]] double at(int64_t sum) const;

 private:
  Kernel kernel_;
  CodeScale input_;
  CodeScale output_;
  int64_t count_;
  float scale_;
};

}  // namespace vouch
