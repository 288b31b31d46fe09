// Hidden outputs on the command line: what `prove --predicate` says, `verify` shows and refuses.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/ran_program.h"
#include "cli/verify_program.h"
#include "cli/vouch_program.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

class HiddenOutputs : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory = fs::temp_directory_path() / ("vouch_hidden_test_" + std::to_string(getpid()));
    fs::create_directory(directory);
    setenv("XDG_CACHE_HOME", directory.c_str(), 1);
    done({"new-model", "mobilenet_v2", "--width", "0.1", "--size", "32", "--classes", "7", "-o",
          path("net.tflite")});
    done({"new-picture", "-o", path("a.png")});
    done({"new-picture", "-o", path("b.png"), "--seed", "9"});
    done({"compile", path("net.tflite"), "-o", path("m.vouch"), "--shift", "12"});
    done({"commit", path("m.vouch"), "-o", path("m.pub")});
    for (const char* picture : {"a.png", "b.png"}) {
      const Json top =
          done({"run", path("m.vouch"), path(picture), "--top", "7"})["pictures"][0]["top"];
      ranking.emplace_back();
      for (const Json& entry : top) {
        ranking.back().push_back(entry["class"]);
      }
    }
  }
  static void TearDownTestSuite() { fs::remove_all(directory); }

  static std::string path(const std::string& name) { return (directory / name).string(); }
  static Json done(Words words) {
    words.emplace_back("--json");
    const Ended said = run(vouch_program(), std::move(words));
    EXPECT_EQ(said.status, 0) << said.problems << said.out;
    return Json::parse(said.out);
  }
  static Json prove(const std::string& proof, Words options) {
    Words words{"prove", path("m.vouch"), path("a.png"), path("b.png"), "-o", path(proof)};
    words.insert(words.end(), options.begin(), options.end());
    return done(std::move(words));
  }
  static Ended verify(const std::string& proof, Words options) {
    Words words{path("m.pub"), path(proof), "--json"};
    words.insert(words.end(), options.begin(), options.end());
    return run(verify_program(), std::move(words));
  }
  static void error(Words words, const std::string& expected) {
    const Ended said = run(vouch_program(), std::move(words));
    EXPECT_EQ(said.status, 2) << said.out;
    EXPECT_NE(said.problems.find(expected), std::string::npos) << said.problems;
  }
  static std::string number(uint16_t c) { return std::to_string(c); }

  static fs::path directory;
  static std::vector<std::vector<uint16_t>> ranking;  // of each picture
};

fs::path HiddenOutputs::directory;
std::vector<std::vector<uint16_t>> HiddenOutputs::ranking;

TEST_F(HiddenOutputs, TheFirstClasses) {
  prove("top.proof", {"--predicate", "top:3"});
  const Ended said = verify(
      "top.proof", {"--predicate", "top:3", "--input", path("a.png"), "--input", path("b.png")});
  ASSERT_EQ(said.status, 0) << said.problems << said.out;
  const Json claim = Json::parse(said.out);
  EXPECT_EQ(claim["predicate"]["kind"], "members");
  EXPECT_TRUE(claim["predicate_checked"]);
  for (size_t i = 0; i < 2; ++i) {
    std::vector<uint16_t> first(ranking[i].begin(), ranking[i].begin() + 3);
    std::sort(first.begin(), first.end());
    EXPECT_EQ(claim["inputs"][i]["classes"], Json(first));
    EXPECT_FALSE(claim["inputs"][i].contains("output"));
  }
  EXPECT_EQ(verify("top.proof", {"--predicate", "top:2"}).status, 1);
  EXPECT_EQ(verify("top.proof", {"--predicate", "contains:3:1"}).status, 1);
}

TEST_F(HiddenOutputs, WhetherAClassIsAmongTheFirst) {
  std::ofstream(path("list.txt")) << ranking[0][1] << "\n";
  prove("in.proof", {"--predicate", "contains:2:@" + path("list.txt")});
  const Ended said = verify("in.proof", {"--predicate", "contains:2:" + number(ranking[0][1])});
  ASSERT_EQ(said.status, 0) << said.problems << said.out;
  const Json inputs = Json::parse(said.out)["inputs"];
  EXPECT_EQ(inputs[0]["holds"], true);
  const bool second = ranking[1][0] == ranking[0][1] || ranking[1][1] == ranking[0][1];
  EXPECT_EQ(inputs[1]["holds"], second);
}

TEST_F(HiddenOutputs, WhetherAScoreIsReached) {
  const Json codes =
      done({"run", path("m.vouch"), path("a.png"), "--top", "1"})["pictures"][0]["top"];
  prove("score.proof", {"--predicate", "score:" + number(ranking[0][0]) + ":0"});
  const Ended said =
      verify("score.proof", {"--predicate", "score:" + number(ranking[0][0]) + ":0"});
  ASSERT_EQ(said.status, 0) << said.problems << said.out;
  const Json claim = Json::parse(said.out);
  const uint8_t threshold = claim["predicate"]["threshold"];
  EXPECT_EQ(claim["inputs"][0]["holds"], codes[0]["code"] >= threshold);
}

