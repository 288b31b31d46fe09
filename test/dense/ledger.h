// The prover's ledger and the folding argument, naively: every commitment is remembered with all
// that it holds, so that a commitment which reaches outside its own slots is still opened as it is.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "argument/folding/folding.h"
#include "base/random.h"
#include "dense/definition.h"
#include "group/generators.h"

namespace vouch::dense {

/// What a commitment holds: Σ values[i]·G_i + blinder·H + on_U·U.
struct Held {
  std::map<size_t, Scalar> values;
  Scalar blinder;
  Scalar on_U;
  [[nodiscard]] Point commit(const Generators& generators) const;
};
/// Σ scale·held
void add_scaled(Held& to, const Scalar& scale, const Held& from);

/// What a dishonest prover changes in the ledger. Called with the message's label and its number
/// among those of that label.
struct LedgerHooks {
  /// Changes values before they are committed and believed.
  std::function<void(const std::string& label, size_t number, std::span<Scalar> values)> values;
  /// Changes the commitment beyond that: slot i of the ledger is generator first_slot() + i.
  std::function<void(const std::string& label, size_t number, Held& held)> held;
  /// Changes z_1…z_m, f(0), g(0), h(0), h(m+1)…h(2m).
  std::function<void(std::span<Scalar> values, size_t products)> products;
  /// Changes the mask before Δ is sent.
  std::function<void(Held& mask)> mask;
  /// Changes ξ as the cross terms of the folding use it.
  std::function<void(Scalar& xi)> value_scale;
};

class DenseLedger final : public LedgerProver, public FoldingProver {
 public:
  /// rows[column][i] is what the column's present row i holds. All but the shapes must outlive it.
  DenseLedger(std::span<const ColumnShape> columns, std::span<const std::vector<Held>> rows,
              const Generators& generators, SecretRandom random, const LedgerHooks& hooks)
      : columns_(columns.begin(), columns.end()),
        rows_(rows),
        generators_(generators),
        random_(std::move(random)),
        hooks_(hooks) {}

  Point commit(std::string_view label, std::span<const Scalar> values) override;
  [[nodiscard]] Scalar value(const Linear& expression) const override;

  void products(const Ledger& ledger, std::span<Scalar> out) override;
  void combine(const Ledger& ledger, const Opening& opening,
               std::span<const Scalar> message_weights, const Scalar& column_weight) override;
  Point mask() override;
  Scalar mask_form(std::vector<Scalar> lambda) override;
  Scalar blinder(const Scalar& c) override;
  void begin_folding(const Scalar& xi) override;
  std::pair<Point, Point> cross_terms() override;
  void fold(const Scalar& q) override;
  std::array<Scalar, kFoldedEntries> folded() override;

  /// Generator of slot 0.
  [[nodiscard]] size_t first_slot() const { return size_t{1} << max_kappa(columns_); }
  /// Slots as the prover believes them; may be changed after they were committed.
  [[nodiscard]] std::vector<Scalar>& slots() { return slots_; }
  [[nodiscard]] const Challenges& challenges() const { return challenges_; }
  /// ⟨eq(r*, ·), v⟩ of the columns alone.
  [[nodiscard]] const Scalar& opening_value() const { return opening_value_; }
  /// Λ, and ⟨Λ, u⟩.
  [[nodiscard]] const std::vector<Scalar>& form() const { return form_; }
  [[nodiscard]] const Scalar& form_value() const { return form_value_; }
  /// f(c), g(c) and h(c) as expressions.
  [[nodiscard]] const std::vector<Linear>& revealed() const { return revealed_; }

 private:
  void add_columns(const Opening& opening, const Scalar& weight, Held& to) const;

  std::vector<ColumnShape> columns_;
  std::span<const std::vector<Held>> rows_;
  const Generators& generators_;
  SecretRandom random_;
  const LedgerHooks& hooks_;
  mutable Challenges challenges_;
  mutable std::vector<Linear> revealed_;
  std::vector<Scalar> slots_;
  std::vector<Held> messages_;
  std::map<std::string, size_t, std::less<>> count_of_label_;
  Scalar opening_value_;
  Held u_;
  Held mask_;
  std::vector<Scalar> z_;
  std::vector<Scalar> form_;
  Scalar form_value_;
  size_t products_ = 0;
  std::vector<Scalar> lambda_;
  std::vector<Point> G_;
  Scalar xi_;
  unsigned bits_ = 0;
};

}  // namespace vouch::dense
