// A prover of the folding argument for tests: dense vectors, one multiplication of a point at a
// time, every step as argument/folding/folding.h writes it.
#pragma once

#include <array>
#include <vector>

#include "argument/folding/folding.h"
#include "argument/folding/lagrange.h"
#include "field/random_scalar.h"
#include "group/generators.h"

namespace vouch {

/// What is committed besides the ledger: v, and its blinder before the factor θ^(K+1).
struct OpenedVector {
  std::vector<Scalar> v;
  Scalar blinder;
};

class NaiveFolding final : public LedgerProver, public FoldingProver {
 public:
  NaiveFolding(const Generators& generators, unsigned kappa, SecretRandom random)
      : generators_(generators), kappa_(kappa), random_(std::move(random)) {}

  OpenedVector opened;           ///< to be set before the folding argument
  Scalar product_error;          ///< added to the first product
  std::vector<Scalar> values;    ///< by slot
  std::vector<Scalar> blinders;  ///< by message

  /// Σ s_i·G_{first+i} + ω·H
  [[nodiscard]] Point commitment(std::span<const Scalar> s, size_t first,
                                 const Scalar& omega) const {
    Point sum = generators_.H().point().multiply_vartime(omega);
    for (size_t i = 0; i < s.size(); ++i) {
      sum += generators_.G()[first + i].point().multiply_vartime(s[i]);
    }
    return sum;
  }

  Point commit(std::string_view /*label*/, std::span<const Scalar> sent) override {
    const size_t first = (size_t{1} << kappa_) + values.size();
    values.insert(values.end(), sent.begin(), sent.end());
    blinders.push_back(random_scalar(random_));
    return commitment(sent, first, blinders.back());
  }
  [[nodiscard]] Scalar value(const Linear& expression) const override {
    return expression.at(values);
  }

  void products(const Ledger& ledger, std::span<Scalar> out) override {
    const size_t m = ledger.products().size();
    std::vector<Scalar> all(values);
    std::vector<Scalar> f{random_scalar(random_)};
    std::vector<Scalar> g{random_scalar(random_)};
    for (size_t k = 0; k < m; ++k) {
      f.push_back(ledger.products()[k].a.at(all));
      g.push_back(ledger.products()[k].b.at(all));
      out[k] = f.back() * g.back() + (k == 0 ? product_error : Scalar::zero());
      all.push_back(out[k]);
    }
    out[m] = f[0];
    out[m + 1] = g[0];
    out[m + 2] = f[0] * g[0];
    for (size_t k = 1; k <= m; ++k) {
      const auto w = lagrange_weights(m, Scalar::from_u64(m + k));
      out[m + 2 + k] = dot(w, f) * dot(w, g);
    }
  }

  void combine(const Ledger& ledger, const Opening& /*opening*/,
               std::span<const Scalar> message_weights, const Scalar& column_weight) override {
    u_.clear();
    for (const Scalar& x : opened.v) {
      u_.push_back(column_weight * x);
    }
    u_blinder_ = column_weight * opened.blinder;
    for (size_t k = 0; k < ledger.messages().size(); ++k) {
      const auto& message = ledger.messages()[k];
      for (uint32_t i = 0; i < message.slots; ++i) {
        u_.push_back(message_weights[k] * values[message.first_slot + i]);
      }
      u_blinder_ += message_weights[k] * blinders[k];
    }
    used_ = u_.size();
    size_t length = 1;
    while (length < used_) {
      length *= 2;
    }
    u_.resize(length);
  }

  Point mask() override {
    mask_.assign(u_.size(), Scalar::zero());
    random_scalars(random_, std::span(mask_).first(used_));
    mask_blinder_ = random_scalar(random_);
    return commitment(std::span(mask_).first(used_), 0, mask_blinder_);
  }
  Scalar mask_form(std::vector<Scalar> lambda) override {
    lambda_ = std::move(lambda);
    return dot(lambda_, mask_);
  }
  Scalar blinder(const Scalar& c) override {
    for (size_t i = 0; i < u_.size(); ++i) {
      u_[i] = c * u_[i] + mask_[i];
    }
    return c * u_blinder_ + mask_blinder_;
  }

  void begin_folding(const Scalar& xi) override {
    xi_U_ = generators_.U().point().multiply_vartime(xi);
    G_.assign(u_.size(), Point::identity());
    for (size_t i = 0; i < used_; ++i) {
      G_[i] = generators_.G()[i].point();
    }
  }
  std::pair<Point, Point> cross_terms() override {
    const size_t half = u_.size() / 2;
    Point left = Point::identity();
    Point right = Point::identity();
    for (size_t i = 0; i < half; ++i) {
      left += G_[half + i].multiply_vartime(u_[i]);
      left += xi_U_.multiply_vartime(u_[i] * lambda_[half + i]);
      right += G_[i].multiply_vartime(u_[half + i]);
      right += xi_U_.multiply_vartime(u_[half + i] * lambda_[i]);
    }
    return {left, right};
  }
  void fold(const Scalar& q) override {
    const size_t half = u_.size() / 2;
    for (size_t i = 0; i < half; ++i) {
      u_[i] += q * u_[half + i];
      G_[i] = G_[i].multiply_vartime(q) + G_[half + i];
      lambda_[i] = q * lambda_[i] + lambda_[half + i];
    }
    u_.resize(half);
    lambda_.resize(half);
    G_.resize(half);
  }
  std::array<Scalar, kFoldedEntries> folded() override { return {u_[0], u_[1], u_[2], u_[3]}; }

 private:
  static Scalar dot(const std::vector<Scalar>& a, const std::vector<Scalar>& b) {
    Scalar sum;
    for (size_t i = 0; i < a.size(); ++i) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  const Generators& generators_;
  unsigned kappa_;
  SecretRandom random_;
  size_t used_ = 0;
  std::vector<Scalar> u_;
  Scalar u_blinder_;
  std::vector<Scalar> mask_;
  std::vector<Scalar> lambda_;
  Scalar mask_blinder_;
  Point xi_U_;
  std::vector<Point> G_;
};

}  // namespace vouch
