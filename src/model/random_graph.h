// Small random networks of every supported operator, and what they compute by definition. For
// tests.
#pragma once

#include <cstdint>
#include <vector>

#include "model/graph.h"
#include "model/graph_builder.h"
#include "picture/split_mix.h"

namespace vouch {

/// A network of 3 to 9 operators on an input of at most 14 × 14 × 5; uint8 or int8, strides, pads,
/// depth multipliers, scales per tensor or per channel as the seed will have it.
class RandomGraph {
 public:
  explicit RandomGraph(uint64_t seed);
  [[nodiscard]] const Graph& graph() const { return graph_; }

 private:
  struct Value {
    uint32_t tensor = 0;
    std::vector<uint32_t> shape;
    float scale = 1.0F;
    int32_t zero_point = 0;
  };
  uint32_t pick(int64_t lo, int64_t hi) { return static_cast<uint32_t>(random_.within(lo, hi)); }
  int32_t any_zero() {
    return static_cast<int32_t>(random_.within(60, 200)) - (is_signed_ ? 128 : 0);
  }
  Activation any_activation();
  Value activation(std::vector<uint32_t> shape, float scale, int32_t zero_point);
  Value emit(GraphOp op, const Value& output);
  Value grow(const Value& x);
  Value finish(const Value& x);
  Value convolution(const Value& x, bool depthwise);
  Value fully_connected(const Value& x);
  Value weighted(const Value& x, GraphOp op, const std::vector<uint32_t>& weights, uint32_t axis,
                 std::vector<uint32_t> shape);
  Value pool(const Value& x);
  Value mean(const Value& x);
  Value pad(const Value& x);
  Value add(const Value& a, const Value& b);
  Value quantize(const Value& x);
  Value flatten(const Value& x);

  SplitMix64 random_;
  bool is_signed_;
  GraphBuilder builder_;
  Graph graph_;
};

/// Runs a graph of one input on stored codes 0…255 in row-major order, each operator by its
/// definition in the reals: round(M·Σ + z), halves up, then the clamp. Returns the output's stored
/// codes.
[[nodiscard]] std::vector<uint8_t> run_graph(const Graph& graph, const std::vector<uint8_t>& input);

}  // namespace vouch
