// `verify`: whether a proof is valid, and what it then says.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/file.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/input.h"
#include "cli/inspect_command.h"
#include "cli/printable.h"
#include "cli/step_times.h"
#include "verify/verify.h"

namespace vouch {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

class VerifyCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "verify"; }
  [[nodiscard]] const char* about() const override {
    return "Check a proof: exit status 0 accepted, 1 rejected, 2 error";
  }
  [[nodiscard]] const char* footer() const override {
    return "An accepted proof says: whoever made it knows weights that open the model commitment "
           "and\n"
           "an input that opens the input commitment, such that this network, run on that input,\n"
           "gives this output. Which picture that was is checked only with --input, and for what\n"
           "occasion the proof was made only with --context.\n"
           "\n"
           "Examples:\n"
           "  verify model.pub x.proof --input cat.png --labels labels.txt\n"
           "  verify model.pub x.proof --context 'order 4711'\n"
           "  verify model.pub x.proof --input cat.png --opening x.open     (a hidden input)";
  }

  void declare(CLI::App& app) override {
    app.add_option("MODEL.pub", model_path_, "The model commitment")->required();
    app.add_option("X.proof", proof_path_, "The proof")->required();
    CLI::Option* input = app.add_option("--input", input_path_,
                                        "Check that the proof is about this picture or tensor")
                             ->type_name("FILE");
    app.add_option("--opening", opening_path_, "The opening of a hidden input, from `prove`")
        ->type_name("X.open")
        ->needs(input);
    app.add_flag("--timings", timings_, "Show time and memory of every step");
    context_.declare(app, "Check that the proof was made for this context");
    answer_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    StepTimes times;
    if (timings_) {
      times.measure_memory();
    }
    times.begin("files");
    VOUCH_ASSIGN(const Bytes model_file, read_file(model_path_, kMaxModelPublicBytes));
    VOUCH_ASSIGN(const Bytes proof_file, read_file(proof_path_, kMaxProofBytes));
    VOUCH_TRY(check_kinds(model_file, proof_file));
    times.begin("model");
    const LoadedModel loaded = load_model(model_file);
    if (!loaded.verdict.accepted()) {
      return rejected(loaded.verdict, "the model commitment", output);
    }
    const VerifierModel& model = *loaded.model;
    VOUCH_TRY(answer_.prepare(model.circuit));
    times.begin("picture");
    VOUCH_ASSIGN(Expectation expectation, expect(model.circuit));
    times.begin("generators");
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(generators_needed(model, proof_file)));
    VOUCH_TRY(check_comparable(proof_file));
    expectation.step = [&times](const char* step) { times.begin(step); };
    times.begin("decoding");
    const auto start = Clock::now();
    const Verification result = verify(model, proof_file, expectation, generators);
    output.object()["milliseconds"] = milliseconds_since(start);
    times.end();
    if (!result.verdict.accepted()) {
      return rejected(result.verdict, "the proof", output);
    }
    report(model, *result.claim, output);
    if (timings_) {
      times.report_table(output);
    }
    return ExitStatus::kAccepted;
  }

 private:
  // Arguments that were mixed up are not a rejected proof.
  [[nodiscard]] Result<void> check_kinds(ByteSpan model, ByteSpan proof) const {
    if (begins_with(model, kProofMagic) || begins_with(proof, kModelPublicMagic)) {
      return Error{"the model commitment comes first, the proof second: verify MODEL.pub X.proof"};
    }
    return {};
  }

  // A hidden input cannot be compared without its opening: that says nothing against the proof.
  [[nodiscard]] Result<void> check_comparable(ByteSpan proof_file) const {
    const auto proof = decode_proof(proof_file);
    if (proof.ok() && !proof.value().input_public && !input_path_.empty() &&
        opening_path_.empty()) {
      return Error{"the proof's input is hidden: --input needs the --opening that the prover kept"};
    }
    return {};
  }

  [[nodiscard]] Result<Expectation> expect(const Circuit& circuit) {
    Expectation expectation;
    VOUCH_ASSIGN(expectation.context, context_.bytes(kMaxContextBytes));
    if (!input_path_.empty()) {
      VOUCH_ASSIGN(Bytes input, read_input(input_path_, circuit));
      expectation.inputs.push_back(std::move(input));
    }
    if (!opening_path_.empty()) {
      VOUCH_ASSIGN(const Bytes file, read_file(opening_path_, kMaxProofBytes));
      const auto opening = decode_input_opening(file);
      if (!opening.ok()) {
        return Error{printable(opening_path_) + ": " + opening.error().message};
      }
      expectation.openings.push_back(opening.value());
    }
    return expectation;
  }

  [[nodiscard]] static ExitStatus rejected(const Verdict& verdict, const char* what,
                                           Output& output) {
    const std::string detail = printable(verdict.detail);
    output.line(fmt::format("REJECTED: {} ({}): {}", what, reason_name(verdict.reason), detail));
    output.object()["reason"] = reason_name(verdict.reason);
    output.object()["detail"] = detail;
    return ExitStatus::kRejected;
  }

  void report(const VerifierModel& model, const Claim& claim, Output& output) const {
    Json& object = output.object();
    object["status"] = "accepted";
    object["model"] = hex_text(model.identity);
    object["input"] = hex_text(claim.inputs[0]);
    object["input_public"] = claim.input_public;
    object["input_checked"] = !input_path_.empty();
    object["context"] = hex_text(claim.context);
    object["context_checked"] = context_.given();
    output.line("ACCEPTED");
    output.line("Model:    " + hex_text(model.identity));
    output.line("Input:    " + input_text(claim));
    output.line("Context:  " + context_line(claim));
    output.line("Output:");
    answer_.report(model.circuit, claim.outputs[0], output, object);
  }

  [[nodiscard]] std::string input_text(const Claim& claim) const {
    if (!input_path_.empty()) {
      return printable(input_path_);
    }
    return fmt::format("for input commitment {} ({})", hex_text(claim.inputs[0]),
                       claim.input_public ? "--input FILE checks which input that is" : "hidden");
  }

  [[nodiscard]] std::string context_line(const Claim& claim) const {
    const std::string text = claim.context.empty() ? "none" : context_text(claim.context);
    return text + (context_.given() ? ", as expected" : ", not checked");
  }

  std::string model_path_;
  std::string proof_path_;
  std::string input_path_;
  std::string opening_path_;
  bool timings_ = false;
  ContextOptions context_;
  AnswerOptions answer_;
};

}  // namespace

std::unique_ptr<Command> verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace vouch
