// The error of every challenge: labels and numbers of draws are those of the script itself.
#include "argument/soundness.h"

#include <gtest/gtest.h>

#include <cmath>

#include "argument/argument.h"
#include "argument/bound/weight_bound.h"
#include "argument/folding/folding.h"
#include "argument/ledger/clear_ledger.h"
#include "circuit/pictures.h"
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

// Predicates of every kind: the ledger is as long as it is said to be, each challenge has an error,
// and so many claims are added up.
TEST(Soundness, EveryChallengeOfAPredicateIsAccountedFor) {
  Circuit circuit;
  circuit.shift = 4;
  circuit.model_kappa = circuit.input_kappa = 4;
  circuit.tables = {ActivationTable::clamp(9, 0, 255)};
  circuit.tensors = {{{6, 1, 1, 1}, 0, 0}, {{6, 1, 1, 1}, 0, 0}};
  circuit.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  struct Case {
    Predicate predicate;
    size_t sums;    // that ε tells from 0
    size_t claims;  // of the result
  };
  using Kind = Predicate::Kind;
  const auto committed = Predicate::Labels::kCommitted;
  const std::vector<uint16_t> label{1, 2, 3};
  const std::vector<Case> cases{{{Kind::kMembers, false, 2, {}, 0, {}, {}}, 2, 3},
                                {{Kind::kContains, false, 2, {1, 4}, 0, {}, {}}, 2, 2},
                                {{Kind::kContains, true, 2, {1, 4}, 0, {}, {}}, 2, 3},
                                {{Kind::kScore, false, 1, {5}, 9, {}, {}}, 0, 0},
                                {{Kind::kScore, true, 1, {5}, 9, {}, {}}, 0, 1},
                                {{Kind::kLabel, false, 2, {}, 0, {}, label}, 3, 3},
                                {{Kind::kLabel, true, 2, {}, 0, {}, label}, 2, 3},
                                {{Kind::kLabel, false, 2, {}, 0, committed, {}}, 4, 4},
                                {{Kind::kLabel, true, 2, {}, 0, committed, {}}, 3, 4}};
  for (const bool exact : {false, true}) {
    const Circuit rounded = exact ? with_windows(circuit) : circuit;
    for (const auto& [predicate, sums, claims] : cases) {
      const ProofShape shape{6, {8, 3}, 3};
      const Circuit all = with_pictures(rounded, shape.pictures);
      ASSERT_TRUE(validate(predicate, all, shape.pictures).ok());
      const Columns columns(all, shape.kappa, predicate);
      ClearChannel channel(false);
      Ledger ledger(channel, nullptr);
      Bytes result(result_bytes(predicate, shape.pictures));
      for (size_t i = 2; predicate.kind == Kind::kMembers && i < result.size(); i += 4) {
        result[i] = 1;
      }
      const OutputStatement output{result, &predicate};
      const Opening opening = argue(ledger, all, columns, shape.groups, output, nullptr);
      const LookupShape trees = lookup_shape(columns);
      EXPECT_EQ(trees.trees(), exact ? 5U : 4U);
      (void)argue_folding(ledger, opening, columns.max_kappa(), nullptr);

      const LedgerCounts counts = ledger_counts(columns, shape.groups);
      EXPECT_EQ(ledger.messages().size(), counts.messages);
      EXPECT_EQ(ledger.slots(), counts.slots);
      EXPECT_EQ(ledger.products().size(), counts.products);
      EXPECT_EQ(ledger.requirements().size(), counts.requirements);

      std::map<std::string, double> bad;
      for (const ChallengeError& error : challenge_errors(rounded, shape, predicate)) {
        bad[error.challenge] = error.bad_values;
      }
      const std::map<std::string, size_t>& drawn = channel.drawn;
      EXPECT_EQ(bad.size(), drawn.size());
      for (const auto& [label_drawn, draws] : drawn) {
        EXPECT_TRUE(bad.contains(label_drawn)) << label_drawn;
        EXPECT_GT(draws, 0U);
      }
      EXPECT_EQ(drawn.at("predicate inputs"), 2U);
      EXPECT_EQ(bad["predicate inputs"], 2.0 * static_cast<double>(sums));
      EXPECT_EQ(drawn.contains("predicate members"), predicate.kind == Kind::kMembers);
      EXPECT_EQ(bad["predicate members"], predicate.kind == Kind::kMembers ? 5 : 0);
      EXPECT_FALSE(drawn.contains("output delta"));
      // W, X, C, R, D, m, with exact rounding L, q; the first has no power.
      EXPECT_EQ(bad["opening eta"], (exact ? 7.0 : 6.0) + static_cast<double>(claims));
      for (const char* rounds : {"lookup round", "bilinear round", "opening round", "fold"}) {
        EXPECT_EQ(bad[rounds], 2 * static_cast<double>(drawn.at(rounds))) << rounds;
      }
      // α: all lookups and rows; γ: every lookup against every row.
      const double lookups = (exact ? 3 : 2) * std::exp2(columns.layout(Column::kX).bits()) +
                             std::exp2(columns.layout(Column::kD).bits()) +
                             std::exp2(columns.predicate().lookups().bits());
      const double rows = std::exp2(columns.layout(Column::kM).bits());
      EXPECT_EQ(bad["lookup alpha"], 2 * (lookups + rows));
      EXPECT_EQ(bad["lookup gamma"], 2 * lookups * rows);
      EXPECT_LT(total_error_bits(challenge_errors(rounded, shape, predicate)), -200);
    }
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
