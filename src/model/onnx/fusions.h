// Which operators ONNX Runtime computes in integers: those that it fuses with the DequantizeLinear
// before and the QuantizeLinear behind them into one kernel of codes, and those that are such
// kernels in the file. This is a list of what is known to be fused; the conditions are in
// docs/evaluation.md, "Exact rounding". Whatever else stands in a file is computed in float32.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "onnx_subset.pb.h"

namespace vouch::onnx {

class Fusions {
 public:
  /// Of a graph that need not be well formed, and outlives this.
  explicit Fusions(const GraphProto& graph);

  /// Why this node of the graph is computed in float32; nothing if it is computed in integers.
  [[nodiscard]] std::string obstacle(const NodeProto& node) const;

 private:
  struct Uses {
    int count = 0;  // outputs of the graph are uses
    const NodeProto* last = nullptr;
  };

  [[nodiscard]] std::string reason(const NodeProto& node) const;
  [[nodiscard]] std::string reason_of_weights(const NodeProto& node, int32_t input) const;
  [[nodiscard]] const NodeProto* maker(const std::string& name) const;
  [[nodiscard]] const NodeProto* only_reader(const NodeProto& node) const;
  [[nodiscard]] const NodeProto* dequantiser(std::string name) const;
  [[nodiscard]] const NodeProto* quantiser(const NodeProto& node) const;
  [[nodiscard]] const TensorProto* constant(const std::string& name) const;
  [[nodiscard]] int32_t codes_of(const NodeProto& linear) const;
  [[nodiscard]] int32_t constant_codes_of(const std::string& name) const;
  [[nodiscard]] bool is_bias(const std::string& name) const;
  [[nodiscard]] bool have_same_codes(const NodeProto& a, const NodeProto& b) const;
  [[nodiscard]] bool quantises_again() const;

  const GraphProto& graph_;
  std::unordered_map<std::string, int> makers_;  // by name: a node
  std::unordered_map<std::string, Uses> uses_;
  std::unordered_map<std::string, const TensorProto*> constants_;
  std::unordered_map<std::string, int32_t> inputs_;  // types
  bool again_ = false;                               // codes are quantised to other codes somewhere
};

}  // namespace vouch::onnx
