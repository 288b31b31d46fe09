// What anybody checks of a log from files alone.
#include "records/log_proof.h"

#include <gtest/gtest.h>

#include "records/test_records.h"

namespace vouch {
namespace {

// A publisher's log in memory, who signs whatever he is told.
class Publisher {
 public:
  explicit Publisher(uint8_t session = 7) : history_(session_of(session)) {}

  template <class Body>
  Bytes publish(const Body& body) {
    const SignedRecord record = signed_record(next_record(history_, 0, body));
    tree_.add(record.bytes());
    records_.push_back(record.bytes());
    history_.add(record);
    return record.bytes();
  }
  Bytes publish_head() { return publish(TreeHead{size(), tree_.root()}); }
  [[nodiscard]] uint64_t size() const { return tree_.size(); }
  [[nodiscard]] NodeSource nodes() const { return tree_.nodes(); }
  [[nodiscard]] const std::vector<Bytes>& records() const { return records_; }

 private:
  static Session session_of(uint8_t id) {
    Session session = new_publication(test_key(1).public_key());
    session.id = SessionId{id};
    return session;
  }
  MemoryHistory history_;
  MerkleTree tree_;
  std::vector<Bytes> records_;
};

Receipt receipt(uint8_t which) { return {Digest{1}, Digest{which}, Digest{3}, {4, 5}}; }
PublicKey publisher_key() { return test_key(1).public_key(); }

template <class Proof>
std::string why_refused(const Proof& proof, const PublicKey& key = publisher_key()) {
  const auto checked = [&] {
    if constexpr (std::is_same_v<Proof, InclusionProof>) {
      return check_inclusion(proof, key);
    } else {
      return check_consistency(proof, key);
    }
  }();
  return checked.ok() ? "" : refused_name(checked.refusal().reason);
}

// Five receipts, a head, three receipts, a head.
class LogProofs : public testing::Test {
 protected:
  LogProofs() {
    publish(0, 5);
    old_head = publisher.publish_head();
    publish(5, 8);
    new_size = publisher.size();
    head = publisher.publish_head();
  }
  void publish(uint8_t first, uint8_t end) {
    for (uint8_t i = first; i < end; ++i) {
      records.push_back(publisher.publish(receipt(i)));
    }
  }
  [[nodiscard]] InclusionProof inclusion() const {
    return {records[2], head, prove_inclusion(publisher.nodes(), 2, new_size).value()};
  }
  [[nodiscard]] ConsistencyProof consistency() const {
    return {old_head, head, prove_consistency(publisher.nodes(), 5, new_size).value()};
  }

