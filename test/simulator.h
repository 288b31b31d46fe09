// A simulator: transcripts that are accepted, made without any witness by somebody who may choose
// the random oracle's answers. That there is one, with the honest prover's distribution, is what
// zero knowledge means.
//
//   1. Every challenge is drawn when the script asks for it, and so are all commitments of the
//      ledger, f*, g*, φ and z (on the entries that have generators): uniformly, independently.
//   2. h* = f*·g*.  τ = ⟨Λ, z⟩ − c'·y.  Left, right and folded are computed from z as told.
//   3. Δ is what makes the final equation true: Com(z; φ) − c'·C_u.
//
// The oracle is programmed after that: its answer where the script asks is the challenge drawn. In
// the tests the programmed oracle is a channel; the shipped verifier has no place for one.
#pragma once

#include <memory>

#include "argument/folding/folding.h"
#include "base/random.h"
#include "listener.h"
#include "verify/equation.h"
#include "verify/proof_reader.h"
#include "verify/verify.h"

namespace vouch::dense {

/// An argument as its verifier runs it, up to a sum that has to be the identity. Whatever sends
/// messages of the ledger only and ends with the folding argument can be simulated.
class Argument {
 public:
  Argument() = default;
  Argument(const Argument&) = delete;
  Argument& operator=(const Argument&) = delete;
  virtual ~Argument() = default;
  /// κ of the vector that is opened.
  [[nodiscard]] virtual unsigned max_kappa() const = 0;
  /// The whole script. `prover` goes to argue_folding; nothing else has a prover.
  virtual Folding run(Ledger& ledger, FoldingProver* prover) = 0;
  /// The final equation, after run().
  [[nodiscard]] virtual Equation equation(const Ledger& ledger, const Folding& folding) const = 0;
};

/// What a prover without a witness said, and what the oracle has to answer.
struct Simulated {
  Rows messages;
  Challenges challenges;
  std::vector<Scalar> z;  ///< before it was folded
  Scalar phi;
};
[[nodiscard]] Simulated simulate(Argument& argument, const Generators& generators,
                                 SecretRandom& random);

/// The channel of a verifier whose oracle has been programmed: messages are read as the shipped
/// verifier reads them, challenges come from a list. Both must outlive it.
class ProgrammedReader final : public Channel {
 public:
  ProgrammedReader(const Rows& messages, const Challenges& answers)
      : Channel(Transcript("unused")), reader_(Transcript("unused"), messages), answers_(answers) {}

  Point point(std::string_view label, const std::function<Point()>& make) override;
  Scalar scalar(std::string_view label, const std::function<Scalar()>& make) override;
  Scalar challenge_except(std::string_view label,
                          const std::function<bool(const Scalar&)>& forbidden) override;
  /// All messages are canonical, all challenges allowed, and none of either is left over.
  [[nodiscard]] bool fits() const;

 private:
  ProofReader reader_;
  const Challenges& answers_;
  size_t next_ = 0;
  bool answers_fit_ = true;
};

/// The verifier's checks of messages against an oracle that answers with these challenges.
[[nodiscard]] Verdict judge_messages(Argument& argument, const Rows& messages,
                                     const Challenges& challenges, const Generators& generators);

/// The argument of a proof (argument/argument.h): the verifier's own script and final equation.
class Inference final : public Argument {
 public:
  /// Null if a row is not a group element. `model` must outlive it; the proof's messages are not
  /// looked at.
  static std::unique_ptr<Inference> of(const VerifierModel& model, const Proof& proof);

  [[nodiscard]] unsigned max_kappa() const override { return columns.max_kappa(); }
  Folding run(Ledger& ledger, FoldingProver* prover) override;
  [[nodiscard]] Equation equation(const Ledger& ledger, const Folding& folding) const override;

  Circuit circuit;  ///< on all inputs
  Columns columns;
  RoundGroups groups;
  Bytes output;
  std::optional<Predicate> predicate;  ///< that it is the result of
  std::array<CommittedColumn, kColumns> committed;
  Opening opening;  ///< after run()

 private:
  Inference(Circuit c, Columns k) : circuit(std::move(c)), columns(std::move(k)) {}
};

/// What goes over the line in a proof, for the shipped transcript.
struct Heard {
  std::vector<Listener::Message> messages;
  Challenges challenges;
};
[[nodiscard]] Heard hear(const VerifierModel& model, const Proof& proof);

/// A simulated proof of a statement, true or not, about the model.
struct SimulatedProof {
  Proof proof;
  Simulated simulated;
};
[[nodiscard]] SimulatedProof simulate_proof(const VerifierModel& model, const Statement& statement,
                                            const Generators& generators, SecretRandom& random);

/// The verdict of a verifier whose oracle answers with `challenges`: docs/protocol.md, section 16,
/// from step 5 of a proof on.
[[nodiscard]] Verdict verify_programmed(const VerifierModel& model, ByteSpan proof,
                                        const Challenges& challenges,
                                        const Expectation& expectation,
                                        const Generators& generators);

}  // namespace vouch::dense
