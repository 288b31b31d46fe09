// `label`: a commitment to an input's label.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/secret.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/numbers.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "verify/hidden_output.h"

namespace vouch {
namespace {

class LabelCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "label"; }
  [[nodiscard]] const char* about() const override {
    return "Commit to the label of an input, for a proof that does not show it";
  }
  [[nodiscard]] const char* footer() const override {
    return "Hand the identity that is printed to everybody, and the file to the prover, whose "
           "proof "
           "then\n"
           "says whether the label is among the network's first N classes, and not which label it "
           "is.\n"
           "\n"
           "Examples:\n"
           "  vouch label model.pub --class 281 -o cat.classes\n"
           "  vouch prove model.vouch cat.png -o x.proof --predicate label:5 --label-opening "
           "cat.classes";
  }
  void declare(CLI::App& app) override {
    app.add_option("MODEL.pub", model_path_, "The model commitment")->required();
    app.add_option("--class", class_, "The label")
        ->required()
        ->type_name("CLASS")
        ->transform(whole_number(0, UINT16_MAX));
    app.add_option("-o,--output", path_, "The opening to write (secret)")
        ->required()
        ->type_name("X.classes");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({path_}, {model_path_}));
    VOUCH_ASSIGN(const Bytes model_file, read_file(model_path_, kMaxModelPublicBytes));
    const LoadedModel loaded = load_model(model_file);
    if (!loaded.verdict.accepted()) {
      return Error{printable(model_path_) + ": " + printable(loaded.verdict.detail)};
    }
    const Circuit& circuit = loaded.model->circuit;
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(size_t{1} << circuit.input_kappa, parallel_for));
    Salt salt{};
    SecretRandom::from_system({}, {}).fill(salt);
    VOUCH_ASSIGN(const ClassesOpening opening,
                 commit_classes_vartime(circuit, true, {class_}, salt, generators));
    Bytes file = encode_classes_opening(opening);
    const WipedAtEnd wiped(file);
    VOUCH_TRY(write_new_file(path_, file, FileAccess::kOwnerOnly));
    output.object()["label"] = hex_text(opening.identity);
    output.line("Label:    " + hex_text(opening.identity));
    return ExitStatus::kAccepted;
  }

 private:
  std::string model_path_;
  std::string path_;
  uint16_t class_ = 0;
};

}  // namespace

std::unique_ptr<Command> label_command() { return std::make_unique<LabelCommand>(); }

}  // namespace vouch
