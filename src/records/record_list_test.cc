#include "records/record_list.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "records/test_records.h"

namespace vouch {
namespace {

// Question, reply, question, reply.
class RecordLists : public testing::Test {
 protected:
  RecordLists() : history(trial_session()) {
    for (uint8_t i = 0; i < 4; ++i) {
      const uint8_t author = i % 2;
      const SignedRecord record =
          signed_record(author == 0 ? next_record(history, author, Question{i, "?"})
                                    : next_record(history, author, Reply{{i}, {}}));
      history.add(record);
      records.push_back(record.bytes());
    }
  }
  static std::string why_not(const std::vector<Bytes>& records,
                             const std::vector<ChainEnd>& known = {}) {
    const Bytes file = encode_record_list(records);
    const auto checked =
        check_records(trial_session(), trial_rules(), decode_record_list(file).value(), known);
    EXPECT_TRUE(!checked.ok() || checked.value().size() == records.size());
    return checked.ok() ? "" : refused_name(checked.refusal().reason);
  }
  [[nodiscard]] std::vector<Bytes> without(size_t i) const {
    std::vector<Bytes> fewer = records;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    return fewer;
  }

  MemoryHistory history;
  std::vector<Bytes> records;
};

TEST_F(RecordLists, WholeOnesAreAccepted) {
  EXPECT_EQ(why_not(records), "");
  EXPECT_EQ(why_not(records, ends_of(history).value()), "");
  EXPECT_EQ(why_not({}), "");
}

TEST_F(RecordLists, OneLeftOutIsMissing) {
  for (size_t i = 0; i + 1 < records.size(); ++i) {
    EXPECT_EQ(why_not(without(i)), "missing records") << i;
  }
}

TEST_F(RecordLists, TheLastOneIsMissedByWhoKnowsOfIt) {
  EXPECT_EQ(why_not(without(3)), "") << "nothing in the others tells of it";
  EXPECT_EQ(why_not(without(3), ends_of(history).value()), "missing records");
  auto other = ends_of(history).value();
  other[1].last[0] ^= 1;
  EXPECT_EQ(why_not(records, other), "forked");
}

TEST_F(RecordLists, ExchangedOnesAreOutOfOrder) {
  std::swap(records[0], records[2]);
  EXPECT_EQ(why_not(records), "out of order");
}

TEST_F(RecordLists, TheSameTwiceIsReplayed) {
  records.push_back(records[1]);
  EXPECT_EQ(why_not(records), "replayed");
}

TEST_F(RecordLists, AForgedOneIsForged) {
  records[2].back() ^= 1;
  EXPECT_EQ(why_not(records), "forged");
  records[2].pop_back();
  EXPECT_EQ(why_not(records), "malformed");
}

TEST_F(RecordLists, HaveOneEncoding) {
  const Bytes file = encode_record_list(records);
  for (size_t i = 0; i < file.size(); ++i) {
    EXPECT_FALSE(decode_record_list(ByteSpan(file).first(i)).ok()) << i;
  }
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_FALSE(decode_record_list(longer).ok());
  Bytes many = encode_record_list({});
  std::fill(many.end() - 4, many.end(), uint8_t{0xff});
  EXPECT_FALSE(decode_record_list(many).ok()) << "a count without records";
  EXPECT_FALSE(decode_record_list(encode_record_list({Bytes(kMaxRecordBytes + 1)})).ok());
}

TEST_F(RecordLists, AreReadAsFarAsIsAskedFor) {
  const Bytes file = encode_record_list(std::vector<Bytes>(9));
  const auto read = [&](size_t most) { return decode_readable_list(file, most); };
  EXPECT_EQ(read(10).records.size(), 9U);
  EXPECT_EQ(read(8).records.size(), 8U);
  EXPECT_FALSE(read(8).wrong) << "the rest is not looked at";
}

}  // namespace
}  // namespace vouch
