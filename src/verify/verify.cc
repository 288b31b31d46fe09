#include "verify/verify.h"

#include <algorithm>
#include <string>

#include "argument/argument.h"
#include "argument/folding/folding.h"
#include "circuit/pictures.h"
#include "group/msm.h"
#include "verify/equation.h"
#include "verify/proof_reader.h"

namespace vouch {
namespace {

Verdict reject(Reason reason, std::string detail) { return {reason, std::move(detail)}; }

// Decodes the rows of a column; nothing if one is not a group element or is the identity, which a
// blinded row never is.
std::optional<std::vector<Point>> decode_rows(const Rows& rows) {
  auto points =
      decode_points({reinterpret_cast<const uint8_t*>(rows.data()), rows.size() * kPointBytes});
  if (points &&
      std::any_of(points->begin(), points->end(), [](const Point& p) { return p.is_identity(); })) {
    return std::nullopt;
  }
  return points;
}

std::string hex_prefix(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < 8; ++i) {
    out += kDigits[digest[i] >> 4];
    out += kDigits[digest[i] & 15];
  }
  return out;
}

// The proof's own columns, in the order in which they are absorbed after the statement.
constexpr std::array<Column, 3> kProofColumns{Column::kX, Column::kE, Column::kM};

const Rows& rows_of(const Proof& proof, Column column) {
  return column == Column::kX   ? proof.x
         : column == Column::kE ? proof.e
         : column == Column::kM ? proof.m
                                : proof.input;
}

// What a proof of a certain shape is about.
struct Instance {
  Circuit circuit;
  Columns columns;
};

Result<Instance> instance_of(const VerifierModel& model, const ProofShape& shape) {
  Circuit circuit = with_pictures(model.circuit, shape.pictures);
  VOUCH_TRY(validate(circuit));
  Columns columns(circuit, shape.kappa);
  VOUCH_TRY(validate_columns(columns));
  VOUCH_TRY(validate_proof_rows(columns));
  return Instance{std::move(circuit), std::move(columns)};
}

// Row counts and output length against the circuit; nothing is computed before this holds.
Verdict check_frame(const Instance& instance, const Proof& proof) {
  if (proof.output.size() != instance.circuit.output_tensor().shape.elements()) {
    return reject(Reason::kStatement, "the proof has another number of outputs than the model");
  }
  for (const Column column : {Column::kX, Column::kE, Column::kM, Column::kD}) {
    if (rows_of(proof, column).size() != present_row_count(instance.columns, column)) {
      return reject(Reason::kDecoding, std::string("column ") + column_name(column) +
                                           " has another number of rows than the circuit says");
    }
  }
  return {};
}

Verdict check_openings(const Proof& proof, const std::vector<InputOpening>& openings) {
  if (openings.empty()) {
    return {};
  }
  if (openings.size() != proof.shape.pictures) {
    return reject(Reason::kStatement, "the proof has another number of inputs than the openings");
  }
  for (size_t i = 0; i < openings.size(); ++i) {
    if (openings[i].input != input_identity(rows_of_input(proof.input, openings.size(), i))) {
      return reject(Reason::kStatement,
                    "the opening is of another input commitment than the proof's");
    }
  }
  return {};
}

Verdict check_input(const VerifierModel& model, const Proof& proof, size_t i, const Bytes& codes,
                    const Salt& salt, const Generators& generators) {
  if (codes.size() != model.circuit.input().shape.elements()) {
    return reject(Reason::kStatement, "the input has another size than the model's");
  }
  const auto rows = rows_of_input(proof.input, proof.shape.pictures, i);
  const Rows expected = commit_input_vartime(model.circuit, model.columns, codes, salt, generators);
  if (!std::equal(rows.begin(), rows.end(), expected.begin(), expected.end())) {
    return reject(Reason::kStatement, "the proof is about another input");
  }
  return {};
}

Verdict check_expectation(const VerifierModel& model, const Proof& proof,
                          const Expectation& expected, const Generators& generators) {
  if (expected.context && *expected.context != proof.context) {
    return reject(Reason::kStatement, "the proof was made for another context");
  }
  if (Verdict v = check_openings(proof, expected.openings); !v.accepted()) {
    return v;
  }
  if (expected.inputs.empty()) {
    return {};
  }
  if (expected.inputs.size() != proof.shape.pictures) {
    return reject(Reason::kStatement, "the proof is about " + std::to_string(proof.shape.pictures) +
                                          " inputs, not " + std::to_string(expected.inputs.size()));
  }
  if (!proof.input_public && expected.openings.empty()) {
    return reject(Reason::kStatement,
                  "the proof's input is hidden: without its opening nobody can compare it");
  }
  for (size_t i = 0; i < expected.inputs.size(); ++i) {
    const Salt& salt = proof.input_public ? proof.salts[i] : expected.openings[i].salt;
    if (Verdict v = check_input(model, proof, i, expected.inputs[i], salt, generators);
        !v.accepted()) {
      return v;
    }
  }
  return {};
}

using Committed = std::array<CommittedColumn, kColumns>;

// Decodes every row, fills `committed`.
Verdict decode_columns(const VerifierModel& model, const Columns& columns, const Proof& proof,
                       Committed& committed) {
  for (const Column column : kAllColumns) {
    CommittedColumn& c = committed[static_cast<size_t>(column)];
    c.present = columns.layout(column).present_rows(columns.kappa(column));
    if (column == Column::kW || column == Column::kB) {
      c.rows = column == Column::kW ? model.weights : model.biases;
      continue;
    }
    auto rows = decode_rows(rows_of(proof, column));
    if (!rows) {
      return reject(Reason::kDecoding, std::string("a row of column ") + column_name(column) +
                                           " is not a group element other than the identity");
    }
    c.rows = std::move(*rows);
  }
  return {};
}

Verdict check_argument(const VerifierModel& model, const Instance& instance, const Proof& proof,
                       const Generators& generators, const std::function<void(const char*)>& step) {
  const auto& [circuit, columns] = instance;
  step("rows");
  Committed committed;
  if (Verdict v = decode_columns(model, columns, proof, committed); !v.accepted()) {
    return v;
  }
  Transcript transcript =
      begin_transcript({&model.commitment, proof.shape, proof.input, proof.input_public,
                        proof.salts, proof.context, proof.output});
  for (const Column column : kProofColumns) {
    absorb_rows(transcript, column, rows_of(proof, column));
  }
  step("script");
  ProofReader reader(std::move(transcript), proof.messages);
  Ledger ledger(reader, nullptr);
  const Opening opening =
      argue(ledger, circuit, columns, proof.shape.groups, proof.output, nullptr);
  const Folding folding = argue_folding(ledger, opening, columns.max_kappa(), nullptr);
  if (!reader.fault().empty()) {
    return reject(Reason::kDecoding, reader.fault());
  }
  if (!reader.finished()) {
    return reject(Reason::kDecoding, "the proof has messages to spare");
  }
  if (!folding.products_hold) {
    return reject(Reason::kProduct, "a product that the prover claimed is false");
  }
  step("equation");
  const Equation equation = final_equation(ledger, columns, opening, folding, committed);
  step("points");
  if (!holds_vartime(equation, generators)) {
    return reject(Reason::kLinearForm, "the linear form of the argument's checks is false");
  }
  return {};
}

}  // namespace

