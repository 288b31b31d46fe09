#include "group/msm.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>
#include <vector>

#include "base/check.h"
#include "group/kernels/kernels.h"
#include "group/non_adjacent_form.h"
#include "group/signed_digits.h"
#include "group/straus.h"

namespace vouch {
namespace {

using internal::group_kernels;

constexpr size_t kMaxWidth = 16;
// Below so many terms the shared doublings of Straus' method win (measured, group_bench).
constexpr size_t kStrausTerms = 96;

// Σ_w 2^(width·w)·sums[w].
Point join_windows(std::span<const Point> sums, size_t width) {
  Point out;
  for (size_t w = sums.size(); w-- > 0;) {
    for (size_t k = 0; k < width && w + 1 < sums.size(); ++k) {
      out = out.doubled();
    }
    out += sums[w];
  }
  return out;
}

// In additions: a window costs one a point and a few a bucket.
double cost(size_t windows, size_t width, size_t n) {
  return static_cast<double>(windows) *
         (static_cast<double>(n) +
          group_kernels().bucket_cost * std::ldexp(1.0, static_cast<int>(width) - 1));
}

// Windows of signed digits for a scalar, which (almost always) has 252 bits; the last has no sign,
// so that there is none for a mere carry.
internal::SignedWindows best_windows(size_t n) {
  constexpr size_t kBits = 252;
  size_t best = 2;
  double best_cost = INFINITY;
  for (size_t width = 2; width <= kMaxWidth; ++width) {
    const size_t signed_windows = (kBits - 1) / width;
    const double c =
        cost(signed_windows, width, n) + cost(1, kBits - signed_windows * width + 1, n);
    if (c < best_cost) {
      best = width;
      best_cost = c;
    }
  }
  return {best, (kBits - 1) / best + 1};
}

void share_out(const MsmExecutor& executor, size_t n, size_t grain,
               const std::function<void(size_t, size_t)>& body) {
  if (executor) {
    executor(n, grain, body);
  } else {
    body(0, n);
  }
}

// Digits are made window by window where they are sorted: an array of all of them would be twenty
// times as long as what a window leaves in the second cache.
Point pippenger(std::span<const Scalar> s, std::span<const NielsPoint> points,
                const MsmExecutor& executor) {
  constexpr size_t kIntegersGrain = 4096;
  const size_t n = s.size();
  const internal::SignedWindows windows = best_windows(n);
  std::vector<internal::Limbs4> integers(n);
  share_out(executor, n, kIntegersGrain, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      integers[i] = windows.sum(s[i]);
    }
  });
  std::vector<Point> sums(windows.count());
  share_out(executor, windows.count(), 1, [&](size_t begin, size_t end) {
    std::vector<int32_t> digits(n);
    for (size_t w = begin; w < end; ++w) {
      for (size_t i = 0; i < n; ++i) {
        digits[i] = windows.digit(integers[i], w);
      }
      sums[w] = group_kernels().window_sum(points.data(), n, digits.data(), windows.max_digit(w));
    }
  });
  return join_windows(sums, windows.width());
}

uint64_t magnitude(int64_t x) {
  return x < 0 ? 0 - static_cast<uint64_t>(x) : static_cast<uint64_t>(x);
}

struct Split {
  size_t windows = 1;
  size_t width = 1;
};

// The cheapest split of signed numbers of `bits` bits; windows·width > bits leaves room for the
// sign.
Split best_split(size_t bits, size_t nonzero) {
  Split best;
  double best_cost = INFINITY;
  for (size_t windows = 1; windows <= 33; ++windows) {
    const size_t width = (bits + windows) / windows;
    const double c = cost(windows, width, nonzero);
    if (width >= 2 && width <= kMaxWidth && c < best_cost) {
      best = {.windows = windows, .width = width};
      best_cost = c;
    }
  }
  return best;
}

// The digits of all x: x[i] = Σ_w digits[w·n + i]·2^(width·w).
template <class Int>
std::vector<int32_t> split_digits(std::span<const Int> x, const Split& split) {
  const size_t n = x.size();
  std::vector<int32_t> digits(split.windows * n);
  const int64_t half = int64_t{1} << (split.width - 1);
  for (size_t i = 0; i < n; ++i) {
    int64_t rest = x[i];
    for (size_t w = 0; w + 1 < split.windows; ++w) {
      // From the lowest: the remainder in [−half, half), and the quotient, ⌊rest/2^width⌋ or one
      // more. Both without a branch, since signs and carries are as good as random.
      const int64_t upper = (rest >> (split.width - 1)) & 1;
      digits[w * n + i] = static_cast<int32_t>((rest & (half - 1)) - upper * half);
      rest = (rest >> split.width) + upper;
    }
    digits[(split.windows - 1) * n + i] = static_cast<int32_t>(rest);
  }
  return digits;
}

