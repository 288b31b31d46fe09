// The prover of the opening against its definition: columns and functionals slot by slot, in the
// common cube, bound variable by variable.
#include "prove/opening_prover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "prove/ragged_samples.h"
#include "prove/random_weights.h"

namespace vouch {
namespace {

constexpr size_t index(Column column) { return static_cast<size_t>(column); }

// Two evaluations at one point and one at another; two terms on one brick and one on most others.
Functional random_functional(const Layout& layout, SecretRandom& random) {
  Functional f;
  f.evaluations.push_back({random_scalar(random), random_point(random, layout.bits())});
  f.evaluations.push_back({random_scalar(random), f.evaluations[0].point});
  f.evaluations.push_back({random_scalar(random), random_point(random, layout.bits())});
  for (size_t k = 0; k <= layout.bricks().size(); ++k) {
    BrickTerm term{k == layout.bricks().size() ? 0 : k, {}};
    for (size_t axis = 0; axis < 4; ++axis) {
      term.axes[axis] = random_point(random, layout.bricks()[term.brick].extents[axis]);
    }
    if (k % 4 != 3) {
      f.bricks.push_back(std::move(term));
    }
  }
  return f;
}

std::vector<Scalar> coefficients(const Functional& f, const Layout& layout) {
  std::vector<Scalar> out(size_t{1} << layout.bits());
  for (const EvaluationTerm& term : f.evaluations) {
    const auto eq = dense_eq(term.point);
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] += term.scale * eq[i];
    }
  }
  for (const BrickTerm& term : f.bricks) {
    const Brick& brick = layout.bricks()[term.brick];
    const auto& e = brick.extents;
    for (size_t i = 0; i < brick.elements(); ++i) {
      out[slot_of(brick, i)] += term.axes[0][i / e[3] / e[2] / e[1]] *
                                term.axes[1][i / e[3] / e[2] % e[1]] *
                                term.axes[2][i / e[3] % e[2]] * term.axes[3][i % e[3]];
    }
  }
  return out;
}

// Rows of the model are wider than the proof's, or narrower; tables are small.
Circuit small_circuit(uint32_t seed) {
  Circuit c = with_table_sizes(random_circuit(seed), seed % 4 == 0 ? 4 : 8, 9);
  c.model_kappa = static_cast<uint8_t>(4 + seed % 3);
  c.input_kappa = static_cast<uint8_t>(4 + seed / 3 % 3);
  return c;
}

class OpeningProvers : public ::testing::TestWithParam<uint32_t> {
 protected:
  OpeningProvers() {
    for (const Column column : kAllColumns) {
      const bool left_out = GetParam() % 3 == 0 && column == Column::kE;
      if (!left_out && !columns_.layout(column).bricks().empty()) {
        functionals_[index(column)] = random_functional(columns_.layout(column), random_);
      }
    }
    functionals_[index(Column::kM)].bricks.clear();
  }

  // Any values: the prover does not care whether they are a run of the network.
  Trace trace() {
    std::mt19937_64 random(GetParam());
    Trace trace;
    for (const Tensor& tensor : circuit_.tensors) {
      TensorTrace t;
      for (size_t i = 0; i < tensor.shape.elements(); ++i) {
        t.X.push_back(static_cast<uint8_t>(random()));
        t.V.push_back(static_cast<int32_t>(random() % 1024) - 512);
        t.R.push_back(static_cast<uint32_t>(random() % 16));
      }
      trace.tensors.push_back(std::move(t));
    }
    return trace;
  }

  [[nodiscard]] std::vector<Scalar> values(Column column) const {
    const Layout& layout = columns_.layout(column);
    std::vector<Scalar> f(size_t{1} << layout.bits());
    for (size_t b = 0; b < layout.bricks().size(); ++b) {
      std::vector<int64_t> x(layout.bricks()[b].elements());
      witness_.read(column, b, 0, x.size(), x.data());
      for (size_t i = 0; i < x.size(); ++i) {
        f[slot_of(layout.bricks()[b], i)] = Scalar::from_i64(x[i]);
      }
    }
    return f;
  }

  // Index (low, mid, row, pre): 0 unless mid = 0; the same for all pre, or 0 unless pre = 0.
  [[nodiscard]] std::vector<Scalar> embed(Column column, const std::vector<Scalar>& f,
                                          bool repeated) const {
    const unsigned own_kappa = columns_.kappa(column);
    const unsigned kappa = columns_.max_kappa();
    const uint64_t rows = f.size() >> own_kappa;
    std::vector<Scalar> out(size_t{1} << opening_rounds(columns_.shapes()));
    for (uint64_t i = 0; i < out.size(); ++i) {
      const uint64_t at = i & ((uint64_t{1} << kappa) - 1);
      const uint64_t row = i >> kappa;
      if (at >> own_kappa == 0 && (row < rows || repeated)) {
        out[i] = f[((row % rows) << own_kappa) + at];
      }
    }
    return out;
  }

  SecretRandom random_ = test_random(static_cast<uint8_t>(GetParam()));
  Circuit circuit_ = small_circuit(GetParam());
  Columns columns_{circuit_, 4 + GetParam() / 3 % 3};
  Weights weights_ = random_weights(circuit_, GetParam());
  Witness witness_{circuit_, columns_, weights_, trace()};
  std::array<Functional, kColumns> functionals_;
};

// Σ_cube f·Ω as polynomial of the next g variables: its values on {0,1,2}^g at grid[0], grid[step],
// …, the next variable the fastest.
void add_grid(const std::vector<Scalar>& f, const std::vector<Scalar>& omega, unsigned g,
              Scalar* grid, size_t step) {
  if (g == 0) {
    for (size_t i = 0; i < f.size(); ++i) {
      *grid += f[i] * omega[i];
    }
    return;
  }
  for (uint64_t t = 0; t < 3; ++t) {
    auto a = f;
    auto b = omega;
    bind_lowest(a, Scalar::from_u64(t));
    bind_lowest(b, Scalar::from_u64(t));
    add_grid(a, b, g - 1, grid + t * step, 3 * step);
  }
}

TEST_P(OpeningProvers, EveryGroupOfRounds) {
  const unsigned rounds = opening_rounds(columns_.shapes());
  for (const std::vector<unsigned>& pattern : {std::vector<unsigned>{1}, {3}, {1, 2}}) {
    std::vector<std::vector<Scalar>> f;
    std::vector<std::vector<Scalar>> omega;
    for (const Column column : kAllColumns) {
      const Layout& layout = columns_.layout(column);
      f.push_back(embed(column, values(column), true));
      omega.push_back(embed(column, coefficients(functionals_[index(column)], layout), false));
    }
    BrickOpeningProver prover(witness_);
    prover.begin(functionals_, rounds);
    unsigned done = 0;
    for (size_t k = 0; done < rounds; ++k) {
      const unsigned g = std::min(pattern[k % pattern.size()], rounds - done);
      std::vector<Scalar> expected(grid_size(g));
      for (size_t c = 0; c < kColumns; ++c) {
        add_grid(f[c], omega[c], g, expected.data(), 1);
      }
      std::vector<Scalar> got(grid_size(g));
      prover.round(g, got);
      ASSERT_EQ(got, expected) << "rounds " << done << " to " << done + g;
      for (unsigned i = 0; i < g; ++i, ++done) {
        const Scalar z = random_scalar(random_);
        prover.bind(z);
        for (size_t c = 0; c < kColumns; ++c) {
          bind_lowest(f[c], z);
          bind_lowest(omega[c], z);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, OpeningProvers, ::testing::Range(0U, 9U, 2U));

}  // namespace
}  // namespace vouch
