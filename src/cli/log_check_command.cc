// `log check`: whether a publisher's record, proof or whole log is what it should be.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/exchange_report.h"
#include "cli/identity_files.h"
#include "cli/inspect_command.h"
#include "cli/record_commands.h"
#include "cli/record_report.h"
#include "records/log_proof.h"

namespace vouch {
namespace {

class LogCheckCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "check"; }
  [[nodiscard]] const char* about() const override {
    return "Check what a publisher handed out: exit status 0 accepted, 1 rejected, 2 error";
  }
  [[nodiscard]] const char* footer() const override {
    return "FILE is a record, a proof that a record is in the log, a proof that the log was only "
           "added to,\n"
           "or the list of all its records. --head is a signed root that you know from elsewhere, "
           "best one\n"
           "that everybody sees: without it the publisher may show another log to everybody.\n"
           "\n"
           "Examples:\n"
           "  vouch log check 4.included --publisher them.id --head head.record\n"
           "  vouch log check log.consistent --publisher them.id --head old.record\n"
           "  vouch log check all.records --publisher them.id --head head.record\n"
           "  vouch log check 4.included --publisher them.id --against cat.png.record";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", path_, "What to check")->required();
    app.add_option("--publisher", publisher_, "Whose it is: an identity, or 64 hexadecimal digits")
        ->required()
        ->type_name("KEY");
    app.add_option("--head", head_path_, "A signed root that it must be about")
        ->type_name("FILE.record");
    app.add_option("--against", against_path_,
                   "Another record, or .included, of the publisher: rejected (forked) if both are "
                   "different records of one number")
        ->type_name("FILE")
        ->excludes("--head");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const PublicKey publisher, read_public_key(publisher_));
    VOUCH_ASSIGN(const Bytes file, read_file(path_, kMaxRecordListBytes));
    if (!against_path_.empty()) {
      return check_against(file, publisher, output);
    }
    Bytes head;
    if (!head_path_.empty()) {
      VOUCH_ASSIGN(head, read_file(head_path_, kMaxRecordBytes));
      if (const auto known = open_published(head, publisher);
          !known.ok() || known.value().record().kind != TreeHead::kKind) {
        return Error{"--head is not a signed root of this publisher"};
      }
    }
    if (begins_with(file, kInclusionMagic)) {
      return check_included(file, publisher, head, output);
    }
    if (begins_with(file, kConsistencyMagic)) {
      return check_consistent(file, publisher, head, output);
    }
    if (begins_with(file, kRecordListMagic)) {
      return check_list(file, publisher, head, output);
    }
    return check_record(file, publisher, head, output);
  }

 private:
  // A record alone, or the one that a proof of inclusion is about.
  static Checked<SignedRecord> open_either(ByteSpan file, const PublicKey& publisher) {
    if (!begins_with(file, kInclusionMagic)) {
      return open_published(file, publisher);
    }
    const auto proof = decode_inclusion(file);
    if (!proof.ok()) {
      return Refusal{Refused::kMalformed, proof.error().message};
    }
    const auto included = check_inclusion(proof.value(), publisher);
    return included.ok() ? Checked<SignedRecord>(included.value().record)
                         : Checked<SignedRecord>(included.refusal());
  }

  // Two signatures under one number need nothing else to convict.
  [[nodiscard]] Result<ExitStatus> check_against(const Bytes& file, const PublicKey& publisher,
                                                 Output& output) const {
    VOUCH_ASSIGN(const Bytes other_file, read_file(against_path_, kMaxLogProofBytes));
    const auto record = open_either(file, publisher);
    const auto other = open_either(other_file, publisher);
    if (!record.ok() || !other.ok()) {
      return Error{"to compare, both have to be the publisher's: " +
                   (record.ok() ? other : record).refusal().detail};
    }
    if (record.value().record().session != other.value().record().session) {
      return Error{"the records are of different logs"};
    }
    report_record_line(record.value(), output);
    report_record_line(other.value(), output);
    output.object()["records"] = {record_summary(record.value()), record_summary(other.value())};
    if (record.value().record().sequence() == other.value().record().sequence() &&
        record.value().digest() != other.value().digest()) {
      return report_refusal({Refused::kForked,
                             "the publisher has signed two different records with this number: the "
                             "two prove it"},
                            output);
    }
    output.line("ACCEPTED: the two do not contradict each other.");
    return ExitStatus::kAccepted;
  }

  static ExitStatus malformed(const Error& error, Output& output) {
    return report_refusal({Refused::kMalformed, error.message}, output);
  }

  static ExitStatus check_included(ByteSpan file, const PublicKey& publisher, const Bytes& head,
                                   Output& output) {
    const auto proof = decode_inclusion(file);
    if (!proof.ok()) {
      return malformed(proof.error(), output);
    }
    const auto checked = check_inclusion(proof.value(), publisher);
    if (!checked.ok()) {
      return report_refusal(checked.refusal(), output);
    }
    if (!head.empty() && proof.value().head != head) {
      return report_refusal({Refused::kNotInLog, "the proof is about another signed root"}, output);
    }
    output.line("ACCEPTED: the record is in the publisher's log.");
    report_record(checked.value().record, output, output.object());
    output.object()["head"] = record_summary(checked.value().head);
    return ExitStatus::kAccepted;
  }

  static ExitStatus check_consistent(ByteSpan file, const PublicKey& publisher, const Bytes& head,
                                     Output& output) {
    const auto proof = decode_consistency(file);
    if (!proof.ok()) {
      return malformed(proof.error(), output);
    }
    const auto checked = check_consistency(proof.value(), publisher);
    if (!checked.ok()) {
      return report_refusal(checked.refusal(), output);
    }
    if (!head.empty() && proof.value().old_head != head && proof.value().head != head) {
      return report_refusal({Refused::kNotAppendOnly, "the proof is about other signed roots"},
                            output);
    }
    output.line("ACCEPTED: the log was only added to between these signed roots.");
    report_record_line(checked.value().old_head, output);
    report_record_line(checked.value().head, output);
    output.object()["old_head"] = record_summary(checked.value().old_head);
    output.object()["head"] = record_summary(checked.value().head);
    return ExitStatus::kAccepted;
  }

  static ExitStatus check_list(ByteSpan file, const PublicKey& publisher, const Bytes& head,
                               Output& output) {
    const auto records = decode_record_list(file);
    if (!records.ok()) {
      return malformed(records.error(), output);
    }
    const auto checked = check_log(records.value(), publisher, head);
    if (!checked.ok()) {
      return report_refusal(checked.refusal(), output);
    }
    output.line(fmt::format("ACCEPTED: all {} records of the log.", checked.value().size()));
    Json& list = output.object()["records"] = Json::array();
    for (const SignedRecord& record : checked.value()) {
      list.push_back(record_summary(record));
      report_record_line(record, output);
    }
    return ExitStatus::kAccepted;
  }

  static ExitStatus check_record(ByteSpan file, const PublicKey& publisher, const Bytes& head,
                                 Output& output) {
    const auto checked = open_published(file, publisher);
    if (!checked.ok()) {
      return report_refusal(checked.refusal(), output);
    }
    if (!head.empty() && checked.value().bytes() != head) {
      return report_refusal({Refused::kNotInLog, "a record alone is not proven to be in a log"},
                            output);
    }
    output.line("ACCEPTED: the publisher signed this. (That it is in the log is not proven.)");
    report_record(checked.value(), output, output.object());
    return ExitStatus::kAccepted;
  }

  std::string path_;
  std::string publisher_;
  std::string head_path_;
  std::string against_path_;
};

}  // namespace

std::unique_ptr<Command> log_check_command() { return std::make_unique<LogCheckCommand>(); }

}  // namespace vouch
