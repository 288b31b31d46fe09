#include "model/onnx/reader.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "model/onnx/builder.h"
#include "model/onnx/fusions.h"
#include "model/onnx/node.h"
#include "model/onnx/operators.h"
#include "model/onnx/wire.h"
#include "network/endings.h"
#include "network/shapes.h"
#include "network/simplify.h"
#include "network/validate.h"

namespace vouch {
namespace onnx {
namespace {

constexpr int kMaxNodes = 1 << 16;
constexpr int64_t kFirstOpset = 6;
constexpr int64_t kLastOpset = 27;

OperatorTable all_operators() {
  OperatorTable table;
  add_arithmetic(table);
  add_shape_work(table);
  add_moves(table);
  add_windows(table);
  add_products(table);
  add_reductions(table);
  add_resize(table);
  add_quantised(table);
  return table;
}

// Operators of other sets that are read like the format's own: ONNX Runtime's quantised ones.
bool is_known_extension(const std::string& domain, const std::string& type) {
  return domain == "com.microsoft" &&
         (type.compare(0, 7, "QLinear") == 0 || type == "QGemm" || type == "QuantizeLinear" ||
          type == "DequantizeLinear" || type == "Gelu");
}

const char* why_unsupported(const std::string& type) {
  for (const char* subgraph : {"If", "Loop", "Scan"}) {
    if (type == subgraph) return "branches and loops are not supported; export the model unrolled";
  }
  for (const char* computed :
       {"LayerNormalization", "InstanceNormalization", "GroupNormalization", "RMSNormalization",
        "MeanVarianceNormalization", "LRN", "LpNormalization"}) {
    if (type == computed) {
      return "normalising by values that the network computes is not supported; train it with "
             "BatchNormalization instead";
    }
  }
  for (const char* attention : {"Attention", "MultiHeadAttention", "RotaryEmbedding"}) {
    if (type == attention) return "attention is not supported; cut the model before it";
  }
  for (const char* state : {"LSTM", "GRU", "RNN"}) {
    if (type == state) return "recurrent layers are not supported; export a model without state";
  }
  for (const char* dynamic : {"DynamicQuantizeLinear", "ConvInteger", "MatMulInteger"}) {
    if (type == dynamic) return "dynamic quantisation is not supported; quantise it statically";
  }
  for (const char* counted : {"NonZero", "Unique", "Compress", "NonMaxSuppression"}) {
    if (type == counted) {
      return "how large its output is depends on values, so that no circuit has its shape; let the "
             "exporter fold it (with fixed input shapes), or cut the model before it";
    }
  }
  return "this operator is not supported; express it by others before the export";
}

class Reader {
 public:
  Reader(const ModelProto& model, uint64_t file_size, const OnnxConstants& constants)
      : model_(model),
        graph_(model.graph()),
        fixed_(constants),
        fusions_(model.graph()),
        builder_((uint64_t{1} << 24U) + 8 * file_size) {}

  Result<Network> read() {
    VOUCH_TRY(check_model());
    VOUCH_TRY(name_initializers());
    VOUCH_TRY(read_inputs());
    const OperatorTable table = all_operators();
    for (const NodeProto& node : graph_.node()) {
      const std::string title = file_text(node.op_type()) + " '" + name_of(node) + "'";
      const Result<void> read = read_node(table, node);
      if (!read) {
        return Error{title + ": " + read.error().message};
      }
    }
    return finish();
  }

 private:
  Result<void> check_model();
  Result<void> name_initializers();
  Result<void> read_inputs();
  Result<void> read_input(const ValueInfoProto& input);
  Result<Dimensions> read_shape(const ValueInfoProto& input);
  Result<void> read_node(const OperatorTable& table, const NodeProto& proto);
  Result<Values> read_known(const OperatorTable& table, const NodeProto& proto, Node& node);
  Result<void> define(const std::string& name, std::optional<Value> value);
  Result<Value> value_of(const std::string& name);
  Result<Network> finish();

  static std::string name_of(const NodeProto& node) {
    const bool named = !node.name().empty() || node.output_size() == 0;
    return file_text(named ? node.name() : node.output(0));
  }

