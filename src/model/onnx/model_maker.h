// ONNX models in few lines: for tests and seeds of fuzzing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "onnx_subset.pb.h"

namespace vouch::onnx {

class ModelMaker {
 public:
  using Names = std::vector<std::string>;
  using Shape = std::vector<int64_t>;

  explicit ModelMaker(int64_t opset = 13) {
    proto.set_ir_version(8);
    proto.add_opset_import()->set_version(opset);
  }

  /// An extent of −1 is left open. Types are the format's numbers; 1 is float.
  void input(const std::string& name, const Shape& shape, int32_t type = 1) {
    ValueInfoProto& info = *graph().add_input();
    info.set_name(name);
    info.mutable_type()->mutable_tensor_type()->set_elem_type(type);
    TensorShapeProto& dims = *info.mutable_type()->mutable_tensor_type()->mutable_shape();
    for (const int64_t extent : shape) {
      if (extent == -1) {
        dims.add_dim()->set_dim_param("N");
      } else {
        dims.add_dim()->set_dim_value(extent);
      }
    }
  }
  void output(const std::string& name) { graph().add_output()->set_name(name); }

  TensorProto& reals(const std::string& name, const Shape& shape,
                     const std::vector<float>& values) {
    TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(1);
    tensor.mutable_dims()->Add(shape.begin(), shape.end());
    tensor.mutable_float_data()->Add(values.begin(), values.end());
    return tensor;
  }
  /// int64 (7), or what is held in int32_data.
  TensorProto& whole(const std::string& name, const Shape& shape,
                     const std::vector<int32_t>& values, int32_t type = 7) {
    TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    tensor.mutable_dims()->Add(shape.begin(), shape.end());
    if (type == 7) {
      tensor.mutable_int64_data()->Add(values.begin(), values.end());
    } else {
      tensor.mutable_int32_data()->Add(values.begin(), values.end());
    }
    return tensor;
  }

  NodeProto& node(const std::string& type, const Names& inputs, const Names& outputs) {
    NodeProto& node = *graph().add_node();
    node.set_op_type(type);
    for (const std::string& name : inputs) {
      node.add_input(name);
    }
    for (const std::string& name : outputs) {
      node.add_output(name);
    }
    return node;
  }

  [[nodiscard]] Bytes bytes() const {
    const std::string text = proto.SerializeAsString();
    return {text.begin(), text.end()};
  }
  GraphProto& graph() { return *proto.mutable_graph(); }

  ModelProto proto;
};

inline void set(NodeProto& node, const std::string& name, const std::vector<int64_t>& values) {
  AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(7);
  attribute.mutable_ints()->Add(values.begin(), values.end());
}
inline void set(NodeProto& node, const std::string& name, int64_t value) {
  AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(2);
  attribute.set_i(value);
}
inline void set(NodeProto& node, const std::string& name, const std::string& value) {
  AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(3);
  attribute.set_s(value);
}

/// Conv, BatchNormalization, Relu, MaxPool, Reshape by a computed shape, Gemm, Softmax.
inline ModelMaker small_classifier() {
  ModelMaker m;
  m.input("x", {-1, 1, 4, 4});
  m.reals("w", {2, 1, 3, 3}, std::vector<float>(18, 0.5F));
  for (const char* name : {"gamma", "beta", "mean", "variance"}) {
    m.reals(name, {2}, {1.0F, 2.0F});
  }
  set(m.node("Conv", {"x", "w"}, {"c"}), "pads", std::vector<int64_t>{1, 1, 1, 1});
  m.node("BatchNormalization", {"c", "gamma", "beta", "mean", "variance"}, {"n"});
  m.node("Relu", {"n"}, {"r"});
  NodeProto& pool = m.node("MaxPool", {"r"}, {"p"});
  set(pool, "kernel_shape", std::vector<int64_t>{2, 2});
  set(pool, "strides", std::vector<int64_t>{2, 2});
  m.node("Shape", {"p"}, {"s"});
  m.whole("zero", {1}, {0});
  m.node("Gather", {"s", "zero"}, {"batch"});
  m.whole("rest", {1}, {-1});
  set(m.node("Concat", {"batch", "rest"}, {"flat"}), "axis", int64_t{0});
  m.node("Reshape", {"p", "flat"}, {"f"});
  m.reals("v", {3, 8}, std::vector<float>(24, 0.25F));
  m.reals("b", {3}, {1, 2, 3});
  set(m.node("Gemm", {"f", "v", "b"}, {"g"}), "transB", int64_t{1});
  m.node("Softmax", {"g"}, {"y"});
  m.output("y");
  return m;
}

/// QuantizeLinear, DequantizeLinear around a convolution of uint8.
inline ModelMaker small_quantised() {
  ModelMaker m;
  m.input("x", {1, 1, 2, 2}, 2);
  m.reals("s", {}, {0.5F});
  m.whole("z", {}, {3}, 2);
  m.whole("w", {2, 1, 1, 1}, {5, -5}, 3);
  m.reals("ws", {2}, {0.25F, 0.125F});
  m.whole("wz", {2}, {0, 0}, 3);
  m.whole("b", {2}, {100, -100}, 6);
  m.reals("bs", {2}, {0.125F, 0.0625F});
  m.node("DequantizeLinear", {"x", "s", "z"}, {"xf"});
  set(m.node("DequantizeLinear", {"w", "ws", "wz"}, {"wf"}), "axis", int64_t{0});
  set(m.node("DequantizeLinear", {"b", "bs"}, {"bf"}), "axis", int64_t{0});
  m.node("Conv", {"xf", "wf", "bf"}, {"c"});
  m.node("QuantizeLinear", {"c", "s", "z"}, {"q"});
  m.node("DequantizeLinear", {"q", "s", "z"}, {"y"});
  m.output("y");
  return m;
}

}  // namespace vouch::onnx
