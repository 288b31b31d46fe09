#include "cli/inspect_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/file.h"
#include "cli/printable.h"

namespace vouch {
namespace {

class InspectCommand final : public Command {
 public:
  explicit InspectCommand(FileInspectors inspectors) : inspectors_(std::move(inspectors)) {}

  [[nodiscard]] const char* name() const override { return "inspect"; }
  [[nodiscard]] const char* about() const override {
    return "Show what a file is and what is public in it; --json: the whole circuit";
  }
  [[nodiscard]] const char* footer() const override {
    return "Nothing is proven by looking: `verify` checks a proof. Weights and salts are never "
           "shown.\n"
           "\n"
           "Examples:\n"
           "  inspect model.pub\n"
           "  inspect x.proof --json";
  }
  void declare(CLI::App& app) override { app.add_option("FILE", path_, "The file")->required(); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    size_t largest = 0;
    for (const auto& inspector : inspectors_) {
      largest = std::max(largest, inspector->max_bytes());
    }
    VOUCH_ASSIGN(const Bytes file, read_file(path_, largest));
    const auto found = std::find_if(inspectors_.begin(), inspectors_.end(),
                                    [&](const auto& i) { return i->recognises(file); });
    if (found == inspectors_.end()) {
      return Error{fmt::format("{} is none of: {}", printable(path_), kinds())};
    }
    if (file.size() > (*found)->max_bytes()) {
      return Error{fmt::format("{} is too large for {}", printable(path_), (*found)->kind())};
    }
    output.line(
        fmt::format("{}: {}, {}", printable(path_), (*found)->kind(), size_text(file.size())));
    output.object()["kind"] = (*found)->kind();
    output.object()["bytes"] = file.size();
    if (const auto done = (*found)->inspect(file, output); !done.ok()) {
      return Error{printable(path_) + ": " + done.error().message};
    }
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] std::string kinds() const {
    std::vector<std::string> kinds;
    for (const auto& inspector : inspectors_) {
      kinds.push_back(inspector->kind());
    }
    return fmt::format("{}", fmt::join(kinds, ", "));
  }

  FileInspectors inspectors_;
  std::string path_;
};

}  // namespace

std::unique_ptr<Command> inspect_command(FileInspectors inspectors) {
  return std::make_unique<InspectCommand>(std::move(inspectors));
}

bool begins_with(ByteSpan file, std::string_view magic) {
  return file.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), file.begin(),
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

}  // namespace vouch
