// How fast this machine does what proofs are made of: some kernels, measured for a moment.
#pragma once

#include "base/result.h"

namespace vouch {

struct MachineSpeed {
  double field_ns = 0;    ///< a pair of scalars through one fold and one round sum, all threads
  double group_ns = 0;    ///< an 8-bit code committed to, all threads
  double square_ns = 0;   ///< a point decoded (a square root), one thread
  double serial_ns = 0;   ///< as group_ns of whole scalars, one thread: a verifier's sum
  double integer_ns = 0;  ///< a thousand multiply-adds of the executor, all threads
};

/// Takes less than a second.
[[nodiscard]] MachineSpeed measure_speed();

}  // namespace vouch
