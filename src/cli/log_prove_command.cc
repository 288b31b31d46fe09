// `log prove`: files by which others check the log without having it.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/log_files.h"
#include "cli/numbers.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "cli/record_commands.h"

namespace vouch {
namespace {

class LogProveCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "prove"; }
  [[nodiscard]] const char* about() const override {
    return "Prove that a record is in the log, or that an older root's log was only added to";
  }
  [[nodiscard]] const char* footer() const override {
    return "Proofs are about the newest signed root: sign one with `log root` first.\n"
           "\n"
           "Examples:\n"
           "  vouch log prove my.log --record 4 -o 4.included\n"
           "  vouch log prove my.log --since old.record -o log.consistent";
  }
  void declare(CLI::App& app) override {
    app.add_option("LOG", log_path_, "The log")->required();
    CLI::Option* record = app.add_option("--record", record_, "The number of the record")
                              ->transform(whole_number(0, kCountLimit - 1))
                              ->type_name("N");
    app.add_option("--since", old_path_, "An older signed root of this log")
        ->type_name("FILE.record")
        ->excludes(record);
    app.add_option("-o,--output", output_path_, "The proof to write (public)")
        ->required()
        ->type_name("FILE");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({output_path_}, {log_path_, old_path_}));
    VOUCH_ASSIGN(const SessionStore log, open_log(log_path_));
    VOUCH_ASSIGN(const Bytes proof, prove(log));
    VOUCH_TRY(write_file(output_path_, proof, FileAccess::kPublic));
    VOUCH_TRY(report_log(log, log_path_, output));
    output.object()["file"] = printable(output_path_);
    output.object()["bytes"] = proof.size();
    output.line(printable(output_path_) + ": " + size_text(proof.size()));
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] Result<Bytes> prove(const SessionStore& log) const {
    if (record_) {
      VOUCH_ASSIGN(const InclusionProof proof, prove_included(log, *record_));
      return encode_inclusion(proof);
    }
    if (old_path_.empty()) {
      return Error{"nothing to prove: give --record or --since"};
    }
    VOUCH_ASSIGN(const Bytes old_head, read_file(old_path_, kMaxRecordBytes));
    VOUCH_ASSIGN(const ConsistencyProof proof, prove_consistent(log, old_head));
    return encode_consistency(proof);
  }

  std::string log_path_;
  std::optional<uint64_t> record_;
  std::string old_path_;
  std::string output_path_;
};

}  // namespace

std::unique_ptr<Command> log_prove_command() { return std::make_unique<LogProveCommand>(); }

}  // namespace vouch
