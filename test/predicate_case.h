// Hidden outputs of a network that shows its input: codes, and with them ties, can be chosen.
#pragma once

#include "attack_case.h"
#include "dense/hidden.h"

namespace vouch::dense {

/// One score a class, which is the input's code. Its proofs are of three inputs.
Circuit mirror_circuit(uint32_t classes);
Weights mirror_weights(uint32_t classes);
constexpr uint16_t kMirrorClasses = 6;
constexpr ProofShape kMirrorShape{6, {6, 2}, 3};

/// Rankings: 1 2 4 5 0 3 with three equal codes, 4 0 5 2 3 1, and 5 0 1 2 3 4 with five.
const std::vector<Bytes>& mirror_inputs();

// Predicates of two of the first classes, or of a code.
Predicate members();                  ///< {1, 2}, {0, 4}, {0, 5}
Predicate contains(bool count);       ///< S = {2, 4}: 1, 1, 0
Predicate score(bool count);          ///< class 5 ≥ 90: 0, 1, 1
Predicate public_labels(bool count);  ///< 4, 4, 1: 0, 1, 0
Predicate hidden_labels(bool count);  ///< the same
const std::vector<uint16_t>& mirror_labels();

/// The same model for all tests.
const DenseModel& mirror_model(const Predicate& predicate);
/// An honest forgery of it.
Forgery honest_hidden(const Predicate& predicate);

/// Puts a value into Y, wherever it is used.
void put_part(Forgery& f, OutputPart part, size_t p, size_t c, const Scalar& value);
/// h, g and t of input p.
void put_ranking(Forgery& f, size_t p, const std::vector<size_t>& classes, size_t last, int64_t t);
/// Makes q what Y and the output that is claimed say, and counts the lookups again.
void look_up_again(Forgery& f);
/// All of that brick of q looked up as 0.
void look_up_nothing(Forgery& f, PredicateLookup lookup);
/// Adds to what is looked up, not to what is committed.
void add_to_lookup(Forgery& f, PredicateLookup lookup, size_t p, size_t c, const Scalar& value);

}  // namespace vouch::dense
