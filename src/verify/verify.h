// The verifier: from bytes to a verdict, without weights, threads, or trust in anybody.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "argument/statement.h"
#include "base/result.h"
#include "circuit/circuit.h"
#include "group/generators.h"
#include "group/msm.h"
#include "verify/bound_check.h"
#include "verify/files.h"
#include "verify/verdict.h"

namespace vouch {

/// A model commitment that has been read and checked; good for any number of proofs.
struct VerifierModel {
  ModelCommitment commitment;
  Digest identity{};
  Circuit circuit;
  Columns columns;  ///< of a single input; only those of the model and the input are used
  std::vector<Point> weights;
  std::vector<Point> biases;
  /// That the weights are bounded. What is left of it is part of verifying the first proof. Null
  /// after load_commitment.
  std::shared_ptr<BoundCheck> bound;
  /// A hash of the whole file, the bound included. Zeros after load_commitment.
  std::array<uint8_t, 64> file{};
};

/// Reads model.pub, all but the final equation of its proof that weights are bounded. On failure
/// the verdict is kDecoding, kDescriptor or kProduct.
struct LoadedModel {
  Verdict verdict;
  std::optional<VerifierModel> model;  ///< engaged if accepted
};
[[nodiscard]] LoadedModel load_model(ByteSpan model_public);
/// A commitment alone, without a proof that its weights are bounded: for its owner, who need not
/// prove that to himself. Verifiers call load_model.
[[nodiscard]] LoadedModel load_commitment(ModelCommitment commitment);

/// What is said of outputs that stay hidden.
struct PredicateClaim {
  Predicate predicate;
  Bytes result;                     ///< as circuit/predicate.h has it
  std::vector<Digest> predictions;  ///< prediction_identity of each input, if it ranks
  std::vector<Digest> labels;       ///< label_identity of each, if labels are committed
  std::optional<Encoding> count;    ///< the commitment to N, if the bits are counted
};

/// What an accepted proof says.
struct Claim {
  std::vector<Digest> inputs;  ///< input_identity of each
  bool input_public = true;
  Bytes context;
  std::vector<Bytes> outputs;  ///< codes for each input, [channel][batch][row][column]
  std::optional<PredicateClaim> hidden = {};  ///< in their place
};

struct Verification {
  Verdict verdict;
  std::optional<Claim> claim;  ///< what the proof claims; proven only if the verdict accepts
};

/// What the verifier expects beyond a valid proof; empty fields are not checked.
struct Expectation {
  /// Codes of all inputs in order, as prepare_input gives them. Needs the salts: from the proof if
  /// its inputs are public, else from `openings`.
  std::vector<Bytes> inputs;
  /// One an input, of the proof's own commitments.
  std::vector<InputOpening> openings;
  std::optional<Bytes> context;
  bool public_output = false;               ///< the proof has the output's codes
  std::optional<Predicate> predicate = {};  ///< it states this one
  std::vector<Digest> predictions = {};     ///< its claim's predictions
  std::vector<Digest> labels = {};          ///< its claim's labels
  /// Not an expectation: called at the start of each step with its name.
  std::function<void(const char* step)> step = [](const char*) {};
};

/// That equation, for who wants to know without a proof: kLinearForm if it is false. `generators`
/// holds at least generators_needed(model).
[[nodiscard]] Verdict check_bound(const VerifierModel& model, const Generators& generators);
/// 0 once it is known.
[[nodiscard]] size_t generators_needed(const VerifierModel& model);

/// How many generators the verification of these bytes needs.
[[nodiscard]] size_t generators_needed(const VerifierModel& model, ByteSpan proof);

/// Steps 1 to 5 of protocol.md, section 16, to which verify() comes as well: before anything that
/// only an expectation needs is worked for.
[[nodiscard]] Verdict check_frame(const VerifierModel& model, ByteSpan proof);

/// Verifies one proof. Whatever the bytes are, it ends and does not crash; time and memory are
/// bounded by 2^κ, the bytes given and the limits of a descriptor (docs/security.md has figures).
/// The executor, if there is one, shares out the work on the final equation. Contract: `generators`
/// holds at least generators_needed(model, proof).
[[nodiscard]] Verification verify(const VerifierModel& model, ByteSpan proof,
                                  const Expectation& expectation, const Generators& generators,
                                  const MsmExecutor& executor = {});

/// The rows of D for one input's codes and its salt. `columns` are those of a single input.
[[nodiscard]] Rows commit_input_vartime(const Circuit& circuit, const Columns& columns,
                                        std::span<const uint8_t> codes, const Salt& salt,
                                        const Generators& generators);

}  // namespace vouch
