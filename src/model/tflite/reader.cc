#include "model/tflite/reader.h"

#include <algorithm>
#include <limits>

#include "model/tflite/kernels.h"
#include "model/tflite/operators.h"
#include "network/endings.h"
#include "network/shapes.h"
#include "network/simplify.h"
#include "network/validate.h"

namespace vouch {
namespace tflite {
namespace {

constexpr uint32_t kMaxOperators = 1U << 16;
constexpr uint32_t kMaxEnds = 1U << 16;  // of an operator or of the model

OperatorTable all_operators() {
  OperatorTable table;
  add_windows(table);
  add_products(table);
  add_elements(table);
  add_moves(table);
  add_reductions(table);
  return table;
}

const char* why_unsupported(BuiltinOperator type) {
  switch (type) {
    case BuiltinOperator::CUSTOM:
    case BuiltinOperator::DELEGATE:
      return "operators of other makers are not supported; convert the model with built-in ones";
    case BuiltinOperator::IF:
    case BuiltinOperator::WHILE:
    case BuiltinOperator::CALL:
    case BuiltinOperator::CALL_ONCE:
      return "branches and loops are not supported; convert the model unrolled";
    case BuiltinOperator::LSTM:
    case BuiltinOperator::RNN:
    case BuiltinOperator::SVDF:
    case BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM:
    case BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_RNN:
    case BuiltinOperator::BIDIRECTIONAL_SEQUENCE_LSTM:
    case BuiltinOperator::BIDIRECTIONAL_SEQUENCE_RNN:
      return "recurrent layers are not supported; convert a model without state";
    case BuiltinOperator::L2_NORMALIZATION:
    case BuiltinOperator::LOCAL_RESPONSE_NORMALIZATION:
      return "normalising by values that the network computes is not supported; train it with "
             "batch normalisation instead";
    default:
      return "this operator is not supported; express it by others before the conversion";
  }
}

Result<const Model*> open(ByteSpan file) {
  if (file.size() < 8 || !ModelBufferHasIdentifier(file.data())) {
    return Error{
        "this is not a TensorFlow Lite file (its bytes 4…7 are not 'TFL3'); convert the model to "
        "one"};
  }
  if (file.size() > std::numeric_limits<int32_t>::max()) {
    return Error{"the TensorFlow Lite file is longer than 2 GiB; convert a smaller model"};
  }
  flatbuffers::Verifier verifier(file.data(), file.size());
  if (!VerifyModelBuffer(verifier)) {
    return Error{
        "the TensorFlow Lite file is damaged: its tables do not fit together; fetch it again"};
  }
  const Model* model = GetModel(file.data());
  if (model->version() != 3) {
    return Error{"its schema is version " + std::to_string(model->version()) +
                 "; convert the model to version 3"};
  }
  if (count_of(model->subgraphs()) != 1) {
    return Error{"it holds " + std::to_string(count_of(model->subgraphs())) +
                 " graphs; convert a model of one, without branches, loops or several signatures"};
  }
  return model;
}

class Reader {
 public:
  Reader(const Model& model, std::vector<FileTensor> tensors, uint64_t file_size)
      : model_(model),
        graph_(*model.subgraphs()->Get(0)),
        builder_(std::move(tensors), (uint64_t{1} << 24U) + 8 * file_size) {}

  Result<Network> read() {
    VOUCH_TRY(read_inputs());
    const OperatorTable table = all_operators();
    const uint32_t n = count_of(graph_.operators());
    if (n > kMaxOperators) {
      return Error{"more than " + std::to_string(kMaxOperators) +
                   " operators; prove a smaller model"};
    }
    for (uint32_t i = 0; i < n; ++i) {
      VOUCH_TRY(read_operator(table, *graph_.operators()->Get(i)));
    }
    return finish();
  }

 private:
  Result<void> read_inputs();
  Result<void> read_operator(const OperatorTable& table, const Operator& from);
  Result<void> read_node(const OperatorTable& table, const Operator& from,
                         std::vector<uint32_t> outputs);
  Result<BuiltinOperator> type_of(const Operator& from) const;
  [[nodiscard]] std::string name_of(const Operator& from, BuiltinOperator type) const;
  [[nodiscard]] bool is_shape_work(BuiltinOperator type, const std::vector<uint32_t>& inputs,
                                   const std::vector<uint32_t>& outputs) const;
  Result<std::vector<uint32_t>> ends(const flatbuffers::Vector<int32_t>* from, const char* what,
                                     bool optional) const;
  Result<Network> finish();

