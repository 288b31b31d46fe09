#include "poly/eq.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {

Scalar eq_at(std::span<const Scalar> r, uint64_t i) {
  Scalar e = Scalar::one();
  for (size_t j = 0; j < r.size(); ++j) {
    e *= (j < 64 && (i >> j) & 1) != 0 ? r[j] : Scalar::one() - r[j];
  }
  return e;
}

Scalar eq_points(std::span<const Scalar> r, std::span<const Scalar> s) {
  VOUCH_CHECK(r.size() == s.size());
  Scalar e = Scalar::one();
  for (size_t j = 0; j < r.size(); ++j) {
    const Scalar rs = r[j] * s[j];
    e *= Scalar::one() - r[j] - s[j] + rs + rs;
  }
  return e;
}

std::vector<Scalar> eq_table(std::span<const Scalar> r, const Scalar& scale) {
  VOUCH_CHECK(r.size() < 32);
  std::vector<Scalar> table(size_t{1} << r.size());
  table[0] = scale;
  // After step j the first 2^(j+1) entries hold the table of r_0…r_j.
  for (size_t j = 0; j < r.size(); ++j) {
    const size_t half = size_t{1} << j;
    kernels().scale(table.data() + half, table.data(), r[j], half);
    kernels().subtract(table.data(), table.data(), table.data() + half, half);
  }
  return table;
}

std::vector<Scalar> eq_range(std::span<const Scalar> r, uint64_t first, uint64_t count) {
  std::vector<Scalar> out(count);
  if (count == 0) {
    return out;
  }
  // At most three blocks of 2^k ≥ count/2 entries meet the range; one table of r's low k bits
  // serves them all.
  const size_t k = std::min<size_t>(r.size(), static_cast<size_t>(std::bit_width(count) - 1));
  const std::vector<Scalar> low = eq_table(r.first(k));
  for (uint64_t i = first; i < first + count;) {
    const uint64_t block = i >> k;
    const uint64_t end = std::min((block + 1) << k, first + count);
    const Scalar high = eq_at(r.subspan(k), block);
    kernels().scale(out.data() + (i - first), low.data() + (i - (block << k)), high, end - i);
    i = end;
  }
  return out;
}

Scalar eq_below(std::span<const Scalar> r, uint64_t bound) {
  if (bound >= uint64_t{1} << r.size()) {
    return Scalar::one();
  }
  // From the highest bit: indices that agree with `bound` so far weigh `agree`; where bound has a
  // 1, those with a 0 are below.
  Scalar sum;
  Scalar agree = Scalar::one();
  for (size_t j = r.size(); j-- > 0;) {
    const Scalar with_one = agree * r[j];
    if ((bound >> j & 1) != 0) {
      sum += agree - with_one;
      agree = with_one;
    } else {
      agree -= with_one;
    }
  }
  return sum;
}

Scalar eq_index_below(std::span<const Scalar> r, uint64_t bound) {
  VOUCH_CHECK(r.size() < 64);
  // index[j]: Σ over all i of the j low bits of eq·i.
  std::vector<Scalar> index(r.size() + 1);
  for (size_t j = 0; j < r.size(); ++j) {
    index[j + 1] = index[j] + Scalar::from_u64(uint64_t{1} << j) * r[j];
  }
  if (bound >= uint64_t{1} << r.size()) {
    return index.back();
  }
  // As in eq_below. The indices that are below from bit j on begin with the bits that agree.
  Scalar sum;
  Scalar agree = Scalar::one();
  for (size_t j = r.size(); j-- > 0;) {
    const Scalar with_one = agree * r[j];
    if ((bound >> j & 1) != 0) {
      const Scalar first = Scalar::from_u64(bound >> (j + 1) << (j + 1));
      sum += (agree - with_one) * (first + index[j]);
      agree = with_one;
    } else {
      agree -= with_one;
    }
  }
  return sum;
}

// A low table of 2^12 entries (128 kB): few runs of some hundred indices end within one block.
SplitEq::SplitEq(std::span<const Scalar> r, const Scalar& scale)
    : low_bits_(static_cast<unsigned>(
          std::min<size_t>(r.size(), std::max<size_t>((r.size() + 1) / 2, 12)))),
      low_(eq_table(r.first(low_bits_))),
      high_(eq_table(r.subspan(low_bits_), scale)) {}

}  // namespace vouch
