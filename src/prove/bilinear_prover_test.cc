// The bilinear sumcheck's prover against sums written out operator by operator.
#include "prove/bilinear_prover.h"

#include <gtest/gtest.h>

#include "poly/random_point.h"
#include "prove/operators/operator_folds.h"
#include "prove/random_weights.h"

namespace vouch {
namespace {

Scalar inner(const std::vector<Scalar>& a, const std::vector<Scalar>& b) {
  Scalar sum;
  for (size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

class BilinearProvers : public ::testing::TestWithParam<uint32_t> {
 protected:
  BilinearProvers() {
    for (size_t op = 0; op < circuit_.ops.size(); ++op) {
      const Brick& entries = columns_.entries().bricks()[op];
      const BrickEq output = brick_eq(columns_.layout(Column::kX).bricks()[op], r_);
      const OperatorShape shape = operator_shape(circuit_, op);
      std::vector<FoldInput> inputs;
      for (const uint32_t tensor : circuit_.ops[op].inputs) {
        inputs.push_back({witness_.tensor(tensor).X, circuit_.tensors[tensor].zero_point});
      }
      W_.emplace_back(entries.slots());
      X_.emplace_back(entries.slots());
      fold_weights(shape, entries, output, weights_[op].weights, inputs, W_.back());
      fold_activations(shape, entries, output, inputs, X_.back());
    }
  }

  Trace run() const {
    auto trace = Executor(circuit_, weights_).run(random_input(circuit_, GetParam()), true);
    EXPECT_TRUE(trace.ok()) << trace.error().message;
    return std::move(trace).value();
  }

  // Σ eq(ρ, slot)·f over all operators' entries, those of product j times factor^j.
  [[nodiscard]] Scalar at(const std::vector<std::vector<Scalar>>& f, const std::vector<Scalar>& rho,
                          const Scalar& factor) const {
    Scalar sum;
    Scalar power = Scalar::one();
    for (size_t op = 0; op < f.size(); ++op) {
      const bool product = circuit_.ops[op].kind == OpKind::kProduct;
      power *= product ? factor : Scalar::one();
      for (size_t i = 0; i < f[op].size(); ++i) {
        sum += (product ? power : Scalar::one()) * f[op][i] *
               eq_at(rho, columns_.entries().bricks()[op].offset + i);
      }
    }
    return sum;
  }

  SecretRandom random_ = test_random(1);
  Circuit circuit_ = random_circuit(GetParam(), 8);  // two products
  Columns columns_{circuit_, 5};
  Weights weights_ = random_weights(circuit_, GetParam());
  Trace trace_ = run();
  Witness witness_{circuit_, columns_, weights_, trace_};
  std::vector<Scalar> r_ = random_point(random_, columns_.layout(Column::kX).bits());
  std::vector<std::vector<Scalar>> W_;  // of each operator
  std::vector<std::vector<Scalar>> X_;
};

TEST_P(BilinearProvers, SumsOfProductsAreApart) {
  const std::vector<size_t> products = product_ops(circuit_);
  ASSERT_EQ(products.size(), 2U);
  DenseBilinearProver prover(witness_);
  std::vector<Scalar> sums(5);
  prover.begin(r_, sums);
  Scalar others;
  for (size_t op = 0; op < circuit_.ops.size(); ++op) {
    others += circuit_.ops[op].kind == OpKind::kProduct ? Scalar::zero() : inner(W_[op], X_[op]);
  }
  EXPECT_EQ(sums[0], others);
  for (size_t j = 0; j < 2; ++j) {
    EXPECT_EQ(sums[1 + j], inner(W_[products[j]], X_[products[j]]));
    EXPECT_EQ(sums[3 + j], Scalar::from_i64(weights_[products[j]].weights[0]));
  }
  const Scalar zeta = random_scalar(random_);
  prover.weigh(zeta);
  Scalar total;
  prover.round(0, {&total, 1});
  EXPECT_EQ(total, sums[0] + zeta * sums[1] + zeta * zeta * sums[2]);
}

TEST_P(BilinearProvers, EndsAreTheFactorsAtThePoint) {
  DenseBilinearProver prover(witness_);
  std::vector<Scalar> sums(5);
  prover.begin(r_, sums);
  const Scalar zeta = random_scalar(random_);
  prover.weigh(zeta);
  const auto rho = random_point(random_, columns_.entries().bits());
  for (const Scalar& z : rho) {
    prover.bind(z);
  }
  std::array<Scalar, 2> ends;
  prover.ends(ends);
  EXPECT_EQ(ends[0], at(W_, rho, zeta));
  EXPECT_EQ(ends[1], at(X_, rho, Scalar::one()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, BilinearProvers, ::testing::Range(0U, 5U));

}  // namespace
}  // namespace vouch
