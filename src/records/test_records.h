// For tests: keys, and a protocol of two parties who ask and answer.
#pragma once

#include "records/record_list.h"
#include "records/session_history.h"

namespace vouch {

inline SecretKey test_key(uint8_t which) {
  std::array<uint8_t, SecretKey::kSeedBytes> seed{which, 99};
  return SecretKey(seed);
}

struct Question {
  static constexpr uint16_t kKind = 1;
  static constexpr const char* kName = "question";
  static constexpr uint32_t kAuthors = 1;
  uint64_t number = 0;
  std::string text;
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("number", self.number);
    visit("text", self.text, 100);
  }
};

struct Reply {
  static constexpr uint16_t kKind = 2;
  static constexpr const char* kName = "reply";
  static constexpr uint32_t kAuthors = 2;
  Bytes reply;
  std::vector<Digest> proofs;
  template <class Self, class Visit>
  static void each_field(Self& self, Visit&& visit) {
    visit("reply", self.reply, 100);
    visit("proofs", self.proofs, 3);
  }
};

inline const ProtocolRules& trial_rules() {
  static const ProtocolRules rules{
      "trial", 1, {"asker", "replier"}, {rules_of<Question>(), rules_of<Reply>()}};
  return rules;
}

inline Session trial_session() {
  return {"trial", 1, SessionId{7}, {test_key(1).public_key(), test_key(2).public_key()}};
}

/// The next record of `author`, who has seen everything in `history`.
template <class Body>
Record next_record(const SessionHistory& history, uint8_t author, const Body& body,
                   uint64_t time = 1000) {
  return {history.session(), Body::kKind, author, ends_of(history).value(), time, fields_of(body)};
}

inline SignedRecord signed_record(const Record& record) {
  return SignedRecord::sign(record, test_key(static_cast<uint8_t>(record.author + 1))).value();
}

/// Unsigned bytes with a signature under any label.
inline Bytes signed_by_hand(const Bytes& unsigned_record, const SecretKey& key,
                            std::string_view label = "vouch record signature v1") {
  ByteWriter message;
  message.prefixed(label);
  message.raw(unsigned_record);
  const Signature signature = key.sign(message.bytes());
  Bytes bytes = unsigned_record;
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return bytes;
}

inline Bytes without_signature(const SignedRecord& record) {
  return {record.bytes().begin(),
          record.bytes().end() - static_cast<std::ptrdiff_t>(sizeof(Signature))};
}

/// The records of a list, each as it is.
inline std::vector<Bytes> records_in(ByteSpan list) {
  std::vector<Bytes> records;
  for (const ByteSpan record : decode_readable_list(list).records) {
    records.emplace_back(record.begin(), record.end());
  }
  return records;
}

}  // namespace vouch
