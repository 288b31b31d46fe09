// The error of every challenge: labels and numbers of draws are those of the script itself.
#include "argument/soundness.h"

#include <gtest/gtest.h>

#include <cmath>

#include "argument/argument.h"
#include "argument/bound/weight_bound.h"
#include "argument/folding/folding.h"
#include "argument/ledger/clear_ledger.h"
#include "circuit/random_circuit.h"

namespace vouch {
namespace {

TEST(Soundness, EveryChallengeIsAccountedFor) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    const bool exact = seed % 2 == 1;
    const Circuit fast = random_circuit(seed, 2 + seed / 2);
    const Circuit circuit = exact ? with_windows(fast) : fast;
    const ProofShape shape{static_cast<uint8_t>(4 + seed % 4), {8, 3}, 1};
    const Columns columns(circuit, shape.kappa);
    ClearChannel channel(false);
    Ledger ledger(channel, nullptr);
    const Bytes output(circuit.output_tensor().shape.elements());
    const Opening opening = argue(ledger, circuit, columns, shape.groups, {output}, nullptr);
    (void)argue_folding(ledger, opening, columns.max_kappa(), nullptr);

    std::map<std::string, double> bad;
    for (const ChallengeError& error : challenge_errors(circuit, shape)) {
      bad[error.challenge] = error.bad_values;
    }
    const std::map<std::string, size_t>& drawn = channel.drawn;
    EXPECT_EQ(bad.size(), drawn.size());
    for (const auto& [label, draws] : drawn) {
      ASSERT_TRUE(bad.contains(label)) << label;
      if (label != "bilinear products") {  // always drawn; of no use where there are no products
        EXPECT_GE(bad[label], static_cast<double>(draws)) << label;
      }
    }
    EXPECT_EQ(bad["bilinear products"], static_cast<double>(product_ops(circuit).size()));
    // Seven claims, with exact rounding eight, and one a product's multiplier, added up with
    // powers of one challenge.
    EXPECT_EQ(bad["opening eta"],
              (exact ? 7 : 6) + static_cast<double>(product_ops(circuit).size()));
    // Degree 2 in each variable.
    for (const char* rounds : {"lookup round", "bilinear round", "opening round", "fold"}) {
      EXPECT_EQ(bad[rounds], 2 * static_cast<double>(drawn.at(rounds))) << rounds;
    }
    EXPECT_EQ(bad["output delta"], static_cast<double>(drawn.at("output delta")));
    EXPECT_EQ(bad["product point"], 2 * static_cast<double>(ledger.products().size()));
    EXPECT_EQ(bad["theta"], 2 * static_cast<double>(ledger.messages().size()));
  }
}

TEST(Soundness, EveryChallengeOfTheBoundIsAccountedFor) {
  for (uint32_t seed = 0; seed < 3; ++seed) {
    const Circuit circuit = random_circuit(seed, 2 + seed);
    const Columns model(circuit, kMaxProofKappa);
    const BoundColumns columns(model);
    Transcript transcript("test");
    const BoundProjections projections = draw_projections(transcript, columns);
    ClearChannel channel(false);
    Ledger ledger(channel, nullptr);
    const Opening opening = argue_weight_bound(ledger, columns, projections, nullptr);
    (void)argue_folding(ledger, opening, max_kappa(columns.shapes()), nullptr);

    // Its ledger is as long as it is said to be.
    const LedgerCounts counts = bound_ledger_counts(columns);
    EXPECT_EQ(ledger.messages().size(), counts.messages);
    EXPECT_EQ(ledger.slots(), counts.slots);
    EXPECT_EQ(ledger.products().size(), counts.products);
    EXPECT_EQ(ledger.requirements().size(), counts.requirements);

    std::map<std::string, double> bad;
    for (const ChallengeError& error : bound_challenge_errors(circuit)) {
      bad[error.challenge] = error.bad_values;
    }
    const std::map<std::string, size_t>& drawn = channel.drawn;
    EXPECT_EQ(bad.size(), drawn.size() + 2);  // and the two of the projections
    for (const auto& [label, draws] : drawn) {
      ASSERT_TRUE(bad.contains(label)) << label;
      EXPECT_GE(bad[label], static_cast<double>(draws)) << label;
    }
    for (const char* rounds : {"bound round", "opening round", "fold"}) {
      EXPECT_EQ(bad[rounds], 2 * static_cast<double>(drawn.at(rounds))) << rounds;
    }
    EXPECT_NEAR(error_bits(bad["bound projections W"]), kProjections * std::log2(7.0 / 8), 1e-6);
    EXPECT_LT(total_error_bits(bound_challenge_errors(circuit)), -200);
  }
}

TEST(Soundness, GammaDominates) {
  const Circuit circuit = random_circuit(3);
  const auto errors = challenge_errors(circuit, {5, {8, 3}, 2});
  const Columns columns(circuit, 5);
  EXPECT_NEAR(total_error_bits(errors), error_bits(errors[1].bad_values), 0.01);
  EXPECT_LT(total_error_bits(errors), -200);
  EXPECT_EQ(error_bits(1), -252);
}

}  // namespace
}  // namespace vouch
