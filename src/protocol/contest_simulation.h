// Contests as they are really drawn, against providers who answer wrongly as often as it pays.
#pragma once

#include <vector>

#include "protocol/contest_incentives.h"
#include "records/digest.h"

namespace vouch {

/// What many periods came to: in each it was drawn whether there is a contest, and if so which
/// answers are proven, as in a contest (random_choice.h). Answers are numbered so that the wrong
/// ones come first: whoever gives K wrong answers is found out if the least number drawn is below
/// K. So one simulation serves all K.
class ContestSimulation {
 public:
  ContestSimulation(const ContestTerms& terms, uint64_t periods, const Digest& seed);

  [[nodiscard]] uint64_t periods() const { return periods_; }
  /// In how many of them K wrong answers are found out.
  [[nodiscard]] uint64_t times_found(uint64_t wrong) const;

  struct Profit {
    double mean;
    double standard_error;  ///< by the closed form's variance, so that it is never 0 by luck
  };
  /// Of K wrong answers in each period.
  [[nodiscard]] Profit profit(double stake, uint64_t wrong) const;

 private:
  ContestTerms terms_;
  uint64_t periods_;
  std::vector<uint64_t> least_;  // drawn in each contest, sorted
};

}  // namespace vouch
