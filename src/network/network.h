// A network as its author means it: operators on real numbers, whatever the file that they came
// from. Readers (ONNX, TensorFlow Lite) make one; the float executor runs it; the compiler
// quantises it where the file has not done so, and lowers it into a circuit.
//
// Tensors are row-major over logical axes, in the order the framework has them. An activation may
// be quantised by its file: then it stands for the reals scale·(code − zero_point) of 8-bit codes,
// and the operator that makes it rounds to those. What only the shape machinery of a framework
// computes (shapes, axes, indices, constant subgraphs) is folded by the reader and never seen here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vouch {

/// An axis' extents, ≥ 1 each; at most kMaxRank of them, at most kMaxElements elements.
using Dimensions = std::vector<uint32_t>;

/// Codes of a quantised activation, as they are stored: 0…255, signed codes with 128 added. scale
/// is finite and > 0.
struct CodeScale {
  float scale = 1.0F;
  uint8_t zero_point = 0;
  bool is_signed = false;  ///< the file's codes are int8: for reading and writing them
  bool operator==(const CodeScale&) const = default;
};

/// A constant. Either real values, or integers q (zero-points already subtracted) that stand for
/// scale·q with one scale, or one for each index of `axis`. The file's integers are kept, since
/// folding rounds the exact product of all scales once.
struct Constant {
  std::vector<float> reals;       ///< row-major; empty if `integers` is not
  std::vector<int32_t> integers;  ///< row-major
  std::vector<float> scales;      ///< of integers: 1, or the extent of `axis`; finite, > 0
  uint32_t axis = 0;
};

struct NetworkTensor {
  std::string name;  ///< printable, at most 200 characters
  Dimensions shape;
  std::optional<CodeScale> codes;    ///< of activations that the file quantises
  std::optional<uint32_t> constant;  ///< index into Network::constants
};

enum class LayerKind : uint8_t {
  /// x [batch, …], weights constant [out][in/groups][rows][columns] (transposed:
  /// [in][out/groups][rows][columns]), optional bias constant [out]. Axis `channel_axis` of x and
  /// the output has the channels, axis 0 the batch, the one or two others, in order, rows and
  /// columns (one only: columns, and the kernel has 1 row).
  kConvolution,
  kAveragePool,  ///< x, likewise; `count_pads`: pads count as elements of value 0
  kMaxPool,      ///< x, likewise; pads never win
  /// x [..., k], constant [k][n], optional bias constant [n]: the sum over the last axis. Or both
  /// activations, [..., m, k] and [..., k, n] with batch axes that broadcast.
  kMatMul,
  kAdd,       ///< Σ coefficients[i]·input i, broadcast as in NumPy; inputs may be constants
  kMultiply,  ///< two inputs, broadcast; one may be a constant
  kDivide,    ///< two inputs, broadcast
  kMaximum,   ///< n inputs, broadcast; some may be constants
  kMinimum,
  kUnary,       ///< `function` of each element
  kPRelu,       ///< x, constant slopes that broadcast to x
  kReduceMean,  ///< x over `axes`, which stay with extent 1 or not: the output's shape says
  kReduceSum,
  kReduceMax,
  kReduceMin,
  kReshape,    ///< x: the same row-major elements, in the output's shape
  kTranspose,  ///< x: output axis i is input axis axes[i]
  kConcat,     ///< inputs along axes[0]; some may be constants
  kSlice,      ///< x: output index o along each axis reads first[a] + o·step[a]
  kPad,        ///< x between begin[a] and end[a] elements more (negative: fewer), by `pad_mode`
  kGather,     ///< x: along axes[0] output index o reads indices[o]
  kExpand,     ///< x broadcast to the output's shape
  /// x: along every axis, output index o is Σ weights·x over `resize[a]`; ONNX' and TensorFlow
  /// Lite's nearest, linear and cubic modes all become such sums.
  kResize,
  kSoftmax,  ///< over axes[0]
  kLogSoftmax,
  /// The indices of the `count` largest (smallest, if `smallest`) over axes[0], in that order, of
  /// equals the first first (the last first, if `last_of_equals`); the axis stays with that extent,
  /// or is dropped where it is 1.
  kArgMax,
  kTopK,      ///< the values of those, not their indices; the axis stays
  kIdentity,  ///< x; where the output's codes are others than the input's: a requantisation
};

