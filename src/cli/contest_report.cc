#include "cli/contest_report.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "cli/judgement_report.h"
#include "cli/record_report.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

constexpr double kMillion = 1e6;  // terms have fractions in millionths

Json terms_json(const ContestOpened& terms) {
  return {{"model", hex_text(terms.model)},
          {"head", hex_text(terms.head)},
          {"first", terms.first},
          {"count", terms.count},
          {"samples", terms.samples},
          {"wrong", static_cast<double>(terms.wrong) / kMillion},
          {"missed", static_cast<double>(terms.missed) / kMillion},
          {"inputs_shown", terms.inputs != 0},
          {"stake", terms.stake},
          {"fee", terms.fee},
          {"deadlines",
           {{"accept", terms.accept_by},
            {"reveal", terms.reveal_by},
            {"disclose", terms.disclose_by},
            {"prove", terms.prove_by}}}};
}

}  // namespace

void report_terms(const ContestOpened& terms, Output& output) {
  output.object()["terms"] = terms_json(terms);
  output.line("Model:    " + hex_text(terms.model));
  output.line(fmt::format("Answers:  {} of records {} … {} of the log, drawn at random",
                          terms.samples, terms.first, terms.first + terms.count - 1));
  output.line(fmt::format(
      "Planned:  a fraction {:g} of wrong answers is missed with probability "
      "{:g} at most",
      static_cast<double>(terms.wrong) / kMillion, static_cast<double>(terms.missed) / kMillion));
  output.line(fmt::format("Deposits: {} of the provider, {} of the contester; inputs are {}",
                          terms.stake, terms.fee, terms.inputs != 0 ? "shown" : "not shown"));
  output.line("Until:    " + time_text(terms.accept_by) + " to accept,");
  output.line("          " + time_text(terms.reveal_by) + " to reveal,");
  output.line("          " + time_text(terms.disclose_by) + " to disclose,");
  output.line("          " + time_text(terms.prove_by) + " to prove, by the judge's clock");
}

Json verdict_of(const Exchange& exchange, const ContestOutcome& outcome) {
  Json verdict = judgement_json(outcome.judgement, contest_rules());
  if (const auto terms = find_body<ContestOpened>(exchange.records)) {
    verdict["terms"] = terms_json(*terms);
  }
  verdict["drawn"] = outcome.drawn;
  Json& answers = verdict["answers"] = Json::array();
  for (const Digest& answer : outcome.answers) {
    answers.push_back(hex_text(answer));
  }
  verdict["proven"] = outcome.proven;
  for (size_t i = 0; i < outcome.faults.size(); ++i) {
    verdict["deviations"][i]["fault"] = static_cast<uint64_t>(outcome.faults[i].fault);
    verdict["deviations"][i]["item"] = outcome.faults[i].item;
  }
  return verdict;
}

void report_outcome(const ContestOutcome& outcome, Output& output) {
  if (!outcome.drawn.empty()) {
    output.line(fmt::format("Drawn:    {} records of the log, {} answers; {} proven",
                            outcome.drawn.size(), outcome.answers.size(), outcome.proven));
  }
  report_judgement(outcome.judgement, contest_rules(), output);
}

ExitStatus status_of(const Judgement& judgement) {
  switch (judgement.state) {
    case Judgement::State::kFulfilled:
      return ExitStatus::kAccepted;
    case Judgement::State::kDeviation:
      return ExitStatus::kRejected;
    case Judgement::State::kWaiting:
    case Judgement::State::kIncomplete:
      return ExitStatus::kError;
  }
  VOUCH_CHECK(false);
}

}  // namespace vouch
