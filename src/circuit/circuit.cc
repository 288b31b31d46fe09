#include "circuit/circuit.h"

#include <bit>
#include <cmath>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/format_version.h"
#include "circuit/operators/operator.h"
#include "circuit/operators/window.h"

namespace vouch {
namespace {

// Limits of a descriptor. They bound what a hostile one can make the verifier do: kMaxWork counts
// multiplications for evaluating functionals.
constexpr uint32_t kMaxExtent = 4096;
constexpr uint32_t kMaxChannels = 1U << 16;
constexpr uint32_t kMaxKernel = 512;
constexpr size_t kMaxOps = 512;
constexpr size_t kMaxClampTables = 16;
constexpr uint64_t kMaxElements = uint64_t{1} << 28;
constexpr uint64_t kMaxOutputs = 1U << 16;
constexpr uint64_t kMaxWork = uint64_t{1} << 20;

Error in_op(size_t op, const std::string& what) {
  return Error{"operator " + std::to_string(op) + ": " + what};
}

Result<void> validate_parameters(const Circuit& c) {
  const auto within = [](unsigned x, unsigned lo, unsigned hi) { return lo <= x && x <= hi; };
  if (!within(c.shift, 4, 24) || !within(c.value_bits, 9, 24)) {
    return Error{"shift must be 4…24 and value_bits 9…24"};
  }
  if (!within(c.model_kappa, 4, 16) || !within(c.input_kappa, 4, 16)) {
    return Error{"row sizes must be 2^4…2^16"};
  }
  if (!std::isfinite(c.output.scale) || !(c.output.scale > 0)) {
    return Error{"the output's scale must be a positive number"};
  }
  if (c.ops.empty() || c.ops.size() > kMaxOps || c.tensors.size() != c.ops.size() + 1) {
    return Error{"a circuit has 1 to 512 operators, and one tensor more"};
  }
  return {};
}

Result<void> validate_shape(const Shape& s) {
  if (s.channels < 1 || s.channels > kMaxChannels || s.batch < 1 || s.batch > kMaxExtent ||
      s.rows < 1 || s.rows > kMaxExtent || s.columns < 1 || s.columns > kMaxExtent ||
      s.elements() > kMaxElements) {
    return Error{"a tensor has 1…65536 channels, 1…4096 pictures, rows and columns"};
  }
  return {};
}

Result<void> validate_input(const Circuit& c) {
  const Tensor& input = c.input();
  VOUCH_TRY(validate_shape(input.shape));
  if (input.lo != 0 || input.hi != 255) {
    return Error{"the input's codes range over 0…255"};
  }
  const Preparation& p = c.preparation;
  if (p.rows == 0 && p.columns == 0 && p.crop_permille == 0) {
    return {};
  }
  if (p.rows != input.shape.rows || p.columns != input.shape.columns || p.crop_permille < 1 ||
      p.crop_permille > 1000 || (input.shape.channels != 1 && input.shape.channels != 3)) {
    return Error{"the picture's preparation does not fit the input tensor"};
  }
  return {};
}

Result<void> validate_window(const Window& w) {
  for (const unsigned k : {w.kernel_rows, w.kernel_columns, w.stride_rows, w.stride_columns}) {
    if (k < 1 || k > kMaxKernel) {
      return Error{"kernel and stride must be 1…512"};
    }
  }
  for (const unsigned p : {w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}) {
    if (p > kMaxKernel) {
      return Error{"pads must be 0…512"};
    }
  }
  return {};
}

// Multiplications that the verifier spends on the operator's functionals, before pool classes.
uint64_t axis_work(const Window& w, const Shape& in, const Shape& out) {
  return uint64_t{in.channels} + out.channels + in.batch + in.rows + in.columns +
         uint64_t{w.kernel_rows} * out.rows + uint64_t{w.kernel_columns} * out.columns;
}

Result<void> validate_op(const Circuit& c, size_t i, uint64_t& work) {
  const Op& op = c.ops[i];
  const Tensor& out = c.tensors[i + 1];
  VOUCH_TRY(validate_window(op.window));
  VOUCH_TRY(validate_shape(out.shape));
  if (out.lo > out.hi) {
    return Error{"lo must not exceed hi"};
  }
  std::vector<Shape> inputs;
  for (const uint32_t input : op.inputs) {
    if (input > i) {
      return Error{"reads tensor " + std::to_string(input) + ", which does not come before it"};
    }
    inputs.push_back(c.tensors[input].shape);
  }
  VOUCH_ASSIGN(const Shape shape,
               operator_of(op.kind).output_shape(op.window, inputs, out.shape.channels));
  if (!(shape == out.shape)) {
    return Error{"its output has another shape than the operator gives"};
  }
  for (const Shape& in : inputs) {
    work += axis_work(op.window, in, shape);
  }
  if (work > kMaxWork) {
    return Error{"the circuit is too large for the verifier"};
  }
  if (op.kind == OpKind::kAveragePool2d) {
    work +=
        pool_classes(op.window, inputs[0], shape).size() * axis_work(op.window, inputs[0], shape);
  }
  return work > kMaxWork ? Error{"the circuit is too large for the verifier"} : Result<void>{};
}

Result<void> validate_totals(const Circuit& c) {
  uint64_t elements = c.input().shape.elements();
  std::set<std::pair<uint8_t, uint8_t>> clamps;
  for (size_t i = 1; i < c.tensors.size(); ++i) {
    elements += c.tensors[i].shape.elements();
    clamps.emplace(c.tensors[i].lo, c.tensors[i].hi);
  }
  // Padding each of three axes to a power of two multiplies a tensor's slots by less than 8.
  if (elements > kMaxElements) {
    return Error{"more than 2^28 activations in one proof"};
  }
  if (clamps.size() > kMaxClampTables) {
    return Error{"more than 16 different clamps"};
  }
  if (c.output_tensor().shape.elements() > kMaxOutputs) {
    return Error{"more than 65536 outputs"};
  }
  return {};
}

}  // namespace

Result<Shape> output_shape(OpKind kind, const Window& window, const std::vector<Shape>& inputs,
                           uint32_t out_channels) {
  return operator_of(kind).output_shape(window, inputs, out_channels);
}

WeightCounts weight_counts(const Circuit& circuit, size_t op) {
  const OperatorShape shape = operator_shape(circuit, op);
  const Operator& o = operator_of(shape.kind);
  const Extents e = o.weight_extents(shape);
  return {uint64_t{e[0]} * e[1] * e[2] * e[3], o.bias_count(shape)};
}

Result<void> validate(const Circuit& circuit) {
  VOUCH_TRY(validate_parameters(circuit));
  VOUCH_TRY(validate_input(circuit));
  uint64_t work = 0;
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    if (auto r = validate_op(circuit, i, work); !r.ok()) {
      return in_op(i, r.error().message);
    }
  }
  return validate_totals(circuit);
}

