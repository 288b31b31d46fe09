#include "cli/circuit_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "circuit/multiply_adds.h"
#include "circuit/operators/operator.h"

namespace vouch {
namespace {

struct Totals {
  uint64_t weights = 0;
  uint64_t biases = 0;
  uint64_t multiply_adds = 0;
  uint64_t activations = 0;
};

Totals totals_of(const Circuit& circuit) {
  Totals t;
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    const WeightCounts counts = weight_counts(circuit, i);
    t.weights += counts.weights;
    t.biases += counts.biases;
    t.multiply_adds += multiply_adds(circuit, i);
    t.activations += circuit.tensors[i + 1].shape.elements();
  }
  return t;
}

std::string shape_text(const Shape& s) {
  const std::string one = fmt::format("{} x {} x {}", s.channels, s.rows, s.columns);
  return s.batch == 1 ? one : fmt::format("{} of {}", s.batch, one);
}

Json shape_object(const Shape& s) {
  return {{"channels", s.channels}, {"batch", s.batch}, {"rows", s.rows}, {"columns", s.columns}};
}

std::string window_text(const Op& op) {
  const Window& w = op.window;
  std::string text;
  if (w.kernel_rows != 1 || w.kernel_columns != 1) {
    text = fmt::format("{} x {}", w.kernel_rows, w.kernel_columns);
  }
  if (w.stride_rows != 1 || w.stride_columns != 1) {
    text += w.stride_rows == w.stride_columns
                ? fmt::format(" /{}", w.stride_rows)
                : fmt::format(" /{},{}", w.stride_rows, w.stride_columns);
  }
  if (w.dilation_rows != 1 || w.dilation_columns != 1) {
    text += fmt::format(" *{},{}", w.dilation_rows, w.dilation_columns);
  }
  if ((w.pad_top | w.pad_bottom | w.pad_left | w.pad_right) != 0) {
    text += fmt::format(" +{},{},{},{}", w.pad_top, w.pad_bottom, w.pad_left, w.pad_right);
  }
  if (w.transposed) {
    text += " transposed";
  }
  if (!op.terms.empty()) {
    text = fmt::format("{} term{}", op.terms.size(), op.terms.size() == 1 ? "" : "s");
  }
  return text;
}

std::string input_text(const Circuit& circuit) {
  const Preparation& p = circuit.preparation;
  const Shape& s = circuit.input().shape;
  if (p.rows == 0) {
    return fmt::format("{} codes, not a picture", shape_text(s));
  }
  return fmt::format("{} picture{}, {} x {}, the centre {} % of its short side",
                     s.channels == 1 ? "grey" : "colour",
                     s.batch == 1 ? "" : fmt::format("s ({})", s.batch), p.columns, p.rows,
                     p.crop_permille / 10.0);
}

std::string output_text(const Circuit& circuit) {
  const Shape& s = circuit.output_tensor().shape;
  const std::string what = s.rows == 1 && s.columns == 1 ? fmt::format("{} logits", s.channels)
                                                         : fmt::format("{} codes", shape_text(s));
  return what + fmt::format(", scale {} (the owner's word, not proven)", circuit.output.scale) +
         (circuit.output.softmax ? "; softmax follows, outside the proof" : "");
}

// As docs/formats.md has them: of each term its runs along channels, rows and columns, [out, out
// step, in, in step, count, coefficient] each, none where it is the identity.
Json term_objects(const Op& op) {
  Json terms = Json::array();
  for (const MapTerm& term : op.terms) {
    Json maps = Json::array();
    for (const AxisMap& map : term.maps) {
      Json runs = Json::array();
      for (const AxisRun& run : map.runs) {
        runs.push_back({run.out, run.out_step, run.in, run.in_step, run.count, run.coefficient});
      }
      maps.push_back(std::move(runs));
    }
    terms.push_back({{"input", term.input},
                     {"weight", term.weight},
                     {"axes", term.axes},
                     {"runs", std::move(maps)}});
  }
  return terms;
}

Json layer_object(const Circuit& circuit, size_t i, const std::vector<std::string>& names) {
  const Op& op = circuit.ops[i];
  const Window& w = op.window;
  const Tensor& out = circuit.tensors[i + 1];
  const WeightCounts counts = weight_counts(circuit, i);
  Json layer = {{"operator", operator_of(op.kind).name()},
                {"reads", op.inputs},
                {"kernel", {w.kernel_rows, w.kernel_columns}},
                {"stride", {w.stride_rows, w.stride_columns}},
                {"pads", {w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}},
                {"output", shape_object(out.shape)},
                {"zero_point", out.zero_point},
                {"dilation", {w.dilation_rows, w.dilation_columns}},
                {"transposed", w.transposed},
                {"terms", term_objects(op)},
                {"table", out.table},
                {"weights", counts.weights},
                {"biases", counts.biases},
                {"multiply_adds", multiply_adds(circuit, i)}};
  if (!names.empty()) {
    layer["name"] = names[i];
  }
  return layer;
}

// The codes that it gives; a star if it is no clamp.
std::string table_text(const ActivationTable& table) {
  const CodeBounds codes = code_bounds(table);
  const bool clamp = table == ActivationTable::clamp(table.bits, codes.lo, codes.hi);
  return fmt::format("{}...{}{}", codes.lo, codes.hi, clamp ? "" : "*");
}

Json table_object(const ActivationTable& table) {
  const CodeBounds codes = code_bounds(table);
  Json ramps = Json::array();  // [at, every, count, rise] each
  for (const Ramp& ramp : table.ramps) {
    ramps.push_back({ramp.at, ramp.every, ramp.count, ramp.rise});
  }
  return {{"bits", table.bits},
          {"codes", {codes.lo, codes.hi}},
          {"first", table.first},
          {"ramps", std::move(ramps)}};
}

std::string table_text(const Circuit& circuit, size_t table) {
  if (!circuit.exact()) {
    return table_text(circuit.tables[table]);
  }
  const WindowTable& windows = circuit.windows[table];
  return fmt::format("{}...{}", windows.lo, windows.hi);
}

Json windows_object(const WindowTable& table) {
  return {{"boundaries", table.boundaries == Boundaries::kFloor ? "floor" : "float32"},
          {"zero_point", table.zero_point},
          {"codes", {table.lo, table.hi}},
          {"below", table.below},
          {"above", table.above}};
}

Json table_objects(const Circuit& circuit) {
  Json tables = Json::array();
  for (const ActivationTable& table : circuit.tables) {
    tables.push_back(table_object(table));
  }
  for (const WindowTable& table : circuit.windows) {
    tables.push_back(windows_object(table));
  }
  return tables;
}

std::string bits_text(const Circuit& circuit) {
  const auto [least, most] = std::minmax_element(
      circuit.tables.begin(), circuit.tables.end(),
      [](const ActivationTable& a, const ActivationTable& b) { return a.bits < b.bits; });
  return least->bits == most->bits ? fmt::format("{}", most->bits)
                                   : fmt::format("{} to {}", least->bits, most->bits);
}

std::string numbers_text(const Circuit& circuit) {
  const std::string tables =
      fmt::format("{} table{}", circuit.table_count(), circuit.table_count() == 1 ? "" : "s");
  if (circuit.exact()) {
    uint64_t rows = 0;
    for (const WindowTable& table : circuit.windows) {
      rows += table.rows();
    }
    return fmt::format("rounded exactly, in units of 2^-{}; {} of {} windows", 2 * circuit.shift,
                       tables, count_text(rows));
  }
  return fmt::format("weights are multiples of 2^-{}; {} of values of {} bits and a sign",
                     circuit.shift, tables, bits_text(circuit));
}

std::string layer_line(const Circuit& circuit, size_t i, const std::vector<std::string>& names) {
  const Op& op = circuit.ops[i];
  const Tensor& out = circuit.tensors[i + 1];
  std::string line =
      fmt::format("{:>4}  {:<22} {:<9} {:<18} {:<18} {:<10} {:>4} {:>11}", i + 1,
                  operator_of(op.kind).name(), fmt::format("{}", fmt::join(op.inputs, " ")),
                  window_text(op), shape_text(out.shape), table_text(circuit, out.table),
                  out.zero_point, count_text(weight_counts(circuit, i).weights));
  if (!names.empty()) {
    line += "  " + names[i];
  }
  return line;
}

}  // namespace

