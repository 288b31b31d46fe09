#include "cli/audit_report.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "cli/printable.h"
#include "cli/proof_cost.h"
#include "cli/record_report.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

double fraction(uint64_t millionths) {
  return static_cast<double>(millionths) / static_cast<double>(kMillion);
}

double share(uint64_t part, uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

ExitStatus report_fault(const Fault& fault, const Workflow& workflow, Output& output) {
  const ProtocolRules& rules = workflow.rules();
  const char* role = rules.roles.at(fault.party);
  const KindRules* kind = rules.find(fault.kind);
  VOUCH_CHECK(kind != nullptr);
  const std::string detail = printable(fault.detail);
  output.object()["fault"] = {{"role", role}, {"record", kind->name}, {"detail", detail}};
  output.line(fmt::format("REJECTED: the {}'s {}: {}", role, kind->name, detail));
  return ExitStatus::kRejected;
}

void report_audit_subject(const AuditSubject& subject, Output& output) {
  const AuditRequest& request = subject.request;
  Json& object = output.object();
  object["model"] = hex_text(request.model);
  object["variant"] = is_hidden(request) ? "hidden" : "public";
  object["inputs"] = request.inputs;
  object["proofs"] = batch_count(request);
  object["published"] = record_summary(subject.publication.record);
  object["head"] = record_summary(subject.publication.head);
  object["deadline"] = request.deadline;
  output.line("Model:    " + hex_text(request.model));
  output.line(fmt::format("          published {}, record {} under root {}",
                          time_text(subject.publication.record.record().time),
                          subject.publication.record.record().sequence(),
                          hex_text(subject.publication.head.digest())));
  output.line(fmt::format("Inputs:   {}, in {} proofs; predictions {}", count_text(request.inputs),
                          count_text(batch_count(request)),
                          is_hidden(request) ? "hidden" : "public"));
  const uint64_t planned =
      one_sided_samples(fraction(request.margin), 1 - fraction(request.confidence));
  object["planned_inputs"] = planned;
  if (request.inputs < planned) {
    output.note(fmt::format("{} inputs are fewer than the {} that a margin of {:g} needs",
                            request.inputs, planned, fraction(request.margin)));
  }
}

void report_audit_result(const AuditRequest& request, const AuditReport& report, Output& output) {
  Json& object = output.object();
  object["top"] = request.top;
  object["correct"] = report.correct;
  object["accuracy"] = share(report.correct, report.inputs);
  object["confidence"] = fraction(request.confidence);
  object["interval"] = {fraction(report.lower), fraction(report.upper)};
  output.line(fmt::format("Correct:  {} of {} (among the best {}): {:.2f} %", report.correct,
                          report.inputs, request.top, 100 * share(report.correct, report.inputs)));
  output.line(fmt::format("Interval: {:.2f} … {:.2f} % with {:g} % confidence",
                          100 * fraction(report.lower), 100 * fraction(report.upper),
                          100 * fraction(request.confidence)));
  if (is_hidden(request)) {
    return;
  }
  object["top1"] = report.top1;
  object["top5"] = report.top5;
  output.line(fmt::format("Top 1, 5: {}, {} ({:.2f} %, {:.2f} %)", report.top1, report.top5,
                          100 * share(report.top1, report.inputs),
                          100 * share(report.top5, report.inputs)));
}

void report_audit_cost(const AuditRequest& request, const AuditProofs& proofs, double price,
                       Output& output) {
  constexpr double kHour = 3600;
  const double seconds = static_cast<double>(proofs.core_milliseconds) / 1000;
  Json& cost = output.object()["cost"] = {
      {"core_seconds", seconds},
      {"core_seconds_an_input", share(proofs.core_milliseconds, 1000 * request.inputs)}};
  std::string line =
      fmt::format("Cost:     {} of cores by the provider's account", duration_text(seconds));
  if (price != 0) {
    cost["money"] = seconds / kHour * price;
    line += fmt::format(", {:.2g} of money", seconds / kHour * price);
  }
  output.line(line);
}

}  // namespace vouch
