// Receipts, a contest and its verdict, as three parties run them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "cli/identity_files.h"
#include "cli/judgement_report.h"
#include "cli/ran_program.h"
#include "cli/vouch_program.h"
#include "protocol/contest/contest_records.h"
#include "protocol/exchange.h"
#include "protocol/participant.h"
#include "records/publication_log.h"
#include "verify/files.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

Ended say(Words words) {
  words.emplace_back("--json");
  return run(vouch_program(), std::move(words));
}

Json done(Words words) {
  const Ended end = say(std::move(words));
  EXPECT_EQ(end.status, 0) << end.problems << end.out;
  return end.object();
}

// One model, and a log with receipts of six pictures, for all tests.
class ContestCommands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory = fs::temp_directory_path() / ("vouch_contest_test_" + std::to_string(getpid()));
    fs::create_directories(directory / "in");
    setenv("XDG_CACHE_HOME", directory.c_str(), 1);
    for (const char* who : {"p", "c", "j"}) {
      done({"identity", "new", "-o", path(who) + ".key", "--public", path(who) + ".id"});
    }
    done({"new-model", "mobilenet_v2", "--width", "0.1", "--size", "32", "--classes", "7", "-o",
          path("net.tflite")});
    done({"compile", path("net.tflite"), "-o", path("m.vouch"), "--shift", "12"});
    done({"commit", path("m.vouch"), "-o", path("m.pub")});
    for (int i = 0; i < 6; ++i) {
      done({"new-picture", "-o", path("in/" + std::to_string(i) + ".png"), "--width", "32",
            "--height", "32", "--seed", std::to_string(i)});
    }
    done({"log", "new", path("log"), "--key", path("p.key")});
    issued = done(issue());
    done({"receipts", "root", path("log"), "--key", path("p.key"), "-o", path("head.record")});
  }
  static void TearDownTestSuite() { fs::remove_all(directory); }

  static std::string path(const std::string& name) { return (directory / name).string(); }
  static Words issue() {
    return {"receipts",    "issue",   path("log"),     path("in"), "--key",
            path("p.key"), "--model", path("m.vouch"), "-o",       path("out")};
  }
  static Words check(const std::string& input) {
    return {"receipts",
            "check",
            path("out/3.png.record"),
            "--publisher",
            path("p.id"),
            "--model",
            path("m.pub"),
            "--input",
            path(input),
            "--opening",
            path("out/3.png.open")};
  }
  static Words step(const char* name, const std::string& who, Words more = {}) {
    Words words{"contest",          name,      path("bundle"),      "--key",
                path(who + ".key"), "--state", path(who + ".state")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  static fs::path directory;
  static Json issued;
};

fs::path ContestCommands::directory;
Json ContestCommands::issued;

TEST_F(ContestCommands, ReceiptsAreIssuedOnceAndChecked) {
  EXPECT_EQ(issued["new"], 6);
  EXPECT_EQ(done(issue())["new"], 0);
  EXPECT_EQ(done(check("in/3.png"))["model"], issued["model"]);
  EXPECT_EQ(say(check("in/2.png")).status, 1) << "another input";
  Words other_key = check("in/3.png");
  other_key[4] = path("c.id");
  EXPECT_EQ(say(other_key).object()["reason"], "other parties");
  Words other_request = check("in/3.png");
  other_request.insert(other_request.end(), {"--request", std::string(64, '0')});
  EXPECT_EQ(say(other_request).status, 1);
  const std::string number = std::to_string(2);
  done({"log", "prove", path("log"), "--record", number, "-o", path("2.included")});
  Words in_log{"receipts",         "check",     path("2.included"),     "--publisher",
               path("p.id"),       "--model",   path("m.pub"),          "--input",
               path("in/2.png"),   "--opening", path("out/2.png.open"), "--head",
               path("head.record")};
  done(in_log);
}

TEST_F(ContestCommands, ACustomersRequestIsAnswered) {
  Words words = issue();
  words[3] = path("in/1.png");
  words.insert(words.end(), {"--request", std::string(64, 'a')});
  EXPECT_EQ(done(words)["new"], 1);
  Words again = words;
  again[3] = path("in/2.png");
  EXPECT_EQ(say(again).status, 2) << "the same request, about another input";
}

TEST_F(ContestCommands, AContestFromTheOpeningToTheVerdict) {
  done(step("open", "c",
            {"--provider", path("p.id"), "--judge", path("j.id"), "--head", path("head.record"),
             "--model", path("m.pub"), "--wrong", "0.4"}));
  EXPECT_EQ(say({"arbitrate", path("bundle")}).status, 2) << "nothing to say yet";
  done(step("accept", "p", {"--log", path("log")}));
  EXPECT_EQ(done(step("time", "j"))["signed"], true);
  EXPECT_EQ(done(step("time", "j"))["signed"], false) << "nothing has changed";
  done(step("reveal", "c"));
  done(step("disclose", "p", {"--log", path("log")}));
  const Words prove = step("prove", "p", {"--log", path("log"), "--model", path("m.vouch")});
  EXPECT_EQ(done(prove)["wrong"], Json::array());
  done(prove);
  const Json verified = done(step("verify", "c"));
  EXPECT_EQ(verified["state"], "fulfilled");
  EXPECT_EQ(verified["at_fault"], nullptr);
  done({"contest", "verdict", path("bundle"), "-o", path("verdict.json")});
  EXPECT_EQ(done({"contest", "check", path("bundle"), "--verdict",
                  path("verdict.json")})["verdict_is_right"],
            true);
  EXPECT_EQ(done({"arbitrate", path("bundle")})["judgement"]["state"], "fulfilled");
  std::ifstream in(path("verdict.json"));
  Json verdict = Json::parse(in);
  verdict["at_fault"] = "provider";
  std::ofstream(path("other.json")) << verdict;
  EXPECT_EQ(say({"contest", "check", path("bundle"), "--verdict", path("other.json")}).status, 1);
}

// What opens a contest in the bundle of this name.
Words opening(const std::string& in, const std::string& bundle) {
  return {"contest",          "open",       in + bundle,  "--key",   in + "c.key", "--state",
          in + bundle + ".c", "--provider", in + "p.id",  "--judge", in + "j.id",  "--head",
          in + "head.record", "--model",    in + "m.pub", "--wrong", "0.4"};
}

TEST_F(ContestCommands, TermsInThePastAreNotAccepted) {
  done(opening(path(""), "good"));
  const Bundle good = Bundle::open(path("good")).value();
  const Exchange exchange = read_exchange(good, contest_workflow()).value().value();
  auto terms = *find_body<ContestOpened>(exchange.records);
  Participant contester =
      Participant::begin(contest_workflow(), {path("past"), path("past.c")},
                         read_secret_key(path("c.key")).value(), exchange.session.parties)
          .value();
  for (const Digest& object : {terms.head, terms.model_file}) {
    const Bytes bytes = good.get(object, kMaxObjectBytes, "").value();
    ASSERT_TRUE(contester.bundle().put(bytes).ok());
  }
  terms.accept_by = 1;
  terms.reveal_by = 2;
  terms.disclose_by = 3;
  terms.prove_by = 4;
  ASSERT_TRUE(contester.say(terms).ok());
  const auto accept = [](const std::string& bundle) {
    return say({"contest", "accept", path(bundle), "--key", path("p.key"), "--state",
                path(bundle + ".p"), "--log", path("log")});
  };
  const Ended refused = accept("past");
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.problems.find("over"), std::string::npos) << refused.problems;
  EXPECT_EQ(accept("good").status, 0);
  EXPECT_EQ(
      say({"contest", "time", path("past"), "--key", path("j.key"), "--state", path("past.j")})
          .status,
      0);
  EXPECT_EQ(say({"arbitrate", path("past")}).object()["judgement"]["at_fault"], nullptr);
}