std::string circuit_size_text(const Circuit& circuit) {
  const Totals t = totals_of(circuit);
  return fmt::format("{} operators, {} weights, {:.1f} M multiply-adds", circuit.ops.size(),
                     count_text(t.weights + t.biases), static_cast<double>(t.multiply_adds) / 1e6);
}

void report_circuit(const Circuit& circuit, const std::vector<std::string>& layer_names,
                    Output& output, Json& object) {
  const Totals t = totals_of(circuit);
  output.line("Network:  " + circuit_size_text(circuit));
  output.line("Input:    " + input_text(circuit));
  output.line("Output:   " + output_text(circuit));
  output.line("Numbers:  " + numbers_text(circuit));
  output.line(
      fmt::format("Rows:     of 2^{} weights, of 2^{} codes of an input; the input's zero is {}",
                  circuit.model_kappa, circuit.input_kappa, circuit.input().zero_point));
  output.line(fmt::format("{:>4}  {:<22} {:<9} {:<18} {:<18} {:<10} {:>4} {:>11}", "", "operator",
                          "reads", "window", "writes", "codes", "zero", "weights"));
  Json layers = Json::array();
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    output.line(layer_line(circuit, i, layer_names));
    layers.push_back(layer_object(circuit, i, layer_names));
  }
  const Preparation& p = circuit.preparation;
  object["circuit"] = {{"input", shape_object(circuit.input().shape)},
                       {"input_zero_point", circuit.input().zero_point},
                       {"model_row_bits", circuit.model_kappa},
                       {"input_row_bits", circuit.input_kappa},
                       {"picture", p.rows != 0},
                       {"crop_permille", p.crop_permille},
                       {"rounding", circuit.exact() ? "exact" : "fast"},
                       {"shift", circuit.shift},
                       {"tables", table_objects(circuit)},
                       {"weights", t.weights},
                       {"biases", t.biases},
                       {"multiply_adds", t.multiply_adds},
                       {"activations", t.activations},
                       {"output_scale", circuit.output.scale},
                       {"softmax", circuit.output.softmax},
                       {"layers", std::move(layers)}};
}

}  // namespace vouch
