// The folding argument and the final equation: what a naive prover makes holds, and no number in it
// can be another one.
#include "verify/equation.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "argument/ledger/clear_ledger.h"
#include "circuit/random_circuit.h"
#include "poly/random_point.h"
#include "verify/naive_folding.h"

namespace vouch {
namespace {

const Generators& generators() {
  static const Generators instance = Generators::load(256).value();
  return instance;
}

// Two row sizes, small tables.
Circuit small_circuit() {
  Circuit c = with_table_sizes(random_circuit(1, 2), 4, 9);
  c.model_kappa = 4;
  c.input_kappa = 6;
  return c;
}

// What a dishonest prover does.
struct Cheat {
  Scalar require_error;
  Scalar claim_error;
  Scalar product_error;
};

// Columns of any values, a ledger with messages, requires and products of any values, an opening at
// any point: all that the folding argument asks for.
class Scene {
 public:
  explicit Scene(const Cheat& cheat = {})
      : prover_(generators(), columns_.max_kappa(), test_random(2)), ledger_(channel_, &prover_) {
    prover_.product_error = cheat.product_error;
    commit_columns();
    fill_ledger(cheat);
    folding = argue_folding(ledger_, opening, columns_.max_kappa(), &prover_);
  }

  [[nodiscard]] Equation equation() const {
    return final_equation(ledger_, columns_.shapes(),
                          {static_cast<size_t>(Column::kW), static_cast<size_t>(Column::kB)},
                          opening, folding, committed);
  }
  [[nodiscard]] bool holds() const { return holds_vartime(equation(), generators()); }

  std::array<CommittedColumn, kColumns> committed;
  Opening opening;
  Folding folding;

 private:
  void commit_columns() {
    opening.point = random_point(random_, opening_rounds(columns_.shapes()));
    prover_.opened.v.resize(size_t{1} << columns_.max_kappa());
    opening.weights.resize(kColumns);
    for (const Column column : kAllColumns) {
      const auto c = static_cast<size_t>(column);
      opening.weights[c] = random_scalar(random_);
      committed[c].present = columns_.layout(column).present_rows(columns_.kappa(column));
      for (size_t row = 0; row < committed[c].present.size(); ++row) {
        if (committed[c].present[row]) {
          commit_row(column, row);
        }
      }
    }
  }

  void commit_row(Column column, size_t row) {
    const auto c = static_cast<size_t>(column);
    const unsigned kappa = columns_.kappa(column);
    const auto values = random_point(random_, size_t{1} << kappa);
    const Scalar blinder = random_scalar(random_);
    committed[c].rows.push_back(prover_.commitment(values, 0, blinder));
    // The row bits of the point follow the κ lowest of the widest column.
    const auto row_point =
        std::span(opening.point).subspan(columns_.max_kappa(), columns_.row_bits(column));
    const Scalar weight = opening.weights[c] * eq_at(row_point, row);
    for (size_t i = 0; i < values.size(); ++i) {
      prover_.opened.v[i] += weight * values[i];
    }
    prover_.opened.blinder += weight * blinder;
  }

  std::vector<Linear> send(const std::vector<Scalar>& values) {
    return ledger_.send("message", values.size(), [&](std::span<Scalar> out) {
      std::copy(values.begin(), values.end(), out.begin());
    });
  }

  void fill_ledger(const Cheat& cheat) {
    const auto t = random_point(random_, 3);
    const auto a = send(t);
    const auto b = send(random_point(random_, 2));
    const Linear p = ledger_.multiply("p", a[0] + b[0], a[1]);
    const Linear q = ledger_.multiply("q", p - Linear(t[0]), b[1]);
    const Scalar two = Scalar::from_u64(2);
    const auto c = send({t[0] + two * t[1] - t[2] + cheat.require_error});
    ledger_.require("sum", a[0] + two * a[1] - a[2] - c[0]);
    const Scalar product = (t[0] + prover_.value(b[0])) * t[1];
    ledger_.require("p", p - Linear(product));
    const auto d = send({(product - t[0]) * prover_.value(b[1])});
    ledger_.require("q", q - d[0]);
    Scalar claim;
    for (size_t i = 0; i < prover_.opened.v.size(); ++i) {
      claim += eq_at(std::span(opening.point).first(columns_.max_kappa()), i) * prover_.opened.v[i];
    }
    opening.claim = send({claim + cheat.claim_error})[0];
  }

