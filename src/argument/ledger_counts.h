// How long a script's ledger becomes, known before it runs: for limits, and to refuse proofs with
// another number of messages at once.
#pragma once

#include <cstddef>

#include "argument/folding/linear_form.h"
#include "argument/proof_shape.h"
#include "poly/grid.h"

namespace vouch {

/// What the ledger of a proof has at its end.
struct LedgerCounts {
  size_t messages = 0;      ///< K
  size_t slots = 0;         ///< S, in all messages
  size_t products = 0;      ///< M
  size_t requirements = 0;  ///< N_r, those of f(c), g(c), h(c) included

  /// A sumcheck's rounds: a message and a require each.
  void add_rounds(const RoundGroups& groups, unsigned variables) {
    while (variables != 0) {
      const unsigned v = groups.size(variables);
      ++messages;
      ++requirements;
      slots += grid_size(v);
      variables -= v;
    }
  }
  /// The message of the products, which must all have been counted, and its three requires.
  void add_product_message() {
    ++messages;
    slots += 2 * products + 3;
    requirements += 3;
  }
  /// Messages of the whole proof with the folding argument's, over rows of at most 2^max_kappa
  /// entries: f, g, h, the mask and its form, the blinder; two a fold; the four folded entries.
  [[nodiscard]] size_t all_messages(unsigned max_kappa) const {
    const size_t folds = folded_bits(max_kappa, static_cast<uint32_t>(slots)) - 2;
    return messages + 6 + 2 * folds + kFoldedEntries;
  }
};

}  // namespace vouch
