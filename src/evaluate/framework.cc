#include "evaluate/framework.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.h"
#include "evaluate/child.h"
#include "evaluate/framework_script.h"
#include "evaluate/input_array.h"
#include "model/file_text.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr int kNotInstalled = 3;  // what the script exits with
constexpr size_t kMostOutputBytes = size_t{1} << 30;

// A new folder for its owner only, until the end.
class Scratch {
 public:
  [[nodiscard]] static Result<Scratch> make() {
    std::error_code failed;
    const fs::path parent = fs::temp_directory_path(failed);
    std::string name = (parent / "vouch-XXXXXX").string();
    if (failed || mkdtemp(name.data()) == nullptr) {
      return Error{"no folder can be made in the directory for temporary files"};
    }
    return Scratch(std::move(name));
  }
  Scratch(Scratch&& other) noexcept : directory_(std::exchange(other.directory_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!directory_.empty()) {
      fs::remove_all(directory_, ignored);
    }
  }
  [[nodiscard]] std::string path(const char* name) const { return directory_ + "/" + name; }

 private:
  explicit Scratch(std::string directory) : directory_(std::move(directory)) {}
  std::string directory_;
};

// An exception's own line is a program's last.
std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  if (text.empty()) {
    return "it said nothing";
  }
  const size_t line = text.rfind('\n');
  return file_text(line == std::string::npos ? text : text.substr(line + 1));
}

// As many digits as tell a float.
std::string digits_of(float x) {
  std::ostringstream text;
  text.precision(9);
  text << x;
  return text.str();
}

Result<std::string> framework_of(const std::string& python, const ChildEnd& end) {
  if (end.status == kNotInstalled) {
    return Error{python + " has not what it takes: " + last_line(end.problems)};
  }
  if (end.status != 0) {
    return Error{"the framework ended with status " + std::to_string(end.status) + ": " +
                 last_line(end.problems)};
  }
  // Frameworks may say things before.
  const auto said = nlohmann::json::parse(last_line(end.output), nullptr, false);
  if (!said.is_object() || !said.contains("framework") || !said["framework"].is_string()) {
    return Error{python + " did not say which framework ran"};
  }
  return file_text(said["framework"].get<std::string>());
}

Result<void> write_text(const std::string& path, std::string_view text) {
  return write_file(path, Bytes(text.begin(), text.end()), FileAccess::kOwnerOnly);
}

}  // namespace

Result<FrameworkAnswers> run_framework(const std::string& python, const std::string& path,
                                       const OriginalModel& original, const DataSet& data) {
  const CompiledModel& model = original.compiled();
  if (model.inputs.size() != 1) {
    return Error{"the model has " + std::to_string(model.inputs.size()) + " inputs, not one"};
  }
  const Port& input = model.inputs[0];
  const CodeScale& output = model.outputs[0].codes;
  VOUCH_ASSIGN(const Bytes inputs, model_input_array(data, input));
  VOUCH_ASSIGN(const Scratch scratch, Scratch::make());
  VOUCH_TRY(write_text(scratch.path("run_framework.py"), kFrameworkScript));
  VOUCH_TRY(write_file(scratch.path("inputs.npy"), inputs, FileAccess::kOwnerOnly));
  // An absolute path is no option, whatever the file is named.
  std::error_code failed;
  const fs::path absolute = fs::absolute(path, failed);
  VOUCH_ASSIGN(const ChildEnd end,
               run_child({python, scratch.path("run_framework.py"), absolute.string(),
                          scratch.path("inputs.npy"), scratch.path("outputs.npy"),
                          digits_of(input.codes.scale), std::to_string(input.codes.zero_point),
                          digits_of(output.scale), std::to_string(output.zero_point)}));
  VOUCH_ASSIGN(std::string framework, framework_of(python, end));
  VOUCH_ASSIGN(const Bytes file, read_file(scratch.path("outputs.npy"), kMostOutputBytes));
  const size_t outputs = element_indices(model.outputs[0].view).size();
  auto answers = ReferenceOutputs::read(file, outputs);
  if (!answers.ok()) {
    return Error{"what " + framework +
                 " computes is not what the network does: " + answers.error().message};
  }
  if (answers.value().size() != data.size()) {
    return Error{framework + " answered " + std::to_string(answers.value().size()) +
                 " inputs, not " + std::to_string(data.size())};
  }
  return FrameworkAnswers{std::move(framework), std::move(answers).value()};
}

}  // namespace vouch
