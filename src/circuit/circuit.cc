#include "circuit/circuit.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "base/format_version.h"
#include "circuit/operators/operator.h"

namespace vouch {
namespace {

// Limits of a descriptor. They bound what a hostile one can make the verifier do: kMaxWork counts
// multiplications for evaluating functionals.
constexpr uint32_t kMaxChannels = 1U << 16;
constexpr uint32_t kMaxKernel = 512;
constexpr size_t kMaxOps = 512;
constexpr size_t kMaxTables = 64;
constexpr size_t kMaxSteps = 1U << 13;  // of all tables
constexpr size_t kMaxTerms = 1024;      // of a linear map
constexpr uint64_t kMaxElements = uint64_t{1} << 28;
// A verifier has all expected inputs' codes in memory.
constexpr uint64_t kMaxCodesOfInput = uint64_t{1} << 22;
constexpr uint64_t kMaxInputCodes = uint64_t{1} << 24;
constexpr uint64_t kMaxOutputs = 1U << 16;
constexpr uint64_t kMaxWork = uint64_t{1} << 20;

Error in_op(size_t op, const std::string& what) {
  return Error{"operator " + std::to_string(op) + ": " + what};
}

Result<void> validate_parameters(const Circuit& c) {
  const auto within = [](unsigned x, unsigned lo, unsigned hi) { return lo <= x && x <= hi; };
  if (!c.exact() && !within(c.shift, 4, 24)) {
    return Error{"shift must be 4…24"};
  }
  if (c.exact() && !within(c.shift, Limbs::kMinBits, Limbs::kMaxBits)) {
    return Error{"shift must be 13…20 where rounding is exact"};
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

Result<void> validate_tables(const Circuit& c) {
  const size_t others = c.exact() ? c.tables.size() : c.windows.size();
  if (c.table_count() == 0 || c.table_count() > kMaxTables || others != 0) {
    return Error{"a circuit has 1 to 64 tables, all for its way of rounding"};
  }
  size_t steps = 0;
  for (const ActivationTable& table : c.tables) {
    VOUCH_TRY(validate_table(table));
    steps += table.steps();
  }
  for (const WindowTable& table : c.windows) {
    VOUCH_TRY(validate_windows(table));
  }
  return steps > kMaxSteps ? Error{"the tables have more than 8192 steps"} : Result<void>{};
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
  if (input.table != 0) {
    return Error{"the input has no table"};
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

bool has_window(OpKind kind) { return kind == OpKind::kConv2d || kind == OpKind::kDepthwiseConv2d; }

Result<void> validate_window(const Window& w) {
  for (const unsigned k : {w.kernel_rows, w.kernel_columns, w.stride_rows, w.stride_columns,
                           w.dilation_rows, w.dilation_columns}) {
    if (k < 1 || k > kMaxKernel) {
      return Error{"kernel, stride and dilation must be 1…512"};
    }
  }
  for (const int p : {w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}) {
    if (p < -int{kMaxKernel} || p > int{kMaxKernel}) {
      return Error{"pads must be −512…512"};
    }
  }
  return {};
}

// Window and terms are there where the kind has them, and only there.
Result<void> validate_parts(const Op& op) {
  if (has_window(op.kind)) {
    VOUCH_TRY(validate_window(op.window));
  } else if (!(op.window == Window{})) {
    return Error{"an operator without a window has one"};
  }
  if (op.kind == OpKind::kLinearMap ? op.terms.empty() || op.terms.size() > kMaxTerms
                                    : !op.terms.empty()) {
    return Error{"a linear map has 1 to 1024 terms, and nothing else has any"};
  }
  return {};
}

uint64_t sides(const Shape& s) { return uint64_t{s.channels} + s.batch + s.rows + s.columns; }

// Multiplications that the verifier spends on the functionals of one input.
uint64_t window_work(const Window& w, const Shape& in, const Shape& out) {
  return uint64_t{in.channels} + out.channels + in.batch + in.rows + in.columns +
         uint64_t{w.kernel_rows} * out.rows + uint64_t{w.kernel_columns} * out.columns;
}

uint64_t term_work(const MapTerm& term, const Shape& in, const Shape& out) {
  uint64_t work = sides(in) + sides(out);
  for (const AxisMap& map : term.maps) {
    for (const AxisRun& run : map.runs) {
      work += run.count;
    }
  }
  return work;
}

uint64_t op_work(const Op& op, const std::vector<Shape>& inputs, const Shape& out) {
  if (has_window(op.kind)) {
    return window_work(op.window, inputs[0], out);
  }
  uint64_t work = op.kind == OpKind::kProduct ? 2 * sides(inputs[0]) + 2 * sides(inputs[1]) : 0;
  for (const MapTerm& term : op.terms) {
    work += term_work(term, inputs[term.input], out);
  }
  return work;
}

Result<void> validate_op(const Circuit& c, size_t i, uint64_t& work) {
  const Op& op = c.ops[i];
  const Tensor& out = c.tensors[i + 1];
  VOUCH_TRY(validate_parts(op));
  VOUCH_TRY(validate_shape(out.shape));
  if (out.table >= c.table_count()) {
    return Error{"its table is none of the circuit's"};
  }
  std::vector<Shape> inputs;
  for (const uint32_t input : op.inputs) {
    if (input > i) {
      return Error{"reads tensor " + std::to_string(input) + ", which does not come before it"};
    }
    inputs.push_back(c.tensors[input].shape);
  }
  VOUCH_ASSIGN(const Shape shape, output_shape(op, inputs, out.shape));
  if (!(shape == out.shape)) {
    return Error{"its output has another shape than the operator gives"};
  }
  work += op_work(op, inputs, shape);
  return work > kMaxWork ? Error{"the circuit is too large for the verifier"} : Result<void>{};
}

Result<void> validate_totals(const Circuit& c) {
  uint64_t elements = c.input().shape.elements();
  for (size_t i = 1; i < c.tensors.size(); ++i) {
    elements += c.tensors[i].shape.elements();
  }
  // Padding each of three axes to a power of two multiplies a tensor's slots by less than 8.
  if (elements > kMaxElements) {
    return Error{"more than 2^28 activations in one proof"};
  }
  const Shape& input = c.input().shape;
  if (input.elements() / input.batch > kMaxCodesOfInput || input.elements() > kMaxInputCodes) {
    return Error{"more than 2^22 codes of one input, or 2^24 of all in one proof"};
  }
  if (c.output_tensor().shape.elements() > kMaxOutputs) {
    return Error{"more than 65536 outputs"};
  }
  return {};
}

}  // namespace

Result<Shape> output_shape(const Op& op, const std::vector<Shape>& inputs, const Shape& stated) {
  return operator_of(op.kind).output_shape(op, inputs, stated);
}

WeightCounts weight_counts(const Circuit& circuit, size_t op) {
  const OperatorShape shape = operator_shape(circuit, op);
  const Operator& o = operator_of(shape.kind);
  const Extents e = o.weight_extents(shape);
  return {uint64_t{e[0]} * e[1] * e[2] * e[3], o.bias_count(shape)};
}

uint8_t Circuit::number_of(const ActivationTable& table) {
  const auto at = std::find(tables.begin(), tables.end(), table);
  const auto number = static_cast<uint8_t>(at - tables.begin());
  if (at == tables.end()) {
    tables.push_back(table);
  }
  return number;
}

std::vector<size_t> product_ops(const Circuit& circuit) {
  std::vector<size_t> ops;
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    if (circuit.ops[i].kind == OpKind::kProduct) {
      ops.push_back(i);
    }
  }
  return ops;
}

Result<void> validate(const Circuit& circuit) {
  VOUCH_TRY(validate_parameters(circuit));
  VOUCH_TRY(validate_tables(circuit));
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

constexpr size_t kRunBytes = 12;

void encode_window(ByteWriter& w, const Window& v) {
  for (const uint16_t x : {v.kernel_rows, v.kernel_columns, v.stride_rows, v.stride_columns,
                           v.dilation_rows, v.dilation_columns}) {
    w.u16(x);
  }
  for (const int16_t x : {v.pad_top, v.pad_bottom, v.pad_left, v.pad_right}) {
    w.u16(static_cast<uint16_t>(x));
  }
  w.u8(v.transposed ? 1 : 0);
}

Result<Window> decode_window(ByteReader& r) {
  Window v;
  for (uint16_t* x : {&v.kernel_rows, &v.kernel_columns, &v.stride_rows, &v.stride_columns,
                      &v.dilation_rows, &v.dilation_columns}) {
    *x = r.u16();
  }
  for (int16_t* x : {&v.pad_top, &v.pad_bottom, &v.pad_left, &v.pad_right}) {
    *x = static_cast<int16_t>(r.u16());
  }
  const uint8_t transposed = r.u8();
  v.transposed = transposed == 1;
  if (!r.ok() || transposed > 1) {
    return Error{"its window is cut short or malformed"};
  }
  VOUCH_TRY(validate_window(v));
  return v;
}

void encode_term(ByteWriter& w, const MapTerm& term) {
  w.u8(term.input);
  w.u16(term.weight);
  for (size_t a = 0; a < 3; ++a) {
    w.u8(term.axes[a]);
    w.u32(static_cast<uint32_t>(term.maps[a].runs.size()));
    for (const AxisRun& run : term.maps[a].runs) {
      w.u16(run.out);
      w.u16(static_cast<uint16_t>(run.out_step));
      w.u16(run.in);
      w.u16(static_cast<uint16_t>(run.in_step));
      w.u16(run.count);
      w.u16(static_cast<uint16_t>(run.coefficient));
    }
  }
}

MapTerm decode_term(ByteReader& r) {
  MapTerm term;
  term.input = r.u8();
  term.weight = r.u16();
  for (size_t a = 0; a < 3; ++a) {
    term.axes[a] = r.u8();
    // Each run does some work, so there are no more than kMaxWork.
    const uint32_t runs = r.count(static_cast<uint32_t>(kMaxWork), kRunBytes);
    for (uint32_t i = 0; i < runs; ++i) {
      AxisRun run;
      run.out = r.u16();
      run.out_step = static_cast<int16_t>(r.u16());
      run.in = r.u16();
      run.in_step = static_cast<int16_t>(r.u16());
      run.count = r.u16();
      run.coefficient = static_cast<int16_t>(r.u16());
      term.maps[a].runs.push_back(run);
    }
  }
  return term;
}

// What the operator itself does not say of its output's shape.
void encode_stated(ByteWriter& w, OpKind kind, const Shape& output) {
  if (kind != OpKind::kProduct) {
    w.u32(output.channels);
  }
  if (kind == OpKind::kLinearMap) {
    w.u32(output.rows);
    w.u32(output.columns);
  }
}

Shape decode_stated(ByteReader& r, OpKind kind) {
  Shape stated;
  if (kind != OpKind::kProduct) {
    stated.channels = r.u32();
  }
  if (kind == OpKind::kLinearMap) {
    stated.rows = r.u32();
    stated.columns = r.u32();
  }
  return stated;
}

void encode_op(ByteWriter& w, const Op& op, const Tensor& output) {
  w.u8(static_cast<uint8_t>(op.kind));
  w.u8(static_cast<uint8_t>(op.inputs.size()));
  for (const uint32_t input : op.inputs) {
    w.u32(input);
  }
  if (has_window(op.kind)) {
    encode_window(w, op.window);
  }
  encode_stated(w, op.kind, output.shape);
  if (op.kind == OpKind::kLinearMap) {
    w.u16(static_cast<uint16_t>(op.terms.size()));
    for (const MapTerm& term : op.terms) {
      encode_term(w, term);
    }
  }
  w.u8(output.zero_point);
  w.u8(output.table);
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
  if (has_window(op.kind)) {
    VOUCH_ASSIGN(op.window, decode_window(r));
  }
  Shape stated = decode_stated(r, op.kind);
  if (op.kind == OpKind::kLinearMap) {
    VOUCH_TRY(validate_shape(stated));
    const uint16_t terms = r.u16();
    for (uint16_t n = 0; r.ok() && n < terms; ++n) {
      op.terms.push_back(decode_term(r));
    }
  }
  VOUCH_TRY(validate_parts(op));
  Tensor out;
  VOUCH_ASSIGN(out.shape, output_shape(op, shapes, stated));
  VOUCH_TRY(validate_shape(out.shape));
  out.zero_point = r.u8();
  out.table = r.u8();
  c.ops.push_back(std::move(op));
  c.tensors.push_back(out);
  return {};
}

Result<void> decode_tables(ByteReader& r, Circuit& c) {
  const uint8_t tables = r.u8();
  for (uint8_t i = 0; r.ok() && i < tables; ++i) {
    if (c.exact()) {
      VOUCH_ASSIGN(const WindowTable table, decode_windows(r));
      c.windows.push_back(table);
    } else {
      VOUCH_ASSIGN(ActivationTable table, decode_table(r));
      c.tables.push_back(std::move(table));
    }
  }
  return {};
}

}  // namespace

Bytes encode_circuit(const Circuit& c) {
  ByteWriter w;
  w.u16(kFormatVersion);
  w.u8(static_cast<uint8_t>(c.rounding));
  w.u8(c.shift);
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
  w.u8(static_cast<uint8_t>(c.table_count()));
  for (const ActivationTable& table : c.tables) {
    encode_table(w, table);
  }
  for (const WindowTable& table : c.windows) {
    encode_windows(w, table);
  }
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
  const uint8_t rounding = r.u8();
  c.rounding = static_cast<Rounding>(rounding);
  c.shift = r.u8();
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
  VOUCH_TRY(decode_tables(r, c));
  const uint32_t ops = r.count(kMaxOps, 8);
  if (!r.ok() || softmax > 1 || rounding > 1) {
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
