#include "circuit/multiply_adds.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "base/check.h"

namespace vouch {
namespace {

// Products of an output's entries and an input's; no more than 2^42 are told.
uint64_t map_products(const MapTerm& term, const Shape& output) {
  constexpr uint64_t kMost = uint64_t{1} << 42;
  uint64_t products = 1;
  const std::array<uint32_t, 3> outputs{output.channels, output.rows, output.columns};
  for (size_t a = 0; a < 3; ++a) {
    uint64_t entries = term.maps[a].runs.empty() ? outputs[a] : 0;
    for (const AxisRun& run : term.maps[a].runs) {
      entries += run.count;
    }
    products = std::min(kMost, products * entries);  // entries ≤ 2^20
  }
  return products;
}

}  // namespace

uint64_t multiply_adds(const Circuit& circuit, size_t op) {
  const Op& o = circuit.ops[op];
  const Shape& input = circuit.tensors[o.inputs[0]].shape;
  const Shape& output = circuit.tensors[op + 1].shape;
  const uint64_t outputs = output.elements();
  const uint64_t taps = uint64_t{o.window.kernel_rows} * o.window.kernel_columns;
  switch (o.kind) {
    case OpKind::kConv2d:
      return outputs * taps * input.channels;
    case OpKind::kDepthwiseConv2d:
      return outputs * taps;
    case OpKind::kLinearMap:
      return output.batch *
             std::transform_reduce(o.terms.begin(), o.terms.end(), uint64_t{0}, std::plus<>(),
                                   [&](const MapTerm& term) { return map_products(term, output); });
    case OpKind::kProduct:
      return outputs;
  }
  VOUCH_CHECK(false);
}

}  // namespace vouch
