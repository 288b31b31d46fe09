// `commit`: what verifiers get of a model.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/circuit_report.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/owned_model.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "cli/step_times.h"
#include "prove/weight_bound_prover.h"

namespace vouch {
namespace {

class CommitCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "commit"; }
  [[nodiscard]] const char* about() const override {
    return "Write a model's public commitment, for verifiers";
  }
  [[nodiscard]] const char* footer() const override {
    return "The commitment binds the owner to the weights and does not show them. Publish it once, "
           "or\n"
           "at least the 64 hexadecimal digits that stand for it: `verify` shows them too. With it "
           "goes a\n"
           "proof that all weights are integers of bounded size; it is another one every time.\n"
           "\n"
           "Example:\n"
           "  vouch commit model.vouch -o model.pub";
  }
  void declare(CLI::App& app) override {
    app.add_option("MODEL.vouch", model_path_, "The compiled model")->required();
    app.add_option("-o,--output", output_path_, "The file to write (public)")
        ->required()
        ->type_name("FILE.pub");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({output_path_}, {model_path_}));
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    const ModelCommitment& commitment = file.model.commitment();
    StepTimes times;
    times.begin("generators");
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(bound_generators_needed(file.model.columns())));
    times.begin("proof of bounds");
    const Bytes bytes =
        encode_model_public({commitment, prove_weight_bound(file.model, generators)});
    times.end();
    VOUCH_TRY(write_file(output_path_, bytes, FileAccess::kPublic));
    const std::string identity = hex_text(model_identity(commitment));
    Json& object = output.object();
    object["file"] = printable(output_path_);
    object["bytes"] = bytes.size();
    object["model"] = identity;
    output.line(fmt::format("{}: {}, public", printable(output_path_), size_text(bytes.size())));
    output.line("Model:    " + identity);
    output.line("Network:  " + circuit_size_text(file.model.circuit()));
    times.report(output);
    return ExitStatus::kAccepted;
  }

 private:
  std::string model_path_;
  std::string output_path_;
};

}  // namespace

std::unique_ptr<Command> commit_command() { return std::make_unique<CommitCommand>(); }

}  // namespace vouch
