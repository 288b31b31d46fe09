#include "protocol/arbitrate.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>

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
    if (record.record().author == fault.party && record.record().kind == fault.kind) {
      evidence.push_back(record.digest());
    }
  }
  return evidence;
}

// Deadlines of an audit are by its parties' own clocks, so missing one convicts nobody.
Result<Judgement> judge_audit_session(const Exchange& exchange, const Bundle& bundle) {
  const ProtocolRules& rules = audit_rules();
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

const std::array<JudgedProtocol, 3>& judged_protocols() {
  static const std::array protocols{JudgedProtocol{&audit_workflow(), judge_audit_session, false},
                                    JudgedProtocol{&contest_workflow(), judge_contest, true},
                                    JudgedProtocol{&retrieval_workflow(), judge_retrieval, false}};
  return protocols;
}

// Whatever is signed in the files of the protocol's roles, whether it fits together or not.
Result<std::vector<SignedRecord>> all_signed(const Bundle& bundle, const ProtocolRules& rules) {
  VOUCH_ASSIGN(const std::vector<RecordFile> files, read_record_files(bundle, rules));
  std::vector<SignedRecord> all;
  for (const RecordFile& file : files) {
    for (auto& [index, record] : readable_records(file).records) {
      all.push_back(std::move(record));
    }
  }
  return all;
}

Result<bool> is_of(const Bundle& bundle, const ProtocolRules& rules) {
  VOUCH_ASSIGN(const std::vector<SignedRecord> all, all_signed(bundle, rules));
  return std::ranges::any_of(all, [&](const SignedRecord& record) {
    return !check_protocol(rules, record.record().session);
  });
}

Result<JudgedProtocol> protocol_of(const Bundle& bundle) {
  for (const JudgedProtocol& protocol : judged_protocols()) {
    VOUCH_ASSIGN(const bool is, is_of(bundle, protocol.workflow->rules()));
    if (is) {
      return protocol;
    }
  }
  return Error{bundle.path() + ": there are no records of a protocol that can be judged in it"};
}

// Two different records of one session, author and number, both signed.
std::optional<Judgement> convict_forker(const std::vector<SignedRecord>& records,
                                        const ProtocolRules& rules) {
  using Place = std::tuple<std::string, uint8_t, uint64_t>;
  std::map<Place, Digest> first;
  for (const SignedRecord& signed_record : records) {
    const Record& record = signed_record.record();
    ByteWriter session;
    write_session(session, record.session);
    const Bytes in_session = session.take();
    const auto [there, is_new] = first.try_emplace(
        Place{std::string(in_session.begin(), in_session.end()), record.author, record.sequence()},
        signed_record.digest());
    if (is_new || there->second == signed_record.digest() || check_kind(rules, record)) {
      continue;
    }
    Judgement judgement{record.session, Judgement::State::kDeviation, "", {}};
    judgement.deviations.push_back({record.author,
                                    rules.find(record.kind)->name,
                                    refused_name(Refused::kForked),
                                    "Two different records with the number " +
                                        std::to_string(record.sequence()) +
                                        " are signed by the same party.",
                                    {there->second, signed_record.digest()}});
    return judgement;
  }
  return {};
}

}  // namespace

Result<Arbitration> arbitrate(const Bundle& bundle) {
  VOUCH_ASSIGN(const JudgedProtocol protocol, protocol_of(bundle));
  Arbitration found{protocol.workflow, {}, {}, {}};
  VOUCH_ASSIGN(auto exchange, protocol.passes_over ? read_what_is_right(bundle, *protocol.workflow)
                                                   : read_exchange(bundle, *protocol.workflow));
  if (!exchange.ok()) {
    found.refusal = exchange.refusal();
    VOUCH_ASSIGN(const std::vector<SignedRecord> all,
                 all_signed(bundle, protocol.workflow->rules()));
    found.judgement = convict_forker(all, protocol.workflow->rules());
    return found;
  }
  found.exchange = std::move(exchange).value();
  if (!found.exchange->refused.empty()) {
    found.refusal = found.exchange->refused.front();
  }
  VOUCH_ASSIGN(found.judgement, protocol.judge(*found.exchange, bundle));
  return found;
}

}  // namespace vouch
