// The files that a verifier reads (docs/formats.md). Every decoder takes hostile bytes, allocates
// no more than they hold, accepts exactly one encoding of a value and refuses trailing bytes.
#pragma once

#include "argument/statement.h"
#include "base/result.h"

namespace vouch {

// First bytes of every file of ours: 8 bytes of kind, then a u16 version (base/format_version.h).
constexpr std::string_view kModelPublicMagic = "VOUCHPUB";
constexpr std::string_view kProofMagic = "VOUCHPRF";
constexpr std::string_view kInputOpeningMagic = "VOUCHOPN";
constexpr std::string_view kCountOpeningMagic = "VOUCHCNT";
constexpr std::string_view kClassesOpeningMagic = "VOUCHCLS";
constexpr size_t kMagicBytes = 8;

/// Largest files that are read: model.pub and proofs are tens of kB.
constexpr size_t kMaxModelPublicBytes = size_t{16} << 20;
constexpr size_t kMaxProofBytes = size_t{16} << 20;

/// model.pub: what verifiers have of a model.
struct PublicModel {
  ModelCommitment commitment;
  WeightBound bound;
};
[[nodiscard]] Bytes encode_model_public(const PublicModel& model);
/// Checks the frame only; the circuit stays encoded (decode_circuit), rows are not decoded.
[[nodiscard]] Result<PublicModel> decode_model_public(ByteSpan bytes);

/// x.proof.
struct Proof {
  Digest model{};  ///< model_identity
  ProofShape shape;
  bool input_public = true;
  std::vector<Salt> salts;  ///< one an input, if public
  Bytes context;
  /// What is said of the output, which then stays hidden.
  std::optional<Predicate> predicate;
  /// Codes of all inputs' outputs, [channel][batch][row][column]; or the predicate's result.
  Bytes output;
  Rows input;  ///< D
  Rows x;
  Rows e;
  Rows l;  ///< of an exact circuit
  Rows m;
  Rows y;         ///< of a predicate
  Rows messages;  ///< everything the channel carried, 32 bytes each: points and scalars
};
[[nodiscard]] Bytes encode_proof(const Proof& proof);
[[nodiscard]] Result<Proof> decode_proof(ByteSpan bytes);

/// x.open: opens a hidden input's commitment to whoever has the input as well.
struct InputOpening {
  Digest input{};  ///< input_identity
  Salt salt{};
};
[[nodiscard]] Bytes encode_input_opening(const InputOpening& opening);
[[nodiscard]] Result<InputOpening> decode_input_opening(ByteSpan bytes);

/// x.count: opens the sum of the committed counts of proofs.
struct CountOpening {
  uint32_t total = 0;
  Scalar blinder;  ///< the sum of the rows'
};
[[nodiscard]] Bytes encode_count_opening(const CountOpening& opening);
[[nodiscard]] Result<CountOpening> decode_count_opening(ByteSpan bytes);

/// x.classes: opens the commitment to an input's first n classes, or to its label.
struct ClassesOpening {
  bool label = false;
  Digest identity{};  ///< prediction_identity or label_identity
  Salt salt{};
  std::vector<uint16_t> classes;  ///< increasing
};
[[nodiscard]] Bytes encode_classes_opening(const ClassesOpening& opening);
[[nodiscard]] Result<ClassesOpening> decode_classes_opening(ByteSpan bytes);

}  // namespace vouch
