// The statement of a proof and how it enters the transcript.
//
// "I know weights that open the model commitment M and an input that opens the input commitment D,
// such that the circuit with those weights, run on that input, gives the output", bound to a
// context.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "argument/proof_shape.h"
#include "circuit/columns.h"
#include "transcript/transcript.h"

namespace vouch {

constexpr size_t kPointBytes = 32;
constexpr size_t kDigestBytes = 32;
constexpr size_t kSaltBytes = 32;
using Encoding = std::array<uint8_t, kPointBytes>;
using Digest = std::array<uint8_t, kDigestBytes>;
using Salt = std::array<uint8_t, kSaltBytes>;

/// Commitments of a column's present rows, in order.
using Rows = std::vector<Encoding>;

/// How many rows of the column are present, that is, sent.
[[nodiscard]] size_t present_row_count(const ColumnShape& column);
[[nodiscard]] inline size_t present_row_count(const Columns& columns, Column column) {
  return present_row_count(columns.shape(column));
}

/// The model commitment M: the circuit and the commitments of its weights and biases.
struct ModelCommitment {
  Bytes circuit;  ///< encode_circuit
  Rows weights;
  Rows biases;
};
/// The proof that the weights of a model commitment are bounded (bound/weight_bound.h). It is no
/// part of the model's identity: there are many for the same model.
struct WeightBound {
  Rows bits;      ///< commitments of the bits of the projections
  Rows messages;  ///< 32 bytes each, in order
};
/// 32 bytes that stand for M: architecture and commitments. Written out in docs/formats.md.
[[nodiscard]] Digest model_identity(const ModelCommitment& model);

/// 32 bytes that stand for the commitment of one input: its rows of D.
[[nodiscard]] Digest input_identity(std::span<const Encoding> rows);

/// Rows of D that belong to input number i of `pictures`: each has as many.
[[nodiscard]] std::span<const Encoding> rows_of_input(const Rows& D, size_t pictures, size_t i);

/// Which present rows of Y are a part's, whose bricks are at least as high as a row is long.
struct PartRows {
  size_t first = 0;  ///< number among the present rows
  size_t each = 0;   ///< how many an entry has, of all inputs
};
[[nodiscard]] PartRows rows_of_part(const Columns& columns, OutputPart part);

/// ω of row `row` among all rows of one input, present or not, from its salt: whoever has input and
/// salt recomputes the rows.
[[nodiscard]] Scalar input_blinder(const Salt& salt, uint32_t row);

// The same of what is committed about the classes of one input, in rows of Y: the first n of them
// (a prediction), or a label.
[[nodiscard]] Digest prediction_identity(std::span<const Encoding> rows);
[[nodiscard]] Digest label_identity(std::span<const Encoding> rows);
[[nodiscard]] Scalar prediction_blinder(const Salt& salt, uint32_t row);
[[nodiscard]] Scalar label_blinder(const Salt& salt, uint32_t row);

struct Statement {
  const ModelCommitment* model = nullptr;
  ProofShape shape;
  Rows input;                ///< D
  bool input_public = true;  ///< the salts are part of the statement
  std::vector<Salt> salts;   ///< one an input, if public
  Bytes context;             ///< what the proof is for; chosen by the caller
  Bytes output;              ///< public codes, [channel][batch][row][column]; or a result
  std::optional<Predicate> predicate = {};  ///< that the output is the result of
};

/// Context strings are at most this long.
constexpr size_t kMaxContextBytes = 4096;

/// The transcript after the whole statement.
[[nodiscard]] Transcript begin_transcript(const Statement& statement);

/// Absorbs the rows of X, E, L, m or Y.
void absorb_rows(Transcript& transcript, Column column, const Rows& rows);

/// The transcript of the proof that a model's weights are bounded (bound/weight_bound.h), after its
/// statement: the model commitment.
[[nodiscard]] Transcript begin_bound_transcript(const ModelCommitment& model);
/// Absorbs the rows of that proof's bits.
void absorb_bits(Transcript& transcript, const Rows& rows);

}  // namespace vouch
