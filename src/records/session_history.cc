#include "records/session_history.h"

#include "base/hex.h"

namespace vouch {
namespace {

MaybeRefusal check_session(const Session& expected, const Session& session) {
  if (session.id != expected.id) {
    return Refusal{Refused::kOtherSession,
                   "it is a record of another session: " + hex_text(session.id)};
  }
  if (session.parties != expected.parties) {
    return Refusal{Refused::kOtherParties, "it is a record of a session between others"};
  }
  return {};
}

std::string numbered(const ProtocolRules& rules, size_t party, uint64_t sequence) {
  return std::string("record ") + std::to_string(sequence) + " of the " + rules.roles[party];
}

// Whether it is the author's next one. `count`: how many there are.
Result<MaybeRefusal> check_own_chain(const SessionHistory& history, const ProtocolRules& rules,
                                     const SignedRecord& signed_record, uint64_t count) {
  const Record& record = signed_record.record();
  const std::string name = numbered(rules, record.author, record.sequence());
  if (record.sequence() > count) {
    return MaybeRefusal(
        Refusal{Refused::kOutOfOrder, name + " came where " + std::to_string(count) + " is next"});
  }
  if (record.sequence() < count) {
    VOUCH_ASSIGN(const ChainLink there, history.link(record.author, record.sequence()));
    if (there.digest == signed_record.digest()) {
      return MaybeRefusal(Refusal{Refused::kReplayed, name + " was there before"});
    }
    return MaybeRefusal(Refusal{Refused::kForked, "its author has signed another " + name});
  }
  if (count == 0) {
    return MaybeRefusal();
  }
  VOUCH_ASSIGN(const ChainLink last, history.link(record.author, count - 1));
  if (record.seen[record.author].last != last.digest) {
    return MaybeRefusal(
        Refusal{Refused::kBrokenChain, name + " does not follow the one before it"});
  }
  if (record.time < last.time) {
    return MaybeRefusal(
        Refusal{Refused::kBackInTime, name + " has a time before that of the one before it"});
  }
  for (size_t party = 0; party < record.seen.size(); ++party) {
    if (record.seen[party].count < last.seen[party].count) {
      return MaybeRefusal(Refusal{Refused::kForgetful,
                                  name + " does not know of records that its author has answered"});
    }
  }
  return MaybeRefusal();
}

// Whether the records of `party` that it answers are those that are there.
Result<MaybeRefusal> check_answered(const SessionHistory& history, const ProtocolRules& rules,
                                    const Record& record, size_t party) {
  const ChainEnd& end = record.seen[party];
  VOUCH_ASSIGN(const uint64_t count, history.count(party));
  if (end.count > count) {
    return MaybeRefusal(
        Refusal{Refused::kMissing,
                "it answers " + numbered(rules, party, end.count - 1) + ", which is not there"});
  }
  if (end.count == 0) {
    return MaybeRefusal();
  }
  VOUCH_ASSIGN(const ChainLink there, history.link(party, end.count - 1));
  if (there.digest != end.last) {
    return MaybeRefusal(Refusal{Refused::kBrokenChain, "it answers another " +
                                                           numbered(rules, party, end.count - 1) +
                                                           " than the one that is there"});
  }
  return MaybeRefusal();
}

}  // namespace

Result<MaybeRefusal> check_next(const SessionHistory& history, const ProtocolRules& rules,
                                const SignedRecord& signed_record) {
  const Record& record = signed_record.record();
  if (auto refusal = check_protocol(rules, record.session)) {
    return refusal;
  }
  if (auto refusal = check_session(history.session(), record.session)) {
    return refusal;
  }
  if (auto refusal = check_kind(rules, record)) {
    return refusal;
  }
  VOUCH_ASSIGN(const uint64_t count, history.count(record.author));
  VOUCH_ASSIGN(auto own, check_own_chain(history, rules, signed_record, count));
  if (own) {
    return own;
  }
  for (size_t party = 0; party < record.seen.size(); ++party) {
    if (party != record.author) {
      VOUCH_ASSIGN(auto answered, check_answered(history, rules, record, party));
      if (answered) {
        return answered;
      }
    }
  }
  return MaybeRefusal();
}

Result<std::vector<ChainEnd>> ends_of(const SessionHistory& history) {
  std::vector<ChainEnd> ends(history.session().parties.size());
  for (size_t party = 0; party < ends.size(); ++party) {
    VOUCH_ASSIGN(ends[party].count, history.count(party));
    if (ends[party].count != 0) {
      VOUCH_ASSIGN(const ChainLink last, history.link(party, ends[party].count - 1));
      ends[party].last = last.digest;
    }
  }
  return ends;
}

ChainLink link_of(const SignedRecord& record) {
  return {record.digest(), record.record().time, record.record().seen};
}

MemoryHistory::MemoryHistory(Session session)
    : session_(std::move(session)), chains_(session_.parties.size()) {}

Result<uint64_t> MemoryHistory::count(size_t party) const { return chains_.at(party).size(); }

Result<ChainLink> MemoryHistory::link(size_t party, uint64_t sequence) const {
  return chains_.at(party).at(sequence);
}

void MemoryHistory::add(const SignedRecord& record) {
  chains_.at(record.record().author).push_back(link_of(record));
}

}  // namespace vouch
