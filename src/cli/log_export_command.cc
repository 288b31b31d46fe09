// `log export`: all records of a log, for others.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/log_files.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "cli/record_commands.h"
#include "cli/record_report.h"
#include "records/record_list.h"

namespace vouch {
namespace {

class LogExportCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "export"; }
  [[nodiscard]] const char* about() const override {
    return "Check a log of one's own and list its records, or write them to a file";
  }
  [[nodiscard]] const char* footer() const override {
    return "Examples:\n"
           "  vouch log export my.log\n"
           "  vouch log export my.log -o all.records";
  }
  void declare(CLI::App& app) override {
    app.add_option("LOG", log_path_, "The log")->required();
    app.add_option("-o,--output", output_path_, "The list of records to write (public)")
        ->type_name("FILE.records");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({output_path_}, {log_path_}));
    VOUCH_ASSIGN(SessionStore log, open_log(log_path_));
    VOUCH_TRY(log.verify(publication_rules()));
    VOUCH_ASSIGN(const std::vector<Bytes> records, log.records());
    if (!output_path_.empty()) {
      VOUCH_TRY(write_file(output_path_, encode_record_list(records), FileAccess::kPublic));
      output.object()["file"] = printable(output_path_);
    }
    VOUCH_TRY(report_log(log, log_path_, output));
    Json& list = output.object()["records"] = Json::array();
    for (const Bytes& bytes : records) {
      const auto record = SignedRecord::open(bytes);
      list.push_back(record_summary(record.value()));
      report_record_line(record.value(), output);
    }
    return ExitStatus::kAccepted;
  }

 private:
  std::string log_path_;
  std::string output_path_;
};

}  // namespace

std::unique_ptr<Command> log_export_command() { return std::make_unique<LogExportCommand>(); }

}  // namespace vouch