  SecretRandom random_ = test_random(1);
  Circuit circuit_ = small_circuit();
  Columns columns_{circuit_, 5};
  ClearChannel channel_{true};
  NaiveFolding prover_;
  Ledger ledger_;
};

TEST(FinalEquation, HoldsForAnHonestProver) {
  const Scene scene;
  EXPECT_TRUE(scene.folding.products_hold);
  EXPECT_TRUE(scene.holds());
}

TEST(FinalEquation, FailsForAFalseRequire) {
  const Scene scene({Scalar::one(), {}, {}});
  EXPECT_TRUE(scene.folding.products_hold);
  EXPECT_FALSE(scene.holds());
}

TEST(FinalEquation, FailsForAFalseOpening) {
  const Scene scene({{}, Scalar::one(), {}});
  EXPECT_TRUE(scene.folding.products_hold);
  EXPECT_FALSE(scene.holds());
}

TEST(FinalEquation, FalseProductsDoNotHold) {
  const Scene scene({{}, {}, Scalar::one()});
  EXPECT_FALSE(scene.folding.products_hold);
}

TEST(FinalEquation, EveryNumberOfTheFoldingCounts) {
  const Scalar one = Scalar::one();
  const Point P = Point::generator();
  std::vector<std::pair<std::string, std::function<void(Scene&)>>> changes{
      {"column weight", [&](Scene& s) { s.folding.column_weight += one; }},
      {"y", [&](Scene& s) { s.folding.y += one; }},
      {"mask", [&](Scene& s) { s.folding.mask += P; }},
      {"tau", [&](Scene& s) { s.folding.tau += one; }},
      {"c", [&](Scene& s) { s.folding.c += one; }},
      {"phi", [&](Scene& s) { s.folding.phi += one; }},
      {"xi", [&](Scene& s) { s.folding.xi += one; }},
  };
  Scene scene;
  for (size_t i = 0; i < kFoldedEntries; ++i) {
    changes.emplace_back("z", [i, one](Scene& s) { s.folding.z[i] += one; });
    changes.emplace_back("lambda", [i, one](Scene& s) { s.folding.lambda[i] += one; });
  }
  for (size_t k = 0; k < scene.folding.message_weights.size(); ++k) {
    changes.emplace_back("theta", [k, one](Scene& s) { s.folding.message_weights[k] += one; });
  }
  for (size_t j = 0; j < scene.folding.rounds.size(); ++j) {
    changes.emplace_back("left", [j, P](Scene& s) { s.folding.rounds[j].left += P; });
    changes.emplace_back("right", [j, P](Scene& s) { s.folding.rounds[j].right += P; });
    changes.emplace_back("q", [j, one](Scene& s) { s.folding.rounds[j].q += one; });
  }
  for (size_t c = 0; c < kColumns; ++c) {
    if (scene.committed[c].rows.empty()) {
      continue;  // L, as the circuit is not rounded exactly
    }
    changes.emplace_back("omega", [c, one](Scene& s) { s.opening.weights[c] += one; });
    changes.emplace_back("row", [c, P](Scene& s) { s.committed[c].rows.back() += P; });
    if (scene.committed[c].rows.size() > 1) {
      changes.emplace_back("rows exchanged", [c](Scene& s) {
        std::swap(s.committed[c].rows.front(), s.committed[c].rows.back());
      });
    }
  }
  const Folding folding = scene.folding;
  const Opening opening = scene.opening;
  const auto committed = scene.committed;
  for (const auto& [name, change] : changes) {
    change(scene);
    EXPECT_FALSE(scene.holds()) << name;
    scene.folding = folding;
    scene.opening = opening;
    scene.committed = committed;
  }
  EXPECT_TRUE(scene.holds());
}

TEST(FinalEquation, EveryTermOfTheEquationCounts) {
  const Scene scene;
  Equation e = scene.equation();
  const Scalar one = Scalar::one();
  const auto expect_false_with = [&](Scalar& x, const char* name, size_t i) {
    x += one;
    EXPECT_FALSE(holds_vartime(e, generators())) << name << " " << i;
    x -= one;
  };
  expect_false_with(e.h, "h", 0);
  expect_false_with(e.u, "u", 0);
  for (size_t i = 0; i < e.generators.size(); ++i) {
    expect_false_with(e.generators[i], "generator", i);
  }
  ASSERT_EQ(e.scalars.size(), e.points.size());
  for (size_t i = 0; i < e.scalars.size(); ++i) {
    expect_false_with(e.scalars[i], "scalar", i);
  }
  EXPECT_TRUE(holds_vartime(e, generators()));
}

TEST(EquationSum, IsTrueIfAllAre) {
  const Scene scene;
  const Equation e = scene.equation();
  const int model = 0;
  const int other = 0;
  EquationSum sums;
  sums.add(e, Scalar::from_u64(5), &model);
  sums.add(e, Scalar::from_u64(7), &other);
  sums.add(e, Scalar::from_u64(11), &model);
  EXPECT_TRUE(holds_vartime(sums.sum(), generators()));
  // A model's rows are there once.
  EXPECT_GT(e.of_model, 0U);
  EXPECT_EQ(sums.sum().points.size(), 3 * e.points.size() - e.of_model);
  EXPECT_TRUE(holds_vartime(EquationSum().sum(), generators()));
}

// Errors that cancel each other are why weights must be random.
TEST(EquationSum, ErrorsCancelOnlyForKnownWeights) {
  const Scene scene;
  for (const bool in_generators : {true, false}) {
    Equation plus = scene.equation();
    Equation minus = plus;
    (in_generators ? plus.generators[3] : plus.h) += Scalar::one();
    (in_generators ? minus.generators[3] : minus.h) -= Scalar::one();
    for (const uint64_t weight : {5U, 6U}) {
      EquationSum sums;
      sums.add(plus, Scalar::from_u64(5), &scene);
      sums.add(minus, Scalar::from_u64(weight), &scene);
      EXPECT_EQ(holds_vartime(sums.sum(), generators()), weight == 5);
    }
  }
}

}  // namespace
}  // namespace vouch