template <class Int>
Point msm_of_windows(std::span<const NielsPoint> points, std::span<const Int> x,
                     const Split& split) {
  const std::vector<int32_t> digits = split_digits(x, split);
  std::vector<Point> sums(split.windows);
  for (size_t w = 0; w < split.windows; ++w) {
    sums[w] = group_kernels().window_sum(points.data(), x.size(), digits.data() + w * x.size(),
                                         uint32_t{1} << (split.width - 1));
  }
  return join_windows(sums, split.width);
}

// The integers are their digits.
template <class Int>
Point msm_of_digits(std::span<const NielsPoint> points, std::span<const Int> x, uint32_t largest) {
  if constexpr (std::is_same_v<Int, int32_t>) {
    return group_kernels().window_sum(points.data(), x.size(), x.data(), largest);
  } else {
    std::vector<int32_t> digits(x.size());
    std::transform(x.begin(), x.end(), digits.begin(),
                   [](Int v) { return static_cast<int32_t>(v); });
    return group_kernels().window_sum(points.data(), x.size(), digits.data(), largest);
  }
}

template <class Int>
Point msm_small(std::span<const NielsPoint> points, std::span<const Int> x) {
  VOUCH_CHECK(x.size() <= points.size());
  Int lowest = 0;
  Int highest = 0;
  for (const Int v : x) {
    lowest = std::min(lowest, v);
    highest = std::max(highest, v);
  }
  const uint64_t largest = std::max(magnitude(lowest), magnitude(highest));
  const size_t zeros = static_cast<size_t>(std::count(x.begin(), x.end(), Int{0}));
  const size_t nonzero = x.size() - zeros;
  if (nonzero == 0) {
    return {};
  }
  const Split split = best_split(static_cast<size_t>(std::bit_width(largest)), nonzero);
  if (split.windows == 1) {
    return msm_of_digits(points, x, static_cast<uint32_t>(largest));
  }
  if (nonzero > x.size() / 2) {
    return msm_of_windows(points, x, split);
  }
  // Copying a point costs less than passing many zeros several times.
  std::vector<size_t> indices(nonzero + 1);  // one place for zeros at the end
  size_t found = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    indices[found] = i;
    found += x[i] != 0 ? 1 : 0;
  }
  std::vector<NielsPoint> present(nonzero);
  std::vector<Int> values(nonzero);
  for (size_t i = 0; i < nonzero; ++i) {
    present[i] = points[indices[i]];
    values[i] = x[indices[i]];
  }
  return msm_of_windows(std::span<const NielsPoint>(present), std::span<const Int>(values), split);
}

}  // namespace

Point msm_vartime(std::span<const Scalar> s, std::span<const NielsPoint> points,
                  const MsmExecutor& executor) {
  VOUCH_CHECK(s.size() == points.size());
  if (s.size() > kStrausTerms) {
    return pippenger(s, points, executor);
  }
  std::vector<Point> extended(points.size());
  std::transform(points.begin(), points.end(), extended.begin(),
                 [](const NielsPoint& p) { return p.point(); });
  return internal::straus_vartime(s, extended);
}

Point msm_vartime(std::span<const Scalar> s, std::span<const Point> points,
                  const MsmExecutor& executor) {
  VOUCH_CHECK(s.size() == points.size());
  if (s.size() > kStrausTerms) {
    return pippenger(s, to_niels(points), executor);
  }
  return internal::straus_vartime(s, points);
}

Point msm_small_vartime(std::span<const NielsPoint> points, std::span<const int32_t> x) {
  return msm_small(points, x);
}
Point msm_small_vartime(std::span<const NielsPoint> points, std::span<const int64_t> x) {
  return msm_small(points, x);
}
Point msm_small_vartime(std::span<const NielsPoint> points, std::span<const uint8_t> x) {
  return msm_small(points, x);
}

std::vector<NielsPoint> collapse_vartime(std::span<const Scalar> k,
                                         std::span<const NielsPoint> points, size_t length,
                                         size_t begin, size_t end) {
  VOUCH_CHECK(begin <= end && end <= length);
  std::vector<internal::NonAdjacentForm> forms(k.size());
  std::transform(k.begin(), k.end(), forms.begin(), internal::non_adjacent_form);
  std::vector<Point> out(end - begin);
  group_kernels().collapse(forms.data(), forms.size(), points.data(), points.size(), length, begin,
                           end, out.data());
  return to_niels(out);
}

std::vector<NielsPoint> collapse_vartime(std::span<const Scalar> k,
                                         std::span<const NielsPoint> points, size_t length) {
  return collapse_vartime(k, points, length, 0, length);
}

}  // namespace vouch
