// Multi-scalar multiplication by every back-end against one multiple after another. The points are
// known multiples of the generator, among them the identity, equal and opposite ones; the bytes say
// which, and times what.
#include <algorithm>

#include "base/check.h"
#include "field/fuzz_scalars.h"
#include "field/kernels/kernels.h"
#include "group/fixed_base.h"
#include "group/msm.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

constexpr size_t kMost = 150;  // more than the number from which on buckets are used

// Sixteen multiples k·B, k = −8 … 7.
struct Multiples {
  std::array<Scalar, 16> logarithms;
  std::vector<Point> points;
  std::vector<NielsPoint> niels;
  Multiples() {
    const FixedBase base(Point::generator());
    for (size_t i = 0; i < logarithms.size(); ++i) {
      logarithms[i] = Scalar::from_i64(static_cast<int64_t>(i) - 8);
      points.push_back(base.multiply(logarithms[i]));
    }
    niels = to_niels(points);
  }
};

struct Sum {
  std::vector<size_t> which;
  std::vector<Scalar> scalars;
  std::vector<int64_t> integers;
  std::vector<uint8_t> codes;
  size_t length = 1;  // of collapsed lines
};

// A scalar stands for `repeat` terms, so that few bytes make long sums.
Sum sum_of(ByteReader& bytes) {
  Sum out;
  out.length = 1 + bytes.u8() % 16;
  while (bytes.ok() && bytes.remaining() > 0 && out.which.size() < kMost) {
    const uint8_t head = bytes.u8();
    const size_t repeat = size_t{1} + ((head & 0x30U) == 0 ? 0 : bytes.u8() % 64);
    const Scalar s = fuzz_scalar(bytes);
    const auto x = static_cast<int64_t>(s.integer()[0]) >> (bytes.u8() % 64);
    for (size_t i = 0; i < repeat && out.which.size() < kMost; ++i) {
      out.which.push_back((head + i * (head >> 6U)) % 16);
      out.scalars.push_back(s);
      out.integers.push_back(x);
      out.codes.push_back(static_cast<uint8_t>(x));
    }
  }
  return out;
}

template <class T, class ToScalar>
Point naive(const Multiples& all, const Sum& sum, const std::vector<T>& x, const ToScalar& scalar) {
  Scalar total;
  for (size_t i = 0; i < x.size(); ++i) {
    total += scalar(x[i]) * all.logarithms[sum.which[i]];
  }
  return Point::generator().multiply(total);
}

template <class T>
T gather(const T& from, const std::vector<size_t>& which) {
  T out(which.size());
  std::transform(which.begin(), which.end(), out.begin(), [&](size_t i) { return from[i]; });
  return out;
}

// The collapsed lines: Σ_j k_j·points[i + j·length] for each i.
std::vector<Point> naive_lines(const Multiples& all, const Sum& sum, std::span<const Scalar> k) {
  std::vector<Point> lines;
  for (size_t i = 0; i < sum.length; ++i) {
    Scalar total;
    for (size_t j = 0; j < k.size() && i + j * sum.length < sum.which.size(); ++j) {
      total += k[j] * all.logarithms[sum.which[i + j * sum.length]];
    }
    lines.push_back(Point::generator().multiply(total));
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Multiples all;
  ByteReader bytes({data, size});
  const Sum sum = sum_of(bytes);
  const auto points = gather(all.points, sum.which);
  const auto niels = gather(all.niels, sum.which);
  const Point full = naive(all, sum, sum.scalars, [](const Scalar& s) { return s; });
  const Point integers = naive(all, sum, sum.integers, &Scalar::from_i64);
  const Point codes = naive(all, sum, sum.codes, &Scalar::from_u64);
  const auto k = std::span(sum.scalars).first(std::min<size_t>(sum.scalars.size(), 16));
  const auto lines = naive_lines(all, sum, k);
  for (const std::string_view name : available_kernels()) {
    VOUCH_CHECK(select_kernels(name).ok());
    VOUCH_CHECK(msm_vartime(sum.scalars, std::span(points)) == full);
    VOUCH_CHECK(msm_vartime(sum.scalars, std::span(niels)) == full);
    VOUCH_CHECK(msm_small_vartime(niels, std::span<const int64_t>(sum.integers)) == integers);
    VOUCH_CHECK(msm_small_vartime(niels, std::span<const uint8_t>(sum.codes)) == codes);
    const auto collapsed = collapse_vartime(k, niels, sum.length);
    VOUCH_CHECK(std::ranges::equal(collapsed, lines, {}, &NielsPoint::point));
  }
  return 0;
}
