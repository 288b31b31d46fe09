// `evaluate`: how good the proven network is, beside the model it was made from.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/progress.h"
#include "cli/class_label_file.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/evaluation_report.h"
#include "cli/model_options.h"
#include "cli/numbers.h"
#include "cli/owned_model.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "evaluate/evaluation.h"
#include "evaluate/evaluation_picture.h"
#include "evaluate/framework.h"
#include "evaluate/input_array.h"
#include "model/read_model.h"

namespace vouch {
namespace {

constexpr size_t kMostReferenceBytes = size_t{1} << 30;

// An error with the file that it is about.
Error error_in(const std::string& path, const Error& error) {
  return Error{printable(path) + ": " + error.message};
}

class EvaluateCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "evaluate"; }
  [[nodiscard]] const char* about() const override {
    return "Measure a compiled model's accuracy, and its errors against the original";
  }
  [[nodiscard]] const char* footer() const override {
    return "Runs the integer network that `prove` proves things about on a labelled set; with\n"
           "--original also the model that it was made from, by TensorFlow Lite or ONNX Runtime\n"
           "where a python has them (--python, or $VOUCH_PYTHON, or python3), else by vouch's own\n"
           "float executor, which also measures every layer's errors beside the bounds that its\n"
           "steps give. A float model needs the options that `compile` had.\n"
           "\n"
           "DATA is a folder of pictures, codes (.npy, .bin, .raw, .i8) or tensors (.pb, .json); "
           "an\n"
           "IDX file (MNIST's, packed or not) or the folder that has it; a .npy array; a file of "
           "the\n"
           "codes of several inputs. LABELS is a table FILE,...,CLASS, one number a line, an IDX "
           "or\n"
           ".npy file. --reference takes what anything else made of the inputs that --inputs-to\n"
           "wrote.\n"
           "\n"
           "Examples:\n"
           "  vouch evaluate m.vouch --data val/ --labels val/labels.csv --original m.tflite\n"
           "  vouch evaluate m.vouch --data mnist/ --original mnist.onnx --samples tests/ \\\n"
           "    --picture report.svg --json";
  }

  void declare(CLI::App& app) override {
    app.add_option("MODEL.vouch", model_path_, "The compiled model")->required();
    app.add_option("--data", data_path_, "The inputs: a folder or a file")
        ->required()
        ->type_name("DATA");
    app.add_option("--labels", labels_path_,
                   "The inputs' classes; default: an IDX file beside them")
        ->type_name("LABELS");
    app.add_option("--label-column", label_column_, "The column of a table of labels")
        ->type_name("NAME");
    app.add_flag("--signed", signed_, "Bytes of .bin and .raw files are signed codes");
    app.add_option("--limit", limit_, "Only the first N inputs")
        ->transform(whole_number(1))
        ->type_name("N");
    app.add_option("--original", original_path_, "The model that MODEL.vouch was compiled from")
        ->type_name("MODEL");
    app.add_option("--original-by", original_by_,
                   "What runs the original: framework, its own; float, vouch's float executor; "
                   "auto, the first if it can")
        ->transform(CLI::IsMember({"auto", "framework", "float"}))
        ->type_name("KIND")
        ->capture_default_str();
    app.add_option("--python", python_, "The python that has the framework")->type_name("PROGRAM");
    app.add_option("--layers", layer_inputs_, "Inputs that every layer's error is measured on")
        ->transform(whole_number(0, 1U << 20))
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--reference", reference_path_,
                   "A framework's outputs for the same inputs: .npy, or .json {\"outputs\": "
                   "[[...], ...]}")
        ->type_name("FILE");
    app.add_option("--inputs-to", inputs_to_, "Write the inputs for a framework")
        ->type_name("FILE.npy");
    app.add_option("--picture", picture_path_, "Draw accuracy and errors")->type_name("FILE.svg");
    original_.declare_quantisation(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    const Circuit& circuit = file.model.circuit();
    VOUCH_ASSIGN(const auto original, open_original(file.model));
    VOUCH_ASSIGN(const DataSet data, open_data(file, original.get()));
    const size_t outputs = circuit.output_tensor().shape.elements();
    VOUCH_ASSIGN(const std::optional<ClassLabels> labels, read_labels_of(data, outputs));
    VOUCH_ASSIGN(const auto reference, read_reference(data.size(), outputs));
    VOUCH_TRY(write_inputs(data, circuit));
    VOUCH_ASSIGN(const Originals originals, run_original(original.get(), data));
    ProgressOptions options;
    options.mode = output.text() ? ProgressMode::kTerminal : ProgressMode::kOff;
    Progress progress("evaluate", data.size(), options);
    progress.phase("running");
    EvaluationInputs inputs{&circuit,
                            &file.model.executor(),
                            &data,
                            labels ? &*labels : nullptr,
                            original.get(),
                            originals.answers ? &originals.answers->outputs : nullptr,
                            reference ? &*reference : nullptr,
                            layer_inputs_,
                            [&] { progress.tick(); },
                            file.metadata.inputs};
    const auto evaluation = evaluate(inputs);
    progress.finish();
    if (!evaluation.ok()) {
      return Error{printable(evaluation.error().message)};
    }
    report(file, original.get(), originals, evaluation.value(), output);
    VOUCH_TRY(draw(evaluation.value()));
    return ExitStatus::kAccepted;
  }

