// Where cheating stops paying, as a picture (SVG).
#pragma once

#include <string>

#include "protocol/contest_simulation.h"

namespace vouch {

/// Expected profit against the fraction of wrong answers, a curve a stake, with the simulation's
/// means as dots. Contract: stakes.size() ≤ 6.
[[nodiscard]] std::string incentive_picture(const ContestTerms& terms,
                                            const ContestSimulation& simulation,
                                            const std::vector<double>& stakes);

}  // namespace vouch
