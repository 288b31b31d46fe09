// `run`: the integer network alone, without a proof.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/secret.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/owned_model.h"
#include "cli/owner_input.h"
#include "cli/paths.h"
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
           "codes; of equal codes the lower class comes first. Real numbers, in the order of the\n"
           "model's own input, are rounded to codes first.\n"
           "\n"
           "Examples:\n"
           "  vouch run model.vouch cat.png dog.jpg --labels labels.txt\n"
           "  vouch run model.vouch tensor.npy --json --codes-to codes.npy";
  }
  void declare(CLI::App& app) override {
    app.add_option("MODEL.vouch", model_path_, "The compiled model")->required();
    app.add_option("PICTURE", input_paths_,
                   "JPEG, PNG, BMP; codes: .npy, .bin, .raw, .i8; real numbers: .npy, .pb, .json. "
                   "Any number of files")
        ->required()
        ->expected(1, kMaxPictures);
    codes_.declare(app);
    answer_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_paths());
    StepClock clock("run", output);
    clock.begin("model");
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    VOUCH_TRY(answer_.prepare(file.model.circuit()));
    if (file.model.circuit().exact() && ends_with_one_softmax(file.metadata)) {
      answer_.tell_softmax_codes();
    }
    clock.begin("pictures");
    Json& pictures = output.object()["pictures"] = Json::array();
    for (size_t i = 0; i < input_paths_.size(); ++i) {
      Json& object = pictures.emplace_back(Json::object());
      object["file"] = printable(input_paths_[i]);
      VOUCH_TRY(look_at(i, file, output, object));
    }
    clock.report(output);
    return ExitStatus::kAccepted;
  }

 private:
  static constexpr int kMaxPictures = 1 << 20;

  [[nodiscard]] Result<void> check_paths() const {
    std::vector<std::string> inputs(input_paths_);
    inputs.push_back(model_path_);
    return check_outputs(codes_.outputs(input_paths_.size()), inputs);
  }

  Result<void> look_at(size_t at, const ModelFile& file, Output& output, Json& object) const {
    const Circuit& circuit = file.model.circuit();
    VOUCH_ASSIGN(OwnerInput input, read_owner_input(input_paths_[at], file));
    const WipedAtEnd wiped(input.codes);
    VOUCH_ASSIGN(const Trace trace, file.model.executor().run(input.codes, false));
    VOUCH_TRY(codes_.write(input.codes, circuit, at, input_paths_.size(), FileAccess::kPublic));
    output.line(printable(input_paths_[at]) + ":");
    report_reals(input.cut_off, input.codes.size(), output, object);
    answer_.report(circuit, trace.output(), output, object);
    return {};
  }

  std::string model_path_;
  std::vector<std::string> input_paths_;
  CodesOption codes_;
  AnswerOptions answer_;
};

}  // namespace

std::unique_ptr<Command> run_command() { return std::make_unique<RunCommand>(); }

}  // namespace vouch
