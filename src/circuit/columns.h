// The committed columns of a circuit and where everything lies in them.
//
//   X, E   activations' codes and what the table took away: one brick (channel, batch, row, column)
//          a tensor, the input excepted
//   L      with exact rounding, the lower limbs of remainders, likewise; else it has no elements
//   m      multiplicities of the lookup tables' rows
//   W, b   weights and biases: the model
//   D      the input's codes: one brick (batch, channel, row, column), so that each of several
//   inputs
//          has rows of its own, the same as if it were alone
//   Y      what a predicate needs of a hidden output (predicate_layout.h); else it has no elements
//
// A column's index space has 2^n slots; it is committed in rows of 2^κ slots, of which those that
// are all pad are left out.
#pragma once

#include "circuit/circuit.h"
#include "circuit/layout.h"
#include "circuit/predicate_layout.h"

namespace vouch {

enum class Column : uint8_t { kX = 0, kE = 1, kL = 2, kM = 3, kW = 4, kB = 5, kD = 6, kY = 7 };
constexpr size_t kColumns = 8;
constexpr std::array<Column, kColumns> kAllColumns{Column::kX, Column::kE, Column::kL, Column::kM,
                                                   Column::kW, Column::kB, Column::kD, Column::kY};
[[nodiscard]] const char* column_name(Column column);

// Tags keep the tables' rows apart: a lookup's denominator contains γ²·tag.
constexpr uint64_t kRangeTag = 1;  ///< R in [0, 2^s); limbs L and U in [0, T)
constexpr uint64_t kPlainTag = 2;  ///< (X, 0) for X in 0…255: input, predicate; (0, 0) for pads
constexpr uint64_t kFirstActivationTag = 3;

/// Rows of X, E, L and m have at most 2^18 entries.
constexpr unsigned kMaxProofKappa = 18;

/// Where a committed column's slots lie: its layout, in rows of 2^kappa slots.
struct ColumnShape {
  const Layout* layout = nullptr;
  unsigned kappa = 0;
  /// log2 of the number of rows, present or not.
  [[nodiscard]] unsigned row_bits() const { return layout->bits() - kappa; }
};

/// log2 of the widest rows.
[[nodiscard]] unsigned max_kappa(std::span<const ColumnShape> shapes);

class Columns {
 public:
  /// `circuit` must be valid. Rows of X, E, L and m have 2^proof_kappa entries; the model's columns
  /// do not depend on it. A predicate must be valid for the circuit; without one, the proof's
  /// output is public.
  Columns(const Circuit& circuit, unsigned proof_kappa,
          const std::optional<Predicate>& predicate = {});

  [[nodiscard]] const Layout& layout(Column column) const;
  /// log2 of the row size.
  [[nodiscard]] unsigned kappa(Column column) const;
  /// log2 of the number of rows, present or not.
  [[nodiscard]] unsigned row_bits(Column column) const {
    return layout(column).bits() - kappa(column);
  }

  [[nodiscard]] ColumnShape shape(Column column) const { return {&layout(column), kappa(column)}; }
  /// Of all columns, in the order of kAllColumns. They refer to this object.
  [[nodiscard]] std::array<ColumnShape, kColumns> shapes() const;

  /// Index space of the bilinear sumcheck: brick i holds operator i's entries.
  [[nodiscard]] const Layout& entries() const { return entries_; }

  // Bricks of m: [0] the range table, [1 + k] table k, the last the plain table.
  [[nodiscard]] size_t tables() const { return tables_.bricks().size() - 2; }
  /// Number of the table of the tensor that operator i writes.
  [[nodiscard]] size_t table_of(size_t op) const { return table_of_op_[op]; }
  [[nodiscard]] uint64_t tag_of(size_t op) const { return kFirstActivationTag + table_of_op_[op]; }

  /// What a predicate adds; empty without one.
  [[nodiscard]] const PredicateLayout& predicate() const { return predicate_; }

  /// Number of the circuit's products of two tensors.
  [[nodiscard]] size_t products() const { return products_; }

  /// Row size of the widest column, log2: v has that many entries.
  [[nodiscard]] unsigned max_kappa() const;

 private:
  Layout activations_;
  Layout low_limbs_;
  Layout tables_;
  Layout weights_;
  Layout biases_;
  Layout input_;
  PredicateLayout predicate_;
  Layout entries_;
  std::vector<size_t> table_of_op_;
  size_t products_;
  unsigned model_kappa_;
  unsigned proof_kappa_;
  unsigned input_kappa_;
  unsigned output_kappa_ = 1;
};

/// Refuses circuits whose index spaces exceed 2^30 slots, whose W, b, D or Y have more than 2^14
/// rows,
/// or with lookups × table rows > 2^50 (the soundness of the lookups). Part of validating a
/// descriptor; `columns` may be for any proof_kappa.
[[nodiscard]] Result<void> validate_columns(const Columns& columns);

/// Refuses a proof_kappa that gives X or m more than 2^14 rows, or rows longer than both of them.
[[nodiscard]] Result<void> validate_proof_rows(const Columns& columns);

}  // namespace vouch
