#include "protocol/exchange.h"

#include <algorithm>
#include <set>

#include "records/record_list.h"

namespace vouch {
namespace {

// Whether exactly this record is there already.
bool is_known(const MemoryHistory& history, const SignedRecord& record) {
  const size_t author = record.record().author;
  const uint64_t sequence = record.record().sequence();
  return record.record().session == history.session() && sequence < history.count(author).value() &&
         history.link(author, sequence).value().digest == record.digest();
}

// The role that says the first record of a session.
const char* beginner(const Workflow& workflow) {
  return workflow.rules().roles.at(workflow.due({}).front().author);
}

RecordFile open_file(const char* role, const std::optional<Bytes>& bytes) {
  RecordFile file{role, {}, {}};
  const auto refuse = [&](const Refusal& refusal, const std::string& where) {
    file.refused.push_back({refusal.reason, where + role + ".records: " + refusal.detail});
  };
  if (!bytes) {
    refuse({Refused::kMalformed, "it is larger than any list of records, or no regular file"}, "");
    return file;
  }
  const ReadableList list = decode_readable_list(*bytes, kMostSessionRecords + 1);
  const size_t count = std::min(list.records.size(), kMostSessionRecords);
  for (size_t i = 0; i < count; ++i) {
    auto record = SignedRecord::open(list.records[i]);
    if (record.ok()) {
      file.records.emplace_back(i, std::move(record).value());
    } else {
      refuse(record.refusal(), "entry " + std::to_string(i) + " of ");
    }
  }
  if (count < list.records.size()) {
    refuse({Refused::kMalformed, "there are more than " + std::to_string(kMostSessionRecords) +
                                     " records, the most that a session has"},
           "");
  } else if (list.wrong) {
    refuse({Refused::kMalformed, list.wrong->message}, "");
  }
  return file;
}

// The first record of the file that is one of the protocol, in a session that is looked for.
const SignedRecord* first_of(const RecordFile& file, const ProtocolRules& rules,
                             const SessionFilter& wanted) {
  for (const auto& [index, record] : file.records) {
    if (!check_kind(rules, record.record()) && wanted(record.record().session)) {
      return &record;
    }
  }
  return nullptr;
}

// Takes a session's records in, in memory, and finds whom those convict that cannot be.
class ExchangeReader {
 public:
  ExchangeReader(const Workflow& workflow, Session session, std::vector<Refusal> unreadable)
      : workflow_(workflow),
        history_(session),
        order_(workflow),
        exchange_{std::move(session), {}, std::move(unreadable)} {}

  MaybeRefusal take(const SignedRecord& record) {
    if (is_known(history_, record)) {
      return {};
    }
    auto refusal = check_next(history_, workflow_.rules(), record).value();
    if (!refusal) {
      refusal = order_.check(record);
    }
    if (!refusal) {
      history_.add(record);
      order_.add(record);
      exchange_.records.push_back(record);
    }
    return refusal;
  }

  // Verdicts say nothing of places, which whoever hands a file on can change.
  void note(const SignedRecord& record, const Refusal& refusal, const Refusal& with_place) {
    exchange_.refused.push_back(with_place);
    if (convicts(record, refusal.reason) && convicting_.insert(record.digest()).second) {
      exchange_.offences.push_back({record, refusal, evidence_of(record, refusal.reason)});
    }
  }

  Exchange finish() { return std::move(exchange_); }

 private:
  // By the signature alone, whoever put it where.
  [[nodiscard]] bool convicts(const SignedRecord& record, Refused reason) const {
    switch (reason) {
      case Refused::kForked:
      case Refused::kOutOfTurn:
      case Refused::kUnknownKind:
      case Refused::kWrongBody:
      case Refused::kForgetful:
      case Refused::kBackInTime:
        return true;
      case Refused::kBrokenChain:
        return breaks_own_chain(record.record());
      default:
        return false;
    }
  }

  // It names another record of its author as the one before it than the one that he has signed. (If
  // it is another party's that it names, that party may have signed both.)
  [[nodiscard]] bool breaks_own_chain(const Record& record) const {
    const uint64_t before = record.sequence();
    return before != 0 && before <= history_.count(record.author).value() &&
           history_.link(record.author, before - 1).value().digest !=
               record.seen.at(record.author).last;
  }

  // What it contradicts, if it does: the author's record of the same number, or the one before it.
  [[nodiscard]] std::vector<Digest> evidence_of(const SignedRecord& record, Refused reason) const {
    const auto link_digest = [&](uint64_t sequence) {
      return history_.link(record.record().author, sequence).value().digest;
    };
    switch (reason) {
      case Refused::kForked:
        return {link_digest(record.record().sequence()), record.digest()};
      case Refused::kForgetful:
      case Refused::kBackInTime:
      case Refused::kBrokenChain:
        return {link_digest(record.record().sequence() - 1), record.digest()};
      default:
        return {record.digest()};
    }
  }

