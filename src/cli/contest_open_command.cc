// `contest open`: the contester's terms.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>

#include "base/file.h"
#include "cli/contest_commands.h"
#include "cli/contest_report.h"
#include "cli/exchange_report.h"
#include "cli/identity_files.h"
#include "cli/numbers.h"
#include "cli/party_options.h"
#include "protocol/contest/contest_terms.h"
#include "protocol/nonce.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

class ContestOpenCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "open"; }
  [[nodiscard]] const char* about() const override {
    return "The contester's first step: say which answers are doubted, and until when";
  }
  [[nodiscard]] const char* footer() const override {
    return "Answers of the model are drawn from the records under a signed root of the provider's "
           "log; how\n"
           "many, follows from --wrong and --confidence. The draw needs random bytes of both: this "
           "commits to\n"
           "the contester's. The judge is anybody whose clock both trust. Deadlines follow each "
           "other in steps\n"
           "of --step-hours; proofs have --prove-hours. Deposits are whole numbers of a unit "
           "agreed "
           "upon (see\n"
           "`vouch incentives contest`), and are said here, not paid.\n"
           "\n"
           "Example:\n"
           "  vouch contest open contest/ --key me.key --state me.state --provider them.id \\\n"
           "    --judge judge.id --head head.record --model model.pub --wrong 0.05";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "contester");
    app.add_option("--provider", provider_, "Whose answers they are")->required()->type_name("KEY");
    app.add_option("--judge", judge_, "Whose clock decides")->required()->type_name("KEY");
    app.add_option("--head", head_path_, "A signed root of the provider's log")
        ->required()
        ->type_name("FILE.record");
    app.add_option("--model", model_path_, "The model's commitment")
        ->required()
        ->type_name("FILE.pub");
    app.add_option("--first", terms_.first, "The first record of the log that may be drawn")
        ->transform(whole_number())
        ->capture_default_str();
    app.add_option("--count", terms_.count, "How many; default: all under the root")
        ->transform(whole_number(1));
    app.add_option("--wrong", wrong_, "The fraction of wrong answers that is to be found")
        ->check(real_number(kLeastPlanned, 0.999))
        ->type_name("E")
        ->capture_default_str();
    app.add_option("--confidence", confidence_, "With which probability")
        ->check(real_number(0.5, 1 - kLeastPlanned))
        ->type_name("C")
        ->capture_default_str();
    app.add_flag("--show-inputs", show_inputs_, "The inputs of the answers drawn are shown");
    app.add_option("--stake", terms_.stake, "The provider's deposit")->transform(whole_number());
    app.add_option("--fee", terms_.fee, "The contester's deposit")->transform(whole_number());
    app.add_option("--step-hours", step_hours_, "Time for each step but the proofs")
        ->check(real_number(kLeastHours, 1e5))
        ->type_name("H")
        ->capture_default_str();
    app.add_option("--prove-hours", prove_hours_, "Time for the proofs")
        ->check(real_number(kLeastHours, 1e5))
        ->type_name("H")
        ->capture_default_str();
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const std::vector<PublicKey> parties, read_parties());
    VOUCH_ASSIGN(auto begun, party_.begin(contest_workflow(), parties, output));
    if (!begun.ok()) {
      return report_refusal(begun.refusal(), output);
    }
    Participant contester = std::move(begun).value();
    // What was said before is not said again with other deadlines.
    if (find_record<ContestOpened>(contester.records()) == nullptr) {
      VOUCH_ASSIGN(const ContestOpened terms, make_terms(contester));
      VOUCH_TRY(contester.say(terms));
    }
    VOUCH_TRY(contester.publish());
    report_terms(*find_body<ContestOpened>(contester.records()), output);
    report_due(contester.records(), contest_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  static constexpr double kMillion = 1e6;
  static constexpr double kHour = 3'600'000;  // milliseconds
  static constexpr double kLeastHours = kLeastWindow / kHour;

  [[nodiscard]] Result<std::vector<PublicKey>> read_parties() const {
    VOUCH_ASSIGN(const PublicKey provider, read_public_key(provider_));
    VOUCH_ASSIGN(const SecretKey own, party_.key());
    VOUCH_ASSIGN(const PublicKey judge, read_public_key(judge_));
    if (provider == judge || provider == own.public_key() || judge == own.public_key()) {
      return Error{"provider, contester and judge have to be three"};
    }
    return std::vector{provider, own.public_key(), judge};
  }

  [[nodiscard]] Result<ContestOpened> make_terms(Participant& contester) const {
    VOUCH_ASSIGN(const Bytes head, read_file(head_path_, kMaxRecordBytes));
    VOUCH_ASSIGN(const Bytes model, read_file(model_path_, kMaxModelPublicBytes));
    ContestOpened terms = terms_;
    VOUCH_ASSIGN(terms.head, contester.bundle().put(head));
    VOUCH_ASSIGN(terms.model_file, contester.bundle().put(model));
    VOUCH_TRY(plan(head, model, terms));
    set_deadlines(terms);
    VOUCH_ASSIGN(const Digest nonce, own_nonce(contester.store()));
    terms.commitment = nonce_commitment(contester.session(), kContester, nonce);
    VOUCH_TRY(check_terms(contester.session(), terms, head, model));
    return terms;
  }

  [[nodiscard]] Result<void> plan(const Bytes& head, const Bytes& model,
                                  ContestOpened& terms) const {
    const auto root = SignedRecord::open(head);
    if (!root.ok()) {
      return Error{"the signed root: " + root.refusal().detail};
    }
    const LoadedModel loaded = load_model(model);
    if (!loaded.model) {
      return Error{"the model commitment: " + loaded.verdict.detail};
    }
    terms.model = loaded.model->identity;
    const uint64_t size = root.value().record().sequence();
    if (terms.count == 0 && terms.first < size) {
      terms.count = size - terms.first;
    }
    terms.inputs = show_inputs_ ? 1 : 0;
    terms.wrong = static_cast<uint64_t>(std::llround(wrong_ * kMillion));
    terms.missed = static_cast<uint64_t>(std::llround((1 - confidence_) * kMillion));
    if (terms.count != 0) {
      terms.samples = planned_samples(terms).least;
    }
    return {};
  }

  void set_deadlines(ContestOpened& terms) const {
    const auto step = static_cast<uint64_t>(step_hours_ * kHour);
    constexpr uint64_t kUntilSigned = 600'000;  // the window begins with the record's own time
    terms.accept_by = now_milliseconds() + kUntilSigned + step;
    terms.reveal_by = terms.accept_by + step;
    terms.disclose_by = terms.reveal_by + step;
    terms.prove_by = terms.disclose_by + static_cast<uint64_t>(prove_hours_ * kHour);
  }

  PartyOptions party_;
  std::string provider_;
  std::string judge_;
  std::string head_path_;
  std::string model_path_;
  ContestOpened terms_;
  double wrong_ = 0.05;
  double confidence_ = 0.95;
  bool show_inputs_ = false;
  double step_hours_ = 24;
  double prove_hours_ = 168;
};

}  // namespace

std::unique_ptr<Command> contest_open_command() { return std::make_unique<ContestOpenCommand>(); }

}  // namespace vouch
