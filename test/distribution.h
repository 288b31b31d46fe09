// Statistics of what many proofs show. Each is a test of "these words are uniform, independent and
// new" that needs no secret; a list of alarms is empty if it holds.
//
// False alarms: every single test (a bit of a word, a histogram, a guess) has a probability of at
// most kFalseAlarm by a bound that holds for all sample sizes (Hoeffding's inequality; Laurent and
// Massart's for the tail of chi-square, whose statistic has that distribution in the limit).
#pragma once

#include <string>
#include <vector>

#include "argument/statement.h"
#include "field/scalar.h"

namespace vouch::dense {

/// Fewer than 10^5 single tests are made in a run: together 10⁻⁹.
constexpr double kFalseAlarm = 1e-14;

/// 32 bytes that a proof shows, by where they are: equal places are compared over proofs.
struct Word {
  std::string place;
  bool scalar;  ///< or a group element
  Encoding bytes;
};
/// One proof. All of a sample have the same places in the same order.
using Sight = std::vector<Word>;
using Sample = std::vector<Sight>;

/// What makes these proofs differ from uniform words:
///   "places"            not the same messages in all
///   "repeats PLACE"     a word that was there before, the identity or 0; or (in the first 24
///                       proofs) a group element that differs from the proof before by what was
///                       there before
///   "bits PLACE"        a bit is not even
///   "bytes PLACE"       bytes are not even (chi-square; if there are enough)
///   "relations n"       the scalars, their squares, products and 1 have n linear relations over
///   the
///                       proofs (if there are more proofs than of these, 63 for nine scalars).
///                       f*·g* = h* makes one; of uniform ones a further one has a probability
///                       below 2^-240.
[[nodiscard]] std::vector<std::string> alarms(const Sample& sample);

/// What tells two samples of equally many proofs apart:
///   "places"            other messages
///   "bits PLACE", "bytes PLACE"
///   "guess"             a linear rule over all bits, learned from one half of the proofs, says of
///                       the others which sample they are from, better than by chance
[[nodiscard]] std::vector<std::string> differences(const Sample& a, const Sample& b);

}  // namespace vouch::dense
