// `compile`: from a .tflite or .onnx model to the owner's .vouch file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/file.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "cli/circuit_report.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/model_options.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "cli/step_clock.h"
#include "model/compile.h"
#include "model/read_model.h"
#include "prove/model_file.h"
#include "prove/profile.h"
#include "prove/quantised_network.h"
#include "verify/verify.h"

namespace vouch {
namespace {

class CompileCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "compile"; }
  [[nodiscard]] const char* about() const override {
    return "Turn a .tflite or .onnx model into a secret .vouch file";
  }
  [[nodiscard]] const char* footer() const override {
    return "The .vouch file holds the weights and the randomness that hides them in the model's\n"
           "commitment. Only its owner can read it: keep it secret, and keep it, for without it\n"
           "nothing can be proven about the committed model. Compiling again gives the same "
           "network\n"
           "another commitment.\n"
           "\n"
           "What becomes public, with `commit`: the layers, their shapes and clamps; --rounding,\n"
           "--shift, --crop, the output's scale. Not the weights, biases or other scales.\n"
           "\n"
           "Examples:\n"
           "  vouch compile mobilenet.tflite -o mobilenet.vouch\n"
           "  vouch compile mobilenet.tflite -o same.vouch --rounding exact\n"
           "  vouch compile resnet.onnx -o resnet.vouch --samples val/\n"
           "  vouch compile keywords.tflite -o keywords.vouch --input codes --shift 16";
  }

  void declare(CLI::App& app) override {
    app.add_option("MODEL", model_path_, "The model: .tflite or .onnx, quantised or float")
        ->required();
    app.add_option("-o,--output", output_path_, "The file to write (secret)")
        ->required()
        ->type_name("FILE.vouch");
    app.add_flag("--replace", replace_,
                 "Replace a compiled model that is there: nothing can be proven any more about the "
                 "commitments that were made with it");
    model_.declare_public(app);
    model_.declare_quantisation(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({output_path_}, {model_path_}, replace_));
    StepClock clock("compile", output);
    clock.begin("reading");
    VOUCH_ASSIGN(Bytes file, read_file(model_path_, kMaxModelBytes));
    VOUCH_ASSIGN(CompileOptions options, model_.options());
    bool are_samples_read = false;
    if (options.samples) {
      options.samples = [&, read = std::move(options.samples)](const Network& network) {
        are_samples_read = true;
        return read(network);
      };
    }
    auto compiled = compile_model(file, options);
    if (!compiled.ok()) {
      return Error{printable(model_path_) + ": " + compiled.error().message};
    }
    if (options.samples && !are_samples_read) {
      output.note("the model is quantised already, so --samples was not needed and not read");
    }
    CompiledModel model = std::move(compiled).value();
    choose_model_rows(model.circuit);
    VOUCH_TRY(generators_needed(model.circuit, choose_shape(model.circuit, Profile::kFast, 1)));
    const ModelMetadata metadata = metadata_of(model);
    VOUCH_ASSIGN(const ProverModel owned, commit(std::move(model), file, clock));
    VOUCH_TRY(check_runs(owned));
    clock.begin("writing");
    VOUCH_ASSIGN(const size_t bytes, write(owned, metadata));
    clock.end();
    report(owned, metadata, bytes, output);
    clock.report(output);
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] ModelMetadata metadata_of(const CompiledModel& model) const {
    return {std::filesystem::path(model_path_).filename().string(), model.source, model.layer_names,
            model.notes, input_meanings(model.network, model.inputs)};
  }

  static Result<ProverModel> commit(CompiledModel model, ByteSpan file, StepClock& clock) {
    clock.begin("generators");
    const size_t needed = size_t{1} << model.circuit.model_kappa;
    VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
    clock.begin("committing");
    ProverModel::Seed seed = ProverModel::draw_seed(model.circuit, model.weights, file);
    const WipedAtEnd wiped(seed);
    return ProverModel(std::move(model.circuit), std::move(model.weights), seed, generators);
  }

  // Weights that the executor refuses are refused here, not when the first proof is wanted.
  [[nodiscard]] Result<void> check_runs(const ProverModel& model) const {
    const Tensor& input = model.circuit().input();
    const Bytes zeros(input.shape.elements(), input.zero_point);
    const auto ran = model.executor().run(zeros, false);
    if (ran.ok()) {
      return {};
    }
    return Error{printable(model_path_) + ": " + ran.error().message +
                 (model.circuit().exact()
                      ? "; compile it with --rounding fast"
                      : "; compile it with a smaller --shift, or split the layer")};
  }

  [[nodiscard]] Result<size_t> write(const ProverModel& model,
                                     const ModelMetadata& metadata) const {
    Bytes file = encode_model_file(model, metadata);
    const WipedAtEnd wiped(file);
    const size_t bytes = file.size();
    if (bytes > kMaxModelSecretBytes) {
      return Error{"the network is too large: its file would have " + size_text(bytes)};
    }
    const Result<void> written = write_file(output_path_, file, FileAccess::kOwnerOnly);
    if (!written.ok()) {
      return written.error();
    }
    return bytes;
  }

  void report(const ProverModel& model, const ModelMetadata& metadata, size_t bytes,
              Output& output) const {
    const Circuit& circuit = model.circuit();
    Json& object = output.object();
    object["file"] = printable(output_path_);
    object["bytes"] = bytes;
    object["model"] = hex_text(model.identity());
    object["source"] = printable(metadata.source);
    object["row_bits"] = {{"input", circuit.input_kappa}, {"model", circuit.model_kappa}};
    output.line(fmt::format("{}: {}. It holds the weights: keep it secret.",
                            printable(output_path_), size_text(bytes)));
    output.line("Model:    " + hex_text(model.identity()));
    output.line("Source:   " + printable(metadata.source));
    output.line("Network:  " + circuit_size_text(circuit));
    Json& notes = object["notes"] = Json::array();
    for (const std::string& note : metadata.notes) {
      notes.push_back(printable(note));
      output.line("Note:     " + printable(note));
    }
  }

  std::string model_path_;
  std::string output_path_;
  bool replace_ = false;
  ModelOptions model_;
};

}  // namespace

std::unique_ptr<Command> compile_command() { return std::make_unique<CompileCommand>(); }

}  // namespace vouch
