// `operators`: what of models can be read.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/operators_text.h"
#include "model/onnx/reader.h"
#include "model/tflite/reader.h"

namespace vouch {
namespace {

class OperatorsCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "operators"; }
  [[nodiscard]] const char* about() const override {
    return "List the operators of ONNX and TensorFlow Lite that are supported";
  }
  [[nodiscard]] const char* footer() const override {
    return "What `compile` takes: the operator, what it becomes, and its limits. What else there "
           "is, it\n"
           "refuses, and says what to do.\n"
           "\n"
           "Examples:\n"
           "  vouch operators\n"
           "  vouch operators --markdown > docs/operators.md";
  }
  void declare(CLI::App& app) override {
    app.add_flag("--markdown", markdown_, "As a document, with costs and errors");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    if (markdown_) {
      std::string text = operators_markdown();
      text.pop_back();  // a line ends by itself
      output.line(text);
      return ExitStatus::kAccepted;
    }
    tell("onnx", "ONNX", onnx_operators(), output);
    tell("tflite", "TensorFlow Lite", tflite_operators(), output);
    return ExitStatus::kAccepted;
  }

 private:
  static void tell(const char* key, const char* title,
                   const std::vector<DescribedOperator>& operators, Output& output) {
    Json& list = output.object()[key] = Json::array();
    output.line(std::string(title) + ":");
    for (const DescribedOperator& op : operators) {
      const OperatorDescription& d = op.description;
      list.push_back({{"name", op.name},
                      {"becomes", name_of(d.becomes)},
                      {"attributes", d.attributes},
                      {"limits", d.limits}});
      output.line(fmt::format("  {:<26} {:<12} {}", op.name, name_of(d.becomes), d.limits));
    }
  }

  bool markdown_ = false;
};

}  // namespace

std::unique_ptr<Command> operators_command() { return std::make_unique<OperatorsCommand>(); }

}  // namespace vouch
