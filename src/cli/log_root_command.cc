// `log root`: the signed root over everything so far.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/context.h"
#include "cli/identity_files.h"
#include "cli/log_files.h"
#include "cli/paths.h"
#include "cli/record_commands.h"
#include "cli/record_report.h"

namespace vouch {
namespace {

class LogRootCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "root"; }
  [[nodiscard]] const char* about() const override {
    return "Sign the root of the log over all records so far";
  }
  [[nodiscard]] const char* footer() const override {
    return "The signed root (tree head) is a record itself. Publish it: everything before it can "
           "then be\n"
           "proven, and not be changed. If nothing was appended since the last one, it is that.\n"
           "\n"
           "Example:\n"
           "  vouch log root my.log --key me.key -o head.record";
  }
  void declare(CLI::App& app) override {
    app.add_option("LOG", log_path_, "The log")->required();
    app.add_option("--key", key_path_, "The publisher's secret key")
        ->required()
        ->type_name("FILE.key");
    app.add_option("-o,--output", output_path_, "The signed root to write (public)")
        ->required()
        ->type_name("FILE.record");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({output_path_}, {log_path_, key_path_}));
    VOUCH_ASSIGN(const SecretKey key, read_secret_key(key_path_));
    VOUCH_ASSIGN(SessionStore log, open_log(log_path_));
    VOUCH_ASSIGN(const Appended head, append_tree_head(log, key, now_milliseconds()));
    VOUCH_TRY(write_file(output_path_, head.record.bytes(), FileAccess::kPublic));
    VOUCH_TRY(report_log(log, log_path_, output));
    output.object()["new"] = head.is_new;
    report_record(head.record, output, output.object());
    return ExitStatus::kAccepted;
  }

 private:
  std::string log_path_;
  std::string key_path_;
  std::string output_path_;
};

}  // namespace

std::unique_ptr<Command> log_root_command() { return std::make_unique<LogRootCommand>(); }

}  // namespace vouch
