// `new-model`: a network of a known architecture with random weights.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/numbers.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "cli/step_clock.h"
#include "model/new_model.h"

namespace vouch {
namespace {

class NewModelCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "new-model"; }
  [[nodiscard]] const char* about() const override {
    return "Make a network with random weights (.tflite)";
  }
  [[nodiscard]] const char* footer() const override {
    return "It has learnt nothing, but it is as large as a trained one, and proving takes as "
           "long.\n"
           "\n"
           "Example:\n"
           "  vouch new-model mobilenet_v2 --width 0.5 --size 96 -o random.tflite";
  }
  void declare(CLI::App& app) override {
    app.add_option("ARCHITECTURE", architecture_, "mobilenet_v2")
        ->required()
        ->check(CLI::IsMember({"mobilenet_v2"}));
    app.add_option("-o,--output", path_, "The file to write")->required()->type_name("FILE.tflite");
    app.add_option("--width", width_, "Width multiplier of the channels, 0.1...2")
        ->type_name("X")
        ->capture_default_str();
    app.add_option("--size", size_, "Side of its pictures in pixels, 32...512")
        ->transform(whole_number())
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--classes", classes_, "Number of classes, 2...10000")
        ->transform(whole_number())
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--seed", seed_, "Which weights")
        ->transform(whole_number())
        ->type_name("N")
        ->capture_default_str();
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({path_}, {}));
    StepClock clock("new-model", output);
    clock.begin("weights");
    VOUCH_ASSIGN(const Bytes file, new_mobilenet_v2(width_, size_, seed_, classes_));
    VOUCH_TRY(write_file(path_, file, FileAccess::kPublic));
    output.line(fmt::format("{}: MobileNetV2, width {}, {} x {} pixels, {} classes, {}",
                            printable(path_), width_, size_, size_, classes_,
                            size_text(file.size())));
    output.object()["file"] = printable(path_);
    output.object()["bytes"] = file.size();
    clock.report(output);
    return ExitStatus::kAccepted;
  }

 private:
  std::string architecture_;
  std::string path_;
  double width_ = 1.0;
  unsigned size_ = 224;
  unsigned classes_ = 1001;
  uint64_t seed_ = 0;
};

}  // namespace

std::unique_ptr<Command> new_model_command() { return std::make_unique<NewModelCommand>(); }

}  // namespace vouch
