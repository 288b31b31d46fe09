// What an operator's values become: X = f(V), a step function of public steps.
//
//     f(V) = first + Σ over ramps of rise · (how many of its steps are ≤ V)
//
// A ramp has `count` steps, at V = at, at + every, at + 2·every, … A clamp to [lo, hi] is one ramp,
// of hi − lo steps that rise by 1, at every V from lo + 1 on; any function of V into 0…255 is some
// ramps. Step functions have multilinear extensions in closed form, one eq_below a step.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "field/scalar.h"

namespace vouch {

struct Ramp {
  int32_t at = 0;      ///< V of the first step
  uint16_t every = 1;  ///< distance of steps, ≥ 1
  uint16_t count = 1;  ///< number of steps, ≥ 1
  int16_t rise = 1;    ///< of each step, −255…255, not 0
  bool operator==(const Ramp&) const = default;
};

struct ActivationTable {
  static constexpr unsigned kMinBits = 9;
  static constexpr unsigned kMaxBits = 24;
  static constexpr size_t kMaxSteps = 1024;

  uint8_t bits = 17;  ///< V lies in [−2^bits, 2^bits): 2^(bits+1) rows
  uint8_t first = 0;  ///< f of the smallest V
  std::vector<Ramp>
      ramps;  ///< one after the other: each begins above the last step of the one before
  bool operator==(const ActivationTable&) const = default;

  /// f = min(hi, max(lo, V)), 0 ≤ lo ≤ hi ≤ 255.
  [[nodiscard]] static ActivationTable clamp(unsigned bits, uint8_t lo, uint8_t hi);

  [[nodiscard]] size_t steps() const;
  /// f(V).
  [[nodiscard]] uint8_t at(int64_t V) const;
  /// f(−2^bits), f(−2^bits + 1), …: all 2^(bits+1) values.
  [[nodiscard]] std::vector<uint8_t> values() const;
};

/// The least and the greatest code that f takes.
struct CodeBounds {
  uint8_t lo = 0;
  uint8_t hi = 255;
  bool operator==(const CodeBounds&) const = default;
};
[[nodiscard]] CodeBounds code_bounds(const ActivationTable& table);

/// Bits, steps and codes are in their ranges.
[[nodiscard]] Result<void> validate_table(const ActivationTable& table);

/// f̃ at a point of bits + 1 entries, of the index V + 2^bits.
[[nodiscard]] Scalar table_extension(const ActivationTable& table, std::span<const Scalar> point);

void encode_table(ByteWriter& w, const ActivationTable& table);
/// Checked by validate_table.
[[nodiscard]] Result<ActivationTable> decode_table(ByteReader& r);

}  // namespace vouch