  Publisher publisher;
  std::vector<Bytes> records;
  Bytes old_head;
  Bytes head;
  uint64_t new_size = 0;
};

TEST_F(LogProofs, GoodOnesAreAccepted) {
  EXPECT_EQ(why_refused(inclusion()), "");
  EXPECT_EQ(why_refused(consistency()), "");
  EXPECT_EQ(why_refused(InclusionProof{old_head, head,
                                       prove_inclusion(publisher.nodes(), 5, new_size).value()}),
            "")
      << "a head is published too";
  EXPECT_EQ(why_refused(ConsistencyProof{head, head, {}}), "");
}

TEST_F(LogProofs, ARecordElsewhereIsNotInTheLog) {
  InclusionProof proof = inclusion();
  proof.record = records[3];
  EXPECT_EQ(why_refused(proof), "not in the log");
  proof = inclusion();
  proof.path[0][0] ^= 1;
  EXPECT_EQ(why_refused(proof), "not in the log");
  proof = inclusion();
  proof.head = old_head;
  EXPECT_EQ(why_refused(proof), "not in the log");
  proof = {head, head, {}};
  EXPECT_EQ(why_refused(proof), "not in the log") << "a head does not cover itself";
}

// Signed, with the right number, but never made a leaf.
TEST_F(LogProofs, ASecondRecordOfTheSameNumberIsNotInTheLog) {
  Publisher twin;
  Bytes other;
  for (uint8_t i = 0; i < 3; ++i) {
    other = twin.publish(receipt(static_cast<uint8_t>(100 + i)));
  }
  InclusionProof proof = inclusion();
  proof.record = other;
  EXPECT_EQ(why_refused(proof), "not in the log");
}

TEST_F(LogProofs, ARewrittenLogIsNotAppendOnly) {
  Publisher twin;  // the same session: five other receipts, and so on
  for (uint8_t i = 0; i < 8; ++i) {
    twin.publish(receipt(static_cast<uint8_t>(100 + i)));
  }
  const ConsistencyProof proof{old_head, twin.publish_head(),
                               prove_consistency(twin.nodes(), 5, 8).value()};
  EXPECT_EQ(why_refused(proof), "not append-only");
  ConsistencyProof changed = consistency();
  changed.path[0][0] ^= 1;
  EXPECT_EQ(why_refused(changed), "not append-only");
  std::swap(changed.old_head, changed.head);
  EXPECT_EQ(why_refused(changed), "not append-only") << "backwards";
}

TEST_F(LogProofs, TwoHeadsOfOneSizeConvict) {
  Publisher twin;
  for (uint8_t i = 0; i < 5; ++i) {
    twin.publish(receipt(static_cast<uint8_t>(100 + i)));
  }
  EXPECT_EQ(why_refused(ConsistencyProof{old_head, twin.publish_head(), {}}), "forked");
}

TEST_F(LogProofs, AHeadSpeaksOfAllRecordsBeforeIt) {
  Publisher liar;
  liar.publish(receipt(1));
  liar.publish(receipt(2));
  const Digest root_of_one = merkle_root(liar.nodes(), 1).value();
  const Bytes shorter = liar.publish(TreeHead{1, root_of_one});
  EXPECT_EQ(why_refused(ConsistencyProof{shorter, shorter, {}}), "wrong body");
}

TEST_F(LogProofs, OtherPublishersAndLogsAreNamed) {
  EXPECT_EQ(why_refused(inclusion(), test_key(2).public_key()), "other parties");
  EXPECT_EQ(why_refused(consistency(), test_key(2).public_key()), "other parties");
  Publisher other(8);
  const Bytes there = other.publish(receipt(2));
  InclusionProof proof = inclusion();
  proof.record = there;
  EXPECT_EQ(why_refused(proof), "other session");
  EXPECT_EQ(why_refused(ConsistencyProof{other.publish_head(), head, {}}), "other session");
}

TEST_F(LogProofs, OtherRecordsAreNamed) {
  const SignedRecord trial =
      signed_record(next_record(MemoryHistory(trial_session()), 0, Question{}));
  InclusionProof proof = inclusion();
  proof.record = trial.bytes();
  EXPECT_EQ(why_refused(proof), "other protocol");
  proof = inclusion();
  proof.head = records[4];
  EXPECT_EQ(why_refused(proof), "unknown kind");
  ConsistencyProof consistent = consistency();
  consistent.old_head = records[4];
  EXPECT_EQ(why_refused(consistent), "unknown kind");
  consistent = consistency();
  consistent.head = records[4];
  EXPECT_EQ(why_refused(consistent), "unknown kind");
}

TEST_F(LogProofs, ForgedRecordsAreNamed) {
  for (const bool of_head : {false, true}) {
    InclusionProof proof = inclusion();
    (of_head ? proof.head : proof.record).back() ^= 1;
    EXPECT_EQ(why_refused(proof), "forged");
    ConsistencyProof consistent = consistency();
    (of_head ? consistent.head : consistent.old_head).back() ^= 1;
    EXPECT_EQ(why_refused(consistent), "forged");
  }
}

std::string why_log_refused(const std::vector<Bytes>& records, const ByteSpan known_head = {},
                            const PublicKey& key = publisher_key()) {
  const Bytes file = encode_record_list(records);
  const auto checked = check_log(decode_record_list(file).value(), key, known_head);
  return checked.ok() ? "" : refused_name(checked.refusal().reason);
}

TEST_F(LogProofs, AWholeLogIsCheckedFromItsRecords) {
  const std::vector<Bytes> all = publisher.records();
  EXPECT_EQ(why_log_refused(all), "");
  EXPECT_EQ(why_log_refused(all, head), "");
  EXPECT_EQ(why_log_refused(all, old_head), "");
  std::vector<Bytes> fewer(all.begin(), all.end() - 1);
  EXPECT_EQ(why_log_refused(fewer, old_head), "");
  EXPECT_EQ(why_log_refused(fewer, head), "missing records");
  EXPECT_EQ(why_log_refused(all, all[0]), "unknown kind") << "the known head is none";
  Bytes forged = head;
  forged.back() ^= 1;
  EXPECT_EQ(why_log_refused(all, forged), "forged");
  EXPECT_EQ(why_log_refused(all, Publisher(8).publish_head()), "other session");
  EXPECT_EQ(why_log_refused(all, {}, test_key(2).public_key()), "other parties");
  EXPECT_EQ(why_log_refused({}), "missing records");
  fewer.erase(fewer.begin() + 3);
  EXPECT_EQ(why_log_refused(fewer), "missing records");
}

TEST_F(LogProofs, AHeadWithAFalseRootIsFoundInTheWholeLog) {
  Publisher liar;
  liar.publish(receipt(1));
  liar.publish(TreeHead{1, Digest{9}});
  EXPECT_EQ(why_log_refused(liar.records()), "wrong body");
  Publisher sizes;
  sizes.publish(receipt(1));
  const Digest root = merkle_root(sizes.nodes(), 1).value();
  sizes.publish(receipt(2));
  sizes.publish(TreeHead{1, root});
  EXPECT_EQ(why_log_refused(sizes.records()), "wrong body");
}

TEST_F(LogProofs, HaveOneEncoding) {
  const Bytes inclusion_file = encode_inclusion(inclusion());
  const Bytes consistency_file = encode_consistency(consistency());
  EXPECT_EQ(encode_inclusion(decode_inclusion(inclusion_file).value()), inclusion_file);
  EXPECT_EQ(encode_consistency(decode_consistency(consistency_file).value()), consistency_file);
  EXPECT_FALSE(decode_inclusion(consistency_file).ok());
  EXPECT_FALSE(decode_consistency(inclusion_file).ok());
  for (size_t i = 0; i < inclusion_file.size(); ++i) {
    EXPECT_FALSE(decode_inclusion(ByteSpan(inclusion_file).first(i)).ok()) << i;
  }
  Bytes longer = inclusion_file;
  longer.push_back(0);
  EXPECT_FALSE(decode_inclusion(longer).ok());
  const Bytes longest = encode_inclusion({{}, {}, MerklePath(kMaxMerklePath)});
  EXPECT_TRUE(decode_inclusion(longest).ok());
  longer = longest;
  longer[18] = kMaxMerklePath + 1;
  longer.resize(longer.size() + sizeof(Digest));
  EXPECT_FALSE(decode_inclusion(longer).ok());
}

}  // namespace
}  // namespace vouch