  const ModelProto& model_;
  const GraphProto& graph_;
  const OnnxConstants& fixed_;
  Fusions fusions_;
  Builder builder_;
  int64_t opset_ = 0;
  std::unordered_map<std::string, const TensorProto*> initializers_;
  // Nothing: an output that its operator has and the reader does not.
  std::unordered_map<std::string, std::optional<Value>> values_;
};

Result<void> Reader::check_model() {
  if (!model_.has_graph() || graph_.node_size() == 0) {
    return Error{"this is no model of ONNX or TensorFlow Lite, or its graph is empty"};
  }
  if (graph_.node_size() > kMaxNodes) {
    return Error{"more than " + std::to_string(kMaxNodes) + " operators; prove a smaller model"};
  }
  if (graph_.has_sparse_initializer()) {
    return Error{"sparse weights are not supported; save the model with dense ones"};
  }
  for (const OperatorSetIdProto& set : model_.opset_import()) {
    if (set.domain().empty() || set.domain() == "ai.onnx") {
      opset_ = set.version();
    }
  }
  if (opset_ < kFirstOpset || opset_ > kLastOpset) {
    return Error{"its operator set is " + std::to_string(opset_) +
                 "; export the model with one of " + std::to_string(kFirstOpset) + " to " +
                 std::to_string(kLastOpset)};
  }
  return {};
}

Result<void> Reader::name_initializers() {
  for (const TensorProto& tensor : graph_.initializer()) {
    if (!initializers_.emplace(tensor.name(), &tensor).second) {
      return Error{"two initial values are named '" + file_text(tensor.name()) + "'"};
    }
  }
  return {};
}

Result<Dimensions> Reader::read_shape(const ValueInfoProto& input) {
  const auto& tensor = input.type().tensor_type();
  if (!tensor.has_shape()) {
    return Error{"its shape is open; export the model with a fixed one"};
  }
  Integers extents;
  for (const auto& dim : tensor.shape().dim()) {
    const bool open = !dim.has_dim_value() || dim.dim_value() <= 0;
    if (dim.has_dim_value() && dim.dim_value() == 0 && !extents.empty()) {
      return Error{"its extent " + std::to_string(extents.size()) +
                   " is 0, so it is empty; export the model with extents of 1 or more"};
    }
    if (open && !extents.empty()) {
      std::string which = "its extent " + std::to_string(extents.size());
      if (!dim.dim_param().empty()) {
        which += ' ';
        which += quoted(dim.dim_param());
      }
      return Error{which + " is open; export the model with fixed extents, but for the batch"};
    }
    if (open) {
      builder_.note("The batch of '" + file_text(input.name()) +
                    "', which the model leaves open, "
                    "is taken as 1");
    }
    extents.push_back(open ? 1 : dim.dim_value());
  }
  return extents_of(extents);
}

Result<void> Reader::read_input(const ValueInfoProto& input) {
  const auto fixed = fixed_.find(input.name());
  if (fixed != fixed_.end()) {
    return define(input.name(), constant_value(fixed->second));
  }
  const int32_t number = input.type().tensor_type().elem_type();
  const auto type = static_cast<OnnxType>(number);
  if (!is_real(type) && !is_whole(type)) {
    return Error{"it is " + (input.type().has_tensor_type() ? type_name(number) : "no tensor") +
                 "; inputs can only be floats or whole numbers: begin the model behind what reads "
                 "others"};
  }
  VOUCH_ASSIGN(Dimensions shape, read_shape(input));
  return define(input.name(), builder_.input(file_text(input.name()), type, std::move(shape)));
}

Result<void> Reader::read_inputs() {
  for (const ValueInfoProto& input : graph_.input()) {
    if (initializers_.find(input.name()) != initializers_.end()) {
      continue;  // old files list their weights as inputs too
    }
    const Result<void> read = read_input(input);
    if (!read) {
      return Error{"input '" + file_text(input.name()) + "': " + read.error().message};
    }
  }
  return {};
}

Result<void> Reader::define(const std::string& name, std::optional<Value> value) {
  if (initializers_.find(name) != initializers_.end() ||
      !values_.emplace(name, std::move(value)).second) {
    return Error{quoted(name) + " has a value already"};
  }
  return {};
}

Result<Value> Reader::value_of(const std::string& name) {
  const auto found = values_.find(name);
  if (found != values_.end()) {
    if (!found->second) {
      return Error{
          quoted(name) +
          ", a further output of its operator, is not supported; cut the model before it is used"};
    }
    return *found->second;
  }
  const auto initializer = initializers_.find(name);
  if (initializer == initializers_.end()) {
    return Error{quoted(name) + " is not computed before it is used"};
  }
  Result<OnnxTensor> decoded = decode_tensor(*initializer->second);
  if (!decoded) {
    return Error{"the constant '" + file_text(name) + "': " + decoded.error().message};
  }
  Value value = constant_value(std::move(decoded).value());
  values_.emplace(name, value);
  return value;
}

Result<Values> Reader::read_known(const OperatorTable& table, const NodeProto& proto, Node& node) {
  const bool own = proto.domain().empty() || proto.domain() == "ai.onnx";
  const auto known = table.find(proto.op_type());
  if (!own && !is_known_extension(proto.domain(), proto.op_type())) {
    return Error{"operators of '" + file_text(proto.domain()) +
                 "' are not supported; export the model with those of ONNX"};
  }
  if (known == table.end()) {
    return Error{why_unsupported(proto.op_type())};
  }
  VOUCH_ASSIGN(Values outputs, known->second.read(node));
  VOUCH_TRY(node.expect_all_read());
  return outputs;
}

Result<void> Reader::read_node(const OperatorTable& table, const NodeProto& proto) {
  std::vector<std::optional<Value>> inputs;
  for (const std::string& name : proto.input()) {
    inputs.emplace_back();
    if (!name.empty() && table.find(proto.op_type()) != table.end()) {
      VOUCH_ASSIGN(inputs.back(), value_of(name));
    }
  }
  builder_.begin(file_text(proto.op_type()), name_of(proto), fusions_.obstacle(proto));
  const auto known = table.find(proto.op_type());
  const std::string_view attributes =
      known == table.end() ? std::string_view() : known->second.description.attributes;
  Node node(proto, opset_, std::move(inputs), builder_, attributes);
  VOUCH_ASSIGN(Values outputs, read_known(table, proto, node));
  for (size_t i = 0; i < node.output_count(); ++i) {
    if (node.gives(i)) {
      VOUCH_TRY(define(proto.output(static_cast<int>(i)),
                       i < outputs.size() ? std::optional(std::move(outputs[i])) : std::nullopt));
    }
  }
  return {};
}

Result<Network> Reader::finish() {
  Values outputs;
  for (const ValueInfoProto& output : graph_.output()) {
    VOUCH_ASSIGN(Value value, value_of(output.name()));
    outputs.push_back(std::move(value));
  }
  if (outputs.empty()) {
    return Error{"the model has no output"};
  }
  std::string source = "ONNX, opset " + std::to_string(opset_) + ", " +
                       std::to_string(graph_.node_size()) + " operators";
  if (!model_.producer_name().empty()) {
    source += ", by " + file_text(model_.producer_name());
  }
  VOUCH_ASSIGN(Network network, builder_.finish(outputs, std::move(source)));
  VOUCH_TRY(validate(network));
  simplify(network);
  VOUCH_TRY(check_endings(network));
  return network;
}

Result<Network> read_file(ByteSpan file, const OnnxConstants& constants) {
  VOUCH_ASSIGN(const ModelProto model, parse_model(file));
  return Reader(model, file.size(), constants).read();
}

}  // namespace
}  // namespace onnx

std::vector<DescribedOperator> onnx_operators() {
  std::vector<DescribedOperator> all;
  for (const auto& [name, reader] : onnx::all_operators()) {
    all.push_back({name, reader.description});
  }
  return all;
}

Result<Network> read_onnx(ByteSpan file, const OnnxConstants& constants) {
  Result<Network> read = onnx::read_file(file, constants);
  if (!read) {
    return Error{with_remedy(read.error().message, "export the model again")};
  }
  return read;
}

}  // namespace vouch
