// `prove`: an answer, and a proof that it is the committed network's.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "base/file.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/input.h"
#include "cli/owned_model.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "cli/step_clock.h"
#include "field/kernels/kernels.h"
#include "prove/profile.h"
#include "verify/verify.h"

namespace vouch {
namespace {

class ProveCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "prove"; }
  [[nodiscard]] const char* about() const override {
    return "Run a model on a picture and prove its answer";
  }
  [[nodiscard]] const char* footer() const override {
    return "The proof shows the output and hides the weights and all that is computed in between. "
           "It\n"
           "does not contain the picture, but whoever has a picture can check whether it is this "
           "one;\n"
           "with --hide-input only those can who have the opening as well. Keep that from "
           "everybody\n"
           "else: with it, guesses of the picture can be checked.\n"
           "\n"
           "Examples:\n"
           "  vouch prove model.vouch cat.png -o x.proof --labels labels.txt\n"
           "  vouch prove model.vouch cat.png -o x.proof --context 'order 4711'\n"
           "  vouch prove model.vouch cat.png -o x.proof --hide-input --opening x.open";
  }

  void declare(CLI::App& app) override {
    app.add_option("MODEL.vouch", model_path_, "The compiled model")->required();
    app.add_option("PICTURE", input_path_, "JPEG, PNG, BMP; or codes: .npy, .bin, .raw, .i8")
        ->required();
    app.add_option("-o,--output", proof_path_, "The proof to write")
        ->required()
        ->type_name("X.proof");
    CLI::Option* hide =
        app.add_flag("--hide-input", hide_input_, "Nobody can check a guess of the input");
    app.add_option("--opening", opening_path_,
                   "Where to keep what shows that it is this input (secret)")
        ->type_name("X.open")
        ->needs(hide);
    context_.declare(app, "Bind the proof to this text: a request, a date, a name");
    app.add_option("--profile", profile_,
                   "fast: quick to make and to check; small: fewest bytes")
        ->check(CLI::IsMember(profiles()))
        ->type_name("NAME")
        ->capture_default_str();
    app.add_flag("--check", check_, "Verify the proof before it is written");
    app.add_flag("--timings", timings_, "Show time and memory of every step");
    answer_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({proof_path_, opening_path_}, {model_path_, input_path_}));
    StepClock clock("prove", output);
    if (timings_) {
      clock.times().measure_memory();
    }
    clock.begin("model");
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    const ProverModel& model = file.model;
    VOUCH_TRY(answer_.prepare(model.circuit()));
    VOUCH_ASSIGN(ProveOptions options, prove_options(clock));
    VOUCH_ASSIGN(Bytes input, read_input(input_path_, model.circuit()));
    const WipedAtEnd input_wiped(input);
    options.shape = choose_shape(model.circuit(), profiles().at(profile_), 1);
    clock.begin("generators");
    VOUCH_ASSIGN(const size_t needed, generators_needed(model.circuit(), options.shape));
    VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
    const std::vector<Bytes> inputs{input};
    VOUCH_ASSIGN(ProveResult result, vouch::prove(model, inputs, options, generators));
    const WipedAtEnd salts_wiped(result.salts);
    const Bytes proof = encode_proof(result.proof);
    if (check_) {
      clock.begin("check");
      VOUCH_TRY(check(model, proof, {inputs, {opening_of(result)}, options.context}, generators));
    }
    clock.begin("writing");
    VOUCH_TRY(write(result, proof));
    clock.end();
    report(model, result, proof.size(), output);
    clock.report(output);
    output.line(fmt::format("Memory:   {} at most", size_text(clock.times().peak_bytes())));
    output.object()["peak_memory_bytes"] = clock.times().peak_bytes();
    if (timings_) {
      clock.times().report_table(output);
      output.object()["kernels"] = active_kernels_name();
      output.object()["available_kernels"] = available_kernels();
    }
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] Result<ProveOptions> prove_options(StepClock& clock) const {
    ProveOptions options;
    VOUCH_ASSIGN(const std::optional<Bytes> context, context_.bytes(kMaxContextBytes));
    options.context = context.value_or(Bytes{});
    options.hide_input = hide_input_;
    options.step = [&clock](const char* step) { clock.begin(step); };
    return options;
  }

  static const std::map<std::string, Profile>& profiles() {
    static const std::map<std::string, Profile> names{{"fast", Profile::kFast},
                                                      {"small", Profile::kSmall}};
    return names;
  }

  static InputOpening opening_of(const ProveResult& result) {
    return {input_identity(result.proof.input), result.salts[0]};
  }

  static Result<void> check(const ProverModel& model, ByteSpan proof, const Expectation& expected,
                            const Generators& generators) {
    const LoadedModel loaded = load_model(encode_model_public(model.commitment()));
    const Verdict verdict = loaded.verdict.accepted()
                                ? verify(*loaded.model, proof, expected, generators).verdict
                                : loaded.verdict;
    if (!verdict.accepted()) {
      return Error{fmt::format(
          "the proof that was made is not valid ({}: {}); nothing was written. The .vouch file's "
          "weights may not be those of its commitment",
          reason_name(verdict.reason), verdict.detail)};
    }
    return {};
  }

  // The opening first: a proof of a hidden input without it would be of less use.
  [[nodiscard]] Result<void> write(const ProveResult& result, ByteSpan proof) const {
    if (!opening_path_.empty()) {
      Bytes opening = encode_input_opening(opening_of(result));
      const WipedAtEnd wiped(opening);
      VOUCH_TRY(write_file(opening_path_, opening, FileAccess::kOwnerOnly));
    }
    return write_file(proof_path_, proof, FileAccess::kPublic);
  }

  void report(const ProverModel& model, const ProveResult& result, size_t bytes,
              Output& output) const {
    const Proof& proof = result.proof;
    Json& object = output.object();
    object["file"] = printable(proof_path_);
    object["proof_bytes"] = bytes;
    object["model"] = hex_text(proof.model);
    object["input"] = hex_text(input_identity(proof.input));
    object["input_public"] = proof.input_public;
    object["context"] = hex_text(proof.context);
    object["checked"] = check_;
    report_parts(result, bytes, object);
    output.line(fmt::format("{}: {}{}", printable(proof_path_), size_text(bytes),
                            check_ ? ", checked" : ""));
    output.line("Model:    " + hex_text(proof.model));
    output.line("Input:    " + hex_text(input_identity(proof.input)) + input_note());
    output.line("Context:  " + (proof.context.empty() ? "none" : context_text(proof.context)));
    output.line("Output:");
    answer_.report(model.circuit(), proof.output, output, object);
  }

  // Which part of the proof takes how many bytes.
  static void report_parts(const ProveResult& result, size_t bytes, Json& object) {
    const Proof& proof = result.proof;
    Json& parts = object["proof_parts"] = Json::object();
    size_t frame = bytes - proof.output.size();
    const auto add_rows = [&](const char* name, size_t rows) {
      parts[name] = rows * kPointBytes;
      frame -= rows * kPointBytes;
    };
    add_rows("rows of D", proof.input.size());
    add_rows("rows of X", proof.x.size());
    add_rows("rows of E", proof.e.size());
    add_rows("rows of m", proof.m.size());
    for (const auto& [label, count] : result.messages) {
      add_rows(("messages: " + label).c_str(), count);
    }
    parts["output"] = proof.output.size();
    parts["header and context"] = frame;
  }

  [[nodiscard]] std::string input_note() const {
    if (!hide_input_) {
      return " (whoever has the picture can check that it is this one)";
    }
    return opening_path_.empty()
               ? " (hidden; no opening was kept, so nobody can ever show which one it is)"
               : fmt::format(" (hidden; {} opens it: keep it secret)", printable(opening_path_));
  }

  std::string model_path_;
  std::string input_path_;
  std::string proof_path_;
  std::string opening_path_;
  std::string profile_ = "fast";
  bool hide_input_ = false;
  bool check_ = false;
  bool timings_ = false;
  ContextOptions context_;
  AnswerOptions answer_;
};

}  // namespace

std::unique_ptr<Command> prove_command() { return std::make_unique<ProveCommand>(); }

}  // namespace vouch
