#include "prove/operators/requantizer.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace vouch {
namespace {

// 1.5·2^52 + A lies in [2^52, 2^53) for |A| < 2^51, where doubles are 1 apart: the low 52 bits of
// its representation are A + 2^51. That turns an accumulator into an integer in one addition, two
// at a time; and because 2^s divides 2^51, shifting the unsigned A + 2^51 right is the floor
// division.
constexpr double kMagic = 6755399441055744.0;
static_assert(kMagic == 1.5 * static_cast<double>(uint64_t{1} << 52));
constexpr uint64_t kMantissa = (uint64_t{1} << 52) - 1;
constexpr uint64_t kOffset = uint64_t{1} << 51;
static_assert(kAccumulatorBound < kOffset);

constexpr size_t kChunk = 256;

// Returns the OR of what lies above the value table, zero if every V is inside.
uint64_t split(const double* A, size_t n, unsigned shift, unsigned value_bits, int32_t* V,
               uint32_t* R) {
  const uint64_t mask = (uint64_t{1} << shift) - 1;
  const uint64_t zero = kOffset >> shift;
  const uint64_t low = uint64_t{1} << value_bits;
  uint64_t outside = 0;
  for (size_t i = 0; i < n; ++i) {
    const uint64_t u = std::bit_cast<uint64_t>(A[i] + kMagic) & kMantissa;
    const uint64_t v = (u >> shift) - zero;
    outside |= (v + low) >> (value_bits + 1);
    V[i] = static_cast<int32_t>(static_cast<uint32_t>(v));
    R[i] = static_cast<uint32_t>(u & mask);
  }
  return outside;
}

// The greatest |X − z|.
uint64_t reach_of(const CodeBounds& codes, uint8_t zero_point) {
  const int z = zero_point;
  return static_cast<uint64_t>(std::max(std::abs(codes.lo - z), std::abs(codes.hi - z)));
}

// |w| without a branch.
uint64_t magnitude_of(int64_t w) {
  const uint64_t sign = uint64_t{0} - static_cast<uint64_t>(w < 0);
  return (static_cast<uint64_t>(w) ^ sign) - sign;
}

}  // namespace

void WorstCase::add(int64_t w, const CodeBounds& codes, uint8_t zero_point, uint64_t taps) {
  add_sum(magnitude_of(w), magnitude_of(w),
          reach_of(codes, zero_point) * std::min(taps, kAccumulatorBound));
}

void WorstCase::add_all(std::span<const int64_t> w, const CodeBounds& codes, uint8_t zero_point) {
  constexpr size_t kSummands = size_t{1} << 16;  // below 2^47 each: the sum is below 2^63
  const uint64_t reach = reach_of(codes, zero_point);
  for (size_t begin = 0; begin < w.size(); begin += kSummands) {
    uint64_t sum = 0;
    uint64_t bits = 0;  // of any
    for (const int64_t x : w.subspan(begin, std::min(kSummands, w.size() - begin))) {
      const uint64_t magnitude = magnitude_of(x);
      sum += magnitude;
      bits |= magnitude;
    }
    add_sum(sum, bits, reach);
  }
}

void WorstCase::add_bias(int64_t b) { add_sum(magnitude_of(b), magnitude_of(b), 1); }

void WorstCase::add_sum(uint64_t sum, uint64_t bits, uint64_t factor) {
  if (bits >= kWeightBound) {
    total_ = kAccumulatorBound + 1;
  }
  if (!exact() || sum == 0 || factor == 0) {
    return;
  }
  if (factor > kAccumulatorBound / sum) {
    total_ = kAccumulatorBound + 1;
    return;
  }
  total_ += sum * factor;  // both ≤ 2^50: no overflow
}

Requantizer::Requantizer(unsigned shift, const ActivationTable& table)
    : shift_(shift), bits_(table.bits), bounds_(code_bounds(table)) {
  if (!(table == ActivationTable::clamp(table.bits, bounds_.lo, bounds_.hi))) {
    values_ = table.values();
  }
}

bool Requantizer::apply(std::span<const double> A, size_t at, const TensorSink& sink) const {
  if (exact_) {
    return exact_->apply(A, at, sink);
  }
  int32_t V_only[kChunk];
  uint32_t R_only[kChunk];
  uint64_t outside = 0;
  for (size_t begin = 0; begin < A.size() && outside == 0; begin += kChunk) {
    const size_t n = std::min(kChunk, A.size() - begin);
    int32_t* V = sink.V != nullptr ? sink.V + at + begin : V_only;
    uint32_t* R = sink.R != nullptr ? sink.R + at + begin : R_only;
    outside = split(A.data() + begin, n, shift_, bits_, V, R);
    if (outside == 0) {
      look_up(V, n, sink.X + at + begin);
    }
  }
  return outside == 0;
}

void Requantizer::look_up(const int32_t* V, size_t n, uint8_t* X) const {
  if (values_.empty()) {
    const int32_t lo = bounds_.lo;
    const int32_t hi = bounds_.hi;
    for (size_t i = 0; i < n; ++i) {
      X[i] = static_cast<uint8_t>(std::clamp(V[i], lo, hi));
    }
    return;
  }
  const int32_t zero = int32_t{1} << bits_;
  for (size_t i = 0; i < n; ++i) {
    X[i] = values_[static_cast<size_t>(V[i] + zero)];
  }
}

}  // namespace vouch
