// What quantisation does to each tensor of a circuit, known before it is run: from the steps of the
// codes and the weights alone, for every input.
//
// Two bounds on |X − z − x/scale|, where x is what the network computes in exact arithmetic, cut to
// the ranges of its codes. The worst case is interval arithmetic: every rounding errs by half a
// step, and all conspire. It holds always, and grows by the sum of a channel's |weights| with every
// layer: behind some layers it says nothing. The statistical one takes the roundings as independent
// and uniform, so that variances add up, weighted by squares (a root of a sum of squares, RSS): it
// is what one sees, but not a guarantee, since roundings of neighbours are not quite independent.
//
// A clamp takes away what reaches beyond its ends, so that a channel that is mostly cut off hands
// on little of its error. How often that happens only runs tell: with the shares of elements that
// they leave between the ends, variances are those behind that clamp.
//
// All are kept by channel; positions of a channel count as equal, the worst of them.
#pragma once

#include <span>
#include <vector>

#include "model/lower/circuit_maker.h"

namespace vouch {

/// Of one tensor, by channel, in steps of its codes.
struct StepBound {
  std::vector<double> worst;     ///< at most the distance of the lowest and highest code
  std::vector<double> variance;  ///< of the error if roundings are independent
  std::vector<double> inside;    ///< likewise, of elements that its own clamp does not cut off

  [[nodiscard]] double largest() const;            ///< of worst
  [[nodiscard]] double deviation() const;          ///< the root of the mean variance
  [[nodiscard]] double largest_deviation() const;  ///< of the worst channel, inside of the clamp
};

/// By tensor of the circuit and channel: the share of elements whose codes are neither the lowest
/// nor the highest that there can be.
using OpenShares = std::vector<std::vector<double>>;

/// For every tensor of the circuit. `input_rounded`: the input's codes were rounded from reals, and
/// are not exact. means[i] is of operator i. Without `open` nothing is taken to be cut off.
[[nodiscard]] std::vector<StepBound> step_bounds(const Circuit& circuit, const Weights& weights,
                                                 std::span<const OperatorMeaning> means,
                                                 bool input_rounded, const OpenShares& open = {});

}  // namespace vouch
