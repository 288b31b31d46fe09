// What a graph computes by definition, in [batch, row, column, channel] order and double precision:
// shares nothing with lowering and folding but the meaning.
#include <algorithm>
#include <cmath>

#include "model/random_graph.h"

namespace vouch {
namespace {

class GraphRun {
 public:
  explicit GraphRun(const Graph& graph) : graph_(graph), codes_(graph.tensors.size()) {}

  std::vector<uint8_t> run(const std::vector<uint8_t>& input) {
    codes_[graph_.input] = input;
    for (const GraphOp& op : graph_.ops) {
      codes_[op.output] = run_op(op);
    }
    return codes_[graph_.output];
  }

 private:
  using Codes = std::vector<uint8_t>;

  [[nodiscard]] const GraphTensor& tensor(const GraphOp& op, size_t i) const {
    return graph_.tensors[op.inputs[i]];
  }
  static int stored_zero(const GraphTensor& t) {
    return t.quantization.zero_points[0] + (t.type == ElementType::kInt8 ? 128 : 0);
  }
  static double scale(const GraphTensor& t) { return t.quantization.scales[0]; }

  // The real value of a stored code; position −1 is a pad.
  [[nodiscard]] double real(const GraphOp& op, size_t input, int64_t at) const {
    const GraphTensor& t = tensor(op, input);
    return at < 0 ? 0
                  : scale(t) * (codes_[op.inputs[input]][static_cast<size_t>(at)] - stored_zero(t));
  }
  [[nodiscard]] uint8_t code(const GraphOp& op, double value) const {
    const GraphTensor& t = graph_.tensors[op.output];
    switch (op.activation) {
      case Activation::kRelu:
        value = std::max(value, 0.0);
        break;
      case Activation::kRelu6:
        value = std::clamp(value, 0.0, 6.0);
        break;
      case Activation::kReluN1To1:
        value = std::clamp(value, -1.0, 1.0);
        break;
      default:
        break;
    }
    const double code = std::floor(value / scale(t) + stored_zero(t) + 0.5);
    return static_cast<uint8_t>(std::clamp(code, 0.0, 255.0));
  }
  static int64_t integer(const GraphTensor& t, size_t i) {
    ByteReader r(t.data.subspan(4 * i, 4));
    return static_cast<int32_t>(r.u32());
  }
  // The real value of weight i of output channel c.
  static double weight(const GraphTensor& t, size_t i, size_t c) {
    const Quantization& q = t.quantization;
    const size_t k = q.scales.size() == 1 ? 0 : c;
    const int code = t.type == ElementType::kInt8 ? static_cast<int8_t>(t.data[i]) : t.data[i];
    return double{q.scales[k]} * (code - q.zero_points[k]);
  }
  [[nodiscard]] double bias(const GraphOp& op, size_t c) const {
    if (op.inputs[2] == GraphOp::kAbsent) {
      return 0;
    }
    const Quantization& q = tensor(op, 1).quantization;
    const double unit = scale(tensor(op, 0)) * q.scales[q.scales.size() == 1 ? 0 : c];
    return unit * static_cast<double>(integer(tensor(op, 2), c));
  }

  // Where output (y, x) reads tap (dy, dx) of channel k; −1 outside.
  static int64_t tap(const GraphOp& op, const std::vector<uint32_t>& in,
                     const std::vector<uint32_t>& out, const std::vector<uint32_t>& kernel,
                     size_t y, size_t x, size_t dy, size_t dx, size_t k) {
    const auto axis = [&](size_t a, uint32_t stride, size_t o, size_t d) {
      const int64_t span = int64_t{out[a] - 1} * stride + kernel[a - 1];
      const int64_t pad = op.padding == Padding::kSame ? std::max<int64_t>(span - in[a], 0) / 2 : 0;
      return static_cast<int64_t>(o * stride + d) - pad;
    };
    const int64_t row = axis(1, op.stride_rows, y, dy);
    const int64_t column = axis(2, op.stride_columns, x, dx);
    if (row < 0 || row >= in[1] || column < 0 || column >= in[2]) {
      return -1;
    }
    return (row * in[2] + column) * in[3] + static_cast<int64_t>(k);
  }

