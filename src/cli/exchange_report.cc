#include "cli/exchange_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.h"
#include "cli/printable.h"
#include "cli/record_report.h"

namespace vouch {

ExitStatus report_refusal(const Refusal& refusal, Output& output) {
  const std::string detail = printable(refusal.detail);
  output.object()["reason"] = refused_name(refusal.reason);
  output.object()["detail"] = detail;
  output.line(fmt::format("REJECTED: {}: {}", refused_name(refusal.reason), detail));
  return ExitStatus::kRejected;
}

void report_passed_over(std::span<const Refusal> refused, Output& output) {
  for (const Refusal& refusal : refused) {
    const std::string detail = printable(refusal.detail);
    output.object()["passed_over"].push_back(
        {{"reason", refused_name(refusal.reason)}, {"detail", detail}});
    output.note(fmt::format("passed over: {}: {}", refused_name(refusal.reason), detail));
  }
}

void report_exchange(const Exchange& exchange, const Workflow& workflow, Output& output) {
  const auto& roles = workflow.rules().roles;
  Json& object = output.object();
  object["session"] = hex_text(exchange.session.id);
  output.line("Session:  " + hex_text(exchange.session.id));
  Json& parties = object["parties"] = Json::object();
  for (size_t i = 0; i < roles.size(); ++i) {
    const PublicKey& key = exchange.session.parties.at(i);
    parties[roles[i]] = hex_text(key);
    output.line(
        fmt::format("{:<9} {} ({})", std::string(roles[i]) + ":", hex_text(key), fingerprint(key)));
  }
  Json& said = object["said"] = Json::array();
  for (const SignedRecord& record : exchange.records) {
    const char* role = roles.at(record.record().author);
    Json& entry = said.emplace_back(record_summary(record));
    entry["author"] = role;
    output.line(fmt::format("{}  {:<10} {}", time_text(record.record().time), role,
                            kind_text(record.record())));
  }
  report_due(exchange.records, workflow, output);
}

void report_due(std::span<const SignedRecord> records, const Workflow& workflow, Output& output) {
  const ProtocolRules& rules = workflow.rules();
  Json& due = output.object()["due"] = Json::array();
  const std::vector<Turn> turns = workflow.due(records);
  const bool is_over =
      std::ranges::all_of(turns, [&](const Turn& turn) { return workflow.is_aside(turn.kind); });
  for (const Turn& turn : turns) {
    const char* role = rules.roles.at(turn.author);
    Json& entry = due.emplace_back(Json{{"role", role}, {"command", turn.command}});
    std::string line = fmt::format("Next:     the {} (`vouch {}`)", role, turn.command);
    if (turn.deadline) {
      entry["deadline"] = *turn.deadline;
      line += ", until " + time_text(*turn.deadline);
    }
    if (!is_over) {
      output.line(line);
    }
  }
  if (is_over) {
    output.line("Next:     nothing, it is over");
  }
}

}  // namespace vouch
