#include "records/record.h"

#include <algorithm>

#include "records/frame.h"

namespace vouch {
namespace {

constexpr Digest kNoRecord{};

bool is_end(const ChainEnd& end) {
  return end.count < kCountLimit && (end.count == 0) == (end.last == kNoRecord);
}

Bytes encode_unsigned(const Record& record) {
  VOUCH_CHECK(record.author < record.session.parties.size());
  VOUCH_CHECK(record.seen.size() == record.session.parties.size());
  VOUCH_CHECK(std::ranges::all_of(record.seen, is_end) && record.time < kCountLimit);
  ByteWriter out;
  write_frame(out, kRecordMagic);
  write_session(out, record.session);
  out.u16(record.kind);
  out.u8(record.author);
  for (const ChainEnd& end : record.seen) {
    out.u64(end.count);
    out.raw(end.last);
  }
  out.u64(record.time);
  write_fields(out, record.body);
  return out.take();
}

std::vector<ChainEnd> read_ends(ByteReader& in, size_t parties) {
  std::vector<ChainEnd> ends(parties);
  for (ChainEnd& end : ends) {
    end.count = in.u64();
    in.read(end.last);
  }
  return ends;
}

Result<Record> read_record(ByteReader& in) {
  VOUCH_TRY(read_frame(in, kRecordMagic, "a record"));
  Record record;
  VOUCH_ASSIGN(record.session, read_session(in));
  record.kind = in.u16();
  record.author = in.u8();
  record.seen = read_ends(in, record.session.parties.size());
  record.time = in.u64();
  VOUCH_ASSIGN(record.body, read_fields(in));
  if (record.author >= record.session.parties.size()) {
    return Error{"the record's author is none of the parties"};
  }
  if (!std::ranges::all_of(record.seen, is_end) || record.time >= kCountLimit) {
    return Error{"the record has a number or a time that is too large, or a digest of no record"};
  }
  return record;
}

// What is signed: no other bytes that a key of ours signs begin so.
Bytes signed_bytes(ByteSpan unsigned_record) {
  ByteWriter out;
  out.prefixed("vouch record signature v1");
  out.raw(unsigned_record);
  return out.take();
}

}  // namespace

SignedRecord::SignedRecord(Record record, Bytes bytes)
    : record_(std::move(record)),
      bytes_(std::move(bytes)),
      digest_(labelled_digest("vouch record digest v1", bytes_)) {}

Result<SignedRecord> SignedRecord::sign(Record record, const SecretKey& key) {
  Bytes bytes = encode_unsigned(record);
  VOUCH_CHECK(key.public_key() == record.session.parties[record.author]);
  const Signature signature = key.sign(signed_bytes(bytes));
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  if (bytes.size() > kMaxRecordBytes) {
    return Error{"the record would have more than " + std::to_string(kMaxRecordBytes) + " bytes"};
  }
  return SignedRecord(std::move(record), std::move(bytes));
}

Checked<SignedRecord> SignedRecord::open(ByteSpan bytes) {
  if (bytes.size() > kMaxRecordBytes) {
    return Refusal{Refused::kMalformed, "the record has more bytes than any may have"};
  }
  ByteReader in(bytes);
  auto record = read_record(in);
  if (!record.ok()) {
    return Refusal{Refused::kMalformed, record.error().message};
  }
  Signature signature{};
  in.read(signature);
  if (!in.finished()) {
    return Refusal{Refused::kMalformed, "the record is cut short or has bytes to spare"};
  }
  const PublicKey& author = record.value().session.parties[record.value().author];
  const ByteSpan what = bytes.first(bytes.size() - signature.size());
  if (!is_signature(author, signed_bytes(what), signature)) {
    return Refusal{Refused::kForged,
                   "the signature is not that of the author " + fingerprint(author)};
  }
  return SignedRecord(std::move(record).value(), Bytes(bytes.begin(), bytes.end()));
}

}  // namespace vouch
