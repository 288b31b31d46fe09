// The integer network by its definition, one product after another:
//
//     A = Σ W·(X_in − z_in) + b        V = floor(A / 2^s)        X = f(V)        E = V − X
//
// and with exact rounding A = 2^(2s)·X + T²·E + L + T·U, (X, E) a window with A in it.
//
// Nothing here is fast, and nothing is shared with the executor or the folds of src/prove: both are
// held against it. Everything is addressed by slots of the columns' index spaces.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "circuit/columns.h"

namespace vouch::dense {

/// An element of a brick or a tensor, slowest axis first.
using Element = std::array<uint32_t, 4>;

/// One product coefficient·W·(X − z) of an accumulator. In a product of two tensors there is
/// another factor X − z: that of input 1 at the element `entry`.
struct Tap {
  Element weight;   ///< in the operator's brick of W
  Element entry;    ///< in the operator's brick of entries
  size_t input;     ///< which of the operator's inputs
  Element element;  ///< of that tensor: (channel, batch, row, column)
  int64_t coefficient = 1;
};

/// The products of A at one output element; taps outside the picture read 0 and are left out.
[[nodiscard]] std::vector<Tap> taps_of(const Circuit& circuit, size_t op, const Element& output);

/// f(V): `first`, and the heights of all steps at V or below.
[[nodiscard]] int64_t code_of(const ActivationTable& table, int64_t V);

/// What one of X, of E and of the virtual column R are in A: c_X, c_E and c_U of docs/protocol.md.
struct Units {
  Scalar code;
  Scalar error;
  Scalar limb;
};
[[nodiscard]] Units units_of(const Circuit& circuit);

/// A row of a table of windows: the values of A from `begin` on, T² of them, have the code X.
struct WindowRow {
  int64_t X;
  int64_t begin;
  bool edge;  ///< whether its E is no integer, or need not be
  /// E = (begin − 2^(2s)·X)/T².
  [[nodiscard]] Scalar error(const Circuit& circuit) const;
};
/// All rows of a table of an exact circuit; their `begin` never decreases.
[[nodiscard]] std::vector<WindowRow> window_rows(const Circuit& circuit, const WindowTable& table);

/// All elements of a brick of these extents.
[[nodiscard]] std::vector<Element> elements_of(const Extents& extents);
[[nodiscard]] uint64_t slot_of(const Brick& brick, const Element& element);
/// The same for a tensor's code in X, or in D, whose brick is (batch, channel, row, column).
[[nodiscard]] uint64_t slot_of_code(const Brick& brick, uint32_t tensor, const Element& e);

/// Challenges, or values that depend on one and nothing else that is random, by name.
using Challenges = std::vector<std::pair<std::string, Scalar>>;

/// A witness: the columns, the virtual column R (with exact rounding U), and what is looked up for
/// a predicate, each over its whole index space, pads included.
struct DenseWitness {
  std::array<std::vector<Scalar>, kColumns> columns;
  std::vector<Scalar> R;
  std::vector<Scalar> q;  ///< empty without a predicate
  [[nodiscard]] std::vector<Scalar>& operator[](Column c) {
    return columns[static_cast<size_t>(c)];
  }
  [[nodiscard]] const std::vector<Scalar>& operator[](Column c) const {
    return columns[static_cast<size_t>(c)];
  }
};

/// Weights and biases as columns, the other columns 0.
[[nodiscard]] DenseWitness with_model(const Columns& columns, const Weights& weights);

/// The codes as column D.
[[nodiscard]] std::vector<Scalar> column_of_codes(const Columns& columns,
                                                  const std::vector<uint8_t>& codes);

/// Runs `circuit` on the witness's W, b and D, sets X, E, L, R and counts the lookups in m.
/// `circuit` may differ from the one that `columns` was made of as long as the tensors' shapes
/// agree; tags are those of `columns`, and m has no more rows. `before(op, witness)` may change
/// anything before operator op is run.
[[nodiscard]] DenseWitness run_on(
    const Circuit& circuit, const Columns& columns, DenseWitness witness,
    const std::function<void(size_t op, DenseWitness& witness)>& before = {});

/// The same from weights and codes.
[[nodiscard]] DenseWitness run(const Circuit& circuit, const Columns& columns,
                               const Weights& weights, const std::vector<uint8_t>& input);

/// Operator that owns each slot of X, or −1 for a pad.
[[nodiscard]] std::vector<int> owners(const Columns& columns);

/// m: how often each row of the tables is looked up, q's share included. What is in no table is not
/// counted.
[[nodiscard]] std::vector<Scalar> count_lookups(const Circuit& circuit, const Columns& columns,
                                                const DenseWitness& witness);

/// x as an integer of at most 62 bits and a sign, if it is one.
[[nodiscard]] std::optional<int64_t> small_integer(const Scalar& x);
/// The same; stops the program if it is none.
[[nodiscard]] int64_t integer_of(const Scalar& x);

}  // namespace vouch::dense