  const Model& model_;
  const SubGraph& graph_;
  Builder builder_;
};

Result<std::vector<uint32_t>> Reader::ends(const flatbuffers::Vector<int32_t>* from,
                                           const char* what, bool optional) const {
  std::vector<uint32_t> tensors;
  const uint32_t n = count_of(from);
  if (n > kMaxEnds) {
    return Error{"more than " + std::to_string(kMaxEnds) + " " + what + "s"};
  }
  for (uint32_t i = 0; i < n; ++i) {
    const auto tensor = static_cast<uint32_t>(from->Get(i));
    if (tensor >= builder_.files().size() && !(optional && tensor == kAbsent)) {
      return Error{std::string(what) + " " + std::to_string(i) + " is none of its tensors"};
    }
    tensors.push_back(tensor);
  }
  return tensors;
}

Result<void> Reader::read_inputs() {
  VOUCH_ASSIGN(const std::vector<uint32_t> inputs,
               ends(graph_.inputs(), "the model's input", false));
  if (inputs.empty()) {
    return Error{"the model has no input"};
  }
  for (const uint32_t file : inputs) {
    const Result<void> read = builder_.input(file);
    if (!read) {
      return Error{"input " + quoted(builder_.files()[file].name) + ": " + read.error().message};
    }
  }
  return {};
}

Result<BuiltinOperator> Reader::type_of(const Operator& from) const {
  if (from.opcode_index() >= count_of(model_.operator_codes())) {
    return Error{"the code of an operator does not exist"};
  }
  const OperatorCode& code = *model_.operator_codes()->Get(from.opcode_index());
  // Files older than schema 3a have the code in a byte only; newer ones have it in both or as int.
  return static_cast<BuiltinOperator>(
      std::max<int32_t>(code.builtin_code(), static_cast<int32_t>(code.deprecated_builtin_code())));
}

std::string Reader::name_of(const Operator& from, BuiltinOperator type) const {
  if (type == BuiltinOperator::CUSTOM) {
    return "CUSTOM " + text_of(model_.operator_codes()->Get(from.opcode_index())->custom_code());
  }
  const char* name = EnumNameBuiltinOperator(type);
  return *name != '\0' ? name : "operator " + std::to_string(static_cast<int32_t>(type));
}

Result<void> Reader::read_operator(const OperatorTable& table, const Operator& from) {
  VOUCH_ASSIGN(const BuiltinOperator type, type_of(from));
  Result<std::vector<uint32_t>> outputs = ends(from.outputs(), "output", false);
  const std::string name = outputs.ok() && !outputs.value().empty()
                               ? builder_.files()[outputs.value()[0]].name
                               : std::string();
  builder_.begin(name_of(from, type), name);
  const Result<void> read =
      outputs.ok() ? read_node(table, from, std::move(outputs).value()) : outputs.error();
  if (!read) {
    Layer titled;
    titled.type_name = name_of(from, type);
    titled.name = name;
    return Error{title(titled) + ": " + read.error().message};
  }
  return {};
}

// SHAPE, and what only whole numbers go into and come out of.
bool Reader::is_shape_work(BuiltinOperator type, const std::vector<uint32_t>& inputs,
                           const std::vector<uint32_t>& outputs) const {
  const auto is_whole = [this](uint32_t file) {
    const TensorType each = builder_.files()[file].type;
    return each == TensorType::INT32 || each == TensorType::INT64;
  };
  const bool whole = std::all_of(outputs.begin(), outputs.end(), is_whole);
  return whole &&
         (type == BuiltinOperator::SHAPE || std::all_of(inputs.begin(), inputs.end(), [&](auto i) {
            return i == kAbsent || builder_.files()[i].constant || builder_.is_shape_work(i);
          }));
}

Result<void> Reader::read_node(const OperatorTable& table, const Operator& from,
                               std::vector<uint32_t> outputs) {
  VOUCH_ASSIGN(const BuiltinOperator type, type_of(from));
  VOUCH_ASSIGN(std::vector<uint32_t> inputs, ends(from.inputs(), "input", true));
  if (outputs.empty()) {
    return Error{"it has no output"};
  }
  if (is_shape_work(type, inputs, outputs)) {
    for (const uint32_t output : outputs) {
      VOUCH_TRY(builder_.define_shape_work(output));
    }
    return {};
  }
  const auto known = table.find(type);
  if (known == table.end()) {
    return Error{why_unsupported(type)};
  }
  Node node(from, type, std::move(inputs), std::move(outputs), builder_);
  builder_.set_obstacle(obstacle(node));
  return known->second.read(node);
}

Result<Network> Reader::finish() {
  VOUCH_ASSIGN(const std::vector<uint32_t> outputs,
               ends(graph_.outputs(), "the model's output", false));
  if (outputs.empty()) {
    return Error{"the model has no output"};
  }
  VOUCH_ASSIGN(
      Network network,
      builder_.finish(outputs, "TensorFlow Lite, schema 3, " +
                                   std::to_string(count_of(graph_.operators())) + " operators"));
  network.framework = Framework::kTensorFlowLite;
  quantise_inputs(network);
  VOUCH_TRY(validate(network));
  simplify(network);
  VOUCH_TRY(check_endings(network));
  return network;
}

Result<Network> read_file(ByteSpan file) {
  const Bytes aligned(file.begin(), file.end());
  VOUCH_ASSIGN(const Model* const model, open(aligned));
  VOUCH_ASSIGN(std::vector<FileTensor> tensors,
               read_tensors(*model, *model->subgraphs()->Get(0), aligned.size()));
  return Reader(*model, std::move(tensors), aligned.size()).read();
}

}  // namespace
}  // namespace tflite

std::vector<DescribedOperator> tflite_operators() {
  std::vector<DescribedOperator> all;
  for (const auto& [type, reader] : tflite::all_operators()) {
    all.push_back({tflite::EnumNameBuiltinOperator(type), reader.description});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

Result<Network> read_tflite(ByteSpan file) {
  Result<Network> read = tflite::read_file(file);
  if (!read) {
    return Error{with_remedy(read.error().message, "convert the model again")};
  }
  return read;
}

}  // namespace vouch
