// TensorFlow Lite models in few lines: for tests and seeds of fuzzing.
#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "tflite_subset_generated.h"

namespace vouch::tflite {

/// What a file will say, to be changed until it is made.
class ModelMaker {
 public:
  using Shape = std::vector<int32_t>;

  struct TensorText {
    std::string name;
    TensorType type = TensorType::FLOAT32;
    Shape shape;
    Bytes data;
    std::vector<float> scales;
    std::vector<int64_t> zero_points;
    int32_t axis = 0;
    bool is_variable = false;
    bool is_sparse = false;
    uint32_t buffer_offset = 0;
  };
  using Options = std::function<flatbuffers::Offset<void>(flatbuffers::FlatBufferBuilder&)>;
  struct OperatorText {
    BuiltinOperator type = BuiltinOperator::RELU;
    std::vector<int32_t> inputs;
    std::vector<int32_t> outputs;
    BuiltinOptions options_type = BuiltinOptions::NONE;
    Options options;
  };

  std::vector<TensorText> tensors;
  std::vector<OperatorText> operators;
  std::vector<int32_t> inputs;
  std::vector<int32_t> outputs;
  uint32_t version = 3;
  size_t graphs = 1;

  int32_t tensor(TensorText text) {
    tensors.push_back(std::move(text));
    return static_cast<int32_t>(tensors.size() - 1);
  }
  int32_t real(const std::string& name, Shape shape) {
    return tensor({name, TensorType::FLOAT32, std::move(shape), {}, {}, {}});
  }
  int32_t codes(const std::string& name, Shape shape, float scale, int64_t zero_point,
                TensorType type = TensorType::INT8) {
    return tensor({name, type, std::move(shape), {}, {scale}, {zero_point}});
  }
  /// A constant; T is the element's type in memory.
  template <class T>
  int32_t constant(const std::string& name, TensorType type, Shape shape,
                   const std::vector<T>& values, std::vector<float> scales = {},
                   std::vector<int64_t> zero_points = {}, int32_t axis = 0) {
    Bytes data(values.size() * sizeof(T));
    std::memcpy(data.data(), values.data(), data.size());
    return tensor({name, type, std::move(shape), std::move(data), std::move(scales),
                   std::move(zero_points), axis});
  }
  int32_t whole(const std::string& name, const std::vector<int32_t>& values) {
    return constant(name, TensorType::INT32, {static_cast<int32_t>(values.size())}, values);
  }
  int32_t reals(const std::string& name, Shape shape, const std::vector<float>& values) {
    return constant(name, TensorType::FLOAT32, std::move(shape), values);
  }

  void op(BuiltinOperator type, std::vector<int32_t> from, std::vector<int32_t> to) {
    operators.push_back({type, std::move(from), std::move(to), BuiltinOptions::NONE, {}});
  }
  /// make(builder): the table of options.
  template <class Table, class Make>
  void op(BuiltinOperator type, std::vector<int32_t> from, std::vector<int32_t> to, Make make) {
    operators.push_back({type, std::move(from), std::move(to),
                         BuiltinOptionsTraits<Table>::enum_value,
                         [make](flatbuffers::FlatBufferBuilder& b) { return make(b).Union(); }});
  }

