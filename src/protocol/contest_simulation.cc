#include "protocol/contest_simulation.h"

#include <algorithm>
#include <cmath>

#include "protocol/random_choice.h"

namespace vouch {
namespace {

Digest seed_of_period(const Digest& seed, uint64_t period) {
  ByteWriter message;
  message.raw(seed);
  message.u64(period);
  return labelled_digest("vouch simulated contest v1", message.bytes());
}

// With probability `contested`, to 32 bits. The seed's first bytes do not seed the choice alone.
bool is_contested(const Digest& seed, double contested) {
  ByteReader in(seed);
  return static_cast<double>(in.u32()) < std::ldexp(contested, 32);
}

uint64_t least_drawn(const ContestTerms& terms, const Digest& seed) {
  RandomChoice choice(labelled_digest("vouch simulated choice v1", seed), terms.answers);
  uint64_t least = UINT64_MAX;
  for (uint64_t i = 0; i < terms.samples; ++i) {
    least = std::min(least, choice.next());
  }
  return least;
}

}  // namespace

ContestSimulation::ContestSimulation(const ContestTerms& terms, uint64_t periods,
                                     const Digest& seed)
    : terms_(terms), periods_(periods) {
  for (uint64_t period = 0; period < periods; ++period) {
    const Digest own = seed_of_period(seed, period);
    if (is_contested(own, terms.contested)) {
      least_.push_back(least_drawn(terms, own));
    }
  }
  std::ranges::sort(least_);
}

uint64_t ContestSimulation::times_found(uint64_t wrong) const {
  return static_cast<uint64_t>(std::ranges::lower_bound(least_, wrong) - least_.begin());
}

ContestSimulation::Profit ContestSimulation::profit(double stake, uint64_t wrong) const {
  const auto periods = static_cast<double>(periods_);
  const double lost = loss(terms_, stake);
  const double caught = terms_.contested * found(terms_, wrong);
  return {terms_.gain * static_cast<double>(wrong) -
              lost * static_cast<double>(times_found(wrong)) / periods,
          lost * std::sqrt(caught * (1 - caught) / periods)};
}

}  // namespace vouch
