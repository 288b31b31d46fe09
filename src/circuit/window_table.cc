#include "circuit/window_table.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "base/check.h"
#include "poly/eq.h"

namespace vouch {
namespace {

int64_t floor_quotient(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// σ_k, how far a float32 boundary is from the middle between two codes.
int64_t float_shift(int k, const Limbs& limbs) {
  const auto twice = static_cast<unsigned>(std::abs(2 * k - 1));  // 2·|k − ½|
  const unsigned j_and_one = static_cast<unsigned>(std::bit_width(twice)) - 1U;
  const int64_t half_ulp = int64_t{1} << (2 * limbs.bits - 25 + j_and_one);
  return k % 2 == 0 ? -half_ulp : half_ulp + 1;
}

}  // namespace

int64_t WindowTable::boundary(unsigned X, const Limbs& limbs) const {
  const int64_t floor = limbs.unit() * X;
  if (boundaries == Boundaries::kFloor) {
    return floor;
  }
  return floor - (int64_t{1} << (2 * limbs.bits - 17)) - 1 +
         float_shift(static_cast<int>(X) - zero_point, limbs);
}

int64_t WindowTable::begin(const Limbs& limbs) const {
  return limbs.unit() * lo - limbs.window() * below;
}

int64_t WindowTable::end(const Limbs& limbs) const {
  return limbs.unit() * hi + limbs.window() * (int64_t{above} + 1);
}

WindowTable::Window WindowTable::window(uint32_t u, const Limbs& limbs) const {
  if (u <= below) {
    return {lo, limbs.unit() * lo - limbs.window() * (below - u)};
  }
  const uint32_t v = u - below - 1;
  const uint32_t steps = hi - lo;
  if (v >= 3 * steps) {
    return {hi, limbs.unit() * hi + limbs.window() * (v - 3 * steps + 1)};
  }
  const auto X = static_cast<uint8_t>(lo + 1 + v / 3);
  switch (v % 3) {
    case 0:
      return {static_cast<uint8_t>(X - 1), boundary(X, limbs) - limbs.window()};
    case 1:
      return {X, boundary(X, limbs)};
    default:
      return {X, limbs.unit() * X};
  }
}

uint32_t WindowTable::row_of(int64_t A, const Limbs& limbs) const {
  // Boundaries are at most one code's floor, and less than one code below it.
  int64_t X = std::clamp<int64_t>(A >> 2 * limbs.bits, lo, hi);
  if (X < hi && A >= boundary(static_cast<unsigned>(X) + 1, limbs)) {
    ++X;
  }
  const int64_t e = floor_quotient(A - limbs.unit() * X, limbs.window());
  const auto row = [&](int64_t error) {
    return row_of_error(static_cast<uint8_t>(X), static_cast<int32_t>(error));
  };
  if (e == 0 || (X == lo && e < 0) || (X == hi && e > 0)) {
    return row(e);
  }
  return e < 0 ? row(0) - 1 : row(0) + 1;
}

Result<void> validate_windows(const WindowTable& table) {
  if (table.lo > table.hi) {
    return Error{"a table's lowest code is above its highest one"};
  }
  if (table.boundaries == Boundaries::kFloor && table.zero_point != 0) {
    return Error{"a table that rounds down has a zero-point"};
  }
  if (table.below > WindowTable::kMaxSide || table.above > WindowTable::kMaxSide) {
    return Error{"a table has more than 2^20 windows on one side"};
  }
  return {};
}

std::vector<Scalar> window_errors(const WindowTable& table, const Limbs& limbs, uint32_t first,
                                  uint32_t count) {
  const Scalar inverse = Scalar::from_i64(limbs.window()).inverse();
  std::vector<Scalar> out;
  out.reserve(count);
  for (uint32_t u = first; u < first + count; ++u) {
    const WindowTable::Window w = table.window(u, limbs);
    out.push_back(Scalar::from_i64(w.begin - limbs.unit() * w.X) * inverse);
  }
  return out;
}

namespace {

// Σ_{first ≤ u < end} eq(point, u)·(constant + slope·u)
Scalar sequence(std::span<const Scalar> point, uint64_t first, uint64_t end, const Scalar& constant,
                const Scalar& slope) {
  const Scalar eq = eq_below(point, end) - eq_below(point, first);
  return constant * eq + slope * (eq_index_below(point, end) - eq_index_below(point, first));
}

}  // namespace

Scalar windows_extension(const WindowTable& table, const Limbs& limbs,
                         std::span<const Scalar> point, const Scalar& a, const Scalar& gamma) {
  const auto number = [](uint64_t x) { return Scalar::from_u64(x); };
  const uint32_t middle = table.below + 1;
  const uint32_t rest = middle + 3U * (table.hi - table.lo);
  // E is u − below, then u − rest + 1.
  Scalar sum =
      sequence(point, 0, middle, a - number(table.lo) + gamma * number(table.below), -gamma);
  sum += sequence(point, rest, table.rows(),
                  a - number(table.hi) + gamma * (number(rest) - Scalar::one()), -gamma);
  const std::vector<Scalar> eq = eq_range(point, middle, rest - middle);
  const std::vector<Scalar> E = window_errors(table, limbs, middle, rest - middle);
  for (size_t i = 0; i < eq.size(); ++i) {
    const Scalar X = number(table.window(middle + static_cast<uint32_t>(i), limbs).X);
    sum += eq[i] * (a - X - gamma * E[i]);
  }
  return sum;
}

void encode_windows(ByteWriter& w, const WindowTable& table) {
  w.u8(static_cast<uint8_t>(table.boundaries));
  w.u8(table.zero_point);
  w.u8(table.lo);
  w.u8(table.hi);
  w.u32(table.below);
  w.u32(table.above);
}

Result<WindowTable> decode_windows(ByteReader& r) {
  WindowTable table;
  const uint8_t boundaries = r.u8();
  table.zero_point = r.u8();
  table.lo = r.u8();
  table.hi = r.u8();
  table.below = r.u32();
  table.above = r.u32();
  if (!r.ok() || boundaries > 1) {
    return Error{"a table is cut short, or rounds in an unknown way"};
  }
  table.boundaries = static_cast<Boundaries>(boundaries);
  VOUCH_TRY(validate_windows(table));
  return table;
}

}  // namespace vouch
