#include "poly/projections.h"

#include "base/check.h"
#include "poly/eq.h"

namespace vouch {
namespace {

std::array<unsigned, Projections::kBlocks> split(unsigned bits) {
  const unsigned low = (bits + 2) / 3;
  const unsigned middle = (bits - low + 1) / 2;
  return {low, middle, bits - low - middle};
}

size_t subset_bytes(unsigned block_bits) { return ((size_t{1} << block_bits) + 7) / 8; }

// Sums over all 256 subsets of each eight neighbours.
std::vector<Scalar> sums_of_eight(std::span<const Scalar> values) {
  std::vector<Scalar> sums(256 * ((values.size() + 7) / 8));
  for (size_t i = 0; i < values.size(); ++i) {
    Scalar* of_byte = sums.data() + 256 * (i / 8);
    const size_t bit = size_t{1} << (i % 8);
    for (size_t lower = 0; lower < bit; ++lower) {
      of_byte[bit + lower] = of_byte[lower] + values[i];
    }
  }
  // Bits behind the last value mean nothing.
  if (values.size() < 8) {
    for (size_t x = size_t{1} << values.size(); x < 256; ++x) {
      sums[x] = sums[x & ((size_t{1} << values.size()) - 1)];
    }
  }
  return sums;
}

}  // namespace

size_t Projections::bytes_needed(size_t count, unsigned bits) {
  size_t bytes = 0;
  for (const unsigned b : split(bits)) {
    bytes += subset_bytes(b);
  }
  return count * bytes;
}

Projections::Projections(size_t count, unsigned bits, Bytes subsets)
    : count_(count), bits_(bits), block_bits_(split(bits)), subsets_(std::move(subsets)) {
  VOUCH_CHECK(bits <= 30 && subsets_.size() == bytes_needed(count, bits));
  for (size_t block = 0; block < kBlocks; ++block) {
    first_byte_[block] = stride_;
    stride_ += subset_bytes(block_bits_[block]);
  }
}

Scalar Projections::evaluate(std::span<const Scalar> coefficients,
                             std::span<const Scalar> point) const {
  VOUCH_CHECK(coefficients.size() == count_ && point.size() == bits_);
  std::array<std::vector<Scalar>, kBlocks> sums;
  for (size_t block = 0; block < kBlocks; ++block) {
    sums[block] = sums_of_eight(eq_table(point.first(block_bits_[block])));
    point = point.subspan(block_bits_[block]);
  }
  Scalar total;
  for (size_t i = 0; i < count_; ++i) {
    Scalar product = coefficients[i];
    for (size_t block = 0; block < kBlocks; ++block) {
      const uint8_t* bytes = subset(i, block);
      Scalar sum;
      for (size_t byte = 0; byte < subset_bytes(block_bits_[block]); ++byte) {
        sum += sums[block][256 * byte + bytes[byte]];
      }
      product *= sum;
    }
    total += product;
  }
  return total;
}

}  // namespace vouch
