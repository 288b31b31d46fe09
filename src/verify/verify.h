// The verifier: from bytes to a verdict, without weights, threads, or trust in anybody.
#pragma once

#include <functional>
#include <optional>

#include "argument/statement.h"
#include "base/result.h"
#include "circuit/circuit.h"
#include "group/generators.h"
#include "verify/files.h"
#include "verify/verdict.h"

namespace vouch {

/// A model commitment that has been read and checked; good for any number of proofs.
struct VerifierModel {
  ModelCommitment commitment;
  Digest identity{};
  Circuit circuit;
  Columns columns;
  std::vector<Point> weights;
  std::vector<Point> biases;
};

/// Reads model.pub. On failure the verdict is kDecoding or kDescriptor.
struct LoadedModel {
  Verdict verdict;
  std::optional<VerifierModel> model;  ///< engaged if accepted
};
[[nodiscard]] LoadedModel load_model(ByteSpan model_public);

/// What an accepted proof says.
struct Claim {
  Digest input{};  ///< input_identity of the commitment D
  bool input_public = true;
  Bytes context;
  Bytes output;  ///< codes, [channel][batch][row][column]
};

struct Verification {
  Verdict verdict;
  std::optional<Claim> claim;  ///< what the proof claims; proven only if the verdict accepts
};

/// What the verifier expects beyond a valid proof; empty fields are not checked.
struct Expectation {
  /// Codes of the input, as prepare_input gives them. Needs the salt: from the proof if its input
  /// is public, else from `opening`.
  std::optional<Bytes> input;
  /// Must be of the proof's own input commitment.
  std::optional<InputOpening> opening;
  std::optional<Bytes> context;
  /// Not an expectation: called at the start of each step with its name.
  std::function<void(const char* step)> step = [](const char*) {};
};

/// How many generators a circuit's proofs need at most: to load once for many.
[[nodiscard]] size_t generators_needed(const Columns& columns);

/// Verifies one proof. Whatever the bytes are, it ends and does not crash; time and memory are
/// bounded by 2^κ, the bytes given and the limits of a descriptor (docs/security.md has figures).
/// `generators` holds at least generators_needed.
[[nodiscard]] Verification verify(const VerifierModel& model, ByteSpan proof,
                                  const Expectation& expectation, const Generators& generators);

/// The rows of D for an input's codes and a salt.
[[nodiscard]] Rows commit_input_vartime(const Columns& columns, std::span<const uint8_t> codes,
                                        const Salt& salt, const Generators& generators);

}  // namespace vouch
