// What the values of an operator become in a circuit that rounds exactly as a framework does: a
// clamp to [lo, hi] whose boundaries between codes are known to one unit of 2^(2s).
//
//     A = 2^(2s)·X + T²·E + R,  0 ≤ R < T²,  T = 2^s − 16
//
// A framework gives code X to the accumulators from its boundary B_X up to B_{X+1}:
//
//     floor      B_X = 2^(2s)·X
//     float32    B_X = 2^(2s)·X − 2^(2s−17) − 1 + σ_k,  k = X − zero-point,  2^j ≤ |k − ½| <
//     2^(j+1),
//                σ_k = −2^(2s−24+j) for even k, 2^(2s−24+j) + 1 for odd k
//
// The second one is round-to-nearest-even of the float32 product of an accumulator and a scale: A =
// 2^(2s)·(accumulator·scale), exactly, and half a unit less 2^(2s−17) + 1 (what a product that lies
// within half a unit in the last place of k − ½ is rounded to, its parity decides).
//
// A table's rows (X, E) are windows of T² values, [2^(2s)·X + T²·E, … + T²), that lie within [B_X,
// B_{X+1}) and cover it: so every A has exactly one code, and some row. T² is a little less than
// 2^(2s), as some of those intervals are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "circuit/activation_table.h"
#include "field/scalar.h"

namespace vouch {

/// |W| and |b| of circuits with exact rounding are below these.
inline constexpr int64_t kExactWeightBound = int64_t{1} << 51;
inline constexpr int64_t kExactBiasBound = int64_t{1} << 61;

enum class Boundaries : uint8_t { kFloor = 0, kFloat32 = 1 };

/// The two limbs of an exact circuit's remainders: R = L + T·U, 0 ≤ L, U < T.
struct Limbs {
  static constexpr unsigned kMinBits = 13;
  static constexpr unsigned kMaxBits = 20;

  unsigned bits = kMaxBits;  ///< s
  [[nodiscard]] int64_t T() const { return (int64_t{1} << bits) - 16; }
  /// 2^(2s): A of one code.
  [[nodiscard]] int64_t unit() const { return int64_t{1} << 2 * bits; }
  /// T²: A of one window.
  [[nodiscard]] int64_t window() const { return T() * T(); }
};

/// Row numbers u = 0, 1, …:
///
///     (lo, u − below)                      for u ≤ below
///     (X − 1, last), (X, first), (X, 0)    for X = lo + 1 … hi, three rows each
///     (hi, 1) … (hi, above)
///
/// where `first` is the window that begins at B_X, `last` the one that ends at B_{X+1}: their E are
/// multiples of 1/T².
struct WindowTable {
  static constexpr uint32_t kMaxSide = 1U << 20;  // so every A is below 2^61

  Boundaries boundaries = Boundaries::kFloor;
  uint8_t zero_point = 0;  ///< of kFloat32; else 0
  uint8_t lo = 0;
  uint8_t hi = 255;
  uint32_t below = 0;  ///< windows below code lo's own one, at most kMaxSide
  uint32_t above = 0;  ///< windows above code hi's own one, likewise
  bool operator==(const WindowTable&) const = default;

  [[nodiscard]] uint32_t rows() const { return below + above + 3U * (hi - lo) + 1; }
  [[nodiscard]] CodeBounds codes() const { return {lo, hi}; }
  /// B_X for lo < X ≤ hi.
  [[nodiscard]] int64_t boundary(unsigned X, const Limbs& limbs) const;
  /// The least A that has a row, and the least above it that has none.
  [[nodiscard]] int64_t begin(const Limbs& limbs) const;
  [[nodiscard]] int64_t end(const Limbs& limbs) const;
  /// Row u's code and where its window begins.
  struct Window {
    uint8_t X;
    int64_t begin;
  };
  [[nodiscard]] Window window(uint32_t u, const Limbs& limbs) const;
  /// A row of A, for begin ≤ A < end: one with an integer E if there is any.
  [[nodiscard]] uint32_t row_of(int64_t A, const Limbs& limbs) const;
  /// The row of code X whose E is the integer e, if there is one.
  [[nodiscard]] uint32_t row_of_error(uint8_t X, int32_t e) const {
    return static_cast<uint32_t>(int64_t{below} + 3 * (X - lo) + e);
  }
  /// Whether row u is a first or last one, whose E is no integer.
  [[nodiscard]] bool is_edge(uint32_t u) const {
    return u > below && u - below - 1 < 3U * (hi - lo) && (u - below - 1) % 3 != 2;
  }
};

[[nodiscard]] Result<void> validate_windows(const WindowTable& table);

/// E of rows [first, first + count), as field elements.
[[nodiscard]] std::vector<Scalar> window_errors(const WindowTable& table, const Limbs& limbs,
                                                uint32_t first, uint32_t count);

/// Σ_u eq(point, u)·(a − X_u − γ·E_u) over the rows u; the point has ⌈log₂ rows⌉ entries or more.
[[nodiscard]] Scalar windows_extension(const WindowTable& table, const Limbs& limbs,
                                       std::span<const Scalar> point, const Scalar& a,
                                       const Scalar& gamma);

void encode_windows(ByteWriter& w, const WindowTable& table);
/// Checked by validate_windows.
[[nodiscard]] Result<WindowTable> decode_windows(ByteReader& r);

}  // namespace vouch
