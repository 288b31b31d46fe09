// Audits as both parties run them, and as they could cheat.
#include "cli/audit_commands.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "base/file.h"
#include "cli/ran_program.h"
#include "cli/vouch_program.h"
#include "protocol/audit/audit_records.h"
#include "protocol/audit/label_opening.h"
#include "protocol/participant.h"
#include "records/key_file.h"
#include "records/publication.h"
#include "records/test_records.h"
#include "verify/files.h"

namespace vouch {
namespace {

namespace files = std::filesystem;

constexpr int kInputs = 6;
constexpr int kClasses = 7;

// One honest audit is made for all tests, and its directory kept as it was after each step, by the
// step's name. A test works on a copy: paths in it are the same in all.
class AuditCommands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    root = files::temp_directory_path() / ("vouch_audit_test_" + std::to_string(getpid()));
    files::create_directories(root / "now" / "inputs");
    setenv("XDG_CACHE_HOME", root.c_str(), 1);
    make_parties();
    keep("begin");
    for (const char* step : {"request", "predict", "prove", "reveal", "verify", "sign"}) {
      done(words_of(step));
      keep(step);
    }
  }
  static void TearDownTestSuite() { files::remove_all(root); }

  static std::string path(const std::string& name) { return (root / "now" / name).string(); }

  static Ended say(Words words) { return run(vouch_program(), std::move(words)); }
  static Json done(Words words) {
    words.emplace_back("--json");
    const Ended end = say(words);
    EXPECT_EQ(end.status, 0) << words[1] << ": " << end.problems << end.out;
    return Json::parse(end.out, nullptr, false);
  }
  // The fault's role and record, or the refusal's reason, and the detail.
  static std::string rejected(Words words) {
    words.emplace_back("--json");
    const Ended end = say(std::move(words));
    EXPECT_EQ(end.status, 1) << end.problems << end.out;
    const Json object = Json::parse(end.out, nullptr, false);
    if (object.contains("fault")) {
      return object["fault"]["role"].get<std::string>() + " " +
             object["fault"]["record"].get<std::string>() + ": " +
             object["fault"]["detail"].get<std::string>();
    }
    return object.value("reason", "") + ": " + object.value("detail", "");
  }
  static std::string error_of(Words words) {
    const Ended end = say(std::move(words));
    EXPECT_EQ(end.status, 2) << end.out;
    return end.problems;
  }
  static bool begins(const std::string& text, const std::string& beginning) {
    return text.starts_with(beginning);
  }
  static bool tells(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  static Words words_of(const std::string& step) {
    Words words{"audit", step, path("bundle")};
    const bool consumer = step == "request" || step == "reveal" || step == "verify";
    const std::string party = consumer ? "c" : "p";
    words.insert(words.end(), {"--key", path(party + ".key"), "--state", path(party + ".state")});
    if (step == "request") {
      words.insert(words.end(), {"--provider", path("p.id"), "--model", path("net.pub"),
                                 "--included", path("net.included"), "--inputs", path("inputs"),
                                 "--labels", path("labels"), "--batch", "4", "--top", "2"});
    }
    if (step == "predict" || step == "prove") {
      words.insert(words.end(), {"--model", path("net.vouch")});
    }
    return words;
  }
  static Words check_words() {
    return {"audit",      "check",      path("bundle"), "--provider",
            path("p.id"), "--consumer", path("c.id")};
  }

  // Everything as it was after a step.
  static void go_to(const std::string& step) {
    files::remove_all(root / "now");
    files::copy(root / step, root / "now", files::copy_options::recursive);
  }

  static void make_parties() {
    for (const std::string party : {"p", "c", "q"}) {
      done({"identity", "new", "-o", path(party + ".key"), "--public", path(party + ".id")});
    }
    done({"new-model", "mobilenet_v2", "--width", "0.1", "--size", "32", "--classes",
          std::to_string(kClasses), "-o", path("net.tflite")});
    for (const std::string net : {"net", "other"}) {
      done({"compile", path("net.tflite"), "-o", path(net + ".vouch"), "--shift", "12"});
    }
    done({"commit", path("net.vouch"), "-o", path("net.pub")});
    for (const std::string party : {"p", "q"}) {
      const std::string log = path(party + ".log");
      done({"log", "new", log, "--key", path(party + ".key")});
      done({"log", "append", log, "--key", path(party + ".key"), "--model", path("net.pub")});
      done({"log", "root", log, "--key", path(party + ".key"), "-o", path(party + ".record")});
      done({"log", "prove", log, "--record", "0", "-o",
            path(party == "p" ? "net.included" : "q.included")});
    }
    std::ofstream labels(path("labels"));
    for (int i = 0; i < kInputs; ++i) {
      done({"new-picture", "-o", path("inputs/" + std::to_string(i) + ".png"), "--width", "32",
            "--height", "32", "--seed", std::to_string(i)});
      labels << i % kClasses << "\n";
    }
  }
  static void keep(const std::string& step) {
    files::copy(root / "now", root / step, files::copy_options::recursive);
  }

  static Bundle bundle() { return Bundle::open(path("bundle")).value(); }
  static Exchange exchange() { return read_exchange(bundle(), audit_workflow()).value().value(); }
  static AuditSaid said() { return audit_said(exchange().records); }
  // A party that says what its program would not.
  static Participant dishonest(size_t role) {
    const std::string party = role == kAuditProvider ? "p" : "c";
    SecretKey key = decode_secret_key(read_file(path(party + ".key"), 4096).value()).value();
    Participant participant =
        Participant::join(audit_workflow(), {path("bundle"), path(party + ".state")},
                          std::move(key), role)
            .value()
            .value();
    EXPECT_TRUE(participant.take_in().value().empty());
    return participant;
  }
  // Another session, with this request.
  static void request_anew(const AuditRequest& request) {
    files::remove(path("c.state"));
    files::remove(path("p.state"));
    files::remove(path("bundle/consumer.records"));
    files::remove(path("bundle/provider.records"));
    const auto key = [](const char* name) {
      return decode_secret_key(read_file(path(name), 4096).value()).value();
    };
    Participant consumer =
        Participant::begin(audit_workflow(), {path("bundle"), path("c.state")}, key("c.key"),
                           {key("p.key").public_key(), key("c.key").public_key()})
            .value();
    ASSERT_TRUE(consumer.say(request).ok());
  }
  // Another request in the same session, of which the provider's state knows nothing.
  static void replace_request(const AuditRequest& request, uint64_t time) {
    const MemoryHistory nothing_said(exchange().session);
    const Saying what = saying(request);
    const Record record{
        exchange().session, what.kind, kAuditConsumer, ends_of(nothing_said).value(), time,
        what.body};
    const SecretKey key = decode_secret_key(read_file(path("c.key"), 4096).value()).value();
    files::remove(path("p.state"));
    files::remove(path("bundle/provider.records"));
    ASSERT_TRUE(
        bundle().put_records("consumer", {SignedRecord::sign(record, key).value().bytes()}).ok());
  }
  static void damage(const std::string& file) {
    Bytes bytes = read_file(file, size_t{1} << 24).value();
    bytes[bytes.size() / 2] ^= 1;
    ASSERT_TRUE(write_file(file, bytes, FileAccess::kPublic).ok());
  }

  static files::path root;
};

files::path AuditCommands::root;

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
