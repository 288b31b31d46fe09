// `run`: the integer network alone, without a proof.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/secret.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/owned_model.h"
#include "cli/printable.h"
#include "cli/step_clock.h"

namespace vouch {
namespace {

// Whether a model of TensorFlow Lite has one output, of one SOFTMAX: what follows the circuit, and
// which outputs share it, are notes of the compiler (model/compile.cc, lower/network_lowering.cc).
bool ends_with_one_softmax(const ModelMetadata& metadata) {
  size_t softmaxes = 0;
  for (const std::string& note : metadata.notes) {
    if (note.starts_with("output '") ||
        (note.starts_with("the final ") && !note.starts_with("the final SOFTMAX "))) {
      return false;
    }
    softmaxes += note.starts_with("the final SOFTMAX ") ? 1 : 0;
  }
  return softmaxes == 1 && metadata.source.starts_with("TensorFlow Lite");
}

class RunCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "run"; }
  [[nodiscard]] const char* about() const override {
    return "Show what a model answers, without a proof";
  }
  [[nodiscard]] const char* footer() const override {
    return "This is exactly the network that `prove` proves things about. Classes are ranked by "
           "their\n"
           "codes; of equal codes the lower class comes first.\n"
           "\n"
           "Examples:\n"
           "  vouch run model.vouch cat.png dog.jpg --labels labels.txt\n"
           "  vouch run model.vouch tensor.npy --json";
  }
  void declare(CLI::App& app) override {
    app.add_option("MODEL.vouch", model_path_, "The compiled model")->required();
    app.add_option("PICTURE", input_paths_,
                   "JPEG, PNG, BMP; or codes: .npy, .bin, .raw, .i8. Any number of files")
        ->required()
        ->expected(1, kMaxPictures);
    answer_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    StepClock clock("run", output);
    clock.begin("model");
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    VOUCH_TRY(answer_.prepare(file.model.circuit()));
    if (file.model.circuit().exact() && ends_with_one_softmax(file.metadata)) {
      answer_.tell_softmax_codes();
    }
    clock.begin("pictures");
    Json& pictures = output.object()["pictures"] = Json::array();
    for (const std::string& path : input_paths_) {
      Json& object = pictures.emplace_back(Json::object());
      object["file"] = printable(path);
      VOUCH_TRY(look_at(path, file.model, output, object));
    }
    clock.report(output);
    return ExitStatus::kAccepted;
  }

 private:
  static constexpr int kMaxPictures = 1 << 20;

  Result<void> look_at(const std::string& path, const ProverModel& model, Output& output,
                       Json& object) const {
    VOUCH_ASSIGN(Bytes input, read_input(path, model.circuit()));
    const WipedAtEnd wiped(input);
    VOUCH_ASSIGN(const Trace trace, model.executor().run(input, false));
    output.line(printable(path) + ":");
    answer_.report(model.circuit(), trace.output(), output, object);
    return {};
  }

  std::string model_path_;
  std::vector<std::string> input_paths_;
  AnswerOptions answer_;
};

}  // namespace

std::unique_ptr<Command> run_command() { return std::make_unique<RunCommand>(); }

}  // namespace vouch
