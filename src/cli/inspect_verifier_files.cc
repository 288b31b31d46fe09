#include "cli/inspect_verifier_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/circuit_report.h"
#include "cli/context.h"
#include "cli/soundness_report.h"
#include "verify/files.h"

namespace vouch {
namespace {

// "Rows of X: 1234, 39.5 kB".
void report_rows(const char* what, const char* key, const Rows& rows, Output& output) {
  const size_t bytes = rows.size() * kPointBytes;
  output.line(fmt::format("  {:<26} {:>6}  {:>10}", what, rows.size(), size_text(bytes)));
  output.object()["rows"][key] = rows.size();
}

class ModelPublicInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "a model commitment (.pub)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxModelPublicBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kModelPublicMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const PublicModel decoded, decode_model_public(file));
    const ModelCommitment& model = decoded.commitment;
    ByteReader reader(model.circuit);
    VOUCH_ASSIGN(const Circuit circuit, decode_circuit(reader));
    if (!reader.finished()) {
      return Error{"the circuit descriptor has bytes to spare"};
    }
    const std::string identity = hex_text(model_identity(model));
    output.object()["model"] = identity;
    output.line("Model:    " + identity);
    output.line("All of this file is public. It binds the weights and does not show them.");
    report_rows("commitments of weights", "weights", model.weights, output);
    report_rows("commitments of biases", "biases", model.biases, output);
    report_rows("proof of bounds: rows", "bound_bits", decoded.bound.bits, output);
    report_rows("proof of bounds: messages", "bound_messages", decoded.bound.messages, output);
    report_soundness(circuit, output);
    report_circuit(circuit, {}, output, output.object());
    return {};
  }
};

class ProofInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "a proof (.proof)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxProofBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kProofMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const Proof proof, decode_proof(file));
    Json& object = output.object();
    object["model"] = hex_text(proof.model);
    Json inputs = Json::array();
    for (size_t i = 0; i < proof.shape.pictures; ++i) {
      inputs.push_back(
          hex_text(input_identity(rows_of_input(proof.input, proof.shape.pictures, i))));
    }
    object["inputs"] = inputs;
    object["shape"] = {{"row_bits", proof.shape.kappa},
                       {"budget_bits", proof.shape.groups.budget},
                       {"variables_a_message", proof.shape.groups.most},
                       {"inputs", proof.shape.pictures}};
    object["input_public"] = proof.input_public;
    object["context"] = hex_text(proof.context);
    object["output"] = hex_text(proof.output);
    output.line("It has not been checked: these are its claims.");
    output.line("Model:    " + object["model"].get<std::string>());
    for (const Json& input : inputs) {
      output.line(fmt::format(
          "Input:    {} ({})", input.get<std::string>(),
          proof.input_public ? "whoever has the input can check that it is this one" : "hidden"));
    }
    output.line(fmt::format("Shape:    rows of 2^{} values, up to {} variables a message",
                            proof.shape.kappa, proof.shape.groups.most));
    output.line("Context:  " + (proof.context.empty() ? "none" : context_text(proof.context)));
    output.line(proof.predicate ? fmt::format("Output:   hidden; a predicate's result of {} bytes",
                                              proof.output.size())
                                : fmt::format("Output:   {} codes", proof.output.size()));
    report_rows("commitments of the inputs", "D", proof.input, output);
    report_rows("commitments of X", "x", proof.x, output);
    report_rows("commitments of E", "e", proof.e, output);
    if (!proof.l.empty()) {
      report_rows("commitments of L", "l", proof.l, output);
    }
    report_rows("commitments of m", "m", proof.m, output);
    if (!proof.y.empty()) {
      report_rows("commitments of Y", "y", proof.y, output);
    }
    report_rows("messages", "messages", proof.messages, output);
    return {};
  }
};

class InputOpeningInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "an input opening (.open)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxProofBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kInputOpeningMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const InputOpening opening, decode_input_opening(file));
    const std::string input = hex_text(opening.input);
    output.object()["input"] = input;
    output.line("Input:    " + input);
    output.line(
        "Whoever has this file can check any guess of the input: give it only to those who may "
        "know "
        "the input.");
    return {};
  }
};

class CountOpeningInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "an opening of counts (.count)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxProofBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kCountOpeningMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const CountOpening opening, decode_count_opening(file));
    output.object()["count"] = opening.total;
    output.line(fmt::format("Count:    {}, if the proofs that it is about agree", opening.total));
    return {};
  }
};

class ClassesOpeningInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "an opening of classes (.classes)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxProofBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kClassesOpeningMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const ClassesOpening opening, decode_classes_opening(file));
    const std::string identity = hex_text(opening.identity);
    output.object()["identity"] = identity;
    output.object()["label"] = opening.label;
    output.object()["classes"] = opening.classes;
    output.line(fmt::format("{} {}", opening.label ? "Label:     " : "Prediction:", identity));
    output.line(fmt::format("Classes:    {}", fmt::join(opening.classes, ", ")));
    return {};
  }
};

}  // namespace

FileInspectors verifier_file_inspectors() {
  FileInspectors list;
  list.push_back(std::make_unique<ModelPublicInspector>());
  list.push_back(std::make_unique<ProofInspector>());
  list.push_back(std::make_unique<InputOpeningInspector>());
  list.push_back(std::make_unique<CountOpeningInspector>());
  list.push_back(std::make_unique<ClassesOpeningInspector>());
  return list;
}

}  // namespace vouch
