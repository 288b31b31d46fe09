#include "cli/retrieval_report.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "cli/judgement_report.h"
#include "cli/predicate_options.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

constexpr size_t kMostTold = 200;
constexpr double kPercent = 100;

// All withheld documents of the sample had the pixels of their files, as the judge found.
void report_bound(const RetrievalOutcome& outcome, double confidence, Output& output) {
  const uint64_t withheld = outcome.bits.size() - outcome.matching.size();
  const uint64_t opened = outcome.sample.size();
  const uint64_t most = most_undetected(withheld, opened, 1 - confidence);
  output.object()["bound"] = {
      {"withheld", withheld}, {"opened", opened}, {"confidence", confidence}, {"most", most}};
  if (withheld == 0) {
    return;
  }
  output.line(fmt::format(
      "Bound:    of {} withheld documents at most {} ({:.1f} %) were answered "
      "for by other pixels,",
      withheld, most, kPercent * static_cast<double>(most) / static_cast<double>(withheld)));
  output.line(
      fmt::format("          as {} drawn ones were not (confidence {:g} %; more, and all "
                  "drawn are right with",
                  opened, kPercent * confidence));
  output.line(
      fmt::format("          probability (W-K)…(W-K-m+1)/(W…(W-m+1)) ≤ {:g}, W = {}, m = {})",
                  1 - confidence, withheld, opened));
}

}  // namespace

void report_question(const RetrievalSubject& subject, Output& output) {
  const std::string text = predicate_text(subject.predicate, subject.model.circuit);
  Json& object = output.object();
  object["documents"] = subject.count;
  object["model"] = hex_text(subject.model.identity);
  object["predicate"] = text;
  object["sample"] = subject.request.sample;
  output.line("Documents: " + count_text(subject.count));
  output.line("Model:    " + hex_text(subject.model.identity));
  output.line("Asked:    whether " + text);
}

std::string numbers_text(std::span<const uint64_t> numbers) {
  std::string text;
  for (size_t i = 0; i < std::min(numbers.size(), kMostTold); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(numbers[i]);
  }
  return numbers.size() > kMostTold
             ? fmt::format("{} and {} more", text, numbers.size() - kMostTold)
             : text;
}

void report_retrieval(const RetrievalOutcome& outcome, double confidence, Output& output) {
  if (outcome.subject) {
    report_question(*outcome.subject, output);
  }
  Json& object = output.object();
  if (!outcome.bits.empty()) {
    object["matching"] = outcome.matching;
    object["withheld"] = outcome.bits.size() - outcome.matching.size();
    output.line(fmt::format("Proven:   {} match: {}", outcome.matching.size(),
                            numbers_text(outcome.matching)));
    output.line(fmt::format("          {} do not, and stay hidden",
                            outcome.bits.size() - outcome.matching.size()));
  }
  if (!outcome.opened.empty()) {
    object["drawn"] = outcome.sample;
    object["complaints"] = outcome.complaints;
    output.line("Drawn:    " + numbers_text(outcome.sample));
  }
  if (outcome.judgement.state == Judgement::State::kFulfilled) {
    report_bound(outcome, confidence, output);
  }
  object.update(judgement_json(outcome.judgement, retrieval_rules()));
  report_judgement(outcome.judgement, retrieval_rules(), output);
}

ExitStatus status_of_retrieval(const Judgement& judgement) {
  switch (judgement.state) {
    case Judgement::State::kDeviation:
      return ExitStatus::kRejected;
    case Judgement::State::kIncomplete:
      return ExitStatus::kError;
    case Judgement::State::kWaiting:
    case Judgement::State::kFulfilled:
      break;
  }
  return ExitStatus::kAccepted;
}

}  // namespace vouch
