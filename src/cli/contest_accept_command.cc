// `contest accept`: the provider agrees to the terms.
#include <CLI/CLI.hpp>

#include "cli/contest_commands.h"
#include "cli/contest_report.h"
#include "cli/exchange_report.h"
#include "cli/log_files.h"
#include "cli/party_options.h"
#include "protocol/contest/contest_terms.h"
#include "protocol/nonce.h"

namespace vouch {
namespace {

class ContestAcceptCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "accept"; }
  [[nodiscard]] const char* about() const override {
    return "The provider's first step: check the terms and agree to them";
  }
  [[nodiscard]] const char* footer() const override {
    return "Shows the terms, and refuses those that do not hold together or leave less than a day "
           "for a step.\n"
           "Commits to the provider's random bytes, and to the terms: judge, deposits, deadlines. "
           "Look at them\n"
           "first: `contest check`. Until this is said nothing in the contest is the provider's "
           "fault.\n"
           "\n"
           "Example:\n"
           "  vouch contest accept contest/ --key me.key --state me.state --log my.log";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "provider");
    app.add_option("--log", log_path_, "The provider's log")->required()->type_name("LOG");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(contest_workflow(), kProvider, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant provider = std::move(joined).value();
    const auto terms = find_body<ContestOpened>(provider.records());
    if (!terms) {
      return Error{"no contest has been opened"};
    }
    report_terms(*terms, output);
    if (find_record<ContestAccepted>(provider.records()) == nullptr) {
      VOUCH_TRY(check(provider, *terms));
    }
    VOUCH_ASSIGN(const Digest nonce, own_nonce(provider.store()));
    VOUCH_TRY(
        provider.say(ContestAccepted{nonce_commitment(provider.session(), kProvider, nonce)}));
    report_due(provider.records(), contest_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] Result<void> check(const Participant& provider, const ContestOpened& terms) const {
    VOUCH_ASSIGN(const Bytes head, get(provider.bundle(), head_object(terms)));
    VOUCH_ASSIGN(const Bytes model, get(provider.bundle(), model_object(terms)));
    VOUCH_TRY(check_terms(provider.session(), terms, head, model));
    const uint64_t opened = find_record<ContestOpened>(provider.records())->record().time;
    VOUCH_TRY(check_windows(terms, opened, now_milliseconds()));
    VOUCH_ASSIGN(const SessionStore log, open_log(log_path_));
    VOUCH_TRY(own_tree_head(log, head));
    return {};
  }

  PartyOptions party_;
  std::string log_path_;
};

}  // namespace

std::unique_ptr<Command> contest_accept_command() {
  return std::make_unique<ContestAcceptCommand>();
}

}  // namespace vouch
