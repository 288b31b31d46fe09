#include "model/onnx/fusions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "model/onnx/tensor.h"

namespace vouch::onnx {
namespace {

constexpr auto kInt8 = static_cast<int32_t>(OnnxType::kInt8);
constexpr auto kUint8 = static_cast<int32_t>(OnnxType::kUint8);
constexpr auto kInt32 = static_cast<int32_t>(OnnxType::kInt32);
constexpr int32_t kUnknown = 0;

bool is_code_type(int32_t type) { return type == kInt8 || type == kUint8; }

// What ONNX Runtime moves a DequantizeLinear behind.
bool lets_pass(const std::string& type) {
  constexpr std::array<std::string_view, 6> kMoves{"Identity", "Reshape",   "Slice",
                                                   "Squeeze",  "Transpose", "Unsqueeze"};
  return std::find(kMoves.begin(), kMoves.end(), type) != kMoves.end();
}

const std::string& input(const NodeProto& node, int i) {
  static const std::string kAbsent;
  return i < node.input_size() ? node.input(i) : kAbsent;
}

const AttributeProto* attribute(const NodeProto& node, std::string_view name) {
  const auto& all = node.attribute();
  const auto found = std::find_if(all.begin(), all.end(), [&](const AttributeProto& attribute) {
    return attribute.name() == name;
  });
  return found == all.end() ? nullptr : &*found;
}

bool is_one(const NodeProto& node, std::string_view name) {
  const AttributeProto* factor = attribute(node, name);
  return factor == nullptr || factor->f() == 1.0F;
}

}  // namespace

Fusions::Fusions(const GraphProto& graph) : graph_(graph) {
  for (const TensorProto& tensor : graph.initializer()) {
    constants_.emplace(tensor.name(), &tensor);
  }
  for (const ValueInfoProto& info : graph.input()) {
    inputs_.emplace(info.name(), info.type().tensor_type().elem_type());
  }
  for (int i = 0; i < graph.node_size(); ++i) {
    const NodeProto& node = graph.node(i);
    for (const std::string& name : node.input()) {
      Uses& uses = uses_[name];
      ++uses.count;
      uses.last = &node;
    }
    for (const std::string& name : node.output()) {
      makers_.emplace(name, i);
    }
    const AttributeProto* value = attribute(node, "value");
    if (node.op_type() == "Constant" && value != nullptr && node.output_size() == 1) {
      constants_.emplace(node.output(0), &value->t());
    }
  }
  for (const ValueInfoProto& output : graph.output()) {
    ++uses_[output.name()].count;
  }
  again_ = quantises_again();
}

const NodeProto* Fusions::maker(const std::string& name) const {
  const auto found = makers_.find(name);
  return found == makers_.end() ? nullptr : &graph_.node(found->second);
}

const TensorProto* Fusions::constant(const std::string& name) const {
  const auto found = constants_.find(name);
  return found == constants_.end() ? nullptr : found->second;
}

const NodeProto* Fusions::only_reader(const NodeProto& node) const {
  const auto found = node.output_size() == 1 ? uses_.find(node.output(0)) : uses_.end();
  return found == uses_.end() || found->second.count != 1 ? nullptr : found->second.last;
}

// The DequantizeLinear that makes an activation, or moves of it that nothing else reads. In a graph
// that is well formed nodes come before their readers; in others the way ends where they do not.
const NodeProto* Fusions::dequantiser(std::string name) const {
  for (int at = graph_.node_size();;) {
    const auto found = makers_.find(name);
    if (found == makers_.end() || found->second >= at) {
      return nullptr;
    }
    at = found->second;
    const NodeProto& node = graph_.node(at);
    if (node.op_type() == "DequantizeLinear") {
      return &node;
    }
    if (!lets_pass(node.op_type()) || only_reader(node) == nullptr) {
      return nullptr;
    }
    name = input(node, 0);
  }
}

// The QuantizeLinear that is all that reads a node's output, or that of a clamp behind it. Whether
// the clamp is dropped depends on the codes: exact_operator looks at that.
const NodeProto* Fusions::quantiser(const NodeProto& node) const {
  const NodeProto* reader = only_reader(node);
  if (reader != nullptr && (reader->op_type() == "Relu" || reader->op_type() == "Clip")) {
    reader = only_reader(*reader);
  }
  return reader != nullptr && reader->op_type() == "QuantizeLinear" ? reader : nullptr;
}

// Whether two nodes have one scale, and zero-points as far above the least code of their type: then
// codes of the one are those of the other, but for an offset of 128.
bool Fusions::have_same_codes(const NodeProto& a, const NodeProto& b) const {
  const auto numbers = [&](const std::string& name) {
    const TensorProto* given = constant(name);
    return given == nullptr ? Result<OnnxTensor>(Error{}) : decode_tensor(*given);
  };
  const auto zeros_of = [&](const NodeProto& node) -> std::optional<std::vector<int64_t>> {
    if (input(node, 2).empty()) {
      return std::vector<int64_t>{0};  // of uint8
    }
    auto given = numbers(input(node, 2));
    if (!given.ok() || !is_code(given.value().type)) {
      return std::nullopt;
    }
    for (int64_t& zero : given.value().integers) {
      zero += given.value().type == OnnxType::kInt8 ? 128 : 0;
    }
    return std::move(given.value().integers);
  };
  const auto scale = numbers(input(a, 1));
  const auto other = numbers(input(b, 1));
  const auto zeros = zeros_of(a);
  return scale.ok() && other.ok() && scale.value().reals == other.value().reals && zeros &&
         zeros == zeros_of(b);
}

// A QuantizeLinear of what a DequantizeLinear makes, to other codes: ONNX Runtime takes such a pair
// out, and rounds once.
bool Fusions::quantises_again() const {
  return std::any_of(graph_.node().begin(), graph_.node().end(), [&](const NodeProto& node) {
    const NodeProto* before =
        node.op_type() == "QuantizeLinear" ? dequantiser(input(node, 0)) : nullptr;
    return before != nullptr && !have_same_codes(*before, node);
  });
}

// The type of what a DequantizeLinear reads, or a QuantizeLinear writes.
int32_t Fusions::codes_of(const NodeProto& linear) const {
  if (!input(linear, 2).empty()) {
    const TensorProto* zero_point = constant(input(linear, 2));
    return zero_point == nullptr ? kUnknown : zero_point->data_type();
  }
  if (linear.op_type() == "QuantizeLinear") {
    const AttributeProto* named = attribute(linear, "output_dtype");
    return named == nullptr ? kUint8 : static_cast<int32_t>(named->i());
  }
  const auto given = inputs_.find(input(linear, 0));
  if (given != inputs_.end()) {
    return given->second;
  }
  const NodeProto* before = maker(input(linear, 0));
  return before != nullptr && before->op_type() == "QuantizeLinear" ? codes_of(*before) : kUnknown;
}

// The type of the constant that a name is the DequantizeLinear of; one that is quantised in the
// file is folded first.
int32_t Fusions::constant_codes_of(const std::string& name) const {
  const NodeProto* node = maker(name);
  if (node == nullptr || node->op_type() != "DequantizeLinear") {
    return kUnknown;
  }
  const TensorProto* codes = constant(input(*node, 0));
  if (codes != nullptr) {
    return codes->data_type();
  }
  const NodeProto* before = maker(input(*node, 0));
  const bool quantised = before != nullptr && before->op_type() == "QuantizeLinear" &&
                         constant(input(*before, 0)) != nullptr;
  return quantised ? codes_of(*before) : kUnknown;
}

bool Fusions::is_bias(const std::string& name) const {
  if (constant_codes_of(name) != kInt32) {
    return false;
  }
  const std::string& zero_point = input(*maker(name), 2);
  if (zero_point.empty()) {
    return true;
  }
  const TensorProto* given = constant(zero_point);
  const auto zeros = given == nullptr ? Result<OnnxTensor>(Error{}) : decode_tensor(*given);
  return zeros.ok() && std::all_of(zeros.value().integers.begin(), zeros.value().integers.end(),
                                   [](int64_t zero) { return zero == 0; });
}

std::string Fusions::reason_of_weights(const NodeProto& node, int32_t codes) const {
  const int32_t weights = constant_codes_of(input(node, 1));
  if (weights == kUnknown) {
    return "its weights do not come straight from DequantizeLinear of a constant";
  }
  if (weights != kInt8 && !(weights == kUint8 && codes == kUint8)) {
    return "its weights are not int8, nor uint8 with an input of uint8";
  }
  const bool has_bias = node.op_type() != "MatMul" && !input(node, 2).empty();
  if (has_bias && !is_bias(input(node, 2))) {
    return "its bias does not come straight from DequantizeLinear of a constant of int32 with "
           "zero-point 0";
  }
  const bool scaled = !is_one(node, "alpha") || !is_one(node, "beta");
  return node.op_type() == "Gemm" && scaled ? "its alpha or beta is not 1" : "";
}

std::string Fusions::reason(const NodeProto& node) const {
  const std::string& type = node.op_type();
  const bool weighted = type == "Conv" || type == "Gemm" || type == "MatMul";
  if (!weighted && type != "Add" && type != "GlobalAveragePool") {
    return "it has no kernel of codes that is known for it";
  }
  const NodeProto* quantise = quantiser(node);
  if (quantise == nullptr) {
    return "its output does not go straight to one QuantizeLinear";
  }
  const int32_t codes = codes_of(*quantise);
  for (int i = 0; i < (type == "Add" ? 2 : 1); ++i) {
    const NodeProto* dequantise = dequantiser(input(node, i));
    if (dequantise == nullptr) {
      return "its input does not come straight from DequantizeLinear";
    }
    if (!is_code_type(codes) || codes_of(*dequantise) != codes) {
      return "its input and output are not both uint8, or both int8";
    }
  }
  return weighted ? reason_of_weights(node, codes) : "";
}

std::string Fusions::obstacle(const NodeProto& node) const {
  if (again_) {
    return "somewhere in its file codes are quantised to other codes, which ONNX Runtime takes out";
  }
  const bool is_kernel = node.op_type().rfind("QLinear", 0) == 0 || node.op_type() == "QGemm";
  const std::string why = is_kernel ? "" : reason(node);
  return why.empty() ? "" : "ONNX Runtime computes it in float32: " + why;
}

}  // namespace vouch::onnx