LoadedModel load_model(ByteSpan model_public) {
  auto commitment = decode_model_public(model_public);
  if (!commitment.ok()) {
    return {reject(Reason::kDecoding, commitment.error().message), std::nullopt};
  }
  ByteReader reader(commitment.value().circuit);
  auto circuit = decode_circuit(reader);
  if (!circuit.ok()) {
    return {reject(Reason::kDescriptor, circuit.error().message), std::nullopt};
  }
  if (!reader.finished()) {
    return {reject(Reason::kDescriptor, "the circuit descriptor has bytes to spare"), std::nullopt};
  }
  Columns columns(circuit.value(), kMaxProofKappa);
  if (auto valid = validate_columns(columns); !valid.ok()) {
    return {reject(Reason::kDescriptor, valid.error().message), std::nullopt};
  }
  const Rows& w = commitment.value().weights;
  const Rows& b = commitment.value().biases;
  if (w.size() != present_row_count(columns, Column::kW) ||
      b.size() != present_row_count(columns, Column::kB)) {
    return {reject(Reason::kDecoding,
                   "the model commitment has another number of rows than its circuit says"),
            std::nullopt};
  }
  auto weights = decode_rows(w);
  auto biases = decode_rows(b);
  if (!weights || !biases) {
    return {reject(Reason::kDecoding,
                   "a row of the model commitment is not a group element other than the identity"),
            std::nullopt};
  }
  const Digest identity = model_identity(commitment.value());
  return {{},
          VerifierModel{std::move(commitment).value(), identity, std::move(circuit).value(),
                        std::move(columns), std::move(*weights), std::move(*biases)}};
}