Circuit with_pictures(const Circuit& circuit, uint32_t pictures) {
  Circuit out = circuit;
  for (Tensor& tensor : out.tensors) {
    tensor.shape.batch *= pictures;
  }
  return out;
}

namespace {

void encode_op(ByteWriter& w, const Op& op, const Tensor& output) {
  w.u8(static_cast<uint8_t>(op.kind));
  w.u8(static_cast<uint8_t>(op.inputs.size()));
  for (const uint32_t input : op.inputs) {
    w.u32(input);
  }
  const Window& v = op.window;
  for (const uint16_t x : {v.kernel_rows, v.kernel_columns, v.stride_rows, v.stride_columns,
                           v.pad_top, v.pad_bottom, v.pad_left, v.pad_right}) {
    w.u16(x);
  }
  w.u32(output.shape.channels);
  w.u8(output.zero_point);
  w.u8(output.lo);
  w.u8(output.hi);
}

Result<void> decode_op(ByteReader& r, Circuit& c) {
  const size_t i = c.ops.size();
  Op op;
  const uint8_t kind = r.u8();
  const uint8_t inputs = r.u8();
  if (!r.ok() || !is_op_kind(kind) || inputs == 0) {
    return Error{"unknown operator or no input"};
  }
  op.kind = static_cast<OpKind>(kind);
  std::vector<Shape> shapes;
  for (uint8_t n = 0; n < inputs; ++n) {
    const uint32_t input = r.u32();
    if (input > i) {
      return Error{"reads tensor " + std::to_string(input) + ", which does not come before it"};
    }
    op.inputs.push_back(input);
    shapes.push_back(c.tensors[input].shape);
  }
  Window& v = op.window;
  for (uint16_t* x : {&v.kernel_rows, &v.kernel_columns, &v.stride_rows, &v.stride_columns,
                      &v.pad_top, &v.pad_bottom, &v.pad_left, &v.pad_right}) {
    *x = r.u16();
  }
  VOUCH_TRY(validate_window(v));
  Tensor out;
  const uint32_t channels = r.u32();
  out.zero_point = r.u8();
  out.lo = r.u8();
  out.hi = r.u8();
  VOUCH_ASSIGN(out.shape, output_shape(op.kind, v, shapes, channels));
  if (out.shape.channels != channels) {
    return Error{"has a number of channels that it cannot have"};
  }
  VOUCH_TRY(validate_shape(out.shape));
  c.ops.push_back(std::move(op));
  c.tensors.push_back(out);
  return {};
}

}  // namespace

