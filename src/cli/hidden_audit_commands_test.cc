// Audits whose predictions stay hidden, and how they could be cheated.
#include <gtest/gtest.h>

#include "cli/test_audit_commands.h"

namespace vouch {
namespace {

// Only the number of correct predictions is told.
class HiddenAudit : public AuditCommands {
 protected:
  // Everything up to a step, in the order of this variant.
  static void hidden_until(const std::string& last) {
    go_to("begin");
    for (const std::string step : {"request", "predict", "reveal", "prove", "verify", "sign"}) {
      Words words = words_of(step);
      if (step == "request") {
        words.insert(words.end(), {"--variant", "hidden"});
      }
      done(words);
      if (step == last) {
        return;
      }
    }
  }
  // Forgets all but the first records of the session, on the provider's side.
  static void shorten_to(size_t count) {
    std::vector<Bytes> records;
    const Exchange exchange = read_exchange(bundle(), audit_workflow()).value().value();
    for (size_t i = 0; i < count; ++i) {
      records.push_back(exchange.records[i].bytes());
    }
    files::remove(path("p.state"));
    files::remove(path("bundle/provider.records"));
    files::remove_all(path("bundle.work"));
    EXPECT_TRUE(bundle().put_records("consumer", records).ok());
  }
  // Signs a record after all that are in the bundle.
  static void say_without_state(const std::string& party, uint8_t author, const Saying& saying,
                                uint64_t time = now_milliseconds()) {
    const Exchange exchange = read_exchange(bundle(), audit_workflow()).value().value();
    MemoryHistory history(exchange.session);
    std::vector<Bytes> records;
    for (const SignedRecord& record : exchange.records) {
      history.add(record);
      records.push_back(record.bytes());
    }
    const SecretKey key = decode_secret_key(read_file(path(party + ".key"), 4096).value()).value();
    const Record record{exchange.session,         saying.kind, author,
                        ends_of(history).value(), time,        saying.body};
    records.push_back(SignedRecord::sign(record, key).value().bytes());
    EXPECT_TRUE(bundle().put_records(audit_rules().roles.at(author), records).ok());
  }
  // Another record of the proofs than was said.
  static void say_instead_of_proofs(const AuditProofs& proofs) {
    shorten_to(3);
    say_without_state("p", kAuditProvider, saying(proofs));
  }
};

TEST_F(HiddenAudit, ProvesTheNumberAlone) {
  go_to("sign");
  const Json open = done(check_words());
  const Digest outputs = said().predictions->predictions;
  hidden_until("sign");
  const Json checked = done(check_words());
  EXPECT_EQ(checked["variant"], "hidden");
  EXPECT_EQ(checked["correct"], open["correct"]);
  EXPECT_EQ(checked["interval"], open["interval"]);
  EXPECT_FALSE(checked.contains("top1"));
  EXPECT_NE(said().predictions->predictions, outputs);
  for (const auto& file : files::directory_iterator(path("bundle/objects"))) {
    EXPECT_NE(files::file_size(file.path()), uint64_t{kInputs} * kClasses);
  }
}

// Of two predictions under one salt everybody could see whether, and how, they differ.
TEST_F(HiddenAudit, TwoRequestsOfOneSessionHaveNoSaltInCommon) {
  hidden_until("predict");
  const AuditRequest first = *said().request;
  const uint64_t time = exchange().records.front().record().time;
  const auto predictions = [] {
    return bundle().get_list(said().predictions->predictions, kInputs, "").value();
  };
  const std::vector<Digest> before = predictions();
  files::remove(path("p.state"));
  files::remove(path("bundle/provider.records"));
  done(words_of("predict"));
  EXPECT_EQ(predictions(), before);  // nothing is told by the same answer to the same request
  AuditRequest second = first;
  ++second.deadline;
  replace_request(second, time);
  done(words_of("predict"));
  const std::vector<Digest> after = predictions();
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_NE(after[i], before[i]) << i;  // of the same classes of the same input
  }
}

TEST_F(HiddenAudit, APredictionListThatIsNoneIsTheProvidersFault) {
  hidden_until("request");
  const AuditRequest request = *said().request;
  const uint64_t time = exchange().records.front().record().time;
  for (const auto& [size, what] : {std::pair(33, "is no list of digests"),
                                   std::pair(32 * (kInputs + 1), "has 7 entries, not 6")}) {
    replace_request(request, time);
    const Digest none = bundle().put(Bytes(static_cast<size_t>(size))).value();
    ASSERT_TRUE(dishonest(kAuditProvider).say(AuditPredictions{none}).ok());
    EXPECT_EQ(rejected(check_words()),
              std::string("provider predictions: the list of predictions ") + what);
  }
}

TEST_F(HiddenAudit, AnOpeningOfTheNumberThatIsNoneIsTheProvidersFault) {
  hidden_until("prove");
  AuditProofs proofs = *said().proofs;
  proofs.count = bundle().put(Bytes(5000)).value();
  say_instead_of_proofs(proofs);
  EXPECT_TRUE(begins(rejected(check_words()), "provider proofs: "));
}

TEST_F(HiddenAudit, ProofsWaitForLabels) {
  hidden_until("request");
  AuditRequest request = *said().request;
  const uint64_t time = exchange().records.front().record().time;
  constexpr uint64_t kSecond = 1000;
  request.deadline = time + kSecond;
  replace_request(request, time);
  say_without_state("p", kAuditProvider, saying(AuditPredictions{}), time + 1);
  say_without_state("c", kAuditConsumer, saying(AuditLabels{}), time + kSecond);
  say_without_state("p", kAuditProvider, saying(AuditProofs{}), time + 2 * kSecond);
  EXPECT_TRUE(provider_is_late(exchange().records));
  // Labels that come too late excuse him.
  replace_request(request, time);
  say_without_state("p", kAuditProvider, saying(AuditPredictions{}), time + 1);
  say_without_state("c", kAuditConsumer, saying(AuditLabels{}), time + kSecond + 1);
  say_without_state("p", kAuditProvider, saying(AuditProofs{}), time + 2 * kSecond);
  EXPECT_FALSE(provider_is_late(exchange().records));
}

TEST_F(HiddenAudit, LabelsComeBeforeProofs) {
  hidden_until("predict");
  EXPECT_TRUE(tells(error_of(words_of("prove")), "too early"));
  hidden_until("reveal");
  EXPECT_TRUE(tells(error_of(words_of("verify")), "too early"));
  EXPECT_EQ(done({"audit", "status", path("bundle")})["due"][0]["command"], "audit prove");
}

TEST_F(HiddenAudit, AnotherNumberIsRejected) {
  hidden_until("prove");
  AuditProofs proofs = *said().proofs;
  CountOpening opening = decode_count_opening(bundle().get(proofs.count, 4096, "").value()).value();
  ++opening.total;
  proofs.count = bundle().put(encode_count_opening(opening)).value();
  say_instead_of_proofs(proofs);
  EXPECT_TRUE(begins(rejected(check_words()), "provider proofs: the committed counts do not"));
}

TEST_F(HiddenAudit, OtherPredictionsThanWereFixedAreRejected) {
  hidden_until("prove");
  const AuditSaid honest = said();
  std::vector<Digest> predictions =
      bundle().get_list(honest.predictions->predictions, kInputs, "").value();
  std::swap(predictions[4], predictions[5]);
  const Digest swapped = bundle().put_list(predictions).value();
  // From the request on again, with the honest proofs of the same session.
  shorten_to(1);
  ASSERT_TRUE(dishonest(kAuditProvider).say(AuditPredictions{swapped}).ok());
  say_without_state("c", kAuditConsumer, saying(*honest.labels));
  EXPECT_TRUE(tells(error_of(words_of("prove")), "does not give what was predicted"));
  ASSERT_TRUE(dishonest(kAuditProvider).say(*honest.proofs).ok());
  EXPECT_TRUE(begins(rejected(check_words()), "provider proofs: the proof of batch 1 is rejected"));
}

}  // namespace
}  // namespace vouch
