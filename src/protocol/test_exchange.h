// For tests: two parties and a bundle.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "protocol/participant.h"
#include "records/test_records.h"
#include "records/test_store.h"

namespace vouch {

inline constexpr size_t kAsks = 0;
inline constexpr size_t kReplies = 1;

// Question, reply, question, reply; then it is over.
class TrialWorkflow final : public Workflow {
 public:
  [[nodiscard]] const ProtocolRules& rules() const override { return trial_rules(); }
  [[nodiscard]] std::vector<Turn> due(std::span<const SignedRecord> said) const override {
    if (said.size() == 4) {
      return {};
    }
    return said.size() % 2 == 0 ? std::vector<Turn>{{Question::kKind, kAsks, "ask", {}}}
                                : std::vector<Turn>{{Reply::kKind, kReplies, "reply", {}}};
  }
};
inline const TrialWorkflow kTrial;

class ExchangeTest : public TestDirectory {
 protected:
  [[nodiscard]] Participant asker() const {
    return Participant::begin(kTrial, {path("bundle"), path("asker")}, test_key(1),
                              {test_key(1).public_key(), test_key(2).public_key()})
        .value();
  }
  [[nodiscard]] Result<Checked<Participant>> join(uint8_t key = 2,
                                                  const std::string& state = "replier") const {
    return Participant::join(kTrial, {path("bundle"), path(state)}, test_key(key), kReplies);
  }
  [[nodiscard]] Participant replier() const { return join().value().value(); }
  // All four records.
  void whole_session() const {
    for (uint64_t round = 0; round < 2; ++round) {
      Participant asks = asker();
      EXPECT_TRUE(asks.take_in().value().empty());
      EXPECT_TRUE(asks.say(Question{round, "why"}).ok());
      Participant replies = replier();
      EXPECT_TRUE(replies.take_in().value().empty());
      EXPECT_TRUE(replies.say(Reply{{static_cast<uint8_t>(round)}, {}}).ok());
    }
  }
  [[nodiscard]] Bundle bundle() const { return Bundle::open(path("bundle")).value(); }
  [[nodiscard]] std::vector<Bytes> records_of(const std::string& role) const {
    return records_in(bundle().find_records(role).value().value());
  }
  // What a third says of the bundle.
  [[nodiscard]] Refused refused() const {
    const auto exchange = read_exchange(bundle(), kTrial).value();
    EXPECT_TRUE(exchange.ok());
    EXPECT_FALSE(exchange.value().refused.empty());
    return exchange.value().refused.at(0).reason;
  }
};

// Records that the replier's program did not write, in its file.
class ForgedExchange : public ExchangeTest {
 protected:
  void SetUp() override {
    ExchangeTest::SetUp();
    Participant asks = asker();
    EXPECT_TRUE(asks.say(Question{0, "why"}).ok());
    question_ = asks.records().front().bytes();
    history_.emplace(asks.session());
    history_->add(asks.records().front());
  }
  // What asker and third say of a file of these records behind the question.
  [[nodiscard]] Refused refused_with(std::vector<Bytes> records) const {
    records.insert(records.begin(), question_);
    EXPECT_TRUE(bundle().put_records("replier", records).ok());
    const std::vector<Refusal> taken = asker().take_in().value();
    EXPECT_FALSE(taken.empty());
    EXPECT_EQ(taken.at(0).reason, refused());
    EXPECT_NE(taken.at(0).detail.find("replier.records"), std::string::npos);
    return refused();
  }
  [[nodiscard]] Record reply(uint8_t which = 1) const {
    return next_record(*history_, kReplies, Reply{{which}, {}});
  }
  Bytes question_;
  std::optional<MemoryHistory> history_;
};

}  // namespace vouch
