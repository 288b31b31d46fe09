// The circuit: the public description of an integer network, all that prover and verifier must
// agree on before anything is proven.
//
// Per output element of an operator, in exact integers,
//
//     A = Σ W·(X_in − z_in) + b        V = floor(A / 2^s)        X = clamp(V, lo, hi)
//     E = V − X                        R = A − 2^s·V,  0 ≤ R < 2^s
//
// with committed weights W and biases b (Weights below), 8-bit activation codes X in 0…255, and
// s = Circuit::shift. The scales are folded into W = round(2^s · s_in·s_w[c]/s_out · (w − z_w)),
// and b holds the bias, the rounding constant 2^(s−1) and z_out·2^s.
//
// Tensor 0 is the network's input; tensor i + 1 is the output of operator i, which reads tensors
// 0…i only. So an order is a topological order by construction, every tensor is written exactly
// once and none reads itself.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

/// Extents of an activation tensor. Stored as [channel][batch][row][column], column fastest.
struct Shape {
  uint32_t channels = 1;
  uint32_t batch = 1;
  uint32_t rows = 1;
  uint32_t columns = 1;
  [[nodiscard]] uint64_t elements() const { return uint64_t{channels} * batch * rows * columns; }
  [[nodiscard]] uint64_t positions() const { return uint64_t{batch} * rows * columns; }
  bool operator==(const Shape&) const = default;
};

/// An activation tensor: its shape, the code z that stands for the real number 0, and the range
/// that its codes are clamped to (ReLU: lo = z), 0 ≤ lo ≤ hi ≤ 255. The input's range is 0…255.
struct Tensor {
  Shape shape;
  uint8_t zero_point = 0;
  uint8_t lo = 0;
  uint8_t hi = 255;
  bool operator==(const Tensor&) const = default;
};

enum class OpKind : uint8_t {
  /// X_out[c] from all input channels; weights [c_out][c_in][kernel row][kernel column], bias
  /// [c_out].
  /// A fully connected layer is the convolution whose kernel is the whole picture.
  kConv2d = 0,
  /// Output channel c reads input channel ⌊c / (C_out/C_in)⌋; weights [c_out][kernel row][kernel
  /// column], bias [c_out].
  kDepthwiseConv2d = 1,
  /// Σ_n w_n·(X_n − z_n) + b over equal shapes, one committed multiplier an input: residual
  /// addition
  /// (n = 2), requantisation and explicit padding (n = 1); weights [n], bias [1].
  kWeightedSum = 2,
  /// Average over windows; pads are not counted. One committed multiplier for each distinct
  /// (rows inside, columns inside) of a window, in the order of `pool_classes`; bias [1].
  kAveragePool2d = 3,
};

/// A sliding window: output (y, x) reads input rows stride_rows·y + dy − pad_top, 0 ≤ dy <
/// kernel_rows, and columns likewise; what lies outside the picture counts as X − z = 0.
struct Window {
  uint16_t kernel_rows = 1;
  uint16_t kernel_columns = 1;
  uint16_t stride_rows = 1;
  uint16_t stride_columns = 1;
  uint16_t pad_top = 0;
  uint16_t pad_bottom = 0;
  uint16_t pad_left = 0;
  uint16_t pad_right = 0;
  bool operator==(const Window&) const = default;
};

struct Op {
  OpKind kind = OpKind::kConv2d;
  std::vector<uint32_t> inputs;  ///< tensor indices, all ≤ this operator's own index
  Window window;                 ///< kWeightedSum: kernel and stride 1; pads allowed when n = 1
  bool operator==(const Op&) const = default;
};

/// How a picture becomes the input's codes (docs/protocol.md, "Input preparation"). 0 × 0: the
/// input is a tensor of codes, not a picture, and crop_permille is 0.
struct Preparation {
  uint32_t rows = 0;
  uint32_t columns = 0;
  /// The centre square that is kept, in 1/1000 of the short side: 1…1000.
  uint16_t crop_permille = 0;
  bool operator==(const Preparation&) const = default;
};

/// What is said about the output but not proven: real value = scale·(code − zero_point); `softmax`
/// if the model ends with one, outside the proof.
struct OutputMeaning {
  float scale = 1.0F;
  bool softmax = false;
  bool operator==(const OutputMeaning&) const = default;
};

struct Circuit {
  Preparation preparation;
  uint8_t shift = 20;           ///< s, the unit of W; the range table has 2^s rows. 4…24
  uint8_t value_bits = 17;      ///< clamp tables hold V in [−2^value_bits, 2^value_bits). 9…24
  uint8_t model_kappa = 14;     ///< rows of W and b have 2^model_kappa entries
  uint8_t input_kappa = 15;     ///< rows of D have 2^input_kappa entries, or the input fits one row
  std::vector<Tensor> tensors;  ///< [0] = input, [i + 1] = output of ops[i]; the last is the output
  std::vector<Op> ops;
  OutputMeaning output;

  [[nodiscard]] const Tensor& input() const { return tensors.front(); }
  [[nodiscard]] const Tensor& output_tensor() const { return tensors.back(); }
  bool operator==(const Circuit&) const = default;
};

/// The secret half of a network, one entry an operator, in the shapes that OpKind gives.
struct OpWeights {
  std::vector<int64_t> weights;
  std::vector<int64_t> biases;
};
using Weights = std::vector<OpWeights>;

/// Distinct (rows inside, columns inside) counts of an average pool's windows, in order of first
/// appearance (row-major over outputs). `input` and `output` are its tensors' shapes.
struct PoolClass {
  uint32_t rows = 0;
  uint32_t columns = 0;
  bool operator==(const PoolClass&) const = default;
};
[[nodiscard]] std::vector<PoolClass> pool_classes(const Window& window, const Shape& input,
                                                  const Shape& output);

/// The shape that an operator must give its output, or why it has none.
[[nodiscard]] Result<Shape> output_shape(OpKind kind, const Window& window,
                                         const std::vector<Shape>& inputs, uint32_t out_channels);

/// How many weights and biases operator `op` has.
struct WeightCounts {
  uint64_t weights = 0;
  uint64_t biases = 0;
};
[[nodiscard]] WeightCounts weight_counts(const Circuit& circuit, size_t op);

/// Checks everything that the argument relies on (ranges, shapes, topology, size limits). Called by
/// the verifier on hostile descriptors before anything is allocated by their numbers.
[[nodiscard]] Result<void> validate(const Circuit& circuit);

/// The circuit that runs on `pictures` inputs at once: every tensor's batch is that many times as
/// long, picture by picture.
[[nodiscard]] Circuit with_pictures(const Circuit& circuit, uint32_t pictures);

/// Canonical encoding (docs/formats.md, "Circuit descriptor"); decode accepts exactly what encode
/// writes of a valid circuit, and nothing else.
[[nodiscard]] Bytes encode_circuit(const Circuit& circuit);
[[nodiscard]] Result<Circuit> decode_circuit(ByteReader& reader);

}  // namespace vouch
