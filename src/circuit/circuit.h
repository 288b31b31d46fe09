// The circuit: the public description of an integer network, all that prover and verifier must
// agree on before anything is proven.
//
// Per output element of an operator, in exact integers,
//
//     A = Σ W·(X_in − z_in) + b        V = floor(A / 2^s)        X = f(V)
//     E = V − X                        R = A − 2^s·V,  0 ≤ R < 2^s
//
// with committed weights W and biases b (Weights below), 8-bit activation codes X in 0…255, a
// public table f (activation_table.h: a clamp, or any step function), and s = Circuit::shift. The
// scales are folded into W = round(2^s · s_in·s_w[c]/s_out · (w − z_w)), and b holds the bias, the
// rounding constant 2^(s−1) and z_out·2^s.
//
// A circuit with exact rounding has a finer unit, so that A can be the exact product of a 32-bit
// accumulator and a float32 scale, and clamps only, with a framework's own boundaries between codes
// (window_table.h, with T = 2^s − 16):
//
//     A = 2^(2s)·X + T²·E + R        R = L + T·U,  0 ≤ L, U < T
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
#include "circuit/activation_table.h"
#include "circuit/window_table.h"

namespace vouch {

/// Of batches, rows and columns.
inline constexpr uint32_t kMaxExtent = 4096;

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

/// An activation tensor: its shape, the code z that stands for the real number 0, and the number of
/// the table (of Circuit::tables or windows) that its codes come from. The input has none, and says
/// 0.
struct Tensor {
  Shape shape;
  uint8_t zero_point = 0;
  uint8_t table = 0;
  bool operator==(const Tensor&) const = default;
};

enum class OpKind : uint8_t {
  /// X_out[c] from all input channels; weights [c_out][c_in][kernel row][kernel column], bias
  /// [c_out]. A fully connected layer is the convolution whose kernel is the whole picture.
  kConv2d = 0,
  /// Output channel c reads input channel ⌊c / (C_out/C_in)⌋; weights [c_out][kernel row][kernel
  /// column], bias [c_out].
  kDepthwiseConv2d = 1,
  /// Σ over terms w_k·(K_c ⊗ K_y ⊗ K_x)(X_n − z_n) + b, with public matrices K along the axes
  /// (MapTerm below) and one committed multiplier for each number k of a weight: sums and
  /// differences, pads, slices, concatenation, transposition, resizing, means; weights [k], bias
  /// [1].
  kLinearMap = 2,
  /// w·(X_0 − z_0)·(X_1 − z_1) + b, element by element; the second input may have extent 1 along
  /// any axis but the batch, and is repeated along it. Weights [1], bias [1].
  kProduct = 3,
};

/// A sliding window. Output (y, x) reads input row i = stride_rows·y + dilation_rows·dy − pad_top
/// for each 0 ≤ dy < kernel_rows, and columns likewise; transposed, it reads each row i for which
/// y = stride_rows·i + dilation_rows·dy − pad_top. What lies outside the picture counts as X − z =
/// 0. Negative pads cut off (transposed: add).
struct Window {
  uint16_t kernel_rows = 1;
  uint16_t kernel_columns = 1;
  uint16_t stride_rows = 1;
  uint16_t stride_columns = 1;
  int16_t pad_top = 0;
  int16_t pad_bottom = 0;
  int16_t pad_left = 0;
  int16_t pad_right = 0;
  uint16_t dilation_rows = 1;
  uint16_t dilation_columns = 1;
  bool transposed = false;
  bool operator==(const Window&) const = default;
};

/// `count` equal entries of a sparse matrix: K[out + k·out_step][in + k·in_step] = coefficient.
struct AxisRun {
  uint16_t out = 0;
  int16_t out_step = 1;
  uint16_t in = 0;
  int16_t in_step = 1;
  uint16_t count = 1;
  int16_t coefficient = 1;
  bool operator==(const AxisRun&) const = default;
};

/// The matrix of a term along one axis: the sum of its runs. None: the identity.
struct AxisMap {
  std::vector<AxisRun> runs;
  bool operator==(const AxisMap&) const = default;
};

/// One term of a linear map: weight number `weight` times, along its channels, rows and columns (0,
/// 1, 2), maps[a] applied to axis axes[a] of input number `input`. Batches stay as they are.
struct MapTerm {
  uint8_t input = 0;
  uint16_t weight = 0;
  std::array<uint8_t, 3> axes{0, 1, 2};  ///< a permutation
  std::array<AxisMap, 3> maps;
  bool operator==(const MapTerm&) const = default;
};

struct Op {
  OpKind kind = OpKind::kConv2d;
  std::vector<uint32_t> inputs;  ///< tensor indices, all ≤ this operator's own index
  Window window{};               ///< of the convolutions; the others have the default
  std::vector<MapTerm> terms{};  ///< of a kLinearMap, 1…1024
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

/// How accumulators become codes.
enum class Rounding : uint8_t {
  kFast = 0,   ///< V = floor(A/2^s), X = f(V): one limb
  kExact = 1,  ///< as a framework does it, to the last bit: two limbs
};

struct Circuit {
  Rounding rounding = Rounding::kFast;
  Preparation preparation;
  uint8_t shift = 20;        ///< s, bits of a limb; the unit of W is 2^−s. 4…24; exact 13…20
  uint8_t model_kappa = 14;  ///< rows of W and b have 2^model_kappa entries
  uint8_t input_kappa = 15;  ///< rows of D have 2^input_kappa entries, or the input fits one row
  std::vector<ActivationTable> tables;  ///< of fast rounding: 1…64, numbered as tensors name them
  std::vector<WindowTable> windows;     ///< of exact rounding: likewise
  std::vector<Tensor> tensors;  ///< [0] = input, [i + 1] = output of ops[i]; the last is the output
  std::vector<Op> ops;
  OutputMeaning output;