Bytes encode_circuit(const Circuit& c) {
  ByteWriter w;
  w.u16(kFormatVersion);
  w.u8(c.shift);
  w.u8(c.value_bits);
  w.u8(c.model_kappa);
  w.u8(c.input_kappa);
  w.u32(c.preparation.rows);
  w.u32(c.preparation.columns);
  w.u16(c.preparation.crop_permille);
  w.u32(std::bit_cast<uint32_t>(c.output.scale));
  w.u8(c.output.softmax ? 1 : 0);
  const Shape& s = c.input().shape;
  for (const uint32_t x : {s.channels, s.batch, s.rows, s.columns}) {
    w.u32(x);
  }
  w.u8(c.input().zero_point);
  w.u32(static_cast<uint32_t>(c.ops.size()));
  for (size_t i = 0; i < c.ops.size(); ++i) {
    encode_op(w, c.ops[i], c.tensors[i + 1]);
  }
  return w.take();
}

Result<Circuit> decode_circuit(ByteReader& r) {
  if (const uint16_t version = r.u16(); version != kFormatVersion) {
    return Error{version_refusal("a circuit descriptor", version)};
  }
  Circuit c;
  c.shift = r.u8();
  c.value_bits = r.u8();
  c.model_kappa = r.u8();
  c.input_kappa = r.u8();
  c.preparation.rows = r.u32();
  c.preparation.columns = r.u32();
  c.preparation.crop_permille = r.u16();
  c.output.scale = std::bit_cast<float>(r.u32());
  const uint8_t softmax = r.u8();
  c.output.softmax = softmax == 1;
  Tensor input;
  for (uint32_t* x :
       {&input.shape.channels, &input.shape.batch, &input.shape.rows, &input.shape.columns}) {
    *x = r.u32();
  }
  input.zero_point = r.u8();
  VOUCH_TRY(validate_shape(input.shape));
  c.tensors.push_back(input);
  const uint32_t ops = r.count(kMaxOps, 16);
  if (!r.ok() || softmax > 1) {
    return Error{"circuit descriptor is cut short or malformed"};
  }
  for (uint32_t i = 0; i < ops; ++i) {
    if (auto result = decode_op(r, c); !result.ok()) {
      return in_op(i, result.error().message);
    }
  }
  if (!r.ok()) {
    return Error{"circuit descriptor is cut short"};
  }
  VOUCH_TRY(validate(c));
  return c;
}

}  // namespace vouch
