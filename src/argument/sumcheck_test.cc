// Rounds of a sumcheck with a dense prover, in the clear: honest claims end where they must, false
// ones break a require.
#include "argument/sumcheck.h"

#include <gtest/gtest.h>

#include "argument/folding/folding.h"
#include "argument/ledger/clear_ledger.h"
#include "poly/eq.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

Scalar extension(const std::vector<Scalar>& f, std::span<const Scalar> point) {
  Scalar sum;
  for (size_t i = 0; i < f.size(); ++i) {
    sum += f[i] * eq_at(point, i);
  }
  return sum;
}

// Σ_j weight(j)·f(j)·g(j) over what is left of the cube; weight = eq(rest of r, ·) or 1.
class DenseRounds final : public RoundProver {
 public:
  DenseRounds(std::vector<Scalar> f, std::vector<Scalar> g, std::vector<Scalar> r)
      : f_(std::move(f)), g_(std::move(g)), r_(std::move(r)) {}

  void round(std::span<Scalar> q) override {
    ASSERT_EQ(q.size(), 3U);
    for (uint64_t t = 0; t < 3; ++t) {
      const auto f = bound(f_, Scalar::from_u64(t));
      const auto g = bound(g_, Scalar::from_u64(t));
      for (size_t j = 0; j < f.size(); ++j) {
        q[t] += weight(j) * f[j] * g[j];
      }
    }
  }
  void bind(const Scalar& z) override {
    f_ = bound(f_, z);
    g_ = bound(g_, z);
    ++rounds_;
  }

 private:
  static std::vector<Scalar> bound(const std::vector<Scalar>& f, const Scalar& z) {
    std::vector<Scalar> out(f.size() / 2);
    for (size_t j = 0; j < out.size(); ++j) {
      out[j] = (Scalar::one() - z) * f[2 * j] + z * f[2 * j + 1];
    }
    return out;
  }
  [[nodiscard]] Scalar weight(size_t j) const {
    return r_.empty() ? Scalar::one() : eq_at(std::span(r_).subspan(rounds_ + 1), j);
  }

  std::vector<Scalar> f_;
  std::vector<Scalar> g_;
  std::vector<Scalar> r_;
  size_t rounds_ = 0;
};

TEST(QuadraticWeights, InterpolateAtZeroOneTwo) {
  SecretRandom random = test_random(1);
  for (uint64_t node = 0; node < 3; ++node) {
    const auto w = quadratic_weights(Scalar::from_u64(node));
    for (uint64_t i = 0; i < 3; ++i) {
      EXPECT_EQ(w[i], Scalar::from_u64(i == node ? 1 : 0));
    }
  }
  for (int k = 0; k < 20; ++k) {
    const auto c = random_point(random, 3);
    const auto q = [&](const Scalar& x) { return c[0] + x * (c[1] + x * c[2]); };
    const Scalar z = random_scalar(random);
    const auto w = quadratic_weights(z);
    EXPECT_EQ(w[0] * q(Scalar::zero()) + w[1] * q(Scalar::one()) + w[2] * q(Scalar::from_u64(2)),
              q(z));
  }
}

class Sumchecks : public ::testing::TestWithParam<size_t> {
 protected:
  // Runs all rounds on a claim that is wrong by `error`; returns the false requires, and what is
  // left of the claim less f(z)·g(z).
  std::pair<std::vector<std::string>, Scalar> run(bool with_eq, const Scalar& error) {
    const size_t n = GetParam();
    SecretRandom random = test_random(static_cast<uint8_t>(n));
    const auto f = random_point(random, size_t{1} << n);
    const auto g = random_point(random, size_t{1} << n);
    const auto r = random_point(random, with_eq ? n : 0);
    ClearChannel channel(true);
    ClearLedgerProver values;
    Ledger ledger(channel, &values);
    Scalar sum;
    for (size_t i = 0; i < f.size(); ++i) {
      sum += (with_eq ? eq_at(r, i) : Scalar::one()) * f[i] * g[i];
    }
    Linear claim(sum + error);
    DenseRounds prover(f, g, r);
    std::vector<Scalar> point;
    for (size_t i = 0; i < n; ++i) {
      point.push_back(with_eq ? eq_sumcheck_round(ledger, "round", r[i], claim, &prover)
                              : sumcheck_round(ledger, "round", claim, &prover));
    }
    EXPECT_EQ(ledger.slots(), 3 * n);
    return {values.false_requires(ledger),
            values.value(claim) - extension(f, point) * extension(g, point)};
  }
};

TEST_P(Sumchecks, Honest) {
  for (const bool with_eq : {false, true}) {
    const auto [broken, rest] = run(with_eq, Scalar::zero());
    EXPECT_TRUE(broken.empty());
    EXPECT_EQ(rest, Scalar::zero());
  }
}

TEST_P(Sumchecks, FalseClaimBreaksTheFirstRound) {
  for (const bool with_eq : {false, true}) {
    const auto [broken, rest] = run(with_eq, Scalar::one());
    EXPECT_EQ(broken, std::vector<std::string>{"round"});
  }
}

INSTANTIATE_TEST_SUITE_P(Variables, Sumchecks, ::testing::Range<size_t>(1, 7));

TEST(FoldedBits, SmallestPowerThatHoldsColumnAndSlots) {
  for (unsigned kappa = 4; kappa <= 16; ++kappa) {
    for (const uint32_t slots : {1U, 2U, 15U, 16U, 17U, 100U, 65535U, 65536U, 65537U}) {
      const uint64_t length = (uint64_t{1} << kappa) + slots;
      const unsigned bits = folded_bits(kappa, slots);
      EXPECT_GE(uint64_t{1} << bits, length);
      EXPECT_LT(uint64_t{1} << (bits - 1), length);
    }
  }
}

}  // namespace
}  // namespace vouch
