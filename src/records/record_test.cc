// Records by themselves, and what may come next in a session: each way to cheat is refused with its
// own reason.
#include "records/record.h"

#include <gtest/gtest.h>

#include "records/publication.h"
#include "records/test_records.h"

namespace vouch {
namespace {

constexpr uint8_t kAsker = 0;
constexpr uint8_t kReplier = 1;

Refused why_not_opened(ByteSpan bytes) {
  const auto opened = SignedRecord::open(bytes);
  EXPECT_FALSE(opened.ok());
  return opened.ok() ? Refused{255} : opened.refusal().reason;
}

SignedRecord first_question() {
  return signed_record(next_record(MemoryHistory(trial_session()), kAsker, Question{5, "why"}));
}

TEST(Records, AreReadAsTheyWereSigned) {
  MemoryHistory history(trial_session());
  history.add(first_question());
  const Record record =
      next_record(history, kReplier, Reply{{1, 2}, {Digest{3}, Digest{4}}}, 1234567890123);
  const SignedRecord written = signed_record(record);
  const auto opened = SignedRecord::open(written.bytes());
  ASSERT_TRUE(opened.ok()) << opened.refusal().detail;
  const Record& read = opened.value().record();
  EXPECT_EQ(read.session, record.session);
  EXPECT_EQ(read.kind, Reply::kKind);
  EXPECT_EQ(read.author, kReplier);
  EXPECT_EQ(read.seen, record.seen);
  EXPECT_EQ(read.time, record.time);
  EXPECT_EQ(read.body, record.body);
  EXPECT_EQ(opened.value().bytes(), written.bytes());
  EXPECT_EQ(opened.value().digest(), written.digest());
  const auto body = body_of<Reply>(read.body);
  EXPECT_EQ(body.reply, (Bytes{1, 2}));
  EXPECT_EQ(body.proofs[1], Digest{4});
}

// With it the format is what docs/formats.md says, byte by byte.
TEST(Records, HaveTheWrittenLayout) {
  Record record = next_record(MemoryHistory(trial_session()), kAsker, Question{5, "why"}, 0x0102);
  const SignedRecord written = signed_record(record);
  ByteWriter expected;
  for (const char c : std::string_view("VOUCHREC")) {
    expected.u8(static_cast<uint8_t>(c));
  }
  expected.u16(0x0102);
  expected.prefixed("trial");
  expected.u16(1);
  expected.raw(SessionId{7});
  expected.u8(2);
  expected.raw(test_key(1).public_key());
  expected.raw(test_key(2).public_key());
  expected.u16(Question::kKind);
  expected.u8(kAsker);
  for (int party = 0; party < 2; ++party) {
    expected.u64(0);
    expected.raw(Digest{});
  }
  expected.u64(0x0102);
  expected.u8(2);
  expected.u8(1);
  expected.u64(5);
  expected.u8(4);
  expected.prefixed("why");
  EXPECT_EQ(without_signature(written), expected.bytes());
}

TEST(Records, HaveOneEncoding) {
  const Bytes good = first_question().bytes();
  for (size_t i = 0; i < good.size(); ++i) {
    Bytes changed = good;
    changed[i] ^= 1;
    const Refused reason = why_not_opened(changed);
    EXPECT_TRUE(reason == Refused::kMalformed || reason == Refused::kForged) << i;
    EXPECT_EQ(why_not_opened(ByteSpan(good).first(i)), Refused::kMalformed) << i;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(why_not_opened(longer), Refused::kMalformed);
}

// Malformed although it is signed: the author cannot make two encodings of one value.
TEST(Records, AreMalformedWhoeverSignedThem) {
  const Bytes good = without_signature(first_question());
  const SecretKey key = test_key(1);
  ASSERT_TRUE(SignedRecord::open(signed_by_hand(good, key)).ok());
  const size_t protocol = 10;
  const size_t parties = protocol + 4 + 5 + 2 + 32;
  const size_t author = parties + 1 + 64 + 2;
  const size_t seen = author + 1;
  const size_t time = seen + 80;
  const size_t fields = time + 8;
  const auto with = [&](std::initializer_list<std::pair<size_t, uint8_t>> changes) {
    Bytes bytes = good;
    for (const auto& [at, value] : changes) {
      bytes.at(at) = value;
    }
    return why_not_opened(signed_by_hand(bytes, key));
  };
  EXPECT_EQ(with({{protocol + 4, 'T'}}), Refused::kMalformed) << "name of the protocol";
  EXPECT_EQ(with({{parties, 0}}), Refused::kMalformed) << "no parties";
  EXPECT_EQ(with({{parties, 9}}), Refused::kMalformed) << "too many parties";
  EXPECT_EQ(with({{author, 2}}), Refused::kMalformed) << "an author who is none of them";
  EXPECT_EQ(with({{seen, 1}}), Refused::kMalformed) << "records without a digest";
  EXPECT_EQ(with({{seen + 8, 1}}), Refused::kMalformed) << "a digest without records";
  EXPECT_EQ(with({{seen + 6, 1}, {seen + 8, 1}}), Refused::kMalformed) << "too many records";
  EXPECT_EQ(with({{time + 6, 1}}), Refused::kMalformed) << "too late";
  EXPECT_EQ(with({{fields, 33}}), Refused::kMalformed) << "too many fields";
  EXPECT_EQ(with({{fields, 1}}), Refused::kMalformed) << "bytes to spare";
  EXPECT_EQ(with({{fields + 1, 6}}), Refused::kMalformed) << "unknown type";
  EXPECT_EQ(with({{fields + 15, '\n'}}), Refused::kMalformed) << "text";
  Bytes twice = good;
  std::copy_n(twice.begin() + parties + 1, 32, twice.begin() + parties + 33);
  EXPECT_EQ(why_not_opened(signed_by_hand(twice, key)), Refused::kMalformed) << "a party twice";
}

TEST(SessionEncoding, HasParties) {
  ByteWriter good;
  write_session(good, trial_session());
  ByteReader in(good.bytes());
  EXPECT_EQ(read_session(in).value(), trial_session());
  Bytes nobody(good.bytes().begin(), good.bytes().end() - 64);
  nobody.back() = 0;
  ByteReader none(nobody);
  EXPECT_FALSE(read_session(none).ok());
}

TEST(Fields, AreAtMost32) {
  for (const uint8_t count : {uint8_t{kMaxFields}, uint8_t{kMaxFields + 1}}) {
    ByteWriter fields;
    fields.u8(count);
    for (uint8_t i = 0; i < count; ++i) {
      fields.u8(static_cast<uint8_t>(FieldType::kNumber));
      fields.u64(i);
    }
    ByteReader in(fields.bytes());
    EXPECT_EQ(read_fields(in).ok(), count == kMaxFields);
  }
}

TEST(Records, ForgedOnesAreNamed) {
  const Bytes what = without_signature(first_question());
  EXPECT_EQ(why_not_opened(signed_by_hand(what, test_key(2))), Refused::kForged) << "other party";
  EXPECT_EQ(why_not_opened(signed_by_hand(what, test_key(9))), Refused::kForged) << "stranger";
  EXPECT_EQ(why_not_opened(signed_by_hand(what, test_key(1), "vouch saying v1")), Refused::kForged)
      << "signed for another purpose";
  Bytes unsigned_record = what;
  unsigned_record.resize(what.size() + sizeof(Signature));
  EXPECT_EQ(why_not_opened(unsigned_record), Refused::kForged);
}

TEST(Records, TooLongOnesAreNeitherSignedNorRead) {
  for (const size_t spare : {size_t{0}, size_t{1}}) {
    Bytes by_hand = without_signature(
        signed_record(next_record(MemoryHistory(trial_session()), kAsker, Question{})));
    by_hand.resize(by_hand.size() - 15);  // its fields
    ByteWriter fields;
    const size_t fixed = by_hand.size() + 11 + sizeof(Signature);
    write_fields(fields,
                 {Field(Bytes(1000)), Field(Bytes(kMaxRecordBytes - 1000 - fixed + spare))});
    by_hand.insert(by_hand.end(), fields.bytes().begin(), fields.bytes().end());
    const Bytes record = signed_by_hand(by_hand, test_key(1));
    EXPECT_EQ(record.size(), kMaxRecordBytes + spare);
    EXPECT_EQ(SignedRecord::open(record).ok(), spare == 0);
  }
  Record record = next_record(MemoryHistory(trial_session()), kAsker, Question{});
  record.body = {Field(Bytes(kMaxRecordBytes - 100))};
  EXPECT_FALSE(SignedRecord::sign(record, test_key(1)).ok());
}

// A session with three records: question, reply, question.
class Sessions : public testing::Test {
 protected:
  Sessions() : history(trial_session()) {
    add(next_record(history, kAsker, Question{0, "first"}, 1000));
    add(next_record(history, kReplier, Reply{{1}, {}}, 900));
    add(next_record(history, kAsker, Question{1, "second"}, 1000));
  }
  void add(const Record& record) {
    records.push_back(signed_record(record));
    ASSERT_EQ(why_not(records.back()), "");
    history.add(records.back());
  }
  [[nodiscard]] std::string why_not(const SignedRecord& record) const {
    return why_not(history, record);
  }
  [[nodiscard]] std::string why_not(const Record& record) const {
    return why_not(signed_record(record));
  }
  static std::string why_not(const MemoryHistory& history, const SignedRecord& record) {
    const auto refusal = check_next(history, trial_rules(), record).value();
    return refusal ? refused_name(refusal->reason) : "";
  }
  [[nodiscard]] Record good() const { return next_record(history, kReplier, Reply{{2}, {}}, 901); }
  [[nodiscard]] Record good_question() const {
    return next_record(history, kAsker, Question{2, "third"}, 1000);
  }

  MemoryHistory history;
  std::vector<SignedRecord> records;
};

TEST_F(Sessions, AGoodRecordIsAccepted) {
  EXPECT_EQ(why_not(good()), "");
  EXPECT_EQ(why_not(good_question()), "");
}

TEST_F(Sessions, Replayed) {
  for (const SignedRecord& record : records) {
    EXPECT_EQ(why_not(record), "replayed");
  }
}

TEST_F(Sessions, Forked) {
  Record other = records[2].record();
  other.body = fields_of(Question{1, "another"});
  EXPECT_EQ(why_not(other), "forked");
  other = records[0].record();
  other.time += 1;
  EXPECT_EQ(why_not(other), "forked");
}

TEST_F(Sessions, OutOfOrder) {
  MemoryHistory shorter(trial_session());
  shorter.add(records[0]);
  shorter.add(records[1]);
  history.add(records[2]);
  Record later = good_question();
  EXPECT_EQ(why_not(shorter, signed_record(later)), "out of order");
  EXPECT_EQ(why_not(MemoryHistory(trial_session()), records[2]), "out of order");
}

TEST_F(Sessions, Missing) {
  MemoryHistory without_reply(trial_session());
  without_reply.add(records[0]);
  EXPECT_EQ(why_not(without_reply, records[2]), "missing records");
  EXPECT_EQ(why_not(MemoryHistory(trial_session()), records[1]), "missing records");
}

TEST_F(Sessions, BrokenChain) {
  Record record = good();
  record.seen[kReplier].last[0] ^= 1;
  EXPECT_EQ(why_not(record), "broken chain") << "does not follow the author's own last one";
  record = good();
  record.seen[kAsker].last[0] ^= 1;
  EXPECT_EQ(why_not(record), "broken chain") << "answers another one";
  record = good();
  record.seen[kAsker] = {1, records[2].digest()};
  EXPECT_EQ(why_not(record), "broken chain") << "answers another one than it numbers";
}

TEST_F(Sessions, Forgetful) {
  Record record = good_question();
  record.seen[kReplier] = {};
  EXPECT_EQ(why_not(record), "forgetful");
  record = good();
  record.seen[kAsker] = {1, records[0].digest()};
  EXPECT_EQ(why_not(record), "") << "it need not have seen the newest";
}

TEST_F(Sessions, BackInTime) {
  Record record = good();
  record.time = 899;
  EXPECT_EQ(why_not(record), "back in time");
  record.time = 900;
  EXPECT_EQ(why_not(record), "") << "at the same time is no contradiction";
}

TEST_F(Sessions, OtherProtocol) {
  Record record = good();
  record.session.protocol = "trials";
  EXPECT_EQ(why_not(record), "other protocol");
  record.session.id[0] ^= 1;
  EXPECT_EQ(why_not(record), "other protocol") << "whatever its session";
  record = good();
  record.session.version = 2;
  EXPECT_EQ(why_not(record), "other protocol");
}

TEST_F(Sessions, OtherSession) {
  Record record = good();
  record.session.id[31] ^= 1;
  EXPECT_EQ(why_not(record), "other session");
}

TEST_F(Sessions, OtherParties) {
  Record record = good();
  record.session.parties[kAsker] = test_key(9).public_key();
  EXPECT_EQ(why_not(record), "other parties") << "another asker";
  record = good();
  std::swap(record.session.parties[0], record.session.parties[1]);
  record.author = 0;
  std::swap(record.seen[0], record.seen[1]);
  const auto swapped = SignedRecord::sign(record, test_key(2)).value();
  EXPECT_EQ(why_not(swapped), "other parties") << "the same two in each other's role";
}

TEST_F(Sessions, UnknownKind) {
  Record record = good();
  record.kind = 77;
  EXPECT_EQ(why_not(record), "unknown kind");
  record = good();
  record.kind = Question::kKind;
  record.body = fields_of(Question{2, "?"});
  EXPECT_EQ(why_not(record), "unknown kind") << "questions are not the replier's";
}

TEST_F(Sessions, WrongBody) {
  Record record = good();
  record.body = fields_of(Question{2, "?"});
  EXPECT_EQ(why_not(record), "wrong body") << "types";
  record = good();
  record.body.pop_back();
  EXPECT_EQ(why_not(record), "wrong body") << "a field less";
  record = good();
  record.body.emplace_back(uint64_t{1});
  EXPECT_EQ(why_not(record), "wrong body") << "a field more";
  EXPECT_EQ(why_not(next_record(history, kReplier, Reply{Bytes(101), {}}, 901)), "wrong body");
  EXPECT_EQ(why_not(next_record(history, kReplier, Reply{{}, std::vector<Digest>(4)}, 901)),
            "wrong body");
  EXPECT_EQ(why_not(next_record(history, kReplier, Reply{Bytes(100), std::vector<Digest>(3)}, 901)),
            "");
}

TEST(Kinds, RulesRefuseAnotherNumberOfParties) {
  Record record = next_record(MemoryHistory(trial_session()), kAsker, Question{});
  record.session.parties.push_back(test_key(3).public_key());
  const auto refusal = check_kind(trial_rules(), record);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, Refused::kOtherParties);
}

TEST(ProofContext, IsOfEverythingThatNamesTheSession) {
  const Session session = trial_session();
  const Digest context = proof_context(session, "batch 1");
  EXPECT_EQ(proof_context(session, "batch 1"), context);
  EXPECT_NE(proof_context(session, "batch 2"), context);
  Session other = session;
  other.protocol = "trials";
  EXPECT_NE(proof_context(other, "batch 1"), context);
  other = session;
  other.version = 2;
  EXPECT_NE(proof_context(other, "batch 1"), context);
  other = session;
  other.id[0] ^= 1;
  EXPECT_NE(proof_context(other, "batch 1"), context);
  other = session;
  std::swap(other.parties[0], other.parties[1]);
  EXPECT_NE(proof_context(other, "batch 1"), context);
}

}  // namespace
}  // namespace vouch
