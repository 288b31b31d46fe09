// The opening with every column embedded in the common cube and a dense prover, in the clear.
//
// With κ the largest row size, index (low, mid, row, pre): column = 0 unless mid = 0, the same for
// all pre; coefficients = 0 unless mid = pre = 0.
#include "argument/opening/opening.h"

#include <gtest/gtest.h>

#include "argument/ledger/clear_ledger.h"
#include "circuit/random_circuit.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

using Vectors = std::array<std::vector<Scalar>, kColumns>;

// Any values at the elements, zeros at the pads.
std::vector<Scalar> random_column(const Layout& layout, SecretRandom& random) {
  std::vector<Scalar> f(size_t{1} << layout.bits());
  for (const Brick& brick : layout.bricks()) {
    const auto& e = brick.extents;
    for (uint32_t o = 0; o < e[0]; ++o) {
      for (uint32_t a = 0; a < e[1]; ++a) {
        for (uint32_t b = 0; b < e[2]; ++b) {
          for (uint32_t c = 0; c < e[3]; ++c) {
            f[brick.slot(o, a, b, c)] = random_scalar(random);
          }
        }
      }
    }
  }
  return f;
}

// A functional with a term on each of two bricks, if there are any, and one evaluation.
Functional random_functional(const Layout& layout, SecretRandom& random) {
  Functional f;
  f.evaluations.push_back({random_scalar(random), random_point(random, layout.bits())});
  if (layout.bricks().empty()) {
    return f;
  }
  for (const size_t brick : {size_t{0}, layout.bricks().size() - 1}) {
    BrickTerm term{brick, {}};
    for (size_t axis = 0; axis < 4; ++axis) {
      term.axes[axis] = random_point(random, layout.bricks()[brick].extents[axis]);
    }
    f.bricks.push_back(std::move(term));
  }
  return f;
}

std::vector<Scalar> coefficients_of(const Functional& f, const Layout& layout) {
  std::vector<Scalar> out(size_t{1} << layout.bits());
  for (const EvaluationTerm& term : f.evaluations) {
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] += term.scale * eq_at(term.point, i);
    }
  }
  for (const BrickTerm& term : f.bricks) {
    const Brick& brick = layout.bricks()[term.brick];
    const auto& e = brick.extents;
    for (uint32_t o = 0; o < e[0]; ++o) {
      for (uint32_t a = 0; a < e[1]; ++a) {
        for (uint32_t b = 0; b < e[2]; ++b) {
          for (uint32_t c = 0; c < e[3]; ++c) {
            out[brick.slot(o, a, b, c)] +=
                term.axes[0][o] * term.axes[1][a] * term.axes[2][b] * term.axes[3][c];
          }
        }
      }
    }
  }
  return out;
}

// The common cube of a circuit's columns.
class Cube {
 public:
  explicit Cube(const Columns& columns) : columns_(columns), kappa_(columns.max_kappa()) {
    for (const Column column : kAllColumns) {
      row_bits_ = std::max(row_bits_, columns.layout(column).bits() - columns.kappa(column));
    }
  }
  [[nodiscard]] unsigned bits() const { return kappa_ + row_bits_; }

  [[nodiscard]] std::vector<Scalar> embed(Column column, const std::vector<Scalar>& f,
                                          bool coefficients) const {
    const unsigned own_kappa = columns_.kappa(column);
    const uint64_t rows = f.size() >> own_kappa;
    std::vector<Scalar> out(size_t{1} << bits());
    for (uint64_t i = 0; i < out.size(); ++i) {
      const uint64_t at = i & ((uint64_t{1} << kappa_) - 1);  // (low, mid)
      const uint64_t row = i >> kappa_;                       // (row, pre)
      if (at >> own_kappa == 0 && (row < rows || !coefficients)) {
        out[i] = f[((row % rows) << own_kappa) + at];
      }
    }
    return out;
  }

 private:
  const Columns& columns_;
  unsigned kappa_;
  unsigned row_bits_ = 0;
};

void bind_lowest(std::vector<Scalar>& f, const Scalar& z) {
  for (size_t j = 0; j < f.size() / 2; ++j) {
    f[j] = f[2 * j] + z * (f[2 * j + 1] - f[2 * j]);
  }
  f.resize(f.size() / 2);
}

class DenseOpeningProver final : public OpeningProver {
 public:
  DenseOpeningProver(const Columns& columns, const Vectors& values)
      : columns_(columns), cube_(columns), values_(values) {}

  void begin(std::span<const Functional> functionals, unsigned rounds) override {
    EXPECT_EQ(rounds, cube_.bits());
    for (const Column column : kAllColumns) {
      const auto c = static_cast<size_t>(column);
      f[c] = cube_.embed(column, values_[c], false);
      omega[c] =
          cube_.embed(column, coefficients_of(functionals[c], columns_.layout(column)), true);
    }
  }
  void round(unsigned variables, std::span<Scalar> q) override {
    for (size_t t = 0; t < q.size(); ++t) {
      for (size_t c = 0; c < kColumns; ++c) {
        auto at = f[c];
        auto weight = omega[c];
        size_t rest = t;
        for (unsigned i = 0; i < variables; ++i, rest /= 3) {
          bind_lowest(at, Scalar::from_u64(rest % 3));
          bind_lowest(weight, Scalar::from_u64(rest % 3));
        }
        for (size_t j = 0; j < at.size(); ++j) {
          q[t] += at[j] * weight[j];
        }
      }
    }
  }
  void bind(const Scalar& z) override {
    for (size_t c = 0; c < kColumns; ++c) {
      bind_lowest(f[c], z);
      bind_lowest(omega[c], z);
    }
  }

