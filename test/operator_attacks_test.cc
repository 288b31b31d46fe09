// The operators: outputs of other sums than the circuit's, each with remainders in range, so that
// nothing but the sum is false.
#include <gtest/gtest.h>

#include <algorithm>

#include "attack_case.h"

namespace vouch::dense {
namespace {

using Labels = std::vector<std::string>;

struct Cheat {
  const char* name;
  std::function<void(Circuit&, Weights&, std::vector<uint8_t>&)> change;
};

void rotate(std::vector<int64_t>& x, std::ptrdiff_t by) {
  std::rotate(x.begin(), x.begin() + by, x.end());
}

const std::vector<Cheat>& cheats() {
  static const std::vector<Cheat> all{
      {"ConvSumOffByOne", [](Circuit&, Weights& w, auto&) { w[0].biases[1] += 64; }},
      {"ConvInputChannels", [](Circuit&, Weights& w, auto&) { rotate(w[3].weights, 1); }},
      {"ConvOutputChannels", [](Circuit&, Weights& w, auto&) { rotate(w[3].weights, 6); }},
      {"ConvWindowShiftedDown",
       [](Circuit& c, Weights&, auto&) {
         c.ops[0].window.pad_top = 0;
         c.ops[0].window.pad_bottom = 2;
       }},
      {"ConvWindowShiftedRight",
       [](Circuit& c, Weights&, auto&) {
         c.ops[0].window.pad_left = 2;
         c.ops[0].window.pad_right = 0;
       }},
      {"ConvStridePhase", [](Circuit& c, Weights&, auto&) { c.ops[2].window.pad_top = 1; }},
      {"ConvTransposedKernel",
       [](Circuit&, Weights& w, auto&) { std::swap(w[7].weights[1], w[7].weights[2]); }},
      {"DepthwiseChannels", [](Circuit&, Weights& w, auto&) { rotate(w[1].weights, 9); }},
      {"DepthwiseWindowShifted",
       [](Circuit& c, Weights&, auto&) {
         c.ops[1].window.pad_top = 2;
         c.ops[1].window.pad_bottom = 0;
       }},
      {"SumInputsSwapped",
       [](Circuit& c, Weights&, auto&) { std::swap(c.ops[4].inputs[0], c.ops[4].inputs[1]); }},
      {"SumInputTwice", [](Circuit& c, Weights&, auto&) { c.ops[4].inputs[2] = 3; }},
      {"SumPadsElsewhere",
       [](Circuit& c, Weights&, auto&) {
         std::swap(c.ops[6].window.pad_top, c.ops[6].window.pad_bottom);
       }},
      {"PoolClassesSwapped",
       [](Circuit&, Weights& w, auto&) { std::swap(w[5].weights[1], w[5].weights[2]); }},
      {"PoolWindowShifted",
       [](Circuit& c, Weights&, auto&) {
         std::swap(c.ops[5].window.pad_left, c.ops[5].window.pad_right);
       }},
      {"ZeroPointOfTheInput", [](Circuit& c, Weights&, auto&) { c.tensors[0].zero_point = 8; }},
      {"ZeroPointInside", [](Circuit& c, Weights&, auto&) { c.tensors[6].zero_point = 0; }},
      {"RoundedAwayFromTheMiddle",
       [](Circuit&, Weights& w, auto&) {
         for (int64_t& b : w[7].biases) {
           b += 32;
         }
       }},
      {"OtherPicture", [](Circuit&, Weights&, auto& p) { p = small_picture(2); }},
      {"OtherModel", [](Circuit& c, Weights& w, auto&) { w = small_weights(c, 2); }},
  };
  return all;
}

class FalseSum : public ::testing::TestWithParam<size_t> {};

// Columns X, E, R and m of a network that is not this one.
Forgery run_of(const Cheat& cheat) {
  DenseWitness other = run_with(cheat.change);
  for (const Column column : {Column::kW, Column::kB, Column::kD}) {
    other[column] = small_run()[column];
  }
  other[Column::kM] = count_lookups(small_model().circuit, small_model().columns, other);
  EXPECT_NE(other.R, small_run().R) << "the cheat changes nothing";
  return Forgery(small_model(), other);
}

TEST_P(FalseSum, OfTheTrueProducts) {
  Forgery forgery = run_of(cheats()[GetParam()]);
  expect_stopped(forgery, Reason::kLinearForm, {"claim R", "opening round"});
}

INSTANTIATE_TEST_SUITE_P(Cheats, FalseSum, ::testing::Range(size_t{0}, cheats().size()),
                         [](const auto& at) { return cheats()[at.param].name; });

// The cheat of one operator, and a prover who may choose where it is noticed.
TEST(FalseProducts, WhereverTheyAreNoticed) {
  const std::vector<std::pair<BilinearLie, Labels>> places{
      {BilinearLie::kClaimR, {"claim R", "opening round"}},
      {BilinearLie::kRound, {"bilinear round"}},
      {BilinearLie::kProduct, {"bilinear ends"}},
      {BilinearLie::kWeights, {"claim W", "opening round"}},
      {BilinearLie::kActivations, {"claim X", "opening round"}}};
  for (const auto& [lie, false_checks] : places) {
    Forgery forgery = run_of(cheats()[0]);
    forgery.bilinear_lie = lie;
    expect_stopped(forgery, Reason::kLinearForm, false_checks);
    if (false_checks.size() == 2) {
      lie_until_the_opening(forgery);
      expect_stopped(forgery, Reason::kLinearForm, {false_checks[0], "opening"});
    }
  }
}

// X̂ of the shifted window itself, with everything else to match.
TEST(FalseProducts, ActivationsReadThroughAnotherWindow) {
  for (const size_t cheat : {3, 8, 11, 13, 14}) {
    Forgery forgery = run_of(cheats()[cheat]);
    std::vector<uint8_t> picture;
    Weights weights = small_model().weights;
    cheats()[cheat].change(forgery.multiplied_circuit, weights, picture);
    expect_stopped(forgery, Reason::kLinearForm, {"claim X", "opening round"});
  }
}

// The clamp left out: (X, 0) outside [90, 200] is no row of the table.
TEST(Clamp, Skipped) {
  Forgery forgery(small_model(), run_with([](Circuit& c, Weights&, auto&) {
                    c.tensors[5].lo = 0;
                    c.tensors[5].hi = 255;
                  }));
  expect_stopped(forgery, Reason::kLinearForm, {"root"});
}

// A clamp where the circuit has none.
TEST(Clamp, Invented) {
  Forgery forgery(small_model(),
                  run_with([](Circuit& c, Weights&, auto&) { c.tensors[6].lo = 150; }));
  ASSERT_NE(forgery.committed[Column::kE], small_run()[Column::kE]);
  expect_stopped(forgery, Reason::kLinearForm, {"root"});
}

// Codes as they would be with V out of the tables' range.
TEST(Clamp, ValueOutsideTheTable) {
  const uint64_t slot = output_slot(7, {2, 0, 0, 0});
  const Scalar unit = Scalar::from_u64(uint64_t{1} << small_model().circuit.shift);
  Forgery forgery = consistent([&](DenseWitness& w) {
    // V − 1000 with E negative and X at the lower end.
    const Scalar V = w[Column::kX][slot] + w[Column::kE][slot] - Scalar::from_u64(1000);
    w[Column::kX][slot] = Scalar::zero();
    w[Column::kE][slot] = V;
    w.R[slot] += Scalar::from_u64(1000) * unit;
  });
  expect_stopped(forgery, Reason::kLinearForm, {"root"});
}

}  // namespace
}  // namespace vouch::dense
