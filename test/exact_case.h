// The small network with exact rounding, for attacks on what only such circuits have.
#pragma once

#include "attack_case.h"

namespace vouch::dense {

/// Tables of the exact small network, by the numbers of the fast one's: kPlainClamp rounds down,
/// kNarrowClamp and kSteps are clamps to 90…200 and 0…255 of float32, with zero-points 100 and 3.
/// Limbs are below 2^13 − 16, each table has 2^11 rows less some.
Circuit exact_circuit();

/// The same network for all tests, and its run on small_picture(1). Biases are such that every
/// operator has outputs whose accumulator is a boundary between codes, or one less.
const DenseModel& exact_model();
const DenseWitness& exact_run();

/// Its sibling whose accumulators keep away from the ends of windows, whatever their length.
const DenseModel& roomy_model();
const DenseWitness& roomy_run();

Forgery honest_exact();
/// Honest but for one code of the output, which the network did not give.
Forgery false_exact_output();
/// The exact run with this change after operator `op`, of which what comes later is true, in what
/// is committed, looked up and multiplied; m is counted anew.
Forgery consistent_exact(size_t op, const std::function<void(DenseWitness&)>& change);

/// T.
int64_t limb_bound(const Circuit& circuit);
/// c_X·X + c_E·E + L + c_U·U.
int64_t accumulator_at(const DenseModel& model, const DenseWitness& witness, uint64_t slot);
/// A boundary between codes X − 1 and X.
struct Boundary {
  int64_t X;
  int64_t at;
};
/// An output of an operator with this table whose accumulator is a boundary plus `offset`.
struct Target {
  size_t op;
  uint64_t slot;
  Boundary boundary;
};
Target target_at(uint8_t table, int64_t offset);

/// Puts an accumulator into the window of this code that begins at `begin`: X, E and the remainder
/// follow, L = remainder mod T, whatever they are then.
void put_window(const DenseModel& model, DenseWitness& w, uint64_t slot, int64_t X, int64_t begin);

}  // namespace vouch::dense
