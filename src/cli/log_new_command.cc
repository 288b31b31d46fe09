// `log new`: an empty log.
#include <CLI/CLI.hpp>

#include "cli/identity_files.h"
#include "cli/log_files.h"
#include "cli/record_commands.h"

namespace vouch {
namespace {

class LogNewCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "new"; }
  [[nodiscard]] const char* about() const override { return "Make an empty log"; }
  [[nodiscard]] const char* footer() const override {
    return "Example:\n"
           "  vouch log new my.log --key me.key";
  }
  void declare(CLI::App& app) override {
    app.add_option("LOG", log_path_, "The log to make; must not exist")->required();
    app.add_option("--key", key_path_, "The publisher's secret key")
        ->required()
        ->type_name("FILE.key");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const SecretKey key, read_secret_key(key_path_));
    VOUCH_ASSIGN(const SessionStore log,
                 SessionStore::create(log_path_, new_publication(key.public_key()), 0));
    VOUCH_TRY(report_log(log, log_path_, output));
    return ExitStatus::kAccepted;
  }

 private:
  std::string log_path_;
  std::string key_path_;
};

}  // namespace

std::unique_ptr<Command> log_new_command() { return std::make_unique<LogNewCommand>(); }

}  // namespace vouch
