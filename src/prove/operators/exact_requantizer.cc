#include "prove/operators/exact_requantizer.h"

#include <algorithm>

namespace vouch {
namespace {

// ⌊a/d⌋ for |a/d| < 2^52, inverse = 1/d: the product is off by less than 1.
int64_t floor_quotient(int64_t a, int64_t d, double inverse) {
  const auto q = static_cast<int64_t>(static_cast<double>(a) * inverse);
  const int64_t rest = a - q * d;
  return rest < 0 ? q - 1 : rest >= d ? q + 1 : q;
}

}  // namespace

SecretVector<Edge> EdgeList::take() {
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
      end_(table.end(limbs)),
      inverse_T_(1 / static_cast<double>(limbs.T())),
      inverse_window_(1 / static_cast<double>(limbs.window())) {}

bool ExactRequantizer::apply(std::span<const double> accumulators, size_t at,
                             const TensorSink& sink) const {
  const size_t channel = scales_.factors.size() == 1 ? 0 : at / channel_elements_;
  const int64_t factor = scales_.factors[channel];
  const int64_t bias = scales_.biases[channel];
  SecretVector<Edge> edges;
  bool inside = true;
  for (size_t i = 0; i < accumulators.size(); ++i) {
    int64_t A = 0;
    inside &= !__builtin_mul_overflow(factor, static_cast<int64_t>(accumulators[i]), &A) &&
              !__builtin_add_overflow(A, bias, &A) && write(A, at + i, sink, edges);
  }
  if (!edges.empty()) {
    sink.edges->add(edges);
  }
  return inside;
}

bool ExactRequantizer::write(int64_t A, size_t element, const TensorSink& sink,
                             SecretVector<Edge>& edges) const {
  if (A < begin_ || A >= end_) {
    return false;
  }
  // The code whose own window A is in, or else the outermost one, and windows beyond its own.
  const int64_t X = std::clamp<int64_t>(A >> 2 * limbs_.bits, table_.lo, table_.hi);
  const int64_t beyond = A - limbs_.unit() * X;
  const int64_t e = floor_quotient(beyond, limbs_.window(), inverse_window_);
  if (e != 0 && !(X == table_.lo && e < 0) && !(X == table_.hi && e > 0)) {
    write_edge(A, element, sink, edges);
    return true;
  }
  sink.X[element] = static_cast<uint8_t>(X);
  if (sink.V != nullptr) {
    sink.V[element] = static_cast<int32_t>(X + e);
    write_remainder(beyond - e * limbs_.window(), element, sink);
  }
  return true;
}

void ExactRequantizer::write_edge(int64_t A, size_t element, const TensorSink& sink,
                                  SecretVector<Edge>& edges) const {
  const uint32_t row = table_.row_of(A, limbs_);
  const WindowTable::Window window = table_.window(row, limbs_);
  sink.X[element] = window.X;
  if (sink.V != nullptr) {
    sink.V[element] = window.X;
    edges.push_back({static_cast<uint32_t>(element), row});
    write_remainder(A - window.begin, element, sink);
  }
}

void ExactRequantizer::write_remainder(int64_t R, size_t element, const TensorSink& sink) const {
  const int64_t U = floor_quotient(R, limbs_.T(), inverse_T_);
  sink.R[element] = static_cast<uint32_t>(U);
  sink.L[element] = static_cast<uint32_t>(R - U * limbs_.T());
}

}  // namespace vouch
