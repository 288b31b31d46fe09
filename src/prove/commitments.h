// Committing to columns: one Pedersen commitment Com(row; ω) = Σ row_i·G_i + ω·H a present row.
#pragma once

#include <vector>

#include "argument/statement.h"
#include "base/secret.h"
#include "group/generators.h"
#include "prove/slot_value.h"
#include "prove/witness.h"

namespace vouch {

/// A committed column on the prover's side: encodings for the proof, blinders for the opening, both
/// one entry a present row.
struct ColumnOpening {
  Rows rows;
  SecretVector<Scalar> blinders;
};

/// Reads elements [element, element + count) of a brick, as Witness::read does.
using ColumnReader = std::function<void(size_t brick, size_t element, size_t count, int64_t* out)>;

/// Commits to a column, its integers and perhaps some slots' further values. `blinder(row)` is
/// called once for each present row, in order, on one thread. Variable-time in the values (bucket
/// method): nobody outside the prover's machine should be able to time it.
[[nodiscard]] ColumnOpening commit_column_vartime(
    const ColumnShape& column, const ColumnReader& read, const Generators& generators,
    const std::function<Scalar(uint32_t row)>& blinder, const SlotValues& further = {});

}  // namespace vouch
