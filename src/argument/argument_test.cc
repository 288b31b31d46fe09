// The length of the whole script, which both sides must know before it runs.
#include "argument/argument.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "argument/folding/folding.h"
#include "argument/ledger/clear_ledger.h"
#include "circuit/random_circuit.h"

namespace vouch {
namespace {

// Runs argument and folding on the verifier's side, and compares.
void expect_counts(const Circuit& circuit, const Columns& columns, const RoundGroups& groups) {
  ClearChannel channel(false);
  Ledger ledger(channel, nullptr);
  const Bytes output(circuit.output_tensor().shape.elements());
  const Opening opening = argue(ledger, circuit, columns, groups, {output}, nullptr);
  (void)argue_folding(ledger, opening, columns.max_kappa(), nullptr);
  const LedgerCounts counts = ledger_counts(columns, groups);
  EXPECT_EQ(proof_messages(columns, groups), channel.labels.size());
  EXPECT_EQ(counts.slots, ledger.slots());
  EXPECT_EQ(counts.messages, ledger.messages().size());
  EXPECT_EQ(counts.products, ledger.products().size());
  EXPECT_EQ(counts.requirements, ledger.requirements().size());
}

TEST(LedgerCounts, AreTheScriptsOwn) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    const Circuit circuit = random_circuit(seed, 1 + seed % 7);
    const Columns columns(circuit, 4 + seed % 4);
    for (const RoundGroups& groups :
         {RoundGroups{}, RoundGroups{20, 6}, RoundGroups{6, 2},
          RoundGroups{static_cast<uint8_t>(4 + seed), static_cast<uint8_t>(1 + seed % 6)}}) {
      expect_counts(circuit, columns, groups);
      EXPECT_EQ(generators_needed(columns, groups),
                (size_t{1} << columns.max_kappa()) + ledger_counts(columns, groups).slots);
    }
  }
}

TEST(LedgerCounts, AreTheScriptsOwnWithExactRounding) {
  for (uint32_t seed = 0; seed < 8; ++seed) {
    const Circuit circuit = with_windows(random_circuit(seed, 1 + seed % 7));
    ASSERT_TRUE(validate(circuit).ok());
    const Columns columns(circuit, 4 + seed % 4);
    const LookupShape shape = lookup_shape(columns);
    EXPECT_TRUE(shape.has(Tree::kLow));
    EXPECT_EQ(shape.trees(), 4U);
    EXPECT_EQ(shape.depth(Tree::kLow) + 1, shape.depth(Tree::kMain));
    for (const RoundGroups& groups : {RoundGroups{}, RoundGroups{20, 6}, RoundGroups{6, 2}}) {
      expect_counts(circuit, columns, groups);
    }
  }
}

// The deepest tree may be any of the three that there are with fast rounding.
TEST(LedgerCounts, WhicheverTreeIsDeepest) {
  const auto circuit_of = [](const Shape& input, const Op& op, const Shape& output, unsigned bits) {
    Circuit c;
    c.shift = 4;
    c.tables = {ActivationTable::clamp(bits, 0, 255)};
    c.model_kappa = 6;
    c.input_kappa = 4;
    c.tensors = {{input, 0, 0}, {output, 0, 0}};
    c.ops = {op};
    EXPECT_TRUE(validate(c).ok());
    return c;
  };
  const std::array circuits{
      circuit_of({64, 1, 8, 8}, {OpKind::kDepthwiseConv2d, {0}, {}, {}}, {64, 1, 8, 8},
                 9),  // slots
      circuit_of({256, 1, 8, 8}, {OpKind::kConv2d, {0}, {8, 8, 8, 8}, {}}, {5, 1, 1, 1},
                 9),                                                               // input
      circuit_of({1, 1, 1, 1}, {OpKind::kConv2d, {0}, {}, {}}, {1, 1, 1, 1}, 15),  // tables
  };
  for (size_t k = 0; k < circuits.size(); ++k) {
    const Columns columns(circuits[k], 4);
    const LookupShape shape = lookup_shape(columns);
    std::array<unsigned, kTrees> depth{};
    std::transform(kAllTrees.begin(), kAllTrees.end(), depth.begin(),
                   [&](Tree tree) { return shape.depth(tree); });
    const std::array trees{Tree::kMain, Tree::kInput, Tree::kTable};
    EXPECT_EQ(kAllTrees.at(static_cast<size_t>(std::max_element(depth.begin(), depth.end()) -
                                               depth.begin())),
              trees[k]);
    for (uint8_t most = 1; most <= 6; ++most) {
      expect_counts(circuits[k], columns, {12, most});
    }
  }
}

TEST(LookupShape, BitsOfTheSpaces) {
  const Circuit circuit = random_circuit(5);
  const Columns columns(circuit, 5);
  const LookupShape shape = lookup_shape(columns);
  EXPECT_EQ(shape.bits[0], columns.layout(Column::kX).bits());
  EXPECT_EQ(shape.bits[1], 0U);
  EXPECT_EQ(shape.bits[2], columns.layout(Column::kD).bits());
  EXPECT_EQ(shape.bits[3], 0U);
  EXPECT_EQ(shape.bits[4], columns.layout(Column::kM).bits());
  EXPECT_FALSE(shape.has(Tree::kLow));
  EXPECT_EQ(shape.trees(), 3U);
  EXPECT_EQ(shape.depth(Tree::kMain), shape.bits[0] + 1);
  EXPECT_EQ(shape.depth(Tree::kInput), shape.bits[2]);
  EXPECT_TRUE(shape.bottom(Tree::kMain, shape.bits[0]));
  EXPECT_FALSE(shape.bottom(Tree::kMain, shape.bits[0] - 1));
  EXPECT_TRUE(shape.bottom(Tree::kInput, shape.bits[2] - 1));
  EXPECT_FALSE(shape.bottom(Tree::kTable, shape.bits[4] - 1));  // its numerators are −m
}

}  // namespace
}  // namespace vouch
