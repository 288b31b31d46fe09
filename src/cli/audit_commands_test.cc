// Audits as both parties run them, and as they could cheat.
#include "cli/audit_commands.h"

#include <gtest/gtest.h>

#include "cli/test_audit_commands.h"

namespace vouch {
namespace {

TEST_F(AuditCommands, AWholeAuditIsAccepted) {
  go_to("sign");
  Words words = check_words();
  words.insert(words.end(), {"--head", path("p.record"), "--price", "0.04"});
  const Json checked = done(words);
  EXPECT_EQ(checked["said"].size(), 6U);
  EXPECT_TRUE(checked["due"].empty());
  EXPECT_TRUE(checked["in_time"].get<bool>());
  EXPECT_GT(checked["cost"]["money"].get<double>(), 0);
  // As the executor has it.
  const Json evaluated = done({"evaluate", path("net.vouch"), "--data", path("inputs"), "--labels",
                               path("labels"), "--layers", "0"});
  const double top1 = evaluated["proven"]["top1"].get<double>();
  EXPECT_EQ(checked["inputs"], kInputs);
  EXPECT_NEAR(checked["top1"].get<double>(), top1 * kInputs, 1e-6);
  EXPECT_GE(checked["correct"], checked["top1"]);
  EXPECT_LE(checked["correct"], checked["top5"]);
  EXPECT_LT(checked["interval"][0], checked["accuracy"].get<double>() + 1e-6);
}

TEST_F(AuditCommands, EachStepAgainSaysNothingNew) {
  go_to("sign");
  for (const char* step : {"request", "predict", "prove", "reveal", "verify", "sign"}) {
    const Bytes before = read_file(path("bundle/provider.records"), 1 << 20).value();
    done(words_of(step));
    EXPECT_EQ(read_file(path("bundle/provider.records"), 1 << 20).value(), before) << step;
  }
  EXPECT_EQ(said().request->inputs, uint64_t{kInputs});
}

TEST_F(AuditCommands, ProviderAndConsumerAreTwo) {
  go_to("begin");
  Words words = words_of("request");
  *(std::ranges::find(words, "--provider") + 1) = path("c.id");
  EXPECT_TRUE(tells(error_of(words), "have to be two"));
  EXPECT_FALSE(files::exists(path("bundle")));
}

TEST_F(AuditCommands, StepsOutOfOrderAreErrors) {
  go_to("begin");
  EXPECT_TRUE(tells(error_of(words_of("predict")), "no bundle"));
  go_to("request");
  EXPECT_TRUE(tells(error_of(words_of("prove")), "too early"));
  EXPECT_TRUE(tells(error_of(words_of("reveal")), "too early"));
  EXPECT_TRUE(tells(error_of(words_of("verify")), "too early"));
  EXPECT_TRUE(tells(error_of(words_of("sign")), "too early"));
  go_to("predict");
  EXPECT_TRUE(tells(error_of(words_of("reveal")), "too early"));
  EXPECT_TRUE(tells(error_of(check_words()), "not finished"));
  go_to("prove");
  EXPECT_TRUE(tells(error_of(words_of("verify")), "too early"));
  const Json status = done({"audit", "status", path("bundle")});
  EXPECT_EQ(status["due"][0]["role"], "consumer");
  EXPECT_EQ(status["due"][0]["command"], "audit reveal");
}

TEST_F(AuditCommands, LabelsAreSealedUntilTheyAreRevealed) {
  go_to("prove");
  const Digest sealed = said().request->labels;
  for (const auto& file : files::directory_iterator(path("bundle/objects"))) {
    EXPECT_NE(label_commitment(read_file(file.path().string(), 1 << 24).value()), sealed);
  }
}

TEST_F(AuditCommands, ShardsMakeEachProofOnce) {
  go_to("predict");
  for (const std::string shard : {"2/2", "1/2", "1/2"}) {
    done({"audit", "prove", path("bundle"), "--model", path("net.vouch"), "--shard", shard});
  }
  const auto first = files::last_write_time(path("bundle.work/0.made"));
  const Json finished = done(words_of("prove"));
  EXPECT_EQ(finished["made"], 0);
  EXPECT_EQ(files::last_write_time(path("bundle.work/0.made")), first);
  for (const char* shard : {"0/2", "3/2", "1", "1/x", "/2"}) {
    EXPECT_TRUE(tells(error_of({"audit", "prove", path("bundle"), "--model", path("net.vouch"),
                                "--shard", shard}),
                      "--shard wants"));
  }
}

TEST_F(AuditCommands, AProofThatIsNoneIsMadeAgain) {
  go_to("predict");
  done({"audit", "prove", path("bundle"), "--model", path("net.vouch"), "--shard", "1/1"});
  damage(path("bundle.work/1.made"));
  EXPECT_EQ(done(words_of("prove"))["made"], 1);
  go_to("predict");
  EXPECT_TRUE(tells(error_of({"audit", "prove", path("bundle"), "--model", path("net.vouch"),
                              "--shard", "1/1", "--memory", "1MB"}),
                    "of memory"));
}

TEST_F(AuditCommands, ObjectsThatAreMissingOrDamagedAreNamed) {
  go_to("sign");
  const AuditSaid all = said();
  const std::pair<Digest, const char*> named[] = {
      {all.request->commitment, "the model's commitment"},
      {all.request->included, "was published"},
      {all.request->input_list, "the list of inputs"},
      {all.predictions->predictions, "the predictions"},
      {all.proofs->proof_list, "the list of proofs"},
      {all.labels->opening, "the opening of the labels"},
      {bundle().get_list(all.request->input_list, kInputs, "").value()[4], "input 4"},
      {bundle().get_list(all.proofs->proof_list, kInputs, "").value()[1], "the proof of batch 1"}};
  for (const auto& [object, what] : named) {
    go_to("sign");
    damage(bundle().object_path(object));
    const std::string damaged = error_of(check_words());
    EXPECT_TRUE(tells(damaged, what) && tells(damaged, "is damaged")) << damaged;
    files::remove(bundle().object_path(object));
    const std::string missing = error_of(check_words());
    EXPECT_TRUE(tells(missing, what) && tells(missing, "is missing")) << missing;
  }
}

TEST_F(AuditCommands, OtherPartiesAndOtherRootsAreRejected) {
  go_to("sign");
  Words words = check_words();
  words[4] = path("q.id");
  EXPECT_TRUE(begins(rejected(words), "other parties: the provider"));
  words = check_words();
  words.insert(words.end(), {"--head", path("q.record")});
  EXPECT_TRUE(begins(rejected(words), "not in the log"));
}

TEST_F(AuditCommands, AModelThatAnotherPublishedCannotBeRequested) {
  go_to("begin");
  Words words = words_of("request");
  *std::ranges::find(words, path("net.included")) = path("q.included");
  EXPECT_TRUE(tells(error_of(words), "not published by the provider"));
}

TEST_F(AuditCommands, OnlyTheRequestedModelPredictsAndProves) {
  go_to("request");
  for (const char* step : {"predict", "prove"}) {
    Words words = words_of(step);
    words.back() = path("other.vouch");
    EXPECT_TRUE(tells(error_of(words), "the audit is about"));
  }
}

TEST_F(AuditCommands, ADeliveredModelIsTheAuditedOneOrNot) {
  go_to("sign");
  done({"audit", "purchase", path("bundle"), "--model", path("net.vouch")});
  const Ended other = say({"audit", "purchase", path("bundle"), "--model", path("other.vouch")});
  EXPECT_EQ(other.status, 1);
  EXPECT_TRUE(tells(other.out, "weights do not open")) << other.out << other.problems;
}

TEST_F(AuditCommands, APurchaseNeedsAFinishedAndRightAudit) {
  const auto purchase = [](Words more) {
    Words words{"audit", "purchase", path("bundle"), "--model", path("net.vouch")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  for (const char* step : {"request", "predict", "prove", "reveal", "verify"}) {
    go_to(step);
    EXPECT_TRUE(tells(error_of(purchase({})), "not finished")) << step;
  }
  ASSERT_TRUE(dishonest(kAuditProvider).say(AuditAgreement{Digest{1}}).ok());
  EXPECT_TRUE(begins(rejected(purchase({})), "provider agreement: it is about another"));
  go_to("sign");
  done(purchase(
      {"--provider", path("p.id"), "--consumer", path("c.id"), "--head", path("p.record")}));
  EXPECT_TRUE(
      begins(rejected(purchase({"--provider", path("q.id")})), "other parties: the provider"));
  EXPECT_TRUE(
      begins(rejected(purchase({"--consumer", path("q.id")})), "other parties: the consumer"));
  EXPECT_TRUE(begins(rejected(purchase({"--head", path("q.record")})), "not in the log"));
}

// What the provider could do.

TEST_F(AuditCommands, PredictionsThatTheModelDoesNotGiveCannotBeProven) {
  go_to("prove");
  Bytes predictions = bundle().get(said().predictions->predictions, 1 << 20, "").value();
  const Digest proofs = said().proofs->proof_list;
  go_to("request");
  predictions[4 * kClasses] ^= 1;
  const Digest object = bundle().put(predictions).value();
  ASSERT_TRUE(dishonest(kAuditProvider).say(AuditPredictions{object}).ok());
  EXPECT_TRUE(tells(error_of(words_of("prove")), "does not give what was predicted"));
  // The proofs of the true ones, from the honest run of the same session.
  for (const auto& file : files::directory_iterator(root / "prove" / "bundle" / "objects")) {
    files::copy(file.path(), path("bundle/objects"), files::copy_options::skip_existing);
  }
  ASSERT_TRUE(dishonest(kAuditProvider).say(AuditProofs{proofs}).ok());
  EXPECT_TRUE(begins(rejected(check_words()), "provider proofs: the proof of batch 1 is rejected"));
  done(words_of("reveal"));
  EXPECT_TRUE(begins(rejected(words_of("verify")), "provider proofs: the proof of batch 1"));
}

TEST_F(AuditCommands, ProofsThatAreExchangedOrLeftOutAreRejected) {
  go_to("prove");
  const Digest list = said().proofs->proof_list;
  std::vector<Digest> proofs = bundle().get_list(list, kInputs, "").value();
  const auto rejected_with = [&](const std::vector<Digest>& announced) {
    go_to("predict");
    for (const Digest& proof : proofs) {
      files::copy(root / "prove" / "bundle" / "objects" /
                      files::path(bundle().object_path(proof)).filename(),
                  path("bundle/objects"), files::copy_options::skip_existing);
    }
    const Digest object = bundle().put_list(announced).value();
    EXPECT_TRUE(dishonest(kAuditProvider).say(AuditProofs{object}).ok());
    return rejected(check_words());
  };
  ASSERT_EQ(proofs.size(), 2U);
  EXPECT_TRUE(
      begins(rejected_with({proofs[1], proofs[0]}), "provider proofs: the proof of batch 0"));
  EXPECT_TRUE(begins(rejected_with({proofs[0]}),
                     "provider proofs: the list of proofs has 1 entries, not 2"));
  EXPECT_TRUE(
      begins(rejected_with({}), "provider proofs: the list of proofs has 0 entries, not 2"));
  EXPECT_TRUE(begins(rejected_with({proofs[0], proofs[1], proofs[0]}),
                     "provider proofs: the list of proofs has 3 entries, not 2"));
  EXPECT_TRUE(
      begins(rejected_with({proofs[0], proofs[0]}), "provider proofs: the proof of batch 1"));
}

TEST_F(AuditCommands, AListThatIsNoneIsItsAuthorsFault) {
  go_to("predict");
  const Digest none = bundle().put(Bytes(33)).value();
  ASSERT_TRUE(dishonest(kAuditProvider).say(AuditProofs{none}).ok());
  EXPECT_TRUE(
      begins(rejected(check_words()), "provider proofs: the list of proofs is no list of digests"));
}

TEST_F(AuditCommands, NobodyIsLateForADeadlineThatHadPassed) {
  go_to("request");
  AuditRequest request = *said().request;
  request.deadline = now_milliseconds() - 1;
  request_anew(request);
  EXPECT_TRUE(begins(rejected(words_of("predict")), "consumer request: its deadline had passed"));
  EXPECT_FALSE(files::exists(path("bundle/provider.records")));
  // Answered nevertheless.
  ASSERT_TRUE(dishonest(kAuditProvider).say(AuditPredictions{}).ok());
  EXPECT_TRUE(begins(rejected(check_words()), "consumer request: its deadline had passed"));
}

TEST_F(AuditCommands, ARequestThatCameTooLateIsNotAnswered) {
  go_to("request");
  AuditRequest request = *said().request;
  constexpr uint64_t kHour = 3600000;
  const uint64_t signed_at = now_milliseconds() - 2 * kHour;
  request.deadline = signed_at + kHour;
  replace_request(request, signed_at);
  EXPECT_TRUE(tells(error_of(words_of("predict")), "the request's deadline has passed"));
  EXPECT_FALSE(files::exists(path("bundle/provider.records")));
  // Who answers it is late.
  ASSERT_TRUE(dishonest(kAuditProvider).say(AuditPredictions{}).ok());
  EXPECT_TRUE(provider_is_late(exchange().records));
}

TEST_F(AuditCommands, ProofsOfAnotherSessionAreRejected) {
  go_to("prove");
  const AuditSaid before = said();
  request_anew(*before.request);
  ASSERT_TRUE(dishonest(kAuditProvider).say(*before.predictions).ok());
  ASSERT_TRUE(dishonest(kAuditProvider).say(*before.proofs).ok());
  const std::string said_of = rejected(check_words());
  EXPECT_TRUE(begins(said_of, "provider proofs: the proof of batch 0 is rejected: statement") &&
              tells(said_of, "context"))
      << said_of;
}

TEST_F(AuditCommands, AnAgreementIsAboutTheReport) {
  go_to("verify");
  ASSERT_TRUE(dishonest(kAuditProvider).say(AuditAgreement{Digest{1}}).ok());
  EXPECT_TRUE(begins(rejected(check_words()), "provider agreement: it is about another"));
}

// What the consumer could do.

TEST_F(AuditCommands, OtherLabelsThanWereCommittedToAreRejected) {
  go_to("prove");
  const Digest other =
      bundle().put(encode_label_opening({{1}, std::vector<uint32_t>(kInputs, 3)})).value();
  ASSERT_TRUE(dishonest(kAuditConsumer).say(AuditLabels{other}).ok());
  EXPECT_TRUE(begins(rejected(check_words()), "consumer labels: they do not open"));
  EXPECT_TRUE(begins(rejected(words_of("verify")), "consumer labels"));
}

TEST_F(AuditCommands, AReportWithOtherNumbersIsNotSigned) {
  go_to("verify");
  const AuditReport honest = *said().report;
  for (uint64_t AuditReport::*number :
       {&AuditReport::inputs, &AuditReport::correct, &AuditReport::top1, &AuditReport::top5}) {
    go_to("reveal");
    AuditReport report = honest;
    report.*number += 1;
    ASSERT_TRUE(dishonest(kAuditConsumer).say(report).ok());
    EXPECT_TRUE(begins(rejected(words_of("sign")), "consumer report: its numbers"));
    EXPECT_TRUE(begins(rejected(check_words()), "consumer report: its numbers"));
  }
}

TEST_F(AuditCommands, ARequestThatIsNoneIsNotAnswered) {
  const std::pair<const char*, std::function<void(AuditRequest&)>> wrong[] = {
      {"a variant", [](AuditRequest& r) { r.variant = 9; }},
      {"batches", [](AuditRequest& r) { r.batch = 0; }},
      {"inputs", [](AuditRequest& r) { r.inputs = 0; }},
      {"the list of inputs has 6 entries, not 7", [](AuditRequest& r) { r.inputs = kInputs + 1; }},
      {"the list of inputs has 6 entries, not 5", [](AuditRequest& r) { r.inputs = kInputs - 1; }},
      {"the list of inputs is no list of digests",
       [](AuditRequest& r) { r.input_list = bundle().put(Bytes(33)).value(); }},
      {"margin", [](AuditRequest& r) { r.confidence = kMillion; }},
      {"classes", [](AuditRequest& r) { r.top = kClasses; }},
      {"another model", [](AuditRequest& r) { r.model[0] ^= 1; }},
      {"input 0", [](AuditRequest& r) {
         const Digest none = bundle().put(Bytes{1, 2, 3}).value();
         r.input_list = bundle().put_list(std::vector<Digest>(kInputs, none)).value();
       }}};
  for (const auto& [what, change] : wrong) {
    go_to("request");
    AuditRequest request = *said().request;
    change(request);
    request_anew(request);
    const std::string said_of = rejected(words_of("predict"));
    EXPECT_TRUE(begins(said_of, "consumer request: ") && tells(said_of, what)) << said_of;
  }
}

// Records that are not what they were.
std::vector<Bytes> records_of(const std::string& file) {
  return records_in(read_file(file, 1 << 20).value());
}

TEST_F(AuditCommands, RecordsOfAnotherAuditOrProtocolAreRefused) {
  go_to("sign");
  const std::vector<Bytes> honest = records_of(path("bundle/provider.records"));
  const auto with = [&](std::vector<Bytes> records) {
    EXPECT_TRUE(bundle().put_records("provider", records).ok());
    files::remove(path("bundle/consumer.records"));
    Words words = check_words();
    words.emplace_back("--json");
    const Ended end = say(words);
    EXPECT_EQ(end.status, 2) << "not finished";
    const Json first = end.object()["passed_over"][0];
    return first["reason"].get<std::string>() + ": " + first["detail"].get<std::string>();
  };
  std::vector<Bytes> records = honest;
  records[3].back() ^= 1;
  EXPECT_TRUE(begins(with(records), "forged: entry 3 of provider.records"));
  records = honest;
  records[2].pop_back();
  EXPECT_TRUE(begins(with(records), "malformed: entry 2 of provider.records"));
  records = honest;
  std::swap(records[1], records[2]);
  EXPECT_TRUE(begins(with(records), "out of order: entry 1"));
  records = honest;
  records.erase(records.begin() + 3);
  EXPECT_TRUE(begins(with(records), "out of order: entry 3"));
  done({"log", "export", path("p.log"), "-o", path("p.records")});
  records = honest;
  records[1] = records_of(path("p.records"))[0];
  EXPECT_TRUE(begins(with(records), "other protocol: entry 1"));
  // The predictions of another session between the same parties.
  files::remove_all(path("bundle"));
  files::remove(path("p.state"));
  files::remove(path("c.state"));
  done(words_of("request"));
  const std::vector<Bytes> other = records_of(path("bundle/consumer.records"));
  EXPECT_TRUE(begins(with({other[0], honest[1]}), "other session: entry 1"));
}

TEST_F(AuditCommands, WhatIsWrongIsPassedOverAndConvictsWhoSignedIt) {
  go_to("prove");
  std::vector<Bytes> records = records_of(path("bundle/provider.records"));
  records.insert(records.begin() + 1, Bytes{1, 2, 3});
  const SignedRecord last = SignedRecord::open(records.back()).value();
  Record twice = last.record();
  std::get<uint64_t>(twice.body[2]) += 1;
  const SecretKey key = decode_secret_key(read_file(path("p.key"), 4096).value()).value();
  records.push_back(SignedRecord::sign(twice, key).value().bytes());
  ASSERT_TRUE(bundle().put_records("provider", records).ok());
  EXPECT_EQ(done(words_of("reveal"))["passed_over"].size(), 2U);
  const Json status = done({"audit", "status", path("bundle")});
  EXPECT_EQ(status["said"].size(), 4U);
  EXPECT_EQ(status["passed_over"].size(), 2U);
  const Ended checked = say({"audit", "check", path("bundle"), "--json"});
  EXPECT_EQ(checked.status, 1) << checked.out;
  EXPECT_EQ(checked.object()["judgement"]["at_fault"], "provider");
  EXPECT_EQ(checked.object()["judgement"]["deviations"][0]["reason"], "forked");
  EXPECT_EQ(say({"arbitrate", path("bundle")}).status, 1);
}

// A third names the session that he means, if files tell of several.
TEST_F(AuditCommands, TheSessionCanBeNamed) {
  go_to("sign");
  const std::string session = done(check_words())["session"].get<std::string>();
  const std::vector<Bytes> honest = records_of(path("bundle/provider.records"));
  Record foreign = SignedRecord::open(honest[0]).value().record();
  foreign.session.id[0] ^= 1;
  const SecretKey key = decode_secret_key(read_file(path("c.key"), 4096).value()).value();
  ASSERT_TRUE(
      bundle().put_records("consumer", {SignedRecord::sign(foreign, key).value().bytes()}).ok());
  EXPECT_NE(done({"audit", "status", path("bundle")})["session"], session);
  Words words = check_words();
  words.insert(words.end(), {"--session", session});
  EXPECT_EQ(done(words)["session"], session);
  EXPECT_EQ(done({"arbitrate", path("bundle"), "--session", session})["session"], session);
  EXPECT_TRUE(tells(error_of({"audit", "status", path("bundle"), "--session", "12"}), "64"));
  words.back() = std::string(64, '0');
  EXPECT_TRUE(begins(rejected(words), "other session"));
}

}  // namespace
}  // namespace vouch
