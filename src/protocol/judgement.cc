#include "protocol/judgement.h"

#include "base/check.h"

namespace vouch {

const char* state_name(Judgement::State state) {
  switch (state) {
    case Judgement::State::kWaiting:
      return "waiting";
    case Judgement::State::kIncomplete:
      return "incomplete";
    case Judgement::State::kFulfilled:
      return "fulfilled";
    case Judgement::State::kDeviation:
      return "deviation";
  }
  VOUCH_CHECK(false);
}

std::optional<Judgement> judge_offences(const Exchange& exchange, const ProtocolRules& rules) {
  if (exchange.offences.empty()) {
    return {};
  }
  Judgement judgement{exchange.session, Judgement::State::kDeviation, "", {}};
  for (const Offence& offence : exchange.offences) {
    const Record& record = offence.record.record();
    const KindRules* kind = rules.find(record.kind);
    judgement.deviations.push_back(
        {record.author, kind == nullptr ? "kind " + std::to_string(record.kind) : kind->name,
         refused_name(offence.why.reason), offence.why.detail, offence.evidence});
  }
  return judgement;
}

}  // namespace vouch