  [[nodiscard]] double window_sum(const GraphOp& op, size_t y, size_t x, size_t c) const {
    const std::vector<uint32_t>& in = tensor(op, 0).shape;
    const std::vector<uint32_t>& out = graph_.tensors[op.output].shape;
    const bool pool = op.kind == GraphOpKind::kAveragePool2d;
    const bool depthwise = op.kind == GraphOpKind::kDepthwiseConv2d;
    const std::vector<uint32_t> kernel =
        pool ? std::vector<uint32_t>{op.kernel_rows, op.kernel_columns}
             : std::vector<uint32_t>{tensor(op, 1).shape[1], tensor(op, 1).shape[2]};
    const size_t only = pool ? c : depthwise ? c / (out[3] / in[3]) : 0;
    const size_t channels = pool || depthwise ? 1 : in[3];
    double sum = pool ? 0 : bias(op, c);
    int inside = 0;
    for (size_t d = 0; d < size_t{kernel[0]} * kernel[1]; ++d) {
      for (size_t k = 0; k < channels; ++k) {
        const int64_t at = tap(op, in, out, kernel, y, x, d / kernel[1], d % kernel[1], only + k);
        const size_t w = depthwise ? d * out[3] + c : (c * kernel[0] * kernel[1] + d) * in[3] + k;
        sum += real(op, 0, at) * (pool ? 1.0 : weight(tensor(op, 1), w, c));
        inside += at >= 0 ? 1 : 0;
      }
    }
    return pool ? sum / inside : sum;
  }

  [[nodiscard]] double output_value(const GraphOp& op, size_t i) const {
    const std::vector<uint32_t>& out = graph_.tensors[op.output].shape;
    const std::vector<uint32_t>& in = tensor(op, 0).shape;
    switch (op.kind) {
      case GraphOpKind::kFullyConnected: {
        const size_t n = tensor(op, 1).shape[1];
        double sum = bias(op, i);
        for (size_t k = 0; k < n; ++k) {
          sum += real(op, 0, static_cast<int64_t>(k)) * weight(tensor(op, 1), i * n + k, i);
        }
        return sum;
      }
      case GraphOpKind::kAdd:
        return real(op, 0, static_cast<int64_t>(i)) + real(op, 1, static_cast<int64_t>(i));
      case GraphOpKind::kMean: {
        const size_t area = size_t{in[1]} * in[2];
        double sum = 0;
        for (size_t p = 0; p < area; ++p) {
          sum += real(op, 0, static_cast<int64_t>(p * in[3] + i));
        }
        return sum / static_cast<double>(area);
      }
      case GraphOpKind::kPad: {
        const auto y = static_cast<int64_t>(i / out[3] / out[2]) - integer(tensor(op, 1), 2);
        const auto x = static_cast<int64_t>(i / out[3] % out[2]) - integer(tensor(op, 1), 4);
        const bool pad = y < 0 || y >= in[1] || x < 0 || x >= in[2];
        return real(op, 0, pad ? -1 : (y * in[2] + x) * in[3] + static_cast<int64_t>(i % out[3]));
      }
      case GraphOpKind::kReshape:
      case GraphOpKind::kQuantize:
        return real(op, 0, static_cast<int64_t>(i));
      default:
        return window_sum(op, i / out[3] / out[2], i / out[3] % out[2], i % out[3]);
    }
  }

  Codes run_op(const GraphOp& op) {
    Codes out(graph_.tensors[op.output].elements());
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = code(op, output_value(op, i));
    }
    return out;
  }

  const Graph& graph_;
  std::vector<Codes> codes_;
};

}  // namespace

std::vector<uint8_t> run_graph(const Graph& graph, const std::vector<uint8_t>& input) {
  return GraphRun(graph).run(input);
}

}  // namespace vouch
