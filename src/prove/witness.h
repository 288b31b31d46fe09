// The witness: what the prover knows, addressed as the columns are.
#pragma once

#include <span>

#include "argument/statement.h"
#include "circuit/columns.h"
#include "circuit/pictures.h"
#include "prove/executor.h"
#include "prove/predicate_witness.h"
#include "prove/slot_value.h"

namespace vouch {

/// E of an element where it is no integer (exact rounding).
struct EdgeError {
  uint32_t element;
  Scalar E;
};

/// One run of the network and the multiplicities of the lookups in it. References must outlive it.
class Witness {
 public:
  /// Counts the lookups of the trace, and of the predicate that the columns were made with.
  Witness(const Circuit& circuit, const Columns& columns, const Weights& weights, Trace trace,
          std::optional<PredicateWitness> predicate = {});
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  /// Wipes the run.
  ~Witness();

  [[nodiscard]] const Circuit& circuit() const { return circuit_; }
  [[nodiscard]] const Columns& columns() const { return columns_; }
  [[nodiscard]] const Weights& weights() const { return weights_; }
  /// Tensor i of the circuit; 0 is the input.
  [[nodiscard]] const TensorTrace& tensor(size_t i) const { return trace_.tensors[i]; }
  /// Edges of tensor i, in order of elements. Elsewhere E is V − X.
  [[nodiscard]] std::span<const EdgeError> edges(size_t i) const { return edges_[i]; }
  /// All of them, by slot of E.
  [[nodiscard]] const SlotValues& further_errors() const { return further_errors_; }
  /// The input's codes in the order of D's brick.
  [[nodiscard]] const Bytes& input() const { return input_; }
  /// There if the output is hidden.
  [[nodiscard]] const std::optional<PredicateWitness>& predicate() const { return predicate_; }
  /// m, by slot of the table space.
  [[nodiscard]] const std::vector<uint32_t>& multiplicities() const { return multiplicities_; }

  /// Copies `count` elements of a column's brick, from `element` on, in the brick's own order; of E
  /// zeros at edges.
  void read(Column column, size_t brick, size_t element, size_t count, int64_t* out) const;

 private:
  void find_edges();
  void count_lookups();
  void count_codes(size_t op, uint32_t* counts) const;
  void count_predicate(uint32_t* plain) const;

  const Circuit& circuit_;
  const Columns& columns_;
  const Weights& weights_;
  Trace trace_;
  std::optional<PredicateWitness> predicate_;
  Bytes input_;
  std::vector<SecretVector<EdgeError>> edges_;
  SlotValues further_errors_;
  std::vector<uint32_t> multiplicities_;
};

/// Calls body(brick, first element, count, first position in the row) for the elements in row `row`
/// of 2^κ slots, in order of position.
template <class Body>
void for_each_run_of_row(const Layout& layout, unsigned kappa, uint64_t row, const Body& body) {
  const uint64_t begin = row << kappa;
  const uint64_t end = begin + (uint64_t{1} << kappa);
  for (const uint32_t number : layout.order()) {
    const Brick& brick = layout.bricks()[number];
    const uint64_t stop = std::min(end, brick.offset + brick.slots());
    const auto& e = brick.extents;
    if (brick.height == 0) {
      const uint64_t at = std::max(begin, brick.offset);
      if (at < stop) {
        body(number, at - brick.offset, stop - at, at - begin);
      }
      continue;
    }
    // Lines along the last axis that has more than one slot.
    const size_t axis = brick.bits[2] != 0 ? 3 : brick.bits[1] != 0 ? 2 : 1;
    const unsigned bits = brick.bits[axis - 1];
    const uint64_t length = uint64_t{1} << bits;
    for (uint64_t at = std::max(begin, brick.offset); at < stop;) {
      const uint64_t in_brick = at - brick.offset;
      const uint64_t along = in_brick & (length - 1);
      const uint64_t next = std::min(stop, at - along + length);
      const uint64_t o = in_brick >> brick.height;
      const uint64_t a =
          (in_brick >> (brick.bits[2] + brick.bits[1])) & ((1U << brick.bits[0]) - 1);
      const uint64_t b = (in_brick >> brick.bits[2]) & ((1U << brick.bits[1]) - 1);
      const bool inside = (axis == 1 || a < e[1]) && (axis <= 2 || b < e[2]);
      if (inside && along < e[axis]) {
        const uint64_t line = axis == 3 ? (o * e[1] + a) * e[2] + b : axis == 2 ? o * e[1] + a : o;
        body(number, line * e[axis] + along, std::min(next - at, e[axis] - along), at - begin);
      }
      at = next;
    }
  }
}

}  // namespace vouch
