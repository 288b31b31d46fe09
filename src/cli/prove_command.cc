// `prove`: an answer, and a proof that it is the committed network's.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "circuit/pictures.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/hidden_output_options.h"
#include "cli/memory_option.h"
#include "cli/numbered_path.h"
#include "cli/owned_model.h"
#include "cli/owner_input.h"
#include "cli/paths.h"
#include "cli/predicate_report.h"
#include "cli/printable.h"
#include "cli/proof_report.h"
#include "cli/step_clock.h"
#include "field/kernels/kernels.h"
#include "prove/batches.h"
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
           "Several pictures go into one proof, which is cheaper than one each, as many as "
           "--memory\n"
           "and a verifier's limits allow; if they do not fit, proofs x-1.proof, x-2.proof … share "
           "them evenly. Openings "
           "are\n"
           "numbered by picture.\n"
           "\n"
           "Real numbers, in the order of the model's own input, are rounded to codes, and the "
           "proof is\n"
           "about the codes: --codes-to writes them, and verifiers take those as the input.\n"
           "\n"
           "With --predicate the output stays hidden, too, but for what is asked: PREDICATE is\n"
           "class (the class of highest score), top:N (the set of the N first), contains:N:LIST\n"
           "(one of LIST, 3,17 or @FILE, is among the N first), score:CLASS:REAL (that class has\n"
           "this score or more), label:N (the input's --label is among the N first).\n"
           "\n"
           "Examples:\n"
           "  vouch prove model.vouch cat.png -o x.proof --labels labels.txt\n"
           "  vouch prove model.vouch a.png b.png c.png -o x.proof --memory 4GB\n"
           "  vouch prove model.vouch cat.png -o x.proof --context 'order 4711'\n"
           "  vouch prove model.vouch tensor.npy -o x.proof --codes-to codes.npy\n"
           "  vouch prove model.vouch cat.png -o x.proof --hide-input --opening x.open\n"
           "  vouch prove model.vouch cat.png -o x.proof --hide-input --predicate "
           "contains:5:281,282\n"
           "  vouch prove model.vouch a.png b.png -o x.proof --predicate label:1 --label 3 --label "
           "5 --count x.count";
  }

  void declare(CLI::App& app) override {
    app.add_option("MODEL.vouch", model_path_, "The compiled model")->required();
    app.add_option("PICTURE", input_paths_,
                   "JPEG, PNG, BMP; codes: .npy, .bin, .raw, .i8; real numbers: .npy, .pb, .json. "
                   "Several share proofs")
        ->required()
        ->type_name("PICTURE...");
    app.add_option("-o,--output", proof_path_, "The proof to write")
        ->required()
        ->type_name("X.proof");
    CLI::Option* hide =
        app.add_flag("--hide-input", hide_input_, "Nobody can check a guess of the input");
    app.add_option("--opening", opening_path_,
                   "Where to keep what shows that it is this input (secret)")
        ->type_name("X.open")
        ->needs(hide);
    codes_.declare(app);
    context_.declare(app, "Bind the proof to this text: a request, a date, a name");
    app.add_option("--profile", profile_, "fast: quick to make and to check; small: fewest bytes")
        ->check(CLI::IsMember(profiles()))
        ->type_name("NAME")
        ->capture_default_str();
    memory_.declare(app);
    app.add_flag("--check", check_, "Verify the proof before it is written");
    app.add_flag("--timings", timings_, "Show time and memory of every step");
    hidden_.declare(app);
    answer_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    StepClock clock("prove", output);
    if (timings_) {
      clock.times().measure_memory();
    }
    clock.begin("model");
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    const ProverModel& model = file.model;
    VOUCH_TRY(answer_.prepare(model.circuit()));
    const Profile profile = profiles().at(profile_);
    VOUCH_ASSIGN(const uint64_t bytes, memory_.bytes());
    VOUCH_TRY(hidden_.prepare(model.circuit(), input_paths_.size()));
    VOUCH_ASSIGN(const auto hidden, hidden_.hidden_output(model.circuit(), 0, input_paths_.size()));
    const auto predicate = hidden ? std::optional(hidden->predicate) : std::nullopt;
    VOUCH_ASSIGN(const std::vector<uint16_t> batches,
                 plan_batches(model.circuit(), profile, input_paths_.size(), bytes, predicate));
    VOUCH_TRY(check_paths(batches.size()));
    clock.begin("pictures");
    VOUCH_ASSIGN(std::vector<Bytes> inputs, read_inputs(file));
    const WipedAtEnd inputs_wiped(inputs);
    begin_report(model, output);
    for (size_t batch = 0, first = 0; batch < batches.size(); first += batches[batch++]) {
      VOUCH_TRY(prove_batch(model, choose_shape(model.circuit(), profile, batches[batch]),
                            std::span(inputs).subspan(first, batches[batch]), first,
                            numbered_path(proof_path_, batch + 1, batches.size()), clock, output));
    }
    clock.end();
    VOUCH_TRY(hidden_.finish(output));
    VOUCH_TRY(write_codes(inputs, model.circuit()));
    end_report(clock, output);
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] std::string opening_path(size_t picture) const {
    return opening_path_.empty() ? ""
                                 : numbered_path(opening_path_, picture + 1, input_paths_.size());
  }

  [[nodiscard]] Result<void> check_paths(size_t proofs) const {
    std::vector<std::string> outputs;
    for (size_t i = 0; i < proofs; ++i) {
      outputs.push_back(numbered_path(proof_path_, i + 1, proofs));
    }
    for (size_t i = 0; i < input_paths_.size(); ++i) {
      outputs.push_back(opening_path(i));
    }
    for (std::string& path : hidden_.outputs(input_paths_.size())) {
      outputs.push_back(std::move(path));
    }
    for (std::string& path : codes_.outputs(input_paths_.size())) {
      outputs.push_back(std::move(path));
    }
    std::vector<std::string> inputs(input_paths_);
    inputs.push_back(model_path_);
    VOUCH_TRY(check_outputs(outputs, inputs));
    for (size_t i = 0; i < input_paths_.size() && !opening_path_.empty(); ++i) {
      if (std::filesystem::exists(opening_path(i))) {
        return Error{printable(opening_path(i)) +
                     " exists: it may be all that opens another proof's input. Remove it first"};
      }
    }
    return {};
  }

  // All of them before anything is proven: a picture that cannot be read is known at once.
  [[nodiscard]] Result<std::vector<Bytes>> read_inputs(const ModelFile& file) {
    std::vector<Bytes> inputs;
    for (const std::string& path : input_paths_) {
      VOUCH_ASSIGN(OwnerInput input, read_owner_input(path, file));
      inputs.push_back(std::move(input.codes));
      cut_off_.push_back(input.cut_off);
    }
    return inputs;
  }

  [[nodiscard]] Result<void> write_codes(std::span<const Bytes> inputs,
                                         const Circuit& circuit) const {
    const FileAccess access = hide_input_ ? FileAccess::kOwnerOnly : FileAccess::kPublic;
    for (size_t i = 0; i < inputs.size(); ++i) {
      VOUCH_TRY(codes_.write(inputs[i], circuit, i, inputs.size(), access));
    }
    return {};
  }

  // One proof, of the pictures from number `first` on.
  [[nodiscard]] Result<void> prove_batch(const ProverModel& model, const ProofShape& shape,
                                         std::span<const Bytes> inputs, size_t first,
                                         const std::string& path, StepClock& clock,
                                         Output& output) {
    VOUCH_ASSIGN(ProveOptions options, prove_options(shape, clock));
    VOUCH_ASSIGN(options.hidden_output,
                 hidden_.hidden_output(model.circuit(), first, inputs.size()));
    clock.begin("generators");
    std::optional<Predicate> predicate;
    if (options.hidden_output) {
      predicate = options.hidden_output->predicate;
    }
    VOUCH_ASSIGN(const size_t needed, generators_needed(model.circuit(), shape, predicate));
    VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
    VOUCH_ASSIGN(ProveResult result, vouch::prove(model, inputs, options, generators));
    const WipedAtEnd salts_wiped(result.salts);
    const WipedAtEnd predictions_wiped(result.predictions);
    const Bytes proof = encode_proof(result.proof);
    if (check_) {
      clock.begin("check");
      VOUCH_TRY(check(model, proof,
                      {{inputs.begin(), inputs.end()}, openings_of(result), options.context},
                      generators));
    }
    clock.begin("writing");
    VOUCH_TRY(hidden_.write(model.circuit(), result, first, input_paths_.size(), generators));
    VOUCH_TRY(write(result, first, path, proof));
    report(model, result, first, path, proof.size(), output);
    return {};
  }

  [[nodiscard]] Result<ProveOptions> prove_options(const ProofShape& shape,
                                                   StepClock& clock) const {
    ProveOptions options;
    VOUCH_ASSIGN(const std::optional<Bytes> context, context_.bytes(kMaxContextBytes));
    options.shape = shape;
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

  static std::vector<InputOpening> openings_of(const ProveResult& result) {
    std::vector<InputOpening> openings;
    openings.reserve(result.salts.size());  // where they grew, salts would be left behind
    for (size_t i = 0; i < result.salts.size(); ++i) {
      openings.push_back({input_identity(rows_of_input(result.proof.input, result.salts.size(), i)),
                          result.salts[i]});
    }
    return openings;
  }

  static Result<void> check(const ProverModel& model, ByteSpan proof, const Expectation& expected,
                            const Generators& generators) {
    const LoadedModel loaded = load_commitment(model.commitment());
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

  // The openings first: a proof of a hidden input without its opening would be of less use.
  [[nodiscard]] Result<void> write(const ProveResult& result, size_t first, const std::string& path,
                                   ByteSpan proof) const {
    std::vector<InputOpening> openings = openings_of(result);
    const WipedAtEnd openings_wiped(openings);
    std::vector<std::string> written;
    Result<void> outcome;
    for (size_t i = 0; outcome && i < openings.size() && !opening_path_.empty(); ++i) {
      Bytes opening = encode_input_opening(openings[i]);
      const WipedAtEnd wiped(opening);
      outcome = write_file(opening_path(first + i), opening, FileAccess::kOwnerOnly);
      if (outcome) {
        written.push_back(opening_path(first + i));
      }
    }
    if (outcome) {
      outcome = write_file(path, proof, FileAccess::kPublic);
    }
    if (!outcome) {  // openings of no proof
      std::error_code ignored;
      for (const std::string& opening : written) {
        std::filesystem::remove(opening, ignored);
      }
    }
    return outcome;
  }

  // What all proofs have in common. A single picture's answer is told in the object itself, those
  // of several in its lists "proofs" and, in each, "inputs".
  void begin_report(const ProverModel& model, Output& output) const {
    Json& object = output.object();
    object["model"] = hex_text(model.identity());
    object["input_public"] = !hide_input_;
    object["checked"] = check_;
    output.line("Model:    " + hex_text(model.identity()));
    if (input_paths_.size() > 1) {
      object["proofs"] = Json::array();
    }
  }

  void report(const ProverModel& model, const ProveResult& result, size_t first,
              const std::string& path, size_t bytes, Output& output) const {
    const Proof& proof = result.proof;
    const bool single = input_paths_.size() == 1;
    Json& object =
        single ? output.object() : output.object()["proofs"].emplace_back(Json::object());
    object["file"] = printable(path);
    object["proof_bytes"] = bytes;
    object["context"] = hex_text(proof.context);
    object["proof_parts"] = proof_parts(result, bytes);
    output.line(fmt::format("Proof:    {}, {}{}", printable(path), size_text(bytes),
                            check_ ? ", checked" : ""));
    output.line("Context:  " + (proof.context.empty() ? "none" : context_text(proof.context)));
    const std::vector<Bytes> outputs =
        proof.predicate ? std::vector<Bytes>{}
                        : split_pictures(model.circuit().output_tensor().shape, proof.output);
    if (proof.predicate) {
      report_predicate(*proof.predicate, model.circuit(), output, object);
    }
    for (size_t i = 0; i < proof.shape.pictures; ++i) {
      Json& own = single ? object : object["inputs"].emplace_back(Json::object());
      const auto rows = rows_of_input(proof.input, proof.shape.pictures, i);
      own["picture"] = printable(input_paths_[first + i]);
      own["input"] = hex_text(input_identity(rows));
      output.line(fmt::format("Input:    {} {}{}", hex_text(input_identity(rows)),
                              printable(input_paths_[first + i]), input_note(first + i)));
      report_reals(cut_off_[first + i], model.circuit().input().shape.elements(), output, own);
      if (proof.predicate) {
        report_result(*proof.predicate, proof.output, i, output, own);
        continue;
      }
      output.line("Output:");
      answer_.report(model.circuit(), outputs[i], output, own);
    }
  }

  void end_report(StepClock& clock, Output& output) const {
    clock.report(output);
    output.line(fmt::format("Memory:   {} at most", size_text(clock.times().peak_bytes())));
    output.object()["peak_memory_bytes"] = clock.times().peak_bytes();
    if (timings_) {
      clock.times().report_table(output);
      output.object()["kernels"] = active_kernels_name();
      output.object()["available_kernels"] = available_kernels();
    }
  }

  [[nodiscard]] std::string input_note(size_t picture) const {
    if (!hide_input_) {
      return cut_off_[picture] ? " (whoever has the codes can check that it is these)"
                               : " (whoever has the picture can check that it is this one)";
    }
    return opening_path_.empty()
               ? " (hidden; no opening was kept, so nobody can ever show which one it is)"
               : fmt::format(" (hidden; {} opens it: keep it secret)",
                             printable(opening_path(picture)));
  }

  std::string model_path_;
  std::vector<std::string> input_paths_;
  std::string proof_path_;
  std::string opening_path_;
  std::string profile_ = "fast";
  MemoryOption memory_;
  bool hide_input_ = false;
  bool check_ = false;
  bool timings_ = false;
  std::vector<std::optional<size_t>> cut_off_;  // of inputs of real numbers
  CodesOption codes_;
  ContextOptions context_;
  HiddenOutputOptions hidden_;
  AnswerOptions answer_;
};

}  // namespace

std::unique_ptr<Command> prove_command() { return std::make_unique<ProveCommand>(); }

}  // namespace vouch
