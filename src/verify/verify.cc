#include "verify/verify.h"

#include <algorithm>
#include <string>

#include "argument/argument.h"
#include "argument/folding/folding.h"
#include "circuit/pictures.h"
#include "field/random_scalar.h"
#include "verify/decode_rows.h"
#include "verify/examination.h"
#include "verify/proof_reader.h"

namespace vouch {
namespace {

Verdict reject(Reason reason, std::string detail) { return {reason, std::move(detail)}; }

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
constexpr std::array<Column, 4> kProofColumns{Column::kX, Column::kE, Column::kL, Column::kM};

const Rows& rows_of(const Proof& proof, Column column) {
  return column == Column::kX   ? proof.x
         : column == Column::kE ? proof.e
         : column == Column::kL ? proof.l
         : column == Column::kM ? proof.m
         : column == Column::kY ? proof.y
                                : proof.input;
}

// What a proof of a certain shape is about.
struct Instance {
  Circuit circuit;
  Columns columns;
};

Result<Instance> instance_of(const VerifierModel& model, const Proof& proof) {
  const ProofShape& shape = proof.shape;
  Circuit circuit = with_pictures(model.circuit, shape.pictures);
  VOUCH_TRY(validate(circuit));
  if (proof.predicate) {
    VOUCH_TRY(validate(*proof.predicate, circuit, shape.pictures));
  }
  Columns columns(circuit, shape.kappa, proof.predicate);
  VOUCH_TRY(validate_columns(columns));
  VOUCH_TRY(validate_proof_rows(columns));
  VOUCH_TRY(validate_generators(columns, shape.groups));
  return Instance{std::move(circuit), std::move(columns)};
}

// Row counts and output length against the circuit; nothing is computed before this holds.
Verdict check_counts(const Instance& instance, const Proof& proof) {
  if (proof.predicate) {
    const auto valid =
        validate_result(*proof.predicate, instance.circuit, proof.shape.pictures, proof.output);
    if (!valid.ok()) {
      return reject(Reason::kStatement, valid.error().message);
    }
  } else if (proof.output.size() != instance.circuit.output_tensor().shape.elements()) {
    return reject(Reason::kStatement, "the proof has another number of outputs than the model");
  }
  for (const Column column :
       {Column::kX, Column::kE, Column::kL, Column::kM, Column::kD, Column::kY}) {
    if (rows_of(proof, column).size() != present_row_count(instance.columns, column)) {
      return reject(Reason::kDecoding, std::string("column ") + column_name(column) +
                                           " has another number of rows than the circuit says");
    }
  }
  // Before millions of messages that nobody asked for are decoded.
  if (proof.messages.size() != proof_messages(instance.columns, proof.shape.groups)) {
    return reject(Reason::kDecoding, "another number of messages than there must be");
  }
  return {};
}

// Steps 1 to 5 of protocol.md, section 16.
struct Frame {
  Verdict verdict;
  std::optional<Proof> proof;        // if it decodes
  std::optional<Instance> instance;  // if the verdict accepts
};

Frame read_frame(const VerifierModel& model, ByteSpan proof_bytes) {
  auto decoded = decode_proof(proof_bytes);
  if (!decoded.ok()) {
    return {reject(Reason::kDecoding, decoded.error().message), {}, {}};
  }
  Frame out{{}, std::move(decoded).value(), {}};
  const Proof& proof = *out.proof;
  if (proof.model != model.identity) {
    out.verdict =
        reject(Reason::kStatement, "the proof is about model " + hex_prefix(proof.model) +
                                       "…, not about " + hex_prefix(model.identity) + "…");
    return out;
  }
  auto instance = instance_of(model, proof);
  if (!instance.ok()) {
    out.verdict = reject(Reason::kDescriptor, instance.error().message);
    return out;
  }
  out.verdict = check_counts(instance.value(), proof);
  if (out.verdict.accepted()) {
    out.instance = std::move(instance).value();
  }
  return out;
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

Verdict check_hidden(const Claim& claim, const Expectation& expected) {
  if (expected.public_output && claim.hidden) {
    return reject(Reason::kStatement, "the proof hides the output");
  }
  if (expected.predicate && (!claim.hidden || claim.hidden->predicate != *expected.predicate)) {
    return reject(Reason::kStatement, "the proof does not state the predicate that was asked for");
  }
  const PredicateClaim none;
  const PredicateClaim& hidden = claim.hidden ? *claim.hidden : none;
  if (!expected.predictions.empty() && expected.predictions != hidden.predictions) {
    return reject(Reason::kStatement, "the proof is not about the predictions committed to");
  }
  if (!expected.labels.empty() && expected.labels != hidden.labels) {
    return reject(Reason::kStatement, "the proof is not about the labels committed to");
  }
  return {};
}

}  // namespace

Verdict check_expectation(const VerifierModel& model, const Proof& proof, const Claim& claim,
                          const Expectation& expected) {
  if (expected.context && *expected.context != proof.context) {
    return reject(Reason::kStatement, "the proof was made for another context");
  }
  if (Verdict v = check_hidden(claim, expected); !v.accepted()) {
    return v;
  }
  if (Verdict v = check_openings(proof, expected.openings); !v.accepted()) {
    return v;
  }
  if (expected.inputs.empty()) {
    return {};
  }
  if (expected.inputs.size() != proof.shape.pictures) {
    return reject(Reason::kStatement, "the proof is about " + std::to_string(proof.shape.pictures) +
                                          (proof.shape.pictures == 1 ? " input" : " inputs") +
                                          ", not " + std::to_string(expected.inputs.size()));
  }
  if (!proof.input_public && expected.openings.empty()) {
    return reject(Reason::kStatement,
                  "the proof's input is hidden: without its opening nobody can compare it");
  }
  for (const Bytes& codes : expected.inputs) {
    if (codes.size() != model.circuit.input().shape.elements()) {
      return reject(Reason::kStatement, "the input has another size than the model's");
    }
  }
  return {};
}

std::optional<InputCheck> input_check(const VerifierModel& model, const Proof& proof,
                                      const Claim& claim, const Expectation& expected,
                                      SecretRandom& random) {
  if (expected.inputs.empty() || !check_expectation(model, proof, claim, expected).accepted()) {
    return std::nullopt;
  }
  std::vector<Salt> salts = proof.salts;
  for (const InputOpening& opening : expected.openings) {
    if (!proof.input_public) {
      salts.push_back(opening.salt);
    }
  }
  return std::make_optional<InputCheck>(model, expected.inputs, std::move(salts), random);
}

namespace {

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

// Everything but the final equation, which it writes out.
Verdict check_argument(const VerifierModel& model, const Instance& instance, const Proof& proof,
                       const std::function<void(const char*)>& step, Equation& equation) {
  const auto& [circuit, columns] = instance;
  step("rows");
  Committed committed;
  if (Verdict v = decode_columns(model, columns, proof, committed); !v.accepted()) {
    return v;
  }
  Transcript transcript =
      begin_transcript({&model.commitment, proof.shape, proof.input, proof.input_public,
                        proof.salts, proof.context, proof.output, proof.predicate});
  for (const Column column : kProofColumns) {
    absorb_rows(transcript, column, rows_of(proof, column));
  }
  if (proof.predicate) {
    absorb_rows(transcript, Column::kY, proof.y);
  }
  step("script");
  ProofReader reader(transcript, proof.messages);
  Ledger ledger(reader, nullptr);
  const OutputStatement output{proof.output, proof.predicate ? &*proof.predicate : nullptr};
  const Opening opening = argue(ledger, circuit, columns, proof.shape.groups, output, nullptr);
  const Folding folding = argue_folding(ledger, opening, columns.max_kappa(), nullptr);
  if (!reader.fault().empty()) {
    return reject(Reason::kDecoding, reader.fault());
  }
  if (!folding.products_hold) {
    return reject(Reason::kProduct, "a product that the prover claimed is false");
  }
  step("equation");
  equation = final_equation(ledger, columns.shapes(),
                            {static_cast<size_t>(Column::kW), static_cast<size_t>(Column::kB)},
                            opening, folding, committed);
  return {};
}

}  // namespace

LoadedModel load_commitment(ModelCommitment commitment) {
  ByteReader reader(commitment.circuit);
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
  if (commitment.weights.size() != present_row_count(columns, Column::kW) ||
      commitment.biases.size() != present_row_count(columns, Column::kB)) {
    return {reject(Reason::kDecoding,
                   "the model commitment has another number of rows than its circuit says"),
            std::nullopt};
  }
  auto weights = decode_rows(commitment.weights);
  auto biases = decode_rows(commitment.biases);
  if (!weights || !biases) {
    return {reject(Reason::kDecoding,
                   "a row of the model commitment is not a group element other than the identity"),
            std::nullopt};
  }
  const Digest identity = model_identity(commitment);
  return {{},
          VerifierModel{std::move(commitment), identity, std::move(circuit).value(),
                        std::move(columns), std::move(*weights), std::move(*biases), nullptr}};
}

LoadedModel load_model(ByteSpan model_public) {
  auto decoded = decode_model_public(model_public);
  if (!decoded.ok()) {
    return {reject(Reason::kDecoding, decoded.error().message), std::nullopt};
  }
  LoadedModel loaded = load_commitment(std::move(decoded.value().commitment));
  if (!loaded.verdict.accepted()) {
    return loaded;
  }
  VerifierModel& model = *loaded.model;
  Transcript hashed("vouch model file v1");
  hashed.absorb("file", model_public);
  std::copy(hashed.state().begin(), hashed.state().end(), model.file.begin());
  ExaminedBound bound = examine_bound(model.commitment, model.columns, model.weights, model.biases,
                                      decoded.value().bound);
  if (!bound.verdict.accepted()) {
    return {std::move(bound.verdict), std::nullopt};
  }
  model.bound = std::move(bound.check);
  return loaded;
}

Verdict check_bound(const VerifierModel& model, const Generators& generators) {
  return model.bound == nullptr ? Verdict{} : model.bound->verdict(generators);
}

size_t generators_needed(const VerifierModel& model) {
  return model.bound == nullptr || !model.bound->open() ? 0
                                                        : model.bound->equation().generators.size();
}

namespace {

// 0 for what is refused before any point is multiplied.
size_t generators_of_proof(const VerifierModel& model, ByteSpan proof_bytes) {
  const Frame frame = read_frame(model, proof_bytes);
  return frame.instance ? generators_needed(frame.instance->columns, frame.proof->shape.groups) : 0;
}

}  // namespace

size_t generators_needed(const VerifierModel& model, ByteSpan proof) {
  return std::max(generators_needed(model), generators_of_proof(model, proof));
}

Verdict check_frame(const VerifierModel& model, ByteSpan proof) {
  return read_frame(model, proof).verdict;
}

namespace {

PredicateClaim predicate_claim(const Proof& proof, const std::optional<Instance>& instance) {
  PredicateClaim claim{*proof.predicate, proof.output, {}, {}, {}};
  if (!instance) {
    return claim;
  }
  const auto identities = [&](OutputPart part, Digest (*identity)(std::span<const Encoding>)) {
    std::vector<Digest> out;
    if (instance->columns.predicate().has(part)) {
      const PartRows rows = rows_of_part(instance->columns, part);
      for (size_t i = 0; i < proof.shape.pictures; ++i) {
        out.push_back(identity(std::span(proof.y).subspan(rows.first + i * rows.each, rows.each)));
      }
    }
    return out;
  };
  claim.predictions = identities(OutputPart::kMembers, prediction_identity);
  claim.labels = identities(OutputPart::kLabels, label_identity);
  if (claim.predicate.count) {
    claim.count = proof.y[rows_of_part(instance->columns, OutputPart::kCount).first];
  }
  return claim;
}

Claim claim_of(const VerifierModel& model, const Proof& proof,
               const std::optional<Instance>& instance) {
  Claim claim{{}, proof.input_public, proof.context, {}, {}};
  for (size_t i = 0; i < proof.shape.pictures; ++i) {
    claim.inputs.push_back(input_identity(rows_of_input(proof.input, proof.shape.pictures, i)));
  }
  const Shape& shape = model.circuit.output_tensor().shape;
  if (proof.predicate) {
    claim.hidden = predicate_claim(proof, instance);
  } else if (proof.output.size() == proof.shape.pictures * shape.elements()) {
    claim.outputs = split_pictures(shape, proof.output);
  }
  return claim;
}

}  // namespace

Examination examine(const VerifierModel& model, ByteSpan proof_bytes,
                    const std::function<void(const char*)>& step) {
  Frame frame = read_frame(model, proof_bytes);
  Examination out{{std::move(frame.verdict), std::nullopt}, {}, {}};
  if (frame.proof) {
    out.proof = std::move(*frame.proof);
    out.verification.claim = claim_of(model, out.proof, frame.instance);
  }
  if (frame.instance) {
    out.verification.verdict =
        check_argument(model, *frame.instance, out.proof, step, out.equation);
  }
  return out;
}

void add_open_bound(const VerifierModel& model, SecretRandom& random, EquationSum& sum) {
  if (model.bound != nullptr && model.bound->open()) {
    sum.add(model.bound->equation(), random_scalar(random), &model);
  }
}

void set_bound_holds(const VerifierModel& model) {
  if (model.bound != nullptr && model.bound->open()) {
    model.bound->set_holds();
  }
}

bool bound_failed(const VerifierModel& model) {
  return model.bound != nullptr && model.bound->failed();
}

Verdict model_first(const VerifierModel& model, Verdict of_proof, const Generators& generators) {
  Verdict of_model = check_bound(model, generators);
  return of_model.accepted() ? std::move(of_proof) : std::move(of_model);
}

namespace {

// D's rows, and behind them Y's, are the last of a final equation's points.
size_t first_input_row(const Examination& examined) {
  return examined.equation.points.size() - examined.proof.input.size() - examined.proof.y.size();
}

std::span<const Point> input_rows(const Examination& examined) {
  return std::span(examined.equation.points)
      .subspan(first_input_row(examined), examined.proof.input.size());
}

Verdict other_input(const InputCheck& inputs, const Point& value, const Examination& examined,
                    const Generators& generators) {
  std::string detail = "the proof is about another input";
  if (examined.proof.shape.pictures > 1) {
    const auto which = inputs.other_input_vartime(value, input_rows(examined), generators);
    detail += which ? ": number " + std::to_string(*which + 1) : ", more than once";
  }
  return reject(Reason::kStatement, detail);
}

// Which part of the sum is false: `total` is what it is instead of the identity.
Verdict settle(const VerifierModel& model, const Examination& examined,
               const Expectation& expectation, const std::optional<InputCheck>& inputs,
               const Point& total, const Generators& generators) {
  const Point of_inputs =
      inputs ? inputs->value_vartime(input_rows(examined), generators) : Point::identity();
  if (!(total == of_inputs)) {
    return model_first(
        model, reject(Reason::kLinearForm, "the linear form of the argument's checks is false"),
        generators);
  }
  set_bound_holds(model);
  Verdict v = check_expectation(model, examined.proof, *examined.verification.claim, expectation);
  return v.accepted() ? other_input(*inputs, of_inputs, examined, generators) : std::move(v);
}

}  // namespace

void add_inputs(const std::optional<InputCheck>& inputs, Examination& examined) {
  if (inputs) {
    inputs->add_to(examined.equation, first_input_row(examined));
  }
}

SecretRandom weights_for(std::span<const BatchItem> items) {
  Transcript hashed("vouch batch v1");
  for (const BatchItem& item : items) {
    hashed.absorb("model", item.model->file);
    hashed.absorb("proof", item.proof);
  }
  return SecretRandom::from_system({}, hashed.state());
}

Verification verify(const VerifierModel& model, ByteSpan proof, const Expectation& expectation,
                    const Generators& generators, const MsmExecutor& executor) {
  Examination examined = examine(model, proof, expectation.step);
  Verification out = examined.verification;
  if (!out.verdict.accepted() || bound_failed(model)) {
    out.verdict = model_first(model, std::move(out.verdict), generators);
    return out;
  }
  expectation.step("points");
  const BatchItem item{&model, proof, &expectation};
  SecretRandom random = weights_for({&item, 1});
  const auto inputs = input_check(model, examined.proof, *out.claim, expectation, random);
  add_inputs(inputs, examined);
  EquationSum sum;
  sum.add(examined.equation, Scalar::one(), &model);
  add_open_bound(model, random, sum);
  // One equation for all: only if it is false, which of them it is matters.
  const Point total = value_vartime(sum.sum(), generators, executor);
  if (total == Point::identity()) {
    set_bound_holds(model);
    out.verdict =
        check_expectation(model, examined.proof, *examined.verification.claim, expectation);
  } else {
    out.verdict = settle(model, examined, expectation, inputs, total, generators);
  }
  return out;
}

}  // namespace vouch
