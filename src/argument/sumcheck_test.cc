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

  void round(unsigned variables, std::span<Scalar> q) override {
    ASSERT_EQ(q.size(), grid_size(variables));
    for (size_t t = 0; t < q.size(); ++t) {
      auto f = f_;
      auto g = g_;
      size_t rest = t;
      for (unsigned i = 0; i < variables; ++i, rest /= 3) {
        f = bound(f, Scalar::from_u64(rest % 3));
        g = bound(g, Scalar::from_u64(rest % 3));
      }
      for (size_t j = 0; j < f.size(); ++j) {
        q[t] += weight(variables, j) * f[j] * g[j];
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
  [[nodiscard]] Scalar weight(unsigned variables, size_t j) const {
    return r_.empty() ? Scalar::one() : eq_at(std::span(r_).subspan(rounds_ + variables), j);
  }

  std::vector<Scalar> f_;
  std::vector<Scalar> g_;
  std::vector<Scalar> r_;
  size_t rounds_ = 0;
};

// Number of variables, and how many a message binds.
class Sumchecks : public ::testing::TestWithParam<std::tuple<size_t, uint8_t>> {
 protected:
  // Runs all rounds on a claim that is wrong by `error`; returns the false requires, and what is
  // left of the claim less f(z)·g(z).
  std::pair<std::vector<std::string>, Scalar> run(bool with_eq, const Scalar& error) {
    const size_t n = std::get<0>(GetParam());
    const RoundGroups groups{20, std::get<1>(GetParam())};
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
    const std::vector<Scalar> point =
        with_eq ? eq_sumcheck(ledger, "round", groups, r, claim, &prover)
                : sumcheck(ledger, "round", groups, static_cast<unsigned>(n), claim, &prover);
    EXPECT_EQ(ledger.messages().size(), (n + groups.most - 1) / groups.most);
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

INSTANTIATE_TEST_SUITE_P(Variables, Sumchecks,
                         ::testing::Combine(::testing::Range<size_t>(1, 7),
                                            ::testing::Values<uint8_t>(1, 2, 3, 6)));

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
