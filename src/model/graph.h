// A quantised network as its framework describes it: what every reader (TensorFlow Lite today)
// makes of a file, and all that the compiler knows of one.
//
// Tensors are row-major; pictures are [batch, row, column, channel]. A quantised tensor stands for
// the real numbers scale·(code − zero_point), with one scale for all of it or one for each index of
// the axis `Quantization::axis`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace vouch {

enum class ElementType : uint8_t { kUint8, kInt8, kInt32, kInt64, kFloat32, kOther };

/// Bytes of one element; 0 for kOther, whose contents are never read.
[[nodiscard]] constexpr uint32_t element_bytes(ElementType type) {
  constexpr std::array<uint32_t, 6> kBytes = {1, 1, 4, 8, 4, 0};
  return kBytes.at(static_cast<size_t>(type));
}

/// Empty scales: not quantised. Otherwise one scale, or as many as the shape's extent at `axis`,
/// and as many zero-points. For kUint8 and kInt8 tensors scales are finite and > 0 and zero-points
/// are in the type's range.
struct Quantization {
  std::vector<float> scales;
  std::vector<int32_t> zero_points;
  uint32_t axis = 0;
};

struct GraphTensor {
  std::string name;  ///< printable, at most 200 characters
  ElementType type = ElementType::kOther;
  std::vector<uint32_t> shape;  ///< extents ≥ 1, at most kMaxRank, product ≤ kMaxElements
  Quantization quantization;
  bool constant = false;
  ByteSpan data;  ///< of a constant: elements() · element_bytes(type) bytes, little-endian

  [[nodiscard]] uint64_t elements() const {
    uint64_t n = 1;
    for (const uint32_t extent : shape) n *= extent;
    return n;
  }
};

enum class GraphOpKind : uint8_t {
  kConv2d,           ///< picture, weights [out][row][column][in], bias or none
  kDepthwiseConv2d,  ///< picture, weights [1][row][column][out], bias or none
  kFullyConnected,   ///< x, weights [out][in], bias or none
  kAdd,              ///< two tensors of one shape
  kAveragePool2d,    ///< picture
  kMean,             ///< tensor, constant axes
  kPad,              ///< tensor, constant [rank][before, after]
  kReshape,          ///< tensor; the target is the output's shape
  kQuantize,         ///< tensor
  kDequantize,       ///< tensor
  kSoftmax,          ///< tensor
  kUnsupported,
};

enum class Padding : uint8_t { kSame, kValid };
enum class Activation : uint8_t { kNone, kRelu, kReluN1To1, kRelu6, kOther };

/// One operator. Attributes that its kind does not have keep their defaults.
struct GraphOp {
  static constexpr uint32_t kAbsent = 0xFFFFFFFF;  ///< in `inputs`: left out (a bias)

  GraphOpKind kind = GraphOpKind::kUnsupported;
  std::string type_name;         ///< the framework's word for it, "CONV_2D"
  std::vector<uint32_t> inputs;  ///< tensor indices or kAbsent
  uint32_t output = 0;
  Padding padding = Padding::kValid;
  uint32_t stride_rows = 1;
  uint32_t stride_columns = 1;
  uint32_t dilation_rows = 1;
  uint32_t dilation_columns = 1;
  uint32_t kernel_rows = 1;  ///< of a pool; a convolution's are its weights' extents
  uint32_t kernel_columns = 1;
  uint32_t depth_multiplier = 0;  ///< 0: not said
  Activation activation = Activation::kNone;
  float beta = 1.0F;  ///< of kSoftmax
};

/// A network of one input and one output. Every index is in range; an operator reads the input,
/// constants, and outputs of operators before it; each tensor is written at most once. Move-only:
/// constants are views into `file`.
struct Graph {
  static constexpr uint32_t kMaxRank = 6;
  static constexpr uint64_t kMaxElements = uint64_t{1} << 32;

  Graph() = default;
  Graph(Graph&&) = default;
  Graph& operator=(Graph&&) = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph() = default;

  Bytes file;
  std::string source;  ///< "TensorFlow Lite, schema 3, 66 operators"
  std::vector<GraphTensor> tensors;
  std::vector<GraphOp> ops;
  uint32_t input = 0;
  uint32_t output = 0;
};

}  // namespace vouch