  [[nodiscard]] bool exact() const { return rounding == Rounding::kExact; }
  [[nodiscard]] Limbs limbs() const { return {shift}; }
  /// What one code, and one of E, are in A; and what one of the looked-up limb is.
  [[nodiscard]] int64_t code_unit() const { return exact() ? limbs().unit() : int64_t{1} << shift; }
  [[nodiscard]] int64_t error_unit() const { return exact() ? limbs().window() : code_unit(); }
  [[nodiscard]] int64_t limb_unit() const { return exact() ? limbs().T() : 1; }
  /// Limbs are below this: rows of the range table.
  [[nodiscard]] uint32_t limb_bound() const {
    return static_cast<uint32_t>(exact() ? limbs().T() : int64_t{1} << shift);
  }

  [[nodiscard]] size_t table_count() const { return exact() ? windows.size() : tables.size(); }
  /// Of a tensor other than the input, with fast rounding.
  [[nodiscard]] const ActivationTable& table_of(size_t tensor) const {
    return tables[tensors[tensor].table];
  }
  /// Of a tensor other than the input, with exact rounding.
  [[nodiscard]] const WindowTable& windows_of(size_t tensor) const {
    return windows[tensors[tensor].table];
  }
  /// The codes that a tensor can hold: 0…255 for the input.
  [[nodiscard]] CodeBounds codes_of(size_t tensor) const {
    return tensor == 0 ? CodeBounds{}
           : exact()   ? windows_of(tensor).codes()
                       : code_bounds(table_of(tensor));
  }
  /// The number of that table; it is added if it is none of the circuit's yet.
  [[nodiscard]] uint8_t number_of(const ActivationTable& table);
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

/// The shape that an operator must give its output, or why it has none. A convolution takes its
/// channels from `stated`, a linear map its channels, rows and columns.
[[nodiscard]] Result<Shape> output_shape(const Op& op, const std::vector<Shape>& inputs,
                                         const Shape& stated);

/// How many weights and biases operator `op` has.
struct WeightCounts {
  uint64_t weights = 0;
  uint64_t biases = 0;
};
[[nodiscard]] WeightCounts weight_counts(const Circuit& circuit, size_t op);

/// The operators of kind kProduct, in order.
[[nodiscard]] std::vector<size_t> product_ops(const Circuit& circuit);

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
