// A value of one slot of a column, for what few slots have beside small integers.
#pragma once

#include <cstdint>

#include "base/secret.h"
#include "field/scalar.h"

namespace vouch {

struct SlotValue {
  uint64_t slot;
  Scalar value;
};

/// In order of slots. Wiped.
using SlotValues = SecretVector<SlotValue>;

}  // namespace vouch