TEST_F(ContestCommands, TheJudgeTellsTheTimeWhateverIsInSomebodysFile) {
  done(opening(path(""), "rubbish"));
  std::ofstream(path("rubbish/provider.records")) << "rubbish";
  const Json told = done(
      {"contest", "time", path("rubbish"), "--key", path("j.key"), "--state", path("rubbish.j")});
  EXPECT_EQ(told["passed_over"].size(), 1U);
  const Ended checked = say({"contest", "check", path("rubbish")});
  EXPECT_EQ(checked.status, 2);
  EXPECT_EQ(checked.object()["state"], "waiting");
  EXPECT_EQ(checked.object()["passed_over"].size(), 1U);
}

// Nothing relies on a commitment that no proof can be accepted for.
TEST_F(ContestCommands, AModelWhoseBoundIsFalseIsNone) {
  PublicModel model =
      decode_model_public(read_file(path("m.pub"), kMaxModelPublicBytes).value()).value();
  model.bound.messages.back()[0] ^= 1;
  ASSERT_TRUE(write_file(path("bad.pub"), encode_model_public(model), FileAccess::kPublic).ok());
  const auto is_refused = [](const Words& words) {
    const Ended end = say(words);
    EXPECT_EQ(end.status, 2) << end.out;
    return end.problems.find("the model commitment: ") != std::string::npos;
  };
  Words receipt = check("in/3.png");
  receipt[6] = path("bad.pub");
  EXPECT_TRUE(is_refused(receipt));
  fs::copy_file(path("log"), path("published"));
  Words append{"log",         "append",  path("published"), "--key",
               path("p.key"), "--model", path("bad.pub")};
  EXPECT_TRUE(is_refused(append));
  append.back() = path("m.pub");
  EXPECT_EQ(done(append)["records"][0]["kind"], "model commitment");
  done({"log", "prove", path("log"), "--record", "1", "-o", path("1.included")});
  EXPECT_TRUE(is_refused({"audit", "request", path("audit"), "--key", path("c.key"), "--state",
                          path("audit.c"), "--provider", path("p.id"), "--model", path("bad.pub"),
                          "--included", path("1.included"), "--inputs", path("in"), "--labels",
                          path("in")}));
}