  const Workflow& workflow_;
  MemoryHistory history_;
  TurnOrder order_;
  Exchange exchange_;
  std::set<Digest> convicting_;
};

}  // namespace

Result<std::vector<RecordFile>> read_record_files(const Bundle& bundle,
                                                  const ProtocolRules& rules) {
  std::vector<RecordFile> files;
  for (const char* role : rules.roles) {
    VOUCH_ASSIGN(const std::optional<Bytes> bytes, bundle.find_records(role));
    if (!bytes || !bytes->empty()) {
      files.push_back(open_file(role, bytes));
    }
  }
  return files;
}

std::vector<Refusal> unreadable_of(const std::vector<RecordFile>& files) {
  std::vector<Refusal> all;
  for (const RecordFile& file : files) {
    std::ranges::copy(file.refused, std::back_inserter(all));
  }
  return all;
}

Checked<ToldSession> session_of(const std::vector<RecordFile>& files, const Workflow& workflow,
                                const SessionFilter& wanted) {
  std::vector<ToldSession> candidates;
  for (const RecordFile& file : files) {
    const SignedRecord* first = first_of(file, workflow.rules(), wanted);
    if (first == nullptr) {
      continue;
    }
    const Session& session = first->record().session;
    auto found = std::ranges::find(candidates, session, &ToldSession::session);
    if (found == candidates.end()) {
      found = candidates.insert(candidates.end(), {session, 0});
    }
    found->votes += file.role == beginner(workflow) ? 3 : 2;  // decides where as many say each
  }
  if (!candidates.empty()) {
    return std::ranges::max(candidates, {}, &ToldSession::votes);
  }
  if (const std::vector<Refusal> unreadable = unreadable_of(files); !unreadable.empty()) {
    return unreadable.front();
  }
  return Refusal{Refused::kOtherSession, std::string("no record is one of the protocol '") +
                                             workflow.rules().name +
                                             "', in the session looked for"};
}

Result<void> take_in_files(const std::vector<RecordFile>& files, const TakeRecord& take,
                           const NoteRefusal& note) {
  std::vector<size_t> next(files.size(), 0);
  std::vector<MaybeRefusal> waits(files.size());
  const auto note_at = [&](size_t i) {
    const auto& [index, record] = files[i].records[next[i]];
    note(record, *waits[i],
         {waits[i]->reason, "entry " + std::to_string(index) + " of " + files[i].role +
                                ".records: " + waits[i]->detail});
    ++next[i];
  };
  // Whether it was taken or noted: else it waits.
  const auto offer = [&](size_t i) -> Result<bool> {
    VOUCH_ASSIGN(waits[i], take(files[i].records[next[i]].second));
    if (!waits[i]) {
      ++next[i];
    } else if (waits[i]->reason == Refused::kMissing || waits[i]->reason == Refused::kOutOfOrder) {
      return false;
    } else {
      note_at(i);
    }
    return true;
  };
  while (true) {
    bool moved = false;
    std::optional<size_t> waiting;
    for (size_t i = 0; i < files.size(); ++i) {
      bool goes_on = true;
      while (goes_on && next[i] < files[i].records.size()) {
        VOUCH_ASSIGN(goes_on, offer(i));
        moved = moved || goes_on;
      }
      waiting = goes_on || waiting ? waiting : std::optional(i);
    }
    if (!waiting) {
      return {};
    }
    if (!moved) {  // what it waits for does not come
      note_at(*waiting);
    }
  }
}

Result<Checked<Exchange>> exchange_of(const std::vector<RecordFile>& files,
                                      const Workflow& workflow, const SessionFilter& wanted) {
  Checked<ToldSession> told = session_of(files, workflow, wanted);
  if (!told.ok()) {
    return Checked<Exchange>(told.refusal());
  }
  ExchangeReader reader(workflow, std::move(told).value().session, unreadable_of(files));
  VOUCH_TRY(take_in_files(
      files,
      [&](const SignedRecord& record) -> Result<MaybeRefusal> { return reader.take(record); },
      [&](const SignedRecord& record, const Refusal& refusal, const Refusal& with_place) {
        reader.note(record, refusal, with_place);
      }));
  return Checked<Exchange>(reader.finish());
}

Result<Checked<Exchange>> read_exchange(const Bundle& bundle, const Workflow& workflow,
                                        const SessionFilter& wanted) {
  VOUCH_ASSIGN(const std::vector<RecordFile> files, read_record_files(bundle, workflow.rules()));
  if (files.empty()) {
    return Error{bundle.path() + ": there are no records of the protocol '" +
                 workflow.rules().name + "' in it"};
  }
  return exchange_of(files, workflow, wanted);
}

}  // namespace vouch
