// A tree whose slots look up one integer each, 1/Q with Q = pad − x: the input's codes, the lower
// limbs of remainders, or what a predicate needs. Its lowest layers come straight from the small
// integers x, as the main tree's do (prove/main_slots.h).
#pragma once

#include <functional>

#include "circuit/tables.h"
#include "prove/fraction_tree.h"
#include "prove/witness.h"

namespace vouch {

class ColumnSlots {
 public:
  /// Reads elements of a brick: integers below 2^24, 0 or more.
  using Reader = std::function<void(size_t brick, size_t element, size_t count, int32_t* out)>;

  /// `pad` is Q where x is 0. `levels` must outlive it.
  ColumnSlots(Reader read, const RaggedLevels& levels, const Scalar& pad)
      : read_(std::move(read)), levels_(levels), pad_(pad) {}

  /// It refers to this object.
  [[nodiscard]] FractionTree tree() const;
  /// On level 1, of a pair of slots: A = λ·Q_0 + 1, B = Q_1 + 1/λ, with the summand A·B.
  [[nodiscard]] RaggedArrays bottom(const Scalar& lambda, const Scalar& lambda_inverse) const;

 private:
  class Bottom;

  /// Stored entries [begin, begin + count) of level 0, pads 0.
  void read(size_t begin, size_t count, int32_t* x) const;

  Reader read_;
  const RaggedLevels& levels_;
  Scalar pad_;
};

/// D and q under the plain table's tag; lower limbs under the range table's. The witness must
/// outlive them.
[[nodiscard]] ColumnSlots input_slots(const Witness& witness, const RaggedLevels& levels,
                                      const LookupChallenges& challenges);
[[nodiscard]] ColumnSlots low_slots(const Witness& witness, const RaggedLevels& levels,
                                    const LookupChallenges& challenges);
[[nodiscard]] ColumnSlots predicate_slots(const Witness& witness, const RaggedLevels& levels,
                                          const LookupChallenges& challenges);

}  // namespace vouch
