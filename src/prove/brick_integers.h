// One brick of a column as a matrix of small integers, a row for each outer entry o, a column for
// each of its elements p, folded along one side with small-integer multiply-adds:
//
//     Σ_o w[o]·f[o, p]          Σ_p w[p]·f[o, p]
//
// The integers are read where the witness has them, in their own width.
#pragma once

#include "field/product_sum.h"
#include "prove/witness.h"

namespace vouch {

class BrickIntegers {
 public:
  /// `length` elements a row.
  BrickIntegers(const Witness& witness, Column column, size_t brick, size_t length)
      : witness_(witness), column_(column), brick_(brick), length_(length) {}

  /// acc[i] += Σ_o w[o]·f[o, first + i]. At most 2^19 rows.
  void add_rows(std::span<const Scalar> w, size_t first, std::span<SmallProductSum> acc) const;

  /// Σ_i w[i]·f[o, first + i], of at most 2^19 elements.
  [[nodiscard]] SmallProductSum dot(size_t o, size_t first, std::span<const Scalar> w) const;

 private:
  template <class Body>
  void visit(const Body& body) const;
  [[nodiscard]] const int64_t* biases() const { return witness_.weights()[brick_].biases.data(); }

  const Witness& witness_;
  Column column_;
  size_t brick_;
  size_t length_;
};

}  // namespace vouch
