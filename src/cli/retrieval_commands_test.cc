// A retrieval as three parties run it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/ran_program.h"
#include "cli/vouch_program.h"

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

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// One model and six pictures for all tests.
class RetrievalCommands : public testing::Test {
 protected:
  static constexpr int kPictures = 6;

  static void SetUpTestSuite() {
    directory = fs::temp_directory_path() / ("vouch_retrieval_test_" + std::to_string(getpid()));
    fs::create_directories(directory / "pictures");
    setenv("XDG_CACHE_HOME", directory.c_str(), 1);
    for (const char* who : {"q", "r", "j"}) {
      done({"identity", "new", "-o", path(who) + ".key", "--public", path(who) + ".id"});
    }
    done({"new-model", "mobilenet_v2", "--width", "0.1", "--size", "32", "--classes", "7", "-o",
          path("net.tflite")});
    done({"compile", path("net.tflite"), "-o", path("m.vouch"), "--shift", "12"});
    done({"commit", path("m.vouch"), "-o", path("m.pub")});
    for (int i = 0; i < kPictures; ++i) {
      done({"new-picture", "-o", picture(i), "--width", "32", "--height", "32", "--seed",
            std::to_string(i)});
    }
    find_best_classes();
  }
  static void TearDownTestSuite() { fs::remove_all(directory); }
  void SetUp() override {
    for (const char* made : {"case", "found", "q.state", "r.state", "j.state"}) {
      fs::remove_all(path(made));
    }
  }

  static std::string path(const std::string& name) { return (directory / name).string(); }
  static std::string picture(int i) { return path("pictures/" + std::to_string(i) + ".png"); }

  // A class that is the best of some pictures, and not of all: asked for are these.
  static void find_best_classes() {
    std::vector<int> best;
    for (int i = 0; i < kPictures; ++i) {
      best.push_back(done({"run", path("m.vouch"), picture(i)})["pictures"][0]["top"][0]["class"]);
    }
    asked = best[0];
    for (int i = 0; i < kPictures; ++i) {
      if (best[static_cast<size_t>(i)] == asked) {
        matching.push_back(i);
      }
    }
  }

