// The proof that a model's weights are bounded, made by an honest owner: accepted, whatever shape
// the model has and however large its weights may be; and the prover's parts by their definitions.
#include "argument/bound/weight_bound.h"

#include <gtest/gtest.h>

#include <random>

#include "field/random_scalar.h"
#include "poly/random_point.h"
#include "prove/projection_sum.h"
#include "prove/random_weights.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"
#include "verify/batch.h"

namespace vouch {
namespace {

ProverModel model_of(const Circuit& circuit, Weights weights) {
  return {circuit, std::move(weights), ProverModel::Seed{9}, test_generators()};
}

Verdict judge(const ProverModel& model) {
  const Bytes file =
      encode_model_public({model.commitment(), prove_weight_bound(model, test_generators())});
  const LoadedModel loaded = load_model(file);
  return loaded.verdict.accepted() ? check_bound(*loaded.model, test_generators()) : loaded.verdict;
}

class WeightBounds : public ::testing::TestWithParam<uint32_t> {};

TEST_P(WeightBounds, OfHonestModelsAreAccepted) {
  Circuit circuit = random_circuit(GetParam(), 1 + GetParam());
  circuit.model_kappa = static_cast<uint8_t>(4 + 2 * GetParam());
  const Verdict verdict = judge(model_of(circuit, random_weights(circuit, GetParam())));
  EXPECT_TRUE(verdict.accepted()) << verdict.detail;
}

// Every weight and bias is ±(2^47 − 1).
TEST_P(WeightBounds, OfTheLargestWeightsAreAccepted) {
  const Circuit circuit = random_circuit(GetParam(), 6);
  Weights weights = random_weights(circuit, GetParam());
  std::mt19937 random(GetParam());
  for (OpWeights& op : weights) {
    for (auto* list : {&op.weights, &op.biases}) {
      for (int64_t& x : *list) {
        const bool negative = GetParam() == 0 || (GetParam() > 1 && random() % 2 == 0);
        x = ((int64_t{1} << 47) - 1) * (negative ? -1 : 1);
      }
    }
  }
  const Verdict verdict = judge(model_of(circuit, std::move(weights)));
  EXPECT_TRUE(verdict.accepted()) << verdict.detail;
}

INSTANTIATE_TEST_SUITE_P(Seeds, WeightBounds, ::testing::Range(0U, 6U));

// Another proof each time, of the same model.
TEST(WeightBound, IsBlindedAfresh) {
  const Circuit circuit = random_circuit(1);
  const ProverModel model = model_of(circuit, random_weights(circuit, 1));
  const WeightBound a = prove_weight_bound(model, test_generators());
  const WeightBound b = prove_weight_bound(model, test_generators());
  for (const auto& [one, other] : {std::pair{&a.bits, &b.bits}, {&a.messages, &b.messages}}) {
    ASSERT_EQ(one->size(), other->size());
    for (size_t i = 0; i < one->size(); ++i) {
      EXPECT_NE((*one)[i], (*other)[i]) << i;
    }
  }
}

// One model's proof does not do for another, not even of the same circuit.
TEST(WeightBound, OfAnotherModelIsRefused) {
  const Circuit circuit = random_circuit(1);
  const ProverModel one = model_of(circuit, random_weights(circuit, 1));
  const ProverModel other = model_of(circuit, random_weights(circuit, 2));
  const Bytes file =
      encode_model_public({one.commitment(), prove_weight_bound(other, test_generators())});
  const LoadedModel loaded = load_model(file);
  ASSERT_TRUE(loaded.model.has_value());
  EXPECT_EQ(check_bound(*loaded.model, test_generators()).reason, Reason::kLinearForm);
}

// A model's bound and its proofs are settled together, once, alone or in a batch; a false bound
// comes before whatever is wrong with a proof.
class BoundAndProofs : public ::testing::Test {
 protected:
  BoundAndProofs() {
    const Circuit circuit = random_circuit(1);
    const ProverModel model = model_of(circuit, random_weights(circuit, 1));
    const ProverModel other = model_of(circuit, random_weights(circuit, 2));
    ProveOptions options;
    options.shape = {6, {6, 2}, 1};
    proof_ = encode_proof(
        prove(model, std::vector<Bytes>{random_input(circuit, 1)}, options, test_generators())
            .value()
            .proof);
    good_ = encode_model_public({model.commitment(), prove_weight_bound(model, test_generators())});
    bad_ = encode_model_public({model.commitment(), prove_weight_bound(other, test_generators())});
  }
  static VerifierModel load(const Bytes& file) { return *load_model(file).model; }
  static std::vector<Reason> batch(const VerifierModel& model, const std::vector<Bytes>& proofs) {
    std::vector<BatchItem> items;
    for (const Bytes& proof : proofs) {
      items.push_back({&model, proof, nullptr});
    }
    std::vector<Reason> reasons;
    for (const Verification& v : verify_batch(items, test_generators())) {
      reasons.push_back(v.verdict.reason);
    }
    return reasons;
  }
  Bytes good_;
  Bytes bad_;
  Bytes proof_;
};

TEST_F(BoundAndProofs, AreSettledTogether) {
  const VerifierModel model = load(good_);
  EXPECT_TRUE(model.bound->open());
  EXPECT_GT(generators_needed(model), size_t{1} << 14);
  EXPECT_TRUE(verify(model, proof_, {}, test_generators()).verdict.accepted());
  EXPECT_FALSE(model.bound->open());
  EXPECT_TRUE(verify(model, proof_, {}, test_generators()).verdict.accepted());
  // The second time as the first.
  const VerifierModel bad = load(bad_);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(verify(bad, proof_, {}, test_generators()).verdict.reason, Reason::kLinearForm);
  }
}

TEST_F(BoundAndProofs, InABatch) {
  const VerifierModel model = load(good_);
  EXPECT_EQ(batch(model, {proof_, proof_}), std::vector(2, Reason::kAccepted));
  EXPECT_FALSE(model.bound->open());
  EXPECT_EQ(batch(load(bad_), {proof_, proof_}), std::vector(2, Reason::kLinearForm));
}

TEST_F(BoundAndProofs, AFalseBoundComesFirst) {
  const Bytes cut(proof_.begin(), proof_.begin() + 100);
  EXPECT_EQ(verify(load(good_), cut, {}, test_generators()).verdict.reason, Reason::kDecoding);
  EXPECT_EQ(verify(load(bad_), cut, {}, test_generators()).verdict.reason, Reason::kLinearForm);
  EXPECT_EQ(batch(load(good_), {cut, proof_}), (std::vector{Reason::kDecoding, Reason::kAccepted}));
  EXPECT_EQ(batch(load(bad_), {cut, proof_}), std::vector(2, Reason::kLinearForm));
}

// Projections and their sumcheck against all 2^n coefficients.
TEST(ProjectionSums, AreThoseOfTheDefinition) {
  for (const unsigned kappa : {4U, 6U}) {
    const Layout layout({{5, 3, 2, 3}, {7, 1, 1, 1}}, kappa);
    const ColumnShape shape{&layout, kappa};
    std::mt19937_64 random(kappa);
    std::vector<std::vector<int64_t>> bricks{std::vector<int64_t>(90), std::vector<int64_t>(7)};
    std::vector<int64_t> all(size_t{1} << layout.bits());
    for (size_t b = 0; b < bricks.size(); ++b) {
      const Brick& brick = layout.bricks()[b];
      for (size_t i = 0; i < bricks[b].size(); ++i) {
        bricks[b][i] = static_cast<int64_t>(random() % 2001) - 1000;
        const auto& e = brick.extents;
        const size_t line = i / e[3];
        all[brick.slot(line / e[2] / e[1], line / e[2] % e[1], line % e[2], i % e[3])] =
            bricks[b][i];
      }
    }
    constexpr size_t kCount = 70;
    Bytes subsets(Projections::bytes_needed(kCount, layout.bits()));
    for (uint8_t& byte : subsets) {
      byte = static_cast<uint8_t>(random());
    }
    const auto projections =
        std::make_shared<const Projections>(kCount, layout.bits(), std::move(subsets));
    const ProjectedColumn column(
        shape,
        [&](size_t brick, size_t element, size_t count, int64_t* out) {
          std::copy_n(bricks[brick].begin() + static_cast<std::ptrdiff_t>(element), count, out);
        },
        projections);

    SecretRandom secret = test_random(1);
    std::vector<Scalar> coefficients(kCount);
    random_scalars(secret, coefficients);
    ArrayPair dense;
    dense.a.resize(all.size());
    dense.b.resize(all.size());
    const auto& bits = projections->block_bits();
    for (size_t i = 0; i < kCount; ++i) {
      int64_t sum = 0;
      for (size_t j = 0; j < all.size(); ++j) {
        const size_t j1 = j >> bits[0] & ((1U << bits[1]) - 1);
        if (projections->contains(i, 0, j & ((1U << bits[0]) - 1)) &&
            projections->contains(i, 1, j1) &&
            projections->contains(i, 2, j >> (bits[0] + bits[1]))) {
          sum += all[j];
          dense.a[j] += coefficients[i];
        }
      }
      EXPECT_TRUE(column.projection(i) == sum) << i;
    }
    for (size_t j = 0; j < all.size(); ++j) {
      dense.b[j] = Scalar::from_i64(all[j]);
    }
    ProjectionSum sum(column, coefficients);
    unsigned left = layout.bits();
    for (const unsigned wish : {2U, 1U, 3U, 4U, 4U}) {
      const unsigned g = std::min(wish, left);
      std::vector<Scalar> expected(grid_size(g));
      std::vector<Scalar> got(grid_size(g));
      ArrayPair* const pair = &dense;
      add_product_grid({&pair, 1}, g, {}, expected);
      sum.add_grid(g, got);
      ASSERT_EQ(got, expected) << left;
      for (unsigned k = 0; k < g; ++k, --left) {
        const Scalar z = random_scalar(secret);
        sum.bind(z);
        bind_lowest({&pair, 1}, z);
      }
    }
    EXPECT_EQ(left, 0U);
  }
}

}  // namespace
}  // namespace vouch
