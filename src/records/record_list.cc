#include "records/record_list.h"

#include <algorithm>

#include "records/frame.h"

namespace vouch {
namespace {

// A record that came too early is out of order if the one that is due comes later; else that one is
// missing.
bool comes_later(const std::vector<ByteSpan>& rest, size_t author, uint64_t due) {
  return std::ranges::any_of(rest, [&](ByteSpan bytes) {
    const auto record = SignedRecord::open(bytes);
    return record.ok() && record.value().record().author == author &&
           record.value().record().sequence() == due;
  });
}

Refusal name_the_gap(Refusal refusal, const MemoryHistory& history, const SignedRecord& record,
                     const std::vector<ByteSpan>& rest) {
  const size_t author = record.record().author;
  const uint64_t due = history.count(author).value();
  if (refusal.reason == Refused::kOutOfOrder && !comes_later(rest, author, due)) {
    return {Refused::kMissing, refusal.detail + ", which is not there"};
  }
  return refusal;
}

MaybeRefusal check_ends(const MemoryHistory& history, const std::vector<ChainEnd>& known) {
  for (size_t party = 0; party < known.size(); ++party) {
    const ChainEnd& end = known[party];
    const uint64_t count = history.count(party).value();
    if (end.count > count) {
      return Refusal{Refused::kMissing, std::to_string(count) + " records of party " +
                                            std::to_string(party) + " are there, of at least " +
                                            std::to_string(end.count)};
    }
    if (end.count != 0 && history.link(party, end.count - 1).value().digest != end.last) {
      return Refusal{Refused::kForked, "record " + std::to_string(end.count - 1) + " of party " +
                                           std::to_string(party) + " is another than is known"};
    }
  }
  return {};
}

}  // namespace

Bytes encode_record_list(const std::vector<Bytes>& records) {
  ByteWriter out;
  write_frame(out, kRecordListMagic);
  out.u32(static_cast<uint32_t>(records.size()));
  for (const Bytes& record : records) {
    out.prefixed(record);
  }
  return out.take();
}

ReadableList decode_readable_list(ByteSpan bytes, size_t most) {
  ByteReader in(bytes);
  if (const auto frame = read_frame(in, kRecordListMagic, "a list of records"); !frame.ok()) {
    return {{}, frame.error()};
  }
  ReadableList list;
  const uint32_t count = in.u32();
  while (in.ok() && list.records.size() < std::min<size_t>(count, most)) {
    const ByteSpan record = in.prefixed(kMaxRecordBytes);
    if (in.ok()) {
      list.records.push_back(record);
    }
  }
  if (!in.finished() && list.records.size() < most) {
    list.wrong =
        Error{"the list of records is cut short, has bytes to spare, or a record of more than " +
              std::to_string(kMaxRecordBytes) + " bytes"};
  }
  return list;
}

Result<std::vector<ByteSpan>> decode_record_list(ByteSpan bytes) {
  ReadableList list = decode_readable_list(bytes);
  return list.wrong ? Result<std::vector<ByteSpan>>(*std::move(list.wrong))
                    : std::move(list.records);
}

Checked<std::vector<SignedRecord>> check_records(const Session& session, const ProtocolRules& rules,
                                                 const std::vector<ByteSpan>& records,
                                                 const std::vector<ChainEnd>& known) {
  VOUCH_CHECK(known.empty() || known.size() == session.parties.size());
  MemoryHistory history(session);
  std::vector<SignedRecord> accepted;
  for (size_t i = 0; i < records.size(); ++i) {
    auto opened = SignedRecord::open(records[i]);
    if (!opened.ok()) {
      return opened.refusal();
    }
    SignedRecord record = std::move(opened).value();
    if (const auto refusal = check_next(history, rules, record).value()) {
      const std::vector<ByteSpan> rest(records.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                       records.end());
      return name_the_gap(*refusal, history, record, rest);
    }
    history.add(record);
    accepted.push_back(std::move(record));
  }
  if (auto refusal = check_ends(history, known)) {
    return *refusal;
  }
  return accepted;
}

}  // namespace vouch
