#include "prove/operators/exact_requantizer.h"

#include <algorithm>

namespace vouch {

std::vector<Edge> EdgeList::take() {
  std::sort(edges_.begin(), edges_.end(),
            [](const Edge& a, const Edge& b) { return a.element < b.element; });
  return std::move(edges_);
}

ExactRequantizer::ExactRequantizer(const Limbs& limbs, const WindowTable& table,
                                   const ChannelScales& scales, size_t channel_elements)
    : limbs_(limbs),
      table_(table),
      scales_(scales),
      channel_elements_(channel_elements),
      begin_(table.begin(limbs)),
      end_(table.end(limbs)) {}

bool ExactRequantizer::apply(std::span<const double> accumulators, size_t at,
                             const TensorSink& sink) const {
  const size_t channel = scales_.factors.size() == 1 ? 0 : at / channel_elements_;
  const int64_t factor = scales_.factors[channel];
  const int64_t bias = scales_.biases[channel];
  bool inside = true;
  for (size_t i = 0; i < accumulators.size(); ++i) {
    int64_t A = 0;
    inside &= !__builtin_mul_overflow(factor, static_cast<int64_t>(accumulators[i]), &A) &&
              !__builtin_add_overflow(A, bias, &A) && write(A, at + i, sink);
  }
  return inside;
}

bool ExactRequantizer::write(int64_t A, size_t element, const TensorSink& sink) const {
  if (A < begin_ || A >= end_) {
    return false;
  }
  const uint32_t row = table_.row_of(A, limbs_);
  const WindowTable::Window window = table_.window(row, limbs_);
  sink.X[element] = window.X;
  if (sink.V == nullptr) {
    return true;
  }
  int64_t e = 0;
  if (table_.is_edge(row)) {
    sink.edges->add({static_cast<uint32_t>(element), row});
  } else {
    e = (window.begin - limbs_.unit() * window.X) / limbs_.window();
  }
  sink.V[element] = static_cast<int32_t>(window.X + e);
  const int64_t R = A - window.begin;
  sink.R[element] = static_cast<uint32_t>(R / limbs_.T());
  sink.L[element] = static_cast<uint32_t>(R % limbs_.T());
  return true;
}

}  // namespace vouch
