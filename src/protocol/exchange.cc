#include "protocol/exchange.h"

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
    return Error{bundle.path() + ": there are no records of the protocol '" +
                 workflow.rules().name + "' in it"};
  }
  return Checked<Exchange>(Exchange{history->session(), std::move(records)});
}

}  // namespace vouch
