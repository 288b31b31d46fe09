#include "cli/command_group.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace vouch {
namespace {

class CommandGroup final : public Command {
 public:
  CommandGroup(const char* name, const char* about, const char* footer,
               std::vector<std::unique_ptr<Command>> commands)
      : name_(name), about_(about), footer_(footer), commands_(std::move(commands)) {}

  [[nodiscard]] const char* name() const override { return name_; }
  [[nodiscard]] const char* about() const override { return about_; }
  [[nodiscard]] const char* footer() const override { return footer_; }
  void declare(CLI::App& app) override {
    app_ = &app;
    app.require_subcommand(1);
    for (const auto& command : commands_) {
      CLI::App* sub = app.add_subcommand(command->name(), command->about());
      sub->footer(command->footer());
      sub->fallthrough();  // options of every command may stand behind it
      command->declare(*sub);
    }
  }
  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    const std::string chosen = app_->get_subcommands().front()->get_name();
    const auto command =
        std::ranges::find_if(commands_, [&](const auto& c) { return chosen == c->name(); });
    output.object()["command"] = std::string(name_) + " " + chosen;
    return (*command)->run(output);
  }

 private:
  const char* name_;
  const char* about_;
  const char* footer_;
  std::vector<std::unique_ptr<Command>> commands_;
  CLI::App* app_ = nullptr;
};

}  // namespace

std::unique_ptr<Command> command_group(const char* name, const char* about, const char* footer,
                                       std::vector<std::unique_ptr<Command>> commands) {
  return std::make_unique<CommandGroup>(name, about, footer, std::move(commands));
}

}  // namespace vouch
