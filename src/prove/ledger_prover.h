// The prover's ledger: values and blinders of all messages, and the folding argument over them.
#pragma once

#include <optional>
#include <string>

#include "argument/folding/folding.h"
#include "base/parallel.h"
#include "base/random.h"
#include "field/product_sum.h"
#include "group/generators.h"
#include "prove/commitments.h"
#include "prove/generator_folding.h"

namespace vouch {

/// A committed column on the prover's side. `opening` must outlive whoever has it.
struct SecretColumn {
  ColumnShape shape;
  const ColumnOpening* opening = nullptr;
  ColumnReader read;
  SlotValues further{};  ///< of some slots, beside their integers
  bool wide = false;     ///< integers may reach 2^51 and more
};

class SecretLedger final : public LedgerProver, public FoldingProver {
 public:
  /// `columns` are those of the opening, in its order; the ledger will have `slots` slots. The
  /// generators must outlive it.
  SecretLedger(std::vector<SecretColumn> columns, size_t slots, const Generators& generators,
               SecretRandom random);
  ~SecretLedger() override;

  /// Labels of the requires that are false for the values sent, and "opening" if the last claim is
  /// not ⟨eq(r*, ·), v⟩. Empty for an honest prover. After the folding argument has combined u.
  [[nodiscard]] std::vector<std::string> false_checks(const Ledger& ledger,
                                                      const Opening& opening) const;

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

 private:
  void make_mask(size_t used);
  void add_columns(const Opening& opening, const Scalar& column_weight);
  void add_further_values(const SecretColumn& column, const std::vector<Scalar>& row_weights);
  /// Adds the rows of a column, weighted, to `sums`: only positions sums.size()·part … of them.
  /// `values`: zeros, and zeros again afterwards.
  static void add_column(const SecretColumn& column, const std::vector<Scalar>& row_weights,
                         size_t part, std::span<int64_t> values, std::span<SmallProductSum> sums);

  std::vector<SecretColumn> columns_;
  unsigned kappa_ = 0;  // of the widest
  const Generators& generators_;
  SecretRandom random_;
  SecretVector<Scalar> values_;    // by slot
  SecretVector<Scalar> blinders_;  // by message
  Scalar opening_value_;           // ⟨eq(r*, ·), v⟩
  SecretVector<Scalar> u_;         // (v ‖ slots), then z; padded to a power of two
  Scalar u_blinder_;
  SecretRandom mask_random_;
  SecretVector<Scalar> mask_;
  Scalar mask_blinder_;
  Point mask_point_;
  std::vector<Scalar> lambda_;
  Scalar xi_;
  std::optional<GeneratorFolding> folding_;
  std::optional<Beside> mask_made_;  // it depends on nothing
};

}  // namespace vouch