  static Words step(const char* name, const std::string& who, Words more = {}) {
    Words words{"retrieval",        name,      path("case"),        "--key",
                path(who + ".key"), "--state", path(who + ".state")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static Words with_documents(const char* name, Words more = {}) {
    more.insert(more.begin(), {"--documents", path("pictures")});
    return step(name, "r", std::move(more));
  }
  static Words commit() {
    return with_documents("commit", {"--requester", path("q.id"), "--judge", path("j.id")});
  }
  static Words request() {
    return step("request", "q",
                {"--model", path("m.vouch"), "--commitment", path("m.pub"), "--predicate",
                 "contains:1:" + std::to_string(asked), "--sample", "2", "--batch", "4"});
  }
  static Words verify() { return step("verify", "q", {"--into", path("found")}); }
  static void run_until_proofs() {
    done(commit());
    done(request());
    done(step("approve", "j", {"--model-out", path("handed.vouch")}));
  }

  static fs::path directory;
  static int asked;
  static std::vector<int> matching;
};

fs::path RetrievalCommands::directory;
int RetrievalCommands::asked;
std::vector<int> RetrievalCommands::matching;

TEST_F(RetrievalCommands, HandOverExactlyWhatMatches) {
  ASSERT_FALSE(matching.empty());
  ASSERT_LT(matching.size(), size_t{kPictures});
  run_until_proofs();
  EXPECT_EQ(content(path("handed.vouch")), content(path("m.vouch")));
  done(with_documents("prove"));
  done(with_documents("deliver"));
  EXPECT_EQ(done(verify())["unpacked"], matching.size());
  for (int i = 0; i < kPictures; ++i) {
    const fs::path file = path("found/" + std::to_string(i) + ".png");
    const bool matches = std::find(matching.begin(), matching.end(), i) != matching.end();
    EXPECT_EQ(fs::exists(file), matches) << i;
    EXPECT_TRUE(!matches || content(file) == content(picture(i))) << i;
  }
  done(step("sample", "q"));
  done(with_documents("open-sample"));
  done(step("judge-sample", "j"));
  const Ended told = run(vouch_program(), {"retrieval", "check", path("case")});
  EXPECT_NE(told.out.find("nothing, it is over"), std::string::npos)
      << "though the judge may still tell the time";
  const Json end = done({"retrieval", "check", path("case")});
  EXPECT_EQ(end["state"], "fulfilled");
  EXPECT_EQ(end["matching"], Json(matching));
  EXPECT_EQ(end["bound"]["opened"], 2);
  EXPECT_EQ(done({"arbitrate", path("case")})["judgement"]["state"], "fulfilled");
}

TEST_F(RetrievalCommands, AreSaidOnceHoweverOftenTheyAreRun) {
  run_until_proofs();
  run_until_proofs();
  done(with_documents("prove"));
  EXPECT_FALSE(done(with_documents("prove")).contains("made"));
  done(with_documents("deliver"));
  done(with_documents("deliver"));
  done(verify());
  done(verify());
  done(step("sample", "q"));
  done(step("sample", "q"));
  const Json status = done({"retrieval", "status", path("case")});
  EXPECT_EQ(status["said"].size(), 7U);
  EXPECT_EQ(status["made"], 2);
}

TEST_F(RetrievalCommands, ShardsShareTheProofs) {
  run_until_proofs();
  EXPECT_EQ(say(with_documents("prove", {"--shard", "1/2"})).status, 2) << "no inputs yet";
  done(with_documents("prove", {"--inputs-only"}));
  EXPECT_EQ(done(with_documents("prove", {"--shard", "2/2"}))["made"], 1);
  EXPECT_EQ(done(with_documents("prove", {"--shard", "1/2"}))["made"], 1);
  EXPECT_EQ(done(with_documents("prove"))["made"], 0);
  EXPECT_EQ(say(with_documents("prove", {"--shard", "3/2"})).status, 2);
}

TEST_F(RetrievalCommands, ComeInTheirOrder) {
  done(commit());
  EXPECT_EQ(say(with_documents("prove")).status, 2);
  EXPECT_EQ(say(with_documents("deliver")).status, 2);
  EXPECT_EQ(say(step("approve", "j")).status, 2);
  done(request());
  EXPECT_EQ(say(with_documents("prove")).status, 2) << "not approved";
  EXPECT_EQ(say(step("sample", "q")).status, 2);
  EXPECT_EQ(say(step("judge-sample", "j")).status, 2);
  EXPECT_EQ(done({"retrieval", "check", path("case")})["state"], "waiting");
}

TEST_F(RetrievalCommands, PartiesAreThree) {
  EXPECT_EQ(
      say(with_documents("commit", {"--requester", path("q.id"), "--judge", path("q.id")})).status,
      2);
  done(commit());
  EXPECT_EQ(say(step("approve", "q")).status, 2) << "another's part";
}

TEST_F(RetrievalCommands, PredicatesAreTrueOrFalse) {
  done(commit());
  Words words = request();
  *std::find(words.begin(), words.end(), "contains:1:" + std::to_string(asked)) = "class";
  EXPECT_EQ(say(words).status, 2);
}

// What is announced and not there is a fault when the judge says so, behind the deadline.
TEST_F(RetrievalCommands, DeadlinesAreTheJudges) {
  done(commit());
  done(request());
  done(step("approve", "j", {"--answer-hours", "0.001"}));  // 3.6 s
  usleep(3'700'000);
  EXPECT_EQ(done({"retrieval", "check", path("case")})["state"], "waiting");
  done(step("time", "j"));
  const Ended end = say({"retrieval", "check", path("case")});
  EXPECT_EQ(end.status, 1);
  EXPECT_EQ(end.object()["at_fault"], "responder");
  EXPECT_EQ(end.object()["deviations"][0]["reason"], "not answered");
}

TEST_F(RetrievalCommands, DamagedObjectsAreMissing) {
  run_until_proofs();
  done(with_documents("prove"));
  for (const auto& entry : fs::directory_iterator(path("case/objects"))) {
    std::ofstream(entry.path(), std::ios::app) << "more";
  }
  EXPECT_EQ(say({"retrieval", "check", path("case")}).status, 2);
}

}  // namespace
}  // namespace vouch