  Vectors f;
  Vectors omega;

 private:
  const Columns& columns_;
  Cube cube_;
  const Vectors& values_;
};

// v = Σ_col ω_col Σ_i eq(row, i)·(row i of the column)
std::vector<Scalar> opened_vector(const Columns& columns, const Vectors& values,
                                  const Opening& opening) {
  std::vector<Scalar> v(size_t{1} << columns.max_kappa());
  for (const Column column : kAllColumns) {
    const auto c = static_cast<size_t>(column);
    const unsigned kappa = columns.kappa(column);
    const auto row = split_point(columns.shape(column), columns.max_kappa(), opening.point).row;
    for (size_t i = 0; i < values[c].size(); ++i) {
      v[i & ((size_t{1} << kappa) - 1)] +=
          opening.weights[c] * eq_at(row, i >> kappa) * values[c][i];
    }
  }
  return v;
}

class Openings : public ::testing::TestWithParam<uint32_t> {
 protected:
  Openings() : random_(test_random(static_cast<uint8_t>(GetParam()))), circuit_(small()) {
    for (const Column column : kAllColumns) {
      values_[static_cast<size_t>(column)] = random_column(columns_.layout(column), random_);
    }
  }

  // κ of model, input and proof differ either way; tables are small.
  static unsigned proof_kappa() { return 4 + GetParam() / 3 % 3; }
  static Circuit small() {
    Circuit c = with_table_sizes(random_circuit(GetParam()), 4, 9);
    c.model_kappa = static_cast<uint8_t>(4 + GetParam() % 3);
    c.input_kappa = static_cast<uint8_t>(4 + GetParam() / 2 % 3);
    return c;
  }

  // True claims about all columns, or about some.
  std::vector<ColumnClaim> claims() {
    std::vector<ColumnClaim> out(3, ColumnClaim(kColumns));
    for (size_t k = 0; k < out.size(); ++k) {
      Scalar sum;
      for (const Column column : kAllColumns) {
        const auto c = static_cast<size_t>(column);
        if (k == 0 || c % 2 == k % 2) {
          const Layout& layout = columns_.layout(column);
          out[k].parts[c] = random_functional(layout, random_);
          const auto w = coefficients_of(out[k].parts[c], layout);
          for (size_t i = 0; i < w.size(); ++i) {
            sum += w[i] * values_[c][i];
          }
        }
      }
      out[k].value = sum;
    }
    return out;
  }

  static RoundGroups groups() { return {1, static_cast<uint8_t>(1 + GetParam() % 3)}; }

  SecretRandom random_;
  Circuit circuit_;
  Columns columns_{circuit_, proof_kappa()};
  Vectors values_;
};

TEST_P(Openings, EndWithTheOpenedVector) {
  ClearChannel channel(true);
  ClearLedgerProver values;
  Ledger ledger(channel, &values);
  DenseOpeningProver prover(columns_, values_);
  const Opening opening = argue_opening(ledger, columns_.shapes(), groups(), claims(), &prover);
  EXPECT_TRUE(values.false_requires(ledger).empty());
  ASSERT_EQ(opening.point.size(), opening_rounds(columns_.shapes()));
  const Scalar claim = values.value(opening.claim);
  Scalar ends;
  for (size_t c = 0; c < kColumns; ++c) {
    ends += prover.f[c][0] * prover.omega[c][0];
  }
  EXPECT_EQ(claim, ends);
  const auto v = opened_vector(columns_, values_, opening);
  Scalar opened;
  for (size_t i = 0; i < v.size(); ++i) {
    opened += eq_at(std::span(opening.point).first(columns_.max_kappa()), i) * v[i];
  }
  EXPECT_EQ(claim, opened);
}

TEST_P(Openings, WeightsAreTheCoefficientsAtThePoint) {
  ClearChannel channel(true);
  ClearLedgerProver values;
  Ledger ledger(channel, &values);
  DenseOpeningProver prover(columns_, values_);
  const Opening opening = argue_opening(ledger, columns_.shapes(), groups(), claims(), &prover);
  for (const Column column : kAllColumns) {
    const auto c = static_cast<size_t>(column);
    EXPECT_EQ(opening.weights[c], prover.omega[c][0]) << column_name(column);
  }
}

TEST_P(Openings, OneFalseClaimBreaksTheFirstRound) {
  for (size_t k = 0; k < 3; ++k) {
    ClearChannel channel(true);
    ClearLedgerProver values;
    Ledger ledger(channel, &values);
    DenseOpeningProver prover(columns_, values_);
    auto wrong = claims();
    wrong[k].value += Linear(Scalar::one());
    (void)argue_opening(ledger, columns_.shapes(), groups(), std::move(wrong), &prover);
    EXPECT_EQ(values.false_requires(ledger), std::vector<std::string>{"opening round"});
  }
}

// Row sizes (model, proof) of 2^(4, 4), (6, 4), (5, 5), (4, 6), (6, 6).
INSTANTIATE_TEST_SUITE_P(Seeds, Openings, ::testing::Range(0U, 9U, 2U));

}  // namespace
}  // namespace vouch
