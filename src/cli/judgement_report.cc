#include "cli/judgement_report.h"

#include <fmt/format.h>

#include <set>

#include "base/hex.h"
#include "cli/printable.h"

namespace vouch {
namespace {

Json deviation_json(const Deviation& deviation, const ProtocolRules& rules) {
  Json evidence = Json::array();
  for (const Digest& digest : deviation.evidence) {
    evidence.push_back(hex_text(digest));
  }
  return {{"party", rules.roles.at(deviation.party)},
          {"step", deviation.step},
          {"reason", deviation.reason},
          {"detail", printable(deviation.detail)},
          {"evidence", std::move(evidence)}};
}

void report_deviation(const Deviation& deviation, Output& output) {
  output.line(fmt::format("  {} of the {}: {}", deviation.reason, deviation.step,
                          printable(deviation.detail)));
  for (const Digest& digest : deviation.evidence) {
    output.line("    evidence: " + hex_text(digest));
  }
}

void report_party_at_fault(const Judgement& judgement, size_t party, const ProtocolRules& rules,
                           Output& output) {
  output.line(fmt::format("Verdict:  the {} is at fault ({})", rules.roles.at(party),
                          hex_text(judgement.session.parties.at(party))));
  for (const Deviation& deviation : judgement.deviations) {
    if (deviation.party == party) {
      report_deviation(deviation, output);
    }
  }
}

}  // namespace

Json judgement_json(const Judgement& judgement, const ProtocolRules& rules) {
  Json object{{"protocol", rules.name},
              {"version", rules.version},
              {"session", hex_text(judgement.session.id)},
              {"parties", Json::object()},
              {"state", state_name(judgement.state)},
              {"detail", printable(judgement.detail)},
              {"at_fault", Json()},
              {"deviations", Json::array()}};
  for (size_t i = 0; i < rules.roles.size(); ++i) {
    object["parties"][rules.roles[i]] = hex_text(judgement.session.parties.at(i));
  }
  for (const Deviation& deviation : judgement.deviations) {
    object["deviations"].push_back(deviation_json(deviation, rules));
    object["at_fault"] = rules.roles.at(judgement.deviations.front().party);
  }
  return object;
}

void report_judgement(const Judgement& judgement, const ProtocolRules& rules, Output& output) {
  switch (judgement.state) {
    case Judgement::State::kWaiting:
      output.line("Verdict:  nobody is at fault so far; awaited is " + judgement.detail);
      return;
    case Judgement::State::kIncomplete:
      output.line("Verdict:  none: " + printable(judgement.detail));
      output.line(
          "          Nothing shows a fault. If something is missing, have the judge tell the "
          "time.");
      return;
    case Judgement::State::kFulfilled:
      output.line("Verdict:  everything was done as agreed; nobody is at fault.");
      return;
    case Judgement::State::kDeviation:
      break;
  }
  std::set<size_t> told;  // each with his own: several may have signed what convicts them
  for (const Deviation& first : judgement.deviations) {
    if (told.insert(first.party).second) {
      report_party_at_fault(judgement, first.party, rules, output);
    }
  }
}

void tell_judgement(const Judgement& judgement, const ProtocolRules& rules, Output& output) {
  output.object()["judgement"] = judgement_json(judgement, rules);
  report_judgement(judgement, rules, output);
}

}  // namespace vouch
