// A second prover: simple, slow and honest unless told otherwise.
//
// It makes the proofs of src/prove by other means — every column a plain vector over its whole
// index space, every tree a plain tree, every sum by its definition — so that proofs of both are a
// test of each. And each of its steps can be replaced: what is committed, what is looked up, what
// is multiplied, what is absorbed, what is sent. Afterwards it evaluates the ledger and the claims
// in the clear and says which are false, so that an attack is known to be stopped by the check that
// is there for it.
#pragma once

#include "dense/bilinear.h"
#include "dense/channel.h"
#include "dense/ledger.h"
#include "dense/lookups.h"
#include "verify/files.h"

namespace vouch::dense {

/// A model and its commitment. `circuit` and `columns` stay at one address.
struct DenseModel {
  /// `circuit` is that of a single input. Proofs say a predicate of their outputs if there is one.
  DenseModel(Circuit circuit, Weights weights, const ProofShape& shape,
             const Generators& generators, const std::function<void(DenseWitness&)>& edit = {},
             const std::optional<Predicate>& predicate = {});
  DenseModel(const DenseModel&) = delete;
  DenseModel& operator=(const DenseModel&) = delete;

  Circuit circuit;  ///< on all inputs of a proof
  Weights weights;
  ProofShape shape;  ///< of its proofs
  std::optional<Predicate> predicate;
  Columns columns;
  std::array<std::vector<Held>, kColumns> rows;  ///< of W and b
  ModelCommitment commitment;
};

/// How a proof is made. By default the three witnesses are the same and the prover is honest.
struct Forgery {
  explicit Forgery(const DenseModel& of, DenseWitness honest)
      : model(&of),
        committed(honest),
        looked_up(honest),
        multiplied(std::move(honest)),
        multiplied_circuit(of.circuit) {}

  const DenseModel* model;
  DenseWitness committed;      ///< what the rows hold; R is not committed
  DenseWitness looked_up;      ///< what the lookups' leaves are made of: X, E, L, R, D, q, m
  DenseWitness multiplied;     ///< what Ŵ and X̂ are folded from: W, X, D
  Circuit multiplied_circuit;  ///< by whose operators

  std::function<void(Leaves&, const LookupChallenges&)> leaves;
  LookupLie lookup_lie;
  BilinearHooks bilinear;
  Scalar opening_lie;
  std::function<void(unsigned round, const Scalar& z)> opening_challenge;
  LedgerHooks ledger;
  ChannelHooks channel;
  /// Changes what rows hold before they are committed: column, number among the present rows.
  std::function<void(Column, size_t number, Held&)> row;
  /// Changes the rows' encodings as they are absorbed and written.
  std::function<void(Column, size_t number, Encoding&)> row_encoding;

  bool input_public = true;
  Bytes context;
  Bytes output;  ///< claimed; the committed X's, or what the predicate says of them, if empty
  std::vector<Salt> label_salts;  ///< of committed labels; drawn if empty
  /// Changes what is absorbed, not what is written.
  std::function<void(Statement&, ModelCommitment&)> absorbed;
  std::function<void(Column, Rows&)> absorbed_rows;
  /// Changes what is published, when the proof is made.
  std::function<void(Proof&, ModelCommitment&)> afterwards;

  /// The ledger of the proof under way, for hooks.
  DenseLedger* at_work = nullptr;
  const DenseLookups* lookups_at_work = nullptr;
  /// kCancel found its k.
  bool claims_cancel = false;
};

/// A require that is not 0, or the last claim of the opening, with its number among them.
struct FalseValue {
  std::string label;
  Scalar value;
  size_t number = 0;
};

struct DenseProof {
  Proof proof;
  ModelCommitment model;               ///< as published
  std::vector<Salt> salts;             ///< of the inputs
  std::vector<Salt> prediction_salts;  ///< of h
  std::vector<Held> rows_of_y;
  std::vector<std::string> labels;  ///< of the messages
  /// What is false: labels of requires, "product LABEL", "claim …", "opening". Sorted, each once.
  std::vector<std::string> false_checks;
  /// Values of the false requires in their order.
  std::vector<FalseValue> false_values;
  std::map<std::string, std::vector<Scalar>> scalars;
  Challenges challenges;
  /// How the argument ended: for whoever knows it before it began.
  Opening opening;
  Folding folding;
  std::vector<Linear> revealed;         ///< f(c), g(c), h(c)
  std::vector<Scalar> form;             ///< Λ
  Scalar form_error;                    ///< ⟨Λ, u⟩ − y
  std::vector<Ledger::Message> ledger;  ///< its messages
  size_t requirements = 0;              ///< N_r
};

/// Makes a proof with randomness derived from `seed`: equal seeds give equal messages until
/// something is said that differs.
[[nodiscard]] DenseProof prove_densely(const DenseModel& model, Forgery& forgery,
                                       const Generators& generators, uint8_t seed = 1);

/// (c_X·X̃ + c_E·Ẽ + L̃)(r): what the committed columns say of A, but for U.
[[nodiscard]] Scalar explained_at(const DenseModel& model, const DenseWitness& witness,
                                  std::span<const Scalar> r);

/// The public output in X, [class][input] of a network behind a predicate.
[[nodiscard]] Bytes output_of(const Columns& columns, const DenseWitness& witness);

}  // namespace vouch::dense
