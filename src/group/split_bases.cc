#include "group/split_bases.h"

#include <array>

#include "base/check.h"
#include "group/edwards_formulas.h"

namespace vouch {
namespace {

constexpr size_t kDigits = 65;

// The width-4 non-adjacent form of a word: digits zero or odd, |d| < 8.
std::array<int8_t, kDigits> digits_of(uint64_t word) {
  std::array<int8_t, kDigits> out{};
  uint64_t carry = 0;
  for (size_t i = 0; i < kDigits;) {
    const uint64_t rest = i < 64 ? word >> i : 0;
    const auto window = static_cast<int>((rest & 15) + carry);
    if (window % 2 == 0) {
      ++i;  // the carry stays: bit i and the carry were both 0 or both 1
      continue;
    }
    carry = window >= 8 ? 1 : 0;
    out[i] = static_cast<int8_t>(window >= 8 ? window - 16 : window);
    i += 4;
  }
  return out;
}

}  // namespace

SplitBases::SplitBases(std::span<const NielsPoint> points, const MsmExecutor& executor)
    : multiples_(kParts * kOdd) {
  const auto multiply = [&](const std::vector<NielsPoint>& from, uint64_t factor, bool shift) {
    Scalar k = Scalar::from_u64(factor);
    for (size_t i = 0; shift && i < 64; ++i) {
      k = k.doubled();
    }
    std::vector<NielsPoint> out(from.size());
    const auto part = [&](size_t begin, size_t end) {
      const auto made = collapse_vartime({&k, 1}, from, from.size(), begin, end);
      std::copy(made.begin(), made.end(), out.begin() + static_cast<std::ptrdiff_t>(begin));
    };
    if (executor) {
      executor(from.size(), 128, part);
    } else {
      part(0, from.size());
    }
    return out;
  };
  multiples_[0].assign(points.begin(), points.end());
  for (size_t j = 1; j < kParts; ++j) {
    multiples_[j * kOdd] = multiply(multiples_[(j - 1) * kOdd], 1, true);
  }
  for (size_t j = 0; j < kParts; ++j) {
    for (size_t k = 1; k < kOdd; ++k) {
      multiples_[j * kOdd + k] = multiply(multiples_[j * kOdd], 2 * k + 1, false);
    }
  }
}

Point SplitBases::sum_vartime(size_t first, std::span<const Scalar> s) const {
  VOUCH_CHECK(first + s.size() <= multiples_[0].size());
  std::vector<std::array<int8_t, kDigits>> digits;
  digits.reserve(kParts * s.size());
  for (const Scalar& x : s) {
    for (const uint64_t word : x.integer()) {
      digits.push_back(digits_of(word));
    }
  }
  Point sum;
  for (size_t bit = kDigits; bit-- > 0;) {
    sum = sum.doubled();
    for (size_t k = 0; k < digits.size(); ++k) {
      const int digit = digits[k][bit];
      if (digit != 0) {
        const auto magnitude = static_cast<size_t>(digit < 0 ? -digit : digit);
        const NielsPoint& multiple =
            multiples_[k % kParts * kOdd + magnitude / 2][first + k / kParts];
        sum = digit > 0 ? internal::add_niels(sum, multiple)
                        : internal::subtract_niels(sum, multiple);
      }
    }
  }
  return sum;
}

}  // namespace vouch
