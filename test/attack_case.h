// What the attack tests share: attacks as data, a small network with every kind of operator, its
// honest run, and the verifier's opinion of a proof.
#pragma once

#include <gtest/gtest.h>

#include "dense/dense_prover.h"
#include "verify/verify.h"

namespace vouch {

/// A verdict's reason by its name where an expectation fails.
inline void PrintTo(Reason reason, std::ostream* out) { *out << '"' << reason_name(reason) << '"'; }

}  // namespace vouch

namespace vouch::dense {

/// Enough generators for every network and shape here, and for proofs that weights are bounded.
const Generators& test_generators();

/// A network of eight operators of all kinds on pictures of 5 × 5 with two channels: odd sizes with
/// pads, strides, a depth multiplier, a sum of three, an average pool with windows of several
/// sizes, two readers of the input, two different clamps. Lookup tables of 2^12 rows.
Circuit small_circuit();
/// Of its proofs: messages of up to three variables.
constexpr ProofShape kSmallShape{7, {9, 3}, 1};
Weights small_weights(const Circuit& circuit, uint32_t seed);
std::vector<uint8_t> small_picture(uint32_t seed);

/// The same model for all tests, and its run on small_picture(1).
const DenseModel& small_model();
const DenseWitness& small_run();

using Labels = std::vector<std::string>;

/// A way to cheat. Its test is GROUP/Attacked.IsStopped/NAME, where the group, that of
/// INSTANTIATE_ATTACKS, is the step of the prover that is replaced.
struct Attack {
  std::string name;
  Labels false_checks;                    ///< exactly these are, evaluated in the clear; sorted
  std::function<void(Forgery& f)> forge;  ///< makes an honest proof of the small model a false one
  Reason reason = Reason::kLinearForm;
};
class Attacked : public ::testing::TestWithParam<Attack> {};
void PrintTo(const Attack& attack, std::ostream* out);

/// All attacks that `function()` returns, as tests of the group.
#define INSTANTIATE_ATTACKS(group, function)                                 \
  INSTANTIATE_TEST_SUITE_P(group, Attacked, ::testing::ValuesIn(function()), \
                           [](const auto& attack) { return attack.param.name; })

/// The verifier's verdict on a proof that went through its file format, against the published
/// model.
Verdict judge(const DenseProof& made, const Expectation& expected = {});
/// The same against a model's own commitment.
Verdict judge(const DenseModel& model, const Proof& proof);

/// Proves with the forgery, of its model.
DenseProof prove_small(Forgery& forgery, uint8_t seed = 1);

/// Expects the verdict `reason`, and exactly these checks to be false.
void expect_stopped(Forgery& forgery, Reason reason, const Labels& false_checks);

/// Slot in X of an element of operator `op`'s output.
uint64_t output_slot(size_t op, const Element& element);
/// The slot of an output whose code is inside its clamp's range, so that both codes next to it are.
uint64_t unclamped_slot(size_t op);

/// The run of a network that differs from the small one in what `change` changes.
DenseWitness run_with(const std::function<void(Circuit&, Weights&, std::vector<uint8_t>&)>& change);

/// An honest forgery of the small model, to be changed.
Forgery honest();

/// Honest but for one code of the output, which the network did not give.
Forgery false_output();

/// Columns X, E and R of a network that differs from the small one in what `change` changes, on the
/// small one's weights and picture; m is counted anew.
Forgery run_of(const std::function<void(Circuit&, Weights&, std::vector<uint8_t>&)>& change);

/// The same change in what is committed, looked up and multiplied; m is counted anew.
Forgery consistent(const std::function<void(DenseWitness&)>& change);

/// m as the lookups that the leaves are made of need it.
void count_again(Forgery& forgery);

/// An output code that the network did not give, with the remainder to match: X + 1 and R − 2^s.
/// All is true of it but that R is in its table.
Forgery wrong_rounding();

/// Proves once to learn by how much the first round of the opening is false, and has the rounds lie
/// by that much: then only the opening's last claim is false.
void lie_until_the_opening(Forgery& forgery);

}  // namespace vouch::dense
