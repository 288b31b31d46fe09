#include "protocol/exchange.h"

#include <algorithm>

#include "records/record_list.h"

namespace vouch {
namespace {

// Whether exactly this record is there already.
bool is_known(const MemoryHistory& history, const SignedRecord& record) {
  const size_t author = record.record().author;
  const uint64_t sequence = record.record().sequence();
  const Session& session = history.session();
  return author < session.parties.size() && sequence < history.count(author).value() &&
         history.link(author, sequence).value().digest == record.digest();
}

Error no_records(const Bundle& bundle, const Workflow& workflow) {
  return Error{bundle.path() + ": there are no records of the protocol '" + workflow.rules().name +
               "' in it"};
}

MaybeRefusal add(const Workflow& workflow, MemoryHistory& history, TurnOrder& order,
                 SignedRecord record, std::vector<SignedRecord>& records) {
  if (is_known(history, record)) {
    return {};
  }
  if (auto refusal = check_next(history, workflow.rules(), record).value()) {
    return refusal;
  }
  if (auto refusal = order.check(record)) {
    return refusal;
  }
  history.add(record);
  order.add(record);
  records.push_back(std::move(record));
  return {};
}

// Takes in a record, or notes why not, and whom it convicts.
void add_or_note(const Workflow& workflow, MemoryHistory& history, TurnOrder& order,
                 const SignedRecord& record, const RecordFile& file, size_t index,
                 Exchange& exchange) {
  const auto refusal = add(workflow, history, order, record, exchange.records);
  if (!refusal) {
    return;
  }
  exchange.refused.push_back(in_file(file, index, *refusal));
  if (refusal->reason == Refused::kOutOfTurn) {
    exchange.out_of_turn.push_back(record);
  } else if (refusal->reason == Refused::kForked) {
    exchange.forked.push_back(record);
  }
}

// The role that says the first record of a session.
const char* beginner(const Workflow& workflow) {
  return workflow.rules().roles.at(workflow.due({}).front().author);
}

}  // namespace

Refusal in_file(const RecordFile& file, size_t index, const Refusal& refusal) {
  return {refusal.reason,
          "entry " + std::to_string(index) + " of " + file.role + ".records: " + refusal.detail};
}

Checked<std::vector<SignedRecord>> RecordFile::open() const {
  const auto frames = decode_record_list(file);
  if (!frames.ok()) {
    return Refusal{Refused::kMalformed, role + ".records: " + frames.error().message};
  }
  if (frames.value().size() > kMostSessionRecords) {
    return Refusal{Refused::kMalformed, role + ".records: there are more than " +
                                            std::to_string(kMostSessionRecords) +
                                            " records, the most that a session has"};
  }
  std::vector<SignedRecord> records;
  for (const ByteSpan bytes : frames.value()) {
    auto record = SignedRecord::open(bytes);
    if (!record.ok()) {
      return in_file(*this, records.size(), record.refusal());
    }
    records.push_back(std::move(record).value());
  }
  return records;
}

Result<std::vector<RecordFile>> read_record_files(const Bundle& bundle,
                                                  const ProtocolRules& rules) {
  std::vector<RecordFile> files;
  for (const char* role : rules.roles) {
    VOUCH_ASSIGN(Bytes file, bundle.get_records(role));
    if (!file.empty()) {
      files.push_back({role, std::move(file)});
    }
  }
  return files;
}

ReadableRecords readable_records(const RecordFile& file) {
  ReadableRecords readable;
  const auto frames = decode_record_list(file.file);
  if (!frames.ok()) {
    readable.refused.push_back(
        {Refused::kMalformed, file.role + ".records: " + frames.error().message});
    return readable;
  }
  const size_t count = std::min(frames.value().size(), kMostSessionRecords);
  if (count < frames.value().size()) {
    readable.refused.push_back({Refused::kMalformed, file.role + ".records: there are more than " +
                                                         std::to_string(kMostSessionRecords) +
                                                         " records, the most that a session has"});
  }
  for (size_t i = 0; i < count; ++i) {
    auto record = SignedRecord::open(frames.value()[i]);
    if (record.ok()) {
      readable.records.emplace_back(i, std::move(record).value());
    } else {
      readable.refused.push_back(in_file(file, i, record.refusal()));
    }
  }
  return readable;
}

Checked<Session> session_of(const std::vector<RecordFile>& files, const Workflow& workflow) {
  struct Candidate {
    Session session;
    size_t votes = 0;
  };
  std::vector<Candidate> candidates;
  std::optional<Refusal> refused;
  for (const RecordFile& file : files) {
    const ReadableRecords readable = readable_records(file);
    if (readable.records.empty()) {
      if (!refused && !readable.refused.empty()) {
        refused = readable.refused.front();
      }
      continue;
    }
    const auto& [index, first] = readable.records.front();
    auto refusal = check_protocol(workflow.rules(), first.record().session);
    if (!refusal) {
      refusal = check_kind(workflow.rules(), first.record());
    }
    if (refusal) {
      refused = refused ? refused : in_file(file, index, *refusal);
      continue;
    }
    const Session& session = first.record().session;
    auto found = std::ranges::find(candidates, session, &Candidate::session);
    if (found == candidates.end()) {
      found = candidates.insert(candidates.end(), {session, 0});
    }
    found->votes += file.role == beginner(workflow) ? 3 : 2;  // decides where as many say each
  }
  if (candidates.empty()) {
    return refused ? *refused : Refusal{Refused::kMalformed, "there are no records"};
  }
  return std::ranges::max(candidates, {}, &Candidate::votes).session;
}

Result<Checked<Exchange>> read_what_is_right(const Bundle& bundle, const Workflow& workflow) {
  VOUCH_ASSIGN(const std::vector<RecordFile> files, read_record_files(bundle, workflow.rules()));
  if (files.empty()) {
    return no_records(bundle, workflow);
  }
  const Checked<Session> session = session_of(files, workflow);
  if (!session.ok()) {
    return Checked<Exchange>(session.refusal());
  }
  MemoryHistory history(session.value());
  TurnOrder order(workflow);
  Exchange exchange{session.value(), {}};
  for (const RecordFile& file : files) {
    ReadableRecords readable = readable_records(file);
    std::ranges::move(readable.refused, std::back_inserter(exchange.refused));
    for (const auto& [index, record] : readable.records) {
      add_or_note(workflow, history, order, record, file, index, exchange);
    }
  }
  return Checked<Exchange>(std::move(exchange));
}

Result<Checked<Exchange>> read_exchange(const Bundle& bundle, const Workflow& workflow) {
  VOUCH_ASSIGN(const std::vector<RecordFile> files, read_record_files(bundle, workflow.rules()));
  std::optional<MemoryHistory> history;
  TurnOrder order(workflow);
  std::vector<SignedRecord> records;
  for (const RecordFile& file : files) {
    auto opened = file.open();
    if (!opened.ok()) {
      return Checked<Exchange>(opened.refusal());
    }
    size_t index = 0;
    for (SignedRecord& record : std::move(opened).value()) {
      if (!history) {
        history.emplace(record.record().session);
      }
      if (const auto refusal = add(workflow, *history, order, std::move(record), records)) {
        return Checked<Exchange>(in_file(file, index, *refusal));
      }
      ++index;
    }
  }
  if (!history) {
    return no_records(bundle, workflow);
  }
  return Checked<Exchange>(Exchange{history->session(), std::move(records)});
}

}  // namespace vouch
