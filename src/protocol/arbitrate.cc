#include "protocol/arbitrate.h"

#include <array>

#include "protocol/audit/audit_records.h"
#include "protocol/audit/audit_result.h"
#include "protocol/contest/contest_judge.h"
#include "protocol/contest/contest_records.h"
#include "protocol/retrieval/retrieval_judge.h"

namespace vouch {
namespace {

// The record that a fault is about.
std::vector<Digest> evidence_of(const Exchange& exchange, const Fault& fault) {
  std::vector<Digest> evidence;
  for (const SignedRecord& record : exchange.records) {
    if (record.record().kind == fault.kind) {  // and so of this author
      evidence.push_back(record.digest());
    }
  }
  return evidence;
}

// Deadlines of an audit are by its parties' own clocks, so missing one convicts nobody.
Result<Judgement> judge_audit_session(const Exchange& exchange, const Bundle& bundle) {
  const ProtocolRules& rules = audit_rules();
  if (auto convicted = judge_offences(exchange, rules)) {
    return *std::move(convicted);
  }
  Judgement judgement{exchange.session, Judgement::State::kFulfilled, "", {}};
  const auto judged = judge_audit(bundle, exchange.session, exchange.records, [] {});
  if (!judged.ok()) {
    judgement.state = Judgement::State::kIncomplete;
    judgement.detail = judged.error().message;
    return judgement;
  }
  if (!judged.value().ok()) {
    const Fault& fault = judged.value().fault();
    judgement.state = Judgement::State::kDeviation;
    judgement.deviations.push_back({fault.party, rules.find(fault.kind)->name, "false record",
                                    fault.detail, evidence_of(exchange, fault)});
    return judgement;
  }
  const std::vector<Turn> due = audit_workflow().due(exchange.records);
  if (!due.empty()) {
    judgement.state = Judgement::State::kWaiting;
    judgement.detail = std::string("the ") + rules.find(due.front().kind)->name + " of the " +
                       rules.roles.at(due.front().author);
  }
  return judgement;
}

struct JudgedProtocol {
  const Workflow* workflow;
  Judge judge;
};

// Where as many files tell of each, in this order: an audit has no judge whose file speaks for it.
std::array<JudgedProtocol, 3> judged_protocols() {
  return {JudgedProtocol{&contest_workflow(), judge_contest},
          JudgedProtocol{&retrieval_workflow(), judge_retrieval},
          JudgedProtocol{&audit_workflow(), judge_audit_session}};
}

struct FoundProtocol {
  JudgedProtocol protocol;
  std::vector<RecordFile> files;
  size_t votes = 0;
};

// That of the session which most files tell of: who writes one file decides nothing by what else he
// puts beside the others'.
Result<std::optional<FoundProtocol>> find_protocol(const Bundle& bundle,
                                                   const SessionFilter& wanted) {
  std::optional<FoundProtocol> best;
  for (const JudgedProtocol& protocol : judged_protocols()) {
    VOUCH_ASSIGN(auto files, read_record_files(bundle, protocol.workflow->rules()));
    const auto told = session_of(files, *protocol.workflow, wanted);
    if (told.ok() && (!best || told.value().votes > best->votes)) {
      best = FoundProtocol{protocol, std::move(files), told.value().votes};
    }
  }
  return best;
}

}  // namespace

Result<Arbitration> arbitrate(const Bundle& bundle, const SessionFilter& wanted) {
  VOUCH_ASSIGN(const auto found, find_protocol(bundle, wanted));
  if (!found) {
    return Error{
        bundle.path() +
        ": there are no records of a protocol that can be judged in it, or of the session"};
  }
  const auto& [workflow, judge] = found->protocol;
  VOUCH_ASSIGN(auto read, exchange_of(found->files, *workflow, wanted));
  Exchange exchange = std::move(read).value();
  VOUCH_ASSIGN(Judgement judgement, judge(exchange, bundle));
  return Arbitration{workflow, std::move(exchange), std::move(judgement)};
}

}  // namespace vouch