size_t generators_needed(const VerifierModel& model, ByteSpan proof_bytes) {
  const auto proof = decode_proof(proof_bytes);
  if (!proof.ok()) {
    return 0;
  }
  const auto instance = instance_of(model, proof.value().shape);
  return !instance.ok() ? 0
                        : generators_needed(instance.value().columns, proof.value().shape.groups);
}

namespace {

Claim claim_of(const VerifierModel& model, const Proof& proof) {
  Claim claim{{}, proof.input_public, proof.context, {}};
  for (size_t i = 0; i < proof.shape.pictures; ++i) {
    claim.inputs.push_back(input_identity(rows_of_input(proof.input, proof.shape.pictures, i)));
  }
  const Shape& shape = model.circuit.output_tensor().shape;
  if (proof.output.size() == proof.shape.pictures * shape.elements()) {
    claim.outputs = split_pictures(shape, proof.output);
  }
  return claim;
}

}  // namespace

Verification verify(const VerifierModel& model, ByteSpan proof_bytes,
                    const Expectation& expectation, const Generators& generators) {
  auto decoded = decode_proof(proof_bytes);
  if (!decoded.ok()) {
    return {reject(Reason::kDecoding, decoded.error().message), std::nullopt};
  }
  const Proof& proof = decoded.value();
  Verification out;
  out.claim = claim_of(model, proof);
  if (proof.model != model.identity) {
    out.verdict =
        reject(Reason::kStatement, "the proof is about model " + hex_prefix(proof.model) +
                                       "…, not about " + hex_prefix(model.identity) + "…");
    return out;
  }
  const auto instance = instance_of(model, proof.shape);
  if (!instance.ok()) {
    out.verdict = reject(Reason::kDescriptor, instance.error().message);
    return out;
  }
  out.verdict = check_frame(instance.value(), proof);
  if (out.verdict.accepted()) {
    out.verdict = check_argument(model, instance.value(), proof, generators, expectation.step);
  }
  if (out.verdict.accepted()) {
    expectation.step("input");
    out.verdict = check_expectation(model, proof, expectation, generators);
  }
  return out;
}

Rows commit_input_vartime(const Circuit& circuit, const Columns& columns,
                          std::span<const uint8_t> codes, const Salt& salt,
                          const Generators& generators) {
  const Bytes ordered = batch_first(circuit.input().shape, codes);
  const Brick& brick = columns.layout(Column::kD).bricks()[0];
  const unsigned kappa = columns.kappa(Column::kD);
  const auto present = columns.layout(Column::kD).present_rows(kappa);
  const uint64_t mask = (uint64_t{1} << kappa) - 1;
  std::vector<std::vector<int32_t>> rows(present.size());
  for (size_t row = 0; row < present.size(); ++row) {
    if (present[row]) {
      rows[row].resize(mask + 1);
    }
  }
  size_t i = 0;
  const auto& e = brick.extents;
  for (uint32_t o = 0; o < e[0]; ++o) {
    for (uint32_t a = 0; a < e[1]; ++a) {
      for (uint32_t b = 0; b < e[2]; ++b) {
        for (uint32_t c = 0; c < e[3]; ++c) {
          const uint64_t slot = brick.slot(o, a, b, c);
          rows[slot >> kappa][slot & mask] = ordered[i++];
        }
      }
    }
  }
  Rows out;
  for (uint32_t row = 0; row < present.size(); ++row) {
    if (present[row]) {
      const Point blind = generators.blind(input_blinder(salt, row));
      out.push_back(
          (msm_small_vartime(generators.G().first(mask + 1), rows[row]) + blind).encode());
    }
  }
  return out;
}

}  // namespace vouch
