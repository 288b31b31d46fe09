#include "model/tflite/reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "model/tflite/options.h"
#include "tflite_subset_generated.h"

namespace vouch {
namespace {

constexpr uint32_t kMaxTensors = 20000;
constexpr uint32_t kMaxOps = 20000;
constexpr uint32_t kMaxOpInputs = 64;
constexpr uint32_t kMaxNameLength = 200;

/// A name from the file, fit to be printed.
std::string printable(const flatbuffers::String* text) {
  if (text == nullptr) return {};
  std::string name(text->c_str(), std::min<size_t>(text->size(), kMaxNameLength));
  for (char& c : name) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return name;
}

ElementType element_type(tflite::TensorType type) {
  switch (type) {
    case tflite::TensorType::UINT8:
      return ElementType::kUint8;
    case tflite::TensorType::INT8:
      return ElementType::kInt8;
    case tflite::TensorType::INT32:
      return ElementType::kInt32;
    case tflite::TensorType::INT64:
      return ElementType::kInt64;
    case tflite::TensorType::FLOAT32:
      return ElementType::kFloat32;
    default:
      return ElementType::kOther;
  }
}

template <class T>
uint32_t length(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

// Item i of a vector of 64-bit integers: the verifier only sees to the alignment of its length.
int64_t item(const flatbuffers::Vector<int64_t>& vector, uint32_t i) {
  int64_t x = 0;
  std::memcpy(&x, vector.Data() + size_t{i} * sizeof x, sizeof x);
  return flatbuffers::EndianScalar(x);
}

class Reader {
 public:
  explicit Reader(ByteSpan file) { graph_.file.assign(file.begin(), file.end()); }

  Result<Graph> read() {
    VOUCH_TRY(open());
    VOUCH_TRY(read_tensors());
    VOUCH_TRY(read_ends());
    VOUCH_TRY(read_ops());
    graph_.source = "TensorFlow Lite, schema " + std::to_string(model_->version()) + ", " +
                    std::to_string(graph_.ops.size()) + " operators";
    return std::move(graph_);
  }

 private:
  Result<void> open();
  Result<void> read_tensors();
  Result<void> read_tensor(const tflite::Tensor& from, GraphTensor& tensor);
  Result<void> read_shape(const tflite::Tensor& from, GraphTensor& tensor);
  Result<void> read_quantization(const tflite::QuantizationParameters& from, GraphTensor& tensor);
  Result<void> read_data(const tflite::Tensor& from, GraphTensor& tensor);
  Result<void> read_ends();
  Result<void> read_ops();
  Result<void> read_op(const tflite::Operator& from, GraphOp& op);
  Result<void> read_op_type(const tflite::Operator& from, GraphOp& op);
  Result<void> read_op_ends(const tflite::Operator& from, GraphOp& op);

  Graph graph_;
  const tflite::Model* model_ = nullptr;
  const tflite::SubGraph* subgraph_ = nullptr;
  uint64_t scales_ = 0;          // read so far, over all tensors
  std::vector<bool> available_;  // by tensor: the input, a constant, or written by now
};

Result<void> Reader::open() {
  const Bytes& file = graph_.file;
  if (file.size() < 8 || !tflite::ModelBufferHasIdentifier(file.data())) {
    return Error{"this is not a TensorFlow Lite file (its bytes 4…7 are not 'TFL3')"};
  }
  if (file.size() > std::numeric_limits<int32_t>::max()) {
    return Error{"the TensorFlow Lite file is longer than 2 GiB"};
  }
  flatbuffers::Verifier verifier(file.data(), file.size());
  if (!tflite::VerifyModelBuffer(verifier)) {
    return Error{"the TensorFlow Lite file is damaged: its tables do not fit together"};
  }
  model_ = tflite::GetModel(file.data());
  if (model_->version() != 3) {
    return Error{"TensorFlow Lite schema version " + std::to_string(model_->version()) +
                 " is not supported, only version 3"};
  }
  if (length(model_->subgraphs()) != 1 || model_->subgraphs()->Get(0) == nullptr) {
    return Error{"the file holds " + std::to_string(length(model_->subgraphs())) +
                 " subgraphs; only models of one are supported"};
  }
  subgraph_ = model_->subgraphs()->Get(0);
  return {};
}

Result<void> Reader::read_tensors() {
  const uint32_t n = length(subgraph_->tensors());
  if (n > kMaxTensors) return Error{"more than " + std::to_string(kMaxTensors) + " tensors"};
  graph_.tensors.resize(n);
  for (uint32_t i = 0; i < n; ++i) {
    GraphTensor& tensor = graph_.tensors[i];
    tensor.name = printable(subgraph_->tensors()->Get(i)->name());
    const Result<void> read = read_tensor(*subgraph_->tensors()->Get(i), tensor);
    if (!read) {
      return Error{"tensor " + std::to_string(i) + " '" + tensor.name +
                   "': " + read.error().message};
    }
  }
  return {};
}

Result<void> Reader::read_tensor(const tflite::Tensor& from, GraphTensor& tensor) {
  tensor.type = element_type(from.type());
  if (from.is_variable()) return Error{"variable tensors (state between runs) are not supported"};
  if (from.sparsity() != nullptr) return Error{"sparse tensors are not supported"};
  VOUCH_TRY(read_shape(from, tensor));
  if (from.quantization() != nullptr) VOUCH_TRY(read_quantization(*from.quantization(), tensor));
  return read_data(from, tensor);
}

Result<void> Reader::read_shape(const tflite::Tensor& from, GraphTensor& tensor) {
  const uint32_t rank = length(from.shape());
  if (rank > Graph::kMaxRank) return Error{"rank " + std::to_string(rank) + " is above 6"};
  uint64_t elements = 1;
  for (uint32_t i = 0; i < rank; ++i) {
    const int32_t extent = from.shape()->Get(i);
    if (extent < 1) return Error{"extent " + std::to_string(extent) + " of its shape is below 1"};
    elements *= static_cast<uint32_t>(extent);
    if (elements > Graph::kMaxElements) return Error{"its shape has more than 2^32 elements"};
    tensor.shape.push_back(static_cast<uint32_t>(extent));
  }
  return {};
}

Result<void> Reader::read_quantization(const tflite::QuantizationParameters& from,
                                       GraphTensor& tensor) {
  const uint32_t n = length(from.scale());
  if (from.details_type() != 0) return Error{"custom quantisation is not supported"};
  if (n == 0) return {};
  const int32_t axis = from.quantized_dimension();
  if (n > 1) {
    if (axis < 0 || static_cast<uint32_t>(axis) >= tensor.shape.size() ||
        tensor.shape[static_cast<uint32_t>(axis)] != n) {
      return Error{"it has " + std::to_string(n) + " scales, which is not its extent along axis " +
                   std::to_string(axis)};
    }
    tensor.quantization.axis = static_cast<uint32_t>(axis);
  }
  // Tables can be shared within a file: without this bound a small file could fill the memory.
  scales_ += n;
  if (scales_ > graph_.file.size()) return Error{"the file has more scales than bytes"};
  const uint32_t zeros = length(from.zero_point());
  if (zeros != n && zeros != 0) return Error{"it has not as many zero-points as scales"};
  const bool narrow = tensor.type == ElementType::kUint8 || tensor.type == ElementType::kInt8;
  const int64_t lowest = tensor.type == ElementType::kInt8 ? -128 : 0;
  for (uint32_t i = 0; i < n; ++i) {
    const float scale = from.scale()->Get(i);
    const int64_t zero = zeros == 0 ? 0 : item(*from.zero_point(), i);
    if (narrow && !(std::isfinite(scale) && scale > 0)) {
      return Error{"its scale " + std::to_string(i) + " is not a number above 0"};
    }
    if (narrow ? zero < lowest || zero > lowest + 255 : zero != static_cast<int32_t>(zero)) {
      return Error{"its zero-point " + std::to_string(zero) + " is outside its type's range"};
    }
    tensor.quantization.scales.push_back(scale);
    tensor.quantization.zero_points.push_back(static_cast<int32_t>(zero));
  }
  return {};
}

Result<void> Reader::read_data(const tflite::Tensor& from, GraphTensor& tensor) {
  // Buffer 0 is the empty one by convention; tensors computed at run time have no data.
  if (from.buffer() >= length(model_->buffers())) {
    return Error{"its buffer " + std::to_string(from.buffer()) + " does not exist"};
  }
  const tflite::Buffer& buffer = *model_->buffers()->Get(from.buffer());
  if (buffer.offset() > 1) return Error{"buffers outside of the tables are not supported"};
  const uint32_t size = length(buffer.data());
  if (size == 0) return {};
  tensor.constant = true;
  if (tensor.type == ElementType::kOther) return {};
  const uint64_t needed = tensor.elements() * element_bytes(tensor.type);
  if (size != needed) {
    return Error{"its data has " + std::to_string(size) + " bytes, its shape needs " +
                 std::to_string(needed)};
  }
  tensor.data = ByteSpan(buffer.data()->data(), size);
  return {};
}

Result<void> Reader::read_ends() {
  const uint32_t n = static_cast<uint32_t>(graph_.tensors.size());
  const auto one_of = [n](const flatbuffers::Vector<int32_t>* from,
                          const char* what) -> Result<uint32_t> {
    if (length(from) != 1) {
      return Error{"the model has " + std::to_string(length(from)) + " " + what +
                   "s; only models of one input and one output are supported"};
    }
    const auto index = static_cast<uint32_t>(from->Get(0));
    if (index >= n) return Error{std::string("the model's ") + what + " is not one of its tensors"};
    return index;
  };
  VOUCH_ASSIGN(graph_.input, one_of(subgraph_->inputs(), "input"));
  VOUCH_ASSIGN(graph_.output, one_of(subgraph_->outputs(), "output"));
  if (graph_.tensors[graph_.input].constant) return Error{"the model's input is a constant"};
  available_.assign(n, false);
  for (uint32_t i = 0; i < n; ++i) available_[i] = graph_.tensors[i].constant;
  available_[graph_.input] = true;
  return {};
}

Result<void> Reader::read_ops() {
  const uint32_t n = length(subgraph_->operators());
  if (n > kMaxOps) return Error{"more than " + std::to_string(kMaxOps) + " operators"};
  graph_.ops.resize(n);
  for (uint32_t i = 0; i < n; ++i) {
    GraphOp& op = graph_.ops[i];
    const Result<void> read = read_op(*subgraph_->operators()->Get(i), op);
    if (!read) {
      return Error{"operator " + std::to_string(i) + " " + op.type_name + ": " +
                   read.error().message};
    }
  }
  if (!available_[graph_.output]) return Error{"no operator computes the model's output"};
  return {};
}

Result<void> Reader::read_op(const tflite::Operator& from, GraphOp& op) {
  VOUCH_TRY(read_op_type(from, op));
  VOUCH_TRY(read_op_ends(from, op));
  return read_options(from, op);
}

Result<void> Reader::read_op_type(const tflite::Operator& from, GraphOp& op) {
  if (from.opcode_index() >= length(model_->operator_codes())) {
    return Error{"its operator code does not exist"};
  }
  const tflite::OperatorCode& code = *model_->operator_codes()->Get(from.opcode_index());
  // Files older than schema 3a have the code in a byte only; newer ones have it in both or as int.
  const int32_t builtin =
      std::max<int32_t>(code.builtin_code(), static_cast<int32_t>(code.deprecated_builtin_code()));
  const auto type = static_cast<tflite::BuiltinOperator>(builtin);
  const char* name = tflite::EnumNameBuiltinOperator(type);
  if (type == tflite::BuiltinOperator::CUSTOM) {
    op.type_name = "CUSTOM '" + printable(code.custom_code()) + "'";
  } else if (*name != '\0') {
    op.type_name = name;
  } else {
    op.type_name = "builtin operator " + std::to_string(builtin);
  }
  op.kind = graph_op_kind(type);
  return {};
}

Result<void> Reader::read_op_ends(const tflite::Operator& from, GraphOp& op) {
  const auto n = static_cast<uint32_t>(graph_.tensors.size());
  if (length(from.inputs()) > kMaxOpInputs) return Error{"more than 64 inputs"};
  for (uint32_t i = 0; i < length(from.inputs()); ++i) {
    const int32_t input = from.inputs()->Get(i);
    if (input == -1) {
      op.inputs.push_back(GraphOp::kAbsent);
      continue;
    }
    const auto index = static_cast<uint32_t>(input);
    if (index >= n) return Error{"its input " + std::to_string(i) + " is not one of the tensors"};
    if (!available_[index]) {
      return Error{"its input '" + graph_.tensors[index].name + "' is not computed before it"};
    }
    op.inputs.push_back(index);
  }
  if (length(from.outputs()) == 0 || length(from.outputs()) > kMaxOpInputs) {
    return Error{"it has no output or more than 64"};
  }
  for (uint32_t i = 0; i < length(from.outputs()); ++i) {
    const auto index = static_cast<uint32_t>(from.outputs()->Get(i));
    if (index >= n) return Error{"its output is not one of the tensors"};
    if (available_[index]) {
      return Error{"its output '" + graph_.tensors[index].name + "' has a value already"};
    }
    available_[index] = true;
  }
  op.output = static_cast<uint32_t>(from.outputs()->Get(0));
  if (length(from.outputs()) != 1) op.kind = GraphOpKind::kUnsupported;
  return {};
}

}  // namespace

Result<Graph> read_tflite(ByteSpan file) { return Reader(file).read(); }

}  // namespace vouch