TEST(JudgementReport, TellsOfEachPartyWhatItDid) {
  const Judgement judgement{
      {"contest", 1, SessionId{1}, {PublicKey{1}, PublicKey{2}, PublicKey{3}}},
      Judgement::State::kDeviation,
      "",
      {{kContester, "reveal", "forked", "one", {}},
       {kProvider, "proofs", "out of turn", "two", {}},
       {kContester, "claim", "forked", "three", {}}}};
  std::ostringstream out;
  std::ostringstream problems;
  Output output(out, problems, false, false);
  report_judgement(judgement, contest_rules(), output);
  const std::string text = out.str();
  const auto place = [&](const char* what) { return text.find(what); };
  EXPECT_LT(place("the contester is at fault"), place("forked of the reveal"));
  EXPECT_LT(place("forked of the claim"), place("the provider is at fault"));
  EXPECT_LT(place("the provider is at fault"), place("out of turn of the proofs"));
  EXPECT_NE(place("out of turn of the proofs"), std::string::npos);
}

TEST_F(ContestCommands, IncentivesAreToldAndShown) {
  const Json told = done({"incentives",  "contest", "--answers",    "2",
                          "--wrong",     "0.5",     "--confidence", "0.5",
                          "--contested", "0.5",     "--price",      "1",
                          "--gain",      "6",       "--proof-cost", "3",
                          "--simulate",  "1000",    "--picture",    path("stakes.svg")});
  EXPECT_EQ(told["samples"], 1);
  EXPECT_EQ(told["provider_stake"], 44.0);
  EXPECT_EQ(told["stakes"].size(), 6U);
  EXPECT_TRUE(fs::exists(path("stakes.svg")));
  EXPECT_EQ(say({"incentives", "audit", "--bad", "0.8", "--good", "0.7"}).status, 2);
  EXPECT_GT(done({"incentives", "audit", "--price", "1000"})["seller_stake"], 5.0);
}

}  // namespace
}  // namespace vouch