TEST_F(HiddenOutputs, HowManyLabelsAreRight) {
  const Words labels{"--label", number(ranking[0][0]), "--label", number(ranking[1][6])};
  Words options{"--predicate", "label:1", "--count", path("x.count")};
  options.insert(options.end(), labels.begin(), labels.end());
  EXPECT_EQ(prove("count.proof", options)["count"], 1);
  const Ended said = verify("count.proof", options);
  ASSERT_EQ(said.status, 0) << said.problems << said.out;
  const Json claim = Json::parse(said.out);
  EXPECT_EQ(claim["count"], 1);
  EXPECT_EQ(claim["count_of"], 2);
  EXPECT_FALSE(claim["inputs"][0].contains("holds"));

  // Another total; the openings of other proofs; of no such proof at all.
  prove("again.proof", {"--predicate", "label:1", "--count", path("again.count"), "--label",
                        number(ranking[0][0]), "--label", number(ranking[1][6])});
  options[3] = path("again.count");
  EXPECT_EQ(verify("count.proof", options).status, 1);
  prove("each.proof", {"--predicate", "label:1", "--label", "0", "--label", "1"});
  EXPECT_EQ(verify("each.proof", {"--count", path("x.count")}).status, 1);
  options[3] = path("x.count");
  options.insert(options.end(), {"--label", "1"});
  EXPECT_EQ(verify("count.proof", options).status, 2);  // there are two inputs
}

TEST_F(HiddenOutputs, CommittedLabelsAndPredictions) {
  for (const size_t i : {0, 1}) {
    done({"label", path("m.pub"), "--class", number(ranking[i][2 * i]), "-o",
          path("l" + std::to_string(i) + ".classes")});
  }
  const Words labels{"--label-opening", path("l0.classes"), "--label-opening", path("l1.classes")};
  Words options{"--predicate", "label:2", "--prediction", path("p.classes")};
  options.insert(options.end(), labels.begin(), labels.end());
  prove("label.proof", options);
  options[3] = path("p-1.classes");
  options.insert(options.end(), {"--prediction", path("p-2.classes")});
  const Ended said = verify("label.proof", options);
  ASSERT_EQ(said.status, 0) << said.problems << said.out;
  const Json claim = Json::parse(said.out);
  EXPECT_EQ(claim["inputs"][0]["holds"], true);
  EXPECT_EQ(claim["inputs"][1]["holds"], false);
  std::swap(options[5], options[7]);
  EXPECT_EQ(verify("label.proof", options).status, 1);
  const Json opening = done({"inspect", path("p-2.classes")});
  EXPECT_EQ(opening["identity"], claim["inputs"][1]["prediction"]);
  std::vector<uint16_t> first(ranking[1].begin(), ranking[1].begin() + 2);
  std::sort(first.begin(), first.end());
  EXPECT_EQ(opening["classes"], Json(first));
}

TEST_F(HiddenOutputs, AProofThatShowsTheOutputStatesNone) {
  done({"prove", path("m.vouch"), path("a.png"), "-o", path("shown.proof")});
  EXPECT_EQ(verify("shown.proof", {}).status, 0);
  EXPECT_EQ(verify("shown.proof", {"--predicate", "class"}).status, 1);
}

TEST_F(HiddenOutputs, WhatIsNoPredicateIsAnError) {
  const auto refused = [](const std::string& predicate, const std::string& said, Words more = {}) {
    Words words{"prove",          path("m.vouch"), path("a.png"), "-o",
                path("no.proof"), "--predicate",   predicate};
    words.insert(words.end(), more.begin(), more.end());
    error(std::move(words), said);
    EXPECT_FALSE(fs::exists(path("no.proof")));
  };
  refused("best", "is none of class");
  refused("top:0", "no first 0");
  refused("top:8", "no first 8");
  refused("top:x", "is not a number of classes");
  refused("contains:1:", "not some of the network's");
  refused("contains:1:7", "not some of the network's");
  refused("contains:1:@" + path("none.txt"), "none.txt");
  refused("score:0:1e9", "says nothing");
  refused("score:0:nan", "says nothing");
  refused("label:1", "--label");
  refused("label:1", "--label 7", {"--label", "7"});
  refused("label:1", "given 2 times", {"--label", "1", "--label", "1"});
  refused("class", "--label is for", {"--label", "1"});
  refused("class", "cannot be counted", {"--count", path("no.count")});
  refused("score:0:0", "does not rank", {"--prediction", path("no.classes")});
}

}  // namespace
}  // namespace vouch