/// Functions of one real number, with parameters a and b.
enum class Unary : uint8_t {
  kRelu,             ///< max(0, x)
  kClip,             ///< min(b, max(a, x)); −∞ and ∞ allowed
  kLeakyRelu,        ///< x ≥ 0 ? x : a·x
  kElu,              ///< x ≥ 0 ? x : a·(exp(x) − 1)
  kSelu,             ///< b·(x ≥ 0 ? x : a·(exp(x) − 1))
  kCelu,             ///< max(0, x) + min(0, a·(exp(x/a) − 1))
  kThresholdedRelu,  ///< x > a ? x : 0
  kSigmoid,
  kHardSigmoid,  ///< min(1, max(0, a·x + b))
  kTanh,
  kHardSwish,  ///< x·min(1, max(0, x/6 + ½))
  kSilu,       ///< x·sigmoid(a·x)
  kGelu,       ///< x·Φ(x)
  kGeluTanh,   ///< the approximation of GELU by tanh
  kSoftplus,
  kSoftsign,
  kMish,
  kExp,
  kLog,
  kSqrt,
  kReciprocal,
  kAbs,
  kNegative,
  kPower,  ///< x^a
  kErf,
  kSin,
  kCos,
  kTan,
  kAsin,
  kAcos,
  kAtan,
  kSinh,
  kCosh,
  kAsinh,
  kAcosh,
  kAtanh,
  kFloor,
  kCeil,
  kRound,  ///< ties to even
  kSign,
  kShrink,  ///< x < −a ? x + b : x > a ? x − b : 0
};

struct WindowShape {
  uint32_t kernel_rows = 1;
  uint32_t kernel_columns = 1;
  uint32_t stride_rows = 1;
  uint32_t stride_columns = 1;
  uint32_t dilation_rows = 1;
  uint32_t dilation_columns = 1;
  /// Of a transposed convolution they cut the output; its output padding makes the last two
  /// smaller, down to negative.
  int32_t pad_top = 0;
  int32_t pad_left = 0;
  int32_t pad_bottom = 0;
  int32_t pad_right = 0;
  bool operator==(const WindowShape&) const = default;
};

enum class PadMode : uint8_t { kConstant, kReflect, kEdge, kWrap };

/// One axis of a kResize: output o is Σ weight·x[index] over the entries of `outputs[o]`.
struct ResizeAxis {
  struct Tap {
    uint32_t index = 0;
    float weight = 1.0F;
  };
  std::vector<std::vector<Tap>> outputs;  ///< empty: the axis stays as it is
};

/// One operator. Attributes that its kind does not name keep their defaults.
struct Layer {
  LayerKind kind = LayerKind::kIdentity;
  std::string type_name;         ///< the framework's word, "Conv" or "CONV_2D": for messages
  std::string name;              ///< the file's own name of the node, or its output's: for messages
  std::vector<uint32_t> inputs;  ///< tensors
  uint32_t output = 0;
  WindowShape window;
  uint32_t groups = 1;
  uint32_t channel_axis = 1;
  bool transposed = false;
  bool count_pads = false;
  std::vector<float> coefficients;  ///< kAdd: one an input
  Unary function = Unary::kRelu;
  float a = 0.0F;
  float b = 0.0F;
  std::vector<uint32_t> axes;
  std::vector<int64_t> first;  ///< kSlice: per axis of x
  std::vector<int64_t> step;   ///< kSlice: per axis of x, ≠ 0
  std::vector<int64_t> begin;  ///< kPad: per axis of x
  std::vector<int64_t> end;
  PadMode pad_mode = PadMode::kConstant;
  float pad_value = 0.0F;
  std::vector<uint32_t> indices;   ///< kGather
  std::vector<ResizeAxis> resize;  ///< kResize: per axis of x
  uint32_t count = 1;              ///< kArgMax, kTopK
  bool smallest = false;           ///< kArgMax, kTopK
  bool last_of_equals = false;     ///< kArgMax
  /// To exact rounding: why sums and means of this layer are not known to the last bit; empty if
  /// they are.
  std::string obstacle;
};

/// Whose kernels a file is made for: they decide how codes are rounded to the last bit.
enum class Framework : uint8_t { kOnnxRuntime, kTensorFlowLite };

/// Layers in topological order; every tensor is written at most once, and is an input, a constant
/// or a layer's output. Every index is in range.
struct Network {
  static constexpr uint32_t kMaxRank = 8;
  static constexpr uint64_t kMaxElements = uint64_t{1} << 28;

  Framework framework = Framework::kOnnxRuntime;
  std::string source;  ///< "ONNX, opset 13, 98 operators, by tf2onnx"
  /// What the reader settled that the file leaves open, a sentence each.
  std::vector<std::string> notes;
  std::vector<NetworkTensor> tensors;
  std::vector<Constant> constants;
  std::vector<Layer> layers;
  std::vector<uint32_t> inputs;
  std::vector<uint32_t> outputs;
};

}  // namespace vouch
