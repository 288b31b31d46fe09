// `receipts check`: whether a receipt is about this model, input, request, and signed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "base/parallel.h"
#include "cli/answer.h"
#include "cli/contest_commands.h"
#include "cli/context.h"
#include "cli/exchange_report.h"
#include "cli/identity_files.h"
#include "cli/input.h"
#include "records/log_proof.h"
#include "verify/checked_model.h"

namespace vouch {
namespace {

constexpr size_t kMaxOpeningBytes = 1024;

class ReceiptsCheckCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "check"; }
  [[nodiscard]] const char* about() const override {
    return "Check a receipt: exit status 0 accepted, 1 rejected, 2 error";
  }
  [[nodiscard]] const char* footer() const override {
    return "That it is signed by the provider, about this model and this input, and for this "
           "request. That the\n"
           "answer is the model's is not checked: for that it has to be contested. FILE is the "
           "receipt, or the\n"
           "proof that it is in the log (`log prove`); --head is a signed root that it must be "
           "under.\n"
           "\n"
           "Example:\n"
           "  vouch receipts check cat.png.record --publisher them.id --model model.pub \\\n"
           "    --input cat.png --opening cat.png.open --request 5f70…09";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", path_, "The receipt (.record), or its .included")->required();
    app.add_option("--publisher", publisher_, "The provider")->required()->type_name("KEY");
    app.add_option("--model", model_path_, "The model's commitment")
        ->required()
        ->type_name("FILE.pub");
    app.add_option("--input", input_path_, "What was asked about")->required()->type_name("FILE");
    app.add_option("--opening", opening_path_, "What came with the receipt")
        ->required()
        ->type_name("FILE.open");
    app.add_option("--request", request_, "What was drawn for the request")->type_name("HEX");
    app.add_option("--head", head_path_, "A signed root of the provider's log")
        ->type_name("FILE.record");
    answer_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const PublicKey publisher, read_public_key(publisher_));
    VOUCH_ASSIGN(const auto record, open_receipt(publisher));
    if (!record.ok()) {
      return report_refusal(record.refusal(), output);
    }
    if (record.value().record().kind != Receipt::kKind) {
      return report_refusal({Refused::kUnknownKind, "the record is no receipt"}, output);
    }
    const auto receipt = body_of<Receipt>(record.value().record().body);
    VOUCH_ASSIGN(const Bytes file, read_file(model_path_, kMaxModelPublicBytes));
    VOUCH_ASSIGN(const VerifierModel model, open_checked_model(file, parallel_for));
    VOUCH_ASSIGN(const MaybeRefusal refusal, compare(receipt, model));
    if (refusal) {
      return report_refusal(*refusal, output);
    }
    return accept(receipt, model.circuit, output);
  }

 private:
  [[nodiscard]] Result<Checked<SignedRecord>> open_receipt(const PublicKey& publisher) const {
    VOUCH_ASSIGN(const Bytes file, read_file(path_, kMaxLogProofBytes));
    const auto proof = decode_inclusion(file);
    if (!proof.ok()) {
      if (!head_path_.empty()) {
        return Error{"--head needs the proof that the receipt is in the log, and FILE is none"};
      }
      return open_published(file, publisher);
    }
    const auto included = check_inclusion(proof.value(), publisher);
    if (!included.ok()) {
      return Checked<SignedRecord>(included.refusal());
    }
    if (!head_path_.empty()) {
      VOUCH_ASSIGN(const Bytes head, read_file(head_path_, kMaxRecordBytes));
      if (proof.value().head != head) {
        return Checked<SignedRecord>(
            Refusal{Refused::kNotInLog, "the proof is about another signed root"});
      }
    }
    return Checked<SignedRecord>(included.value().record);
  }

  static MaybeRefusal about(const std::string& detail) {
    return Refusal{Refused::kWrongBody, detail};
  }

  [[nodiscard]] Result<MaybeRefusal> compare(const Receipt& receipt,
                                             const VerifierModel& model) const {
    if (receipt.model != model.identity) {
      return about("the receipt is about another model");
    }
    if (!request_.empty()) {
      VOUCH_ASSIGN(const Digest request, parse_digest(request_, "--request"));
      if (receipt.request != request) {
        return about("the receipt answers another request");
      }
    }
    if (receipt.output.size() != model.circuit.output_tensor().shape.elements()) {
      return about("the receipt's answer is none of the model");
    }
    VOUCH_ASSIGN(const Bytes opening_file, read_file(opening_path_, kMaxOpeningBytes));
    VOUCH_ASSIGN(const InputOpening opening, decode_input_opening(opening_file));
    VOUCH_ASSIGN(const Bytes codes, read_input(input_path_, model.circuit));
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(size_t{1} << model.columns.kappa(Column::kD), parallel_for));
    if (input_identity(commit_input_vartime(model.circuit, model.columns, codes, opening.salt,
                                            generators)) != receipt.input) {
      return about("the receipt is about another input");
    }
    return MaybeRefusal();
  }

  Result<ExitStatus> accept(const Receipt& receipt, const Circuit& circuit, Output& output) {
    VOUCH_TRY(answer_.prepare(circuit));
    output.line(
        "ACCEPTED: a receipt of this provider, about this model and this input. That the "
        "answer is right\n          is not proven.");
    output.object()["model"] = hex_text(receipt.model);
    output.object()["request"] = hex_text(receipt.request);
    output.object()["input"] = hex_text(receipt.input);
    answer_.report(circuit, receipt.output, output, output.object());
    return ExitStatus::kAccepted;
  }

  std::string path_;
  std::string publisher_;
  std::string model_path_;
  std::string input_path_;
  std::string opening_path_;
  std::string request_;
  std::string head_path_;
  AnswerOptions answer_;
};

}  // namespace

std::unique_ptr<Command> receipts_check_command() {
  return std::make_unique<ReceiptsCheckCommand>();
}

}  // namespace vouch