  [[nodiscard]] Bytes bytes() const {
    flatbuffers::FlatBufferBuilder b;
    std::vector<flatbuffers::Offset<Buffer>> buffers = {CreateBufferDirect(b)};
    std::vector<flatbuffers::Offset<Tensor>> texts;
    for (const TensorText& t : tensors) {
      const auto quantization = t.scales.empty() ? flatbuffers::Offset<QuantizationParameters>()
                                                 : CreateQuantizationParametersDirect(
                                                       b, &t.scales, &t.zero_points, 0, t.axis);
      const auto sparsity =
          t.is_sparse ? CreateSparsityParameters(b) : flatbuffers::Offset<SparsityParameters>();
      uint32_t buffer = 0;
      if (!t.data.empty()) {
        buffer = static_cast<uint32_t>(buffers.size());
        buffers.push_back(CreateBufferDirect(b, &t.data, t.buffer_offset));
      }
      texts.push_back(CreateTensorDirect(b, &t.shape, t.type, buffer, t.name.c_str(), quantization,
                                         t.is_variable, sparsity));
    }
    std::vector<flatbuffers::Offset<OperatorCode>> codes;
    std::vector<flatbuffers::Offset<Operator>> nodes;
    for (const OperatorText& o : operators) {
      const auto code = static_cast<int32_t>(o.type);
      const auto options = o.options ? o.options(b) : flatbuffers::Offset<void>();
      codes.push_back(CreateOperatorCodeDirect(b, static_cast<int8_t>(code > 127 ? 127 : code),
                                               "maker's own", 1, code));
      nodes.push_back(CreateOperatorDirect(b, static_cast<uint32_t>(codes.size() - 1), &o.inputs,
                                           &o.outputs, o.options_type, options));
    }
    std::vector<flatbuffers::Offset<SubGraph>> all;
    for (size_t i = 0; i < graphs; ++i) {
      all.push_back(CreateSubGraphDirect(b, &texts, &inputs, &outputs, &nodes));
    }
    FinishModelBuffer(b, CreateModelDirect(b, version, &codes, &all, "made", &buffers));
    return {b.GetBufferPointer(), b.GetBufferPointer() + b.GetSize()};
  }
};

/// CONV_2D, MAX_POOL_2D, RESHAPE, FULLY_CONNECTED, SOFTMAX in float.
inline ModelMaker small_float_classifier() {
  ModelMaker m;
  const auto x = m.real("x", {1, 4, 4, 1});
  const auto w = m.reals("w", {2, 3, 3, 1}, std::vector<float>(18, 0.5F));
  const auto b = m.reals("b", {2}, {1, -100});
  const auto c = m.real("c", {1, 4, 4, 2});
  m.op<Conv2DOptions>(BuiltinOperator::CONV_2D, {x, w, b}, {c}, [](auto& f) {
    return CreateConv2DOptions(f, Padding::SAME, 1, 1, Activation::RELU);
  });
  const auto p = m.real("p", {1, 2, 2, 2});
  m.op<Pool2DOptions>(BuiltinOperator::MAX_POOL_2D, {c}, {p},
                      [](auto& f) { return CreatePool2DOptions(f, Padding::VALID, 2, 2, 2, 2); });
  const auto r = m.real("r", {1, 8});
  m.op(BuiltinOperator::RESHAPE, {p, m.whole("shape", {1, 8})}, {r});
  std::vector<float> v(24);
  for (size_t i = 0; i < v.size(); ++i) {
    v[i] = i < 8 ? 1.0F : 0.0F;
  }
  const auto d = m.real("d", {1, 3});
  m.op<FullyConnectedOptions>(BuiltinOperator::FULLY_CONNECTED,
                              {r, m.reals("v", {3, 8}, v), m.reals("vb", {3}, {0, 1, 2})}, {d},
                              [](auto& f) { return CreateFullyConnectedOptions(f); });
  const auto y = m.real("y", {1, 3});
  m.op<SoftmaxOptions>(BuiltinOperator::SOFTMAX, {d}, {y},
                       [](auto& f) { return CreateSoftmaxOptions(f, 1.0F); });
  m.inputs = {x};
  m.outputs = {y};
  return m;
}

/// QUANTIZE, DEPTHWISE_CONV_2D and CONV_2D of int8 with scales for each channel, DEQUANTIZE.
inline ModelMaker small_quantised_convolutions() {
  ModelMaker m;
  const auto x = m.real("x", {1, 2, 2, 1});
  const auto q = m.codes("q", {1, 2, 2, 1}, 0.5F, -1);
  m.op(BuiltinOperator::QUANTIZE, {x}, {q});
  const auto w =
      m.constant<int8_t>("w", TensorType::INT8, {1, 1, 1, 2}, {4, -4}, {0.25F, 0.5F}, {0, 0}, 3);
  const auto b = m.constant<int32_t>("b", TensorType::INT32, {2}, {8, 16}, {0.125F, 0.25F}, {0, 0});
  const auto d = m.codes("d", {1, 2, 2, 2}, 0.5F, -128);
  m.op<DepthwiseConv2DOptions>(BuiltinOperator::DEPTHWISE_CONV_2D, {q, w, b}, {d}, [](auto& f) {
    return CreateDepthwiseConv2DOptions(f, Padding::VALID, 1, 1, 2, Activation::RELU6);
  });
  const auto v = m.constant<int8_t>("v", TensorType::INT8, {1, 1, 1, 2}, {1, 2}, {1.0F}, {0});
  const auto c = m.codes("c", {1, 2, 2, 1}, 1.0F, 0);
  m.op<Conv2DOptions>(BuiltinOperator::CONV_2D, {d, v, -1}, {c}, [](auto& f) {
    return CreateConv2DOptions(f, Padding::SAME, 1, 1, Activation::NONE);
  });
  const auto y = m.real("y", {1, 2, 2, 1});
  m.op(BuiltinOperator::DEQUANTIZE, {c}, {y});
  m.inputs = {x};
  m.outputs = {y};
  return m;
}

}  // namespace vouch::tflite
