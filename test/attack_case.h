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

/// The operators of the small network, in their order; operator i writes tensor i + 1.
enum SmallOp : size_t {
  kConv,         ///< 3 × 3 with pads, of the input: 3 × 5 × 5
  kDepthwise,    ///< 3 × 3, stride 2, multiplier 2: 6 × 3 × 3
  kStridedConv,  ///< 1 × 1, stride 2, of the input: 6 × 3 × 3
  kPointwise,    ///< 1 × 1 of kDepthwise: 6 × 3 × 3
  kSum,          ///< kDepthwise + kStridedConv + kPointwise: 6 × 3 × 3
  kPool,         ///< means over 2 × 2, 2 × 1, 1 × 2 and 1 × 1: 6 × 2 × 2
  kPad,          ///< kPool with a row of zeros: 6 × 3 × 2
  kDilated,      ///< of kConv, taps two apart, a negative pad: 2 × 3 × 2
  kTransposed,   ///< of kPool, columns' taps three apart: 2 × 3 × 3
  kRowSums,      ///< of every other row of the input: 1 × 3 × 1
  kRepeated,  ///< kTransposed · kRowSums, which is repeated along channels and columns: 2 × 3 × 3
  kSquare,    ///< of the input: 2 × 5 × 5
  kTwoTensors,  ///< kRepeated · kTransposed: 2 × 3 × 3
  kJoin,  ///< kPad and kDilated one behind the other, with other axes of two more: 8 × 3 × 2
  kLast,  ///< a convolution of all of it: 5 × 1 × 1
  kSmallOps
};

/// A network of fifteen operators of all kinds on pictures of 5 × 5 with two channels: odd sizes
/// with pads, strides, dilations, a transposed window, a depth multiplier, five linear maps, three
/// products, four readers of the input, two different clamps and a table that rises and falls.
/// Lookup tables of 2^12 rows.
Circuit small_circuit();
/// Tables of the small network: clamps to 0…255 and to 90…200, and steps that rise, fall and rise.
constexpr uint8_t kPlainClamp = 0;
constexpr uint8_t kNarrowClamp = 1;
constexpr uint8_t kSteps = 2;
/// An average pool's terms whose weights are those of the small network: 0 for windows of four
/// elements, 1 for two, 2 for one.
std::vector<MapTerm> small_pool(const Window& window);
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
/// The slot of an output whose code is inside its clamp's range, so that both codes next to it are;
/// operator `op` has a clamp.
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

/// One lookup more of a row, committed and in the tree.
void count_row(Forgery& forgery, uint64_t row);

/// An output code that the network did not give, with the remainder to match: X + 1 and R − 2^s.
/// All is true of it but that R is in its table.
Forgery wrong_rounding();

/// Proves once to learn by how much the first round of the opening is false, and has the rounds lie
/// by that much: then only the opening's last claim is false.
void lie_until_the_opening(Forgery& forgery);

}  // namespace vouch::dense