 private:
  Result<DataSet> open_data(const ModelFile& file, const OriginalModel* original) const {
    std::optional<Dimensions> shape;
    if (file.metadata.inputs.size() == 1) {
      shape = file.metadata.inputs[0].shape;
    } else if (original != nullptr && original->compiled().network.inputs.size() == 1) {
      const Network& network = original->compiled().network;
      shape = network.tensors[network.inputs[0]].shape;
    }
    auto data = DataSet::open(data_path_, file.model.circuit(), signed_, shape);
    if (!data.ok()) {
      return Error{printable(data.error().message)};
    }
    data.value().limit(limit_);
    return data;
  }

  Result<std::optional<ClassLabels>> read_labels_of(const DataSet& data, size_t classes) const {
    const std::string path = labels_path_.empty() ? data.labels_path() : labels_path_;
    if (path.empty()) {
      return std::optional<ClassLabels>();
    }
    VOUCH_ASSIGN(ClassLabels labels, read_class_label_file(path, classes, label_column_));
    return std::optional(std::move(labels));
  }

  Result<std::unique_ptr<OriginalModel>> open_original(const ProverModel& model) const {
    if (original_path_.empty()) {
      return std::unique_ptr<OriginalModel>();
    }
    VOUCH_ASSIGN(const Bytes file, read_file(original_path_, kMaxModelBytes));
    auto original = OriginalModel::open(file, original_.options_of(model.circuit()),
                                        model.circuit(), model.weights());
    return original.ok() ? std::move(original) : error_in(original_path_, original.error());
  }

  // What the original's framework made of the data, or why its float executor runs instead.
  struct Originals {
    std::optional<FrameworkAnswers> answers;
    std::string why;
  };

  Result<Originals> run_original(const OriginalModel* original, const DataSet& data) const {
    if (original == nullptr || original_by_ == "float") {
      return Originals{std::nullopt, "--original-by float"};
    }
    auto ran = run_framework(python(), original_path_, *original, data);
    if (ran.ok()) {
      return Originals{std::move(ran).value(), {}};
    }
    const std::string why = printable(ran.error().message);
    if (original_by_ == "framework") {
      return Error{"--original-by framework: " + why +
                   "; name a python that has ai-edge-litert or onnxruntime and onnx with --python"};
    }
    return Originals{std::nullopt, why};
  }

  [[nodiscard]] std::string python() const {
    const char* named = std::getenv("VOUCH_PYTHON");
    const bool is_named = named != nullptr && *named != 0;
    return !python_.empty() ? python_ : is_named ? named : "python3";
  }

  Result<std::optional<ReferenceOutputs>> read_reference(size_t inputs, size_t outputs) const {
    if (reference_path_.empty()) {
      return std::optional<ReferenceOutputs>();
    }
    VOUCH_ASSIGN(const Bytes file, read_file(reference_path_, kMostReferenceBytes));
    auto reference = ReferenceOutputs::read(file, outputs);
    if (!reference.ok()) {
      return error_in(reference_path_, reference.error());
    }
    if (reference.value().size() < inputs) {
      return Error{printable(reference_path_) + ": it has outputs of " +
                   std::to_string(reference.value().size()) + " inputs, not of " +
                   std::to_string(inputs)};
    }
    return std::optional(std::move(reference).value());
  }

  Result<void> write_inputs(const DataSet& data, const Circuit& circuit) const {
    if (inputs_to_.empty()) {
      return {};
    }
    const auto array = input_array(data, circuit.input().shape);
    if (!array.ok()) {
      return Error{"--inputs-to: " + printable(array.error().message)};
    }
    return write_file(inputs_to_, array.value(), FileAccess::kPublic);
  }

  void report(const ModelFile& file, const OriginalModel* original, const Originals& originals,
              const Evaluation& evaluation, Output& output) const {
    Json& object = output.object();
    object["model"] = hex_text(file.model.identity());
    object["source"] = printable(file.metadata.source);
    output.line("Model:     " + hex_text(file.model.identity()));
    output.line("Source:    " + printable(file.metadata.source));
    if (original != nullptr) {
      const CodeScale& codes = original->compiled().inputs[0].codes;
      object["input"] = {{"scale", codes.scale}, {"zero_point", codes.zero_point}};
      report_original(originals, output);
    }
    report_evaluation(evaluation, output);
  }

  static void report_original(const Originals& originals, Output& output) {
    const bool framework = originals.answers.has_value();
    const std::string by = framework ? originals.answers->framework : "vouch's float executor";
    output.object()["original_by"] = by;
    if (!framework) {
      output.object()["original_why"] = originals.why;
    }
    output.line("Original:  run by " + by + (framework ? "" : " (" + originals.why + ")"));
  }

  Result<void> draw(const Evaluation& evaluation) const {
    if (picture_path_.empty()) {
      return {};
    }
    const std::string title = std::filesystem::path(model_path_).filename().string() + ", " +
                              std::to_string(evaluation.inputs) + " inputs";
    const std::string picture = evaluation_picture(evaluation, printable(title));
    return write_file(picture_path_, Bytes(picture.begin(), picture.end()), FileAccess::kPublic);
  }

  static constexpr size_t kUsualLayerInputs = 32;

  std::string model_path_;
  std::string data_path_;
  std::string labels_path_;
  std::string label_column_;
  std::string original_path_;
  std::string original_by_ = "auto";
  std::string python_;
  std::string reference_path_;
  std::string inputs_to_;
  std::string picture_path_;
  size_t limit_ = SIZE_MAX;
  size_t layer_inputs_ = kUsualLayerInputs;
  bool signed_ = false;
  ModelOptions original_;
};

}  // namespace

std::unique_ptr<Command> evaluate_command() { return std::make_unique<EvaluateCommand>(); }

}  // namespace vouch
