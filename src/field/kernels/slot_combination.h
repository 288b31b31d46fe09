// Affine combinations of the small integers of lookup slots, what the lowest layers of the lookup
// tree are made of (prove/main_slots.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "field/scalar.h"

namespace vouch {

/// The integers of consecutive slots. With E = V − X + offset: X < 2^8, 0 ≤ E < 2^26, R < 2^24.
struct SlotIntegers {
  const uint8_t* X;
  const int32_t* V;
  const uint32_t* R;

  [[nodiscard]] SlotIntegers from(size_t slot) const { return {X + slot, V + slot, R + slot}; }
};

/// constant + Σ over up to two parts of Σ_k s[k]·column k, the columns being those of slot
/// planes·i + plane for entry i.
struct SlotCombination {
  enum Column : size_t { kX, kE, kR, kRX, kRE };
  static constexpr size_t kColumns = 5;

  struct Part {
    unsigned plane = 0;    ///< below planes
    unsigned columns = 0;  ///< bit k: column k has a share
    std::array<Scalar, kColumns> s;
  };

  Scalar constant;
  std::array<Part, 2> parts;
  unsigned planes = 1;  ///< slots of an entry: 1, 2 or 4
  int32_t offset = 0;   ///< of E

  /// The columns of one slot.
  [[nodiscard]] static std::array<uint64_t, kColumns> columns(const SlotIntegers& slots, size_t i,
                                                              int32_t offset) {
    const uint64_t X = slots.X[i];
    const auto E = static_cast<uint64_t>(int64_t{slots.V[i]} - slots.X[i] + offset);
    const uint64_t R = slots.R[i];
    return {X, E, R, R * X, R * E};
  }
};

}  // namespace vouch
