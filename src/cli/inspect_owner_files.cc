#include "cli/inspect_owner_files.h"

#include <fmt/format.h>

#include "cli/circuit_report.h"
#include "cli/context.h"
#include "cli/model_circuit.h"
#include "cli/printable.h"
#include "model/compile.h"
#include "model/read_model.h"
#include "network/shapes.h"
#include "prove/model_file.h"
#include "prove/profile.h"

namespace vouch {
namespace {

std::vector<std::string> printable_all(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  for (const std::string& text : texts) {
    out.push_back(printable(text));
  }
  return out;
}

void report_notes(const std::vector<std::string>& notes, Output& output) {
  Json& list = output.object()["notes"] = Json::array();
  for (const std::string& note : printable_all(notes)) {
    output.line("Note:     " + note);
    list.push_back(note);
  }
}

// What the input's codes stand for. Of several inputs the notes tell it in words.
void report_inputs(const std::vector<InputMeaning>& inputs, Output& output) {
  Json& list = output.object()["inputs"] = Json::array();
  for (const InputMeaning& input : inputs) {
    list.push_back({{"name", printable(input.name)},
                    {"shape", input.shape},
                    {"scale", input.codes.scale},
                    {"zero_point", input.codes.zero_point}});
    if (inputs.size() == 1) {
      output.line(fmt::format("Codes:    of the input '{}' {}: {}·(code − {})",
                              printable(input.name), text(input.shape), input.codes.scale,
                              input.codes.zero_point));
    }
  }
}

class ModelSecretInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "a compiled model (.vouch)"; }
  [[nodiscard]] size_t max_bytes() const override { return kMaxModelSecretBytes; }
  [[nodiscard]] bool recognises(ByteSpan file) const override {
    return begins_with(file, kModelSecretMagic);
  }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    VOUCH_ASSIGN(const ModelFile decoded, decode_model_file(file));
    const ModelMetadata& metadata = decoded.metadata;
    Json& object = output.object();
    object["model"] = hex_text(decoded.model.identity());
    object["file_name"] = printable(metadata.file_name);
    object["source"] = printable(metadata.source);
    output.line("It holds the weights and the seed of their commitment: keep it secret.");
    output.line("Model:    " + hex_text(decoded.model.identity()));
    output.line("Source:   " + printable(metadata.file_name) + ", " + printable(metadata.source));
    report_notes(metadata.notes, output);
    report_inputs(metadata.inputs, output);
    report_circuit(decoded.model.circuit(), printable_all(metadata.layer_names), output, object);
    output.line(
        "`commit` makes all of this public but the weights, names, source, notes and what codes "
        "stand for.");
    return {};
  }
};

// A model that `compile` takes.
class ModelInspector : public FileInspector {
 public:
  [[nodiscard]] size_t max_bytes() const override { return kMaxModelBytes; }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    bool is_float = false;
    CompileOptions options;
    options.samples = [&](const Network& network) {
      is_float = true;
      return noise_samples(network);
    };
    VOUCH_ASSIGN(CompiledModel model, compile_model(file, options));
    choose_model_rows(model.circuit);
    output.object()["source"] = printable(model.source);
    output.object()["is_float"] = is_float;
    output.line("Source:   " + printable(model.source));
    output.line(
        is_float
            ? "A float model, which `compile --samples` quantises; here with the ranges of noise:"
            : "As `compile` would make it, without options:");
    // Notes on samples would be about the noise.
    report_notes(is_float ? model.network.notes : model.notes, output);
    report_circuit(model.circuit, printable_all(model.layer_names), output, output.object());
    return {};
  }
};

class TfliteInspector final : public ModelInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "a TensorFlow Lite model (.tflite)"; }
  [[nodiscard]] bool recognises(ByteSpan file) const override { return is_tflite(file); }
};

class OnnxInspector final : public ModelInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "an ONNX model (.onnx)"; }
  [[nodiscard]] bool recognises(ByteSpan file) const override { return is_onnx(file); }
};

}  // namespace

FileInspectors owner_file_inspectors() {
  FileInspectors list;
  list.push_back(std::make_unique<ModelSecretInspector>());
  list.push_back(std::make_unique<TfliteInspector>());
  list.push_back(std::make_unique<OnnxInspector>());
  return list;
}

}  // namespace vouch
