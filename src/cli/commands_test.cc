// The commands as their users run them, on a small network of random weights.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/file.h"
#include "cli/answer.h"
#include "cli/context.h"
#include "cli/ran_program.h"
#include "cli/verify_program.h"
#include "cli/vouch_program.h"
#include "evaluate/new_npy.h"
#include "model/onnx/model_maker.h"
#include "model/tflite/model_maker.h"
#include "prove/model_file.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

Ended vouch_says(Words words) { return run(vouch_program(), std::move(words)); }
Ended verifier_says(Words words) { return run(verify_program(), std::move(words)); }

// All tests share one model and one proof.
class Commands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory = fs::temp_directory_path() / ("vouch_commands_test_" + std::to_string(getpid()));
    fs::create_directory(directory);
    setenv("XDG_CACHE_HOME", directory.c_str(), 1);
    expect_done({"new-model", "mobilenet_v2", "--width", "0.1", "--size", "32", "--classes", "7",
                 "-o", path("net.tflite")});
    expect_done({"new-picture", "-o", path("cat.png"), "--width", "50", "--height", "40"});
    expect_done({"new-picture", "-o", path("dog.png"), "--seed", "9"});
    compiled = expect_done({"compile", path("net.tflite"), "-o", path("m.vouch"), "--shift", "12"});
    committed = expect_done({"commit", path("m.vouch"), "-o", path("m.pub")});
    proven = expect_done({"prove", path("m.vouch"), path("cat.png"), "-o", path("x.proof"),
                          "--context", "order 7", "--check", "--timings"});
  }
  static void TearDownTestSuite() { fs::remove_all(directory); }

  static std::string path(const std::string& name) { return (directory / name).string(); }
  static Json expect_done(Words words) {
    words.emplace_back("--json");
    const Ended end = vouch_says(std::move(words));
    EXPECT_EQ(end.status, 0) << end.problems;
    return end.object();
  }
  static void expect_error(Words words, const std::string& said) {
    const Ended end = vouch_says(std::move(words));
    EXPECT_EQ(end.status, 2);
    EXPECT_NE(end.problems.find(said), std::string::npos) << end.problems;
  }
  static void expect_rejected(Words words, const std::string& said) {
    const Ended end = verifier_says(std::move(words));
    EXPECT_EQ(end.status, 1) << end.problems;
    EXPECT_NE(end.out.find("REJECTED"), std::string::npos) << end.out;
    EXPECT_NE(end.out.find(said), std::string::npos) << end.out;
  }
  static mode_t mode_of(const std::string& name) {
    struct stat status {};
    EXPECT_EQ(stat(path(name).c_str(), &status), 0) << name;
    return status.st_mode & 0777;
  }
  static void write(const std::string& name, const std::string& content) {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  static Bytes read(const std::string& name) { return read_file(path(name), 1 << 24).value(); }

  static fs::path directory;
  static Json compiled;
  static Json committed;
  static Json proven;
};

fs::path Commands::directory;
Json Commands::compiled;
Json Commands::committed;
Json Commands::proven;

TEST_F(Commands, AProofIsAcceptedByBothPrograms) {
  const Words rest = {path("m.pub"), path("x.proof"), "--input", path("cat.png"),
                      "--context",   "order 7",       "--json"};
  const Ended alone = verifier_says(rest);
  ASSERT_EQ(alone.status, 0) << alone.problems << alone.out;
  Words words = rest;
  words.insert(words.begin(), "verify");
  EXPECT_EQ(vouch_says(words).status, 0);
  const Json claim = alone.object();
  EXPECT_EQ(claim["status"], "accepted");
  EXPECT_EQ(claim["model"], compiled["model"]);
  EXPECT_EQ(claim["model"], committed["model"]);
  EXPECT_EQ(claim["output"], proven["output"]);
  EXPECT_EQ(claim["input"], proven["input"]);
  EXPECT_EQ(claim["context"], hex_text(Bytes{'o', 'r', 'd', 'e', 'r', ' ', '7'}));
}

TEST_F(Commands, SeveralProofsAreAnsweredEach) {
  const Words both = {path("m.pub"), path("x.proof"), path("x.proof"), "--json"};
  const Ended good = verifier_says(both);
  EXPECT_EQ(good.status, 0) << good.problems;
  EXPECT_EQ(good.object()["status"], "accepted");
  ASSERT_EQ(good.object()["proofs"].size(), 2U);
  EXPECT_EQ(good.object()["proofs"][1]["output"], proven["output"]);
  Words mixed = both;
  mixed.insert(mixed.end(), {"--input", path("cat.png"), "--input", path("dog.png")});
  const Ended end = verifier_says(mixed);
  EXPECT_EQ(end.status, 1) << end.problems;
  EXPECT_EQ(end.object()["status"], "rejected");
  EXPECT_EQ(end.object()["proofs"][0]["status"], "accepted");
  EXPECT_EQ(end.object()["proofs"][1]["status"], "rejected");
  EXPECT_EQ(end.object()["proofs"][1]["reason"], "statement");
  Words uneven = both;
  uneven.insert(uneven.end(), {"--input", path("cat.png")});
  EXPECT_EQ(verifier_says(uneven).status, 2);
}

TEST_F(Commands, EachProofGetsAsManyInputsAsItIsAbout) {
  expect_done(
      {"prove", path("m.vouch"), path("cat.png"), path("dog.png"), "-o", path("two.proof")});
  const Words proofs = {path("m.pub"), path("two.proof"), path("x.proof"), "--json"};
  const auto asked = [&](const Words& inputs) {
    Words words = proofs;
    for (const std::string& input : inputs) {
      words.insert(words.end(), {"--input", path(input)});
    }
    return verifier_says(words);
  };
  const Ended good = asked({"cat.png", "dog.png", "cat.png"});
  EXPECT_EQ(good.status, 0) << good.out << good.problems;
  EXPECT_EQ(good.object()["proofs"][0]["inputs"].size(), 2U);
  EXPECT_EQ(asked({"cat.png", "dog.png", "dog.png"}).status, 1);
  const Ended few = asked({"cat.png", "dog.png"});
  EXPECT_EQ(few.status, 2);
  EXPECT_NE(few.problems.find("2 + 1"), std::string::npos) << few.problems;
}

TEST_F(Commands, AnOptionTakesOneFile) {
  EXPECT_EQ(
      verifier_says({"--input", path("cat.png"), path("m.pub"), path("x.proof"), "-q"}).status, 0);
  EXPECT_EQ(
      verifier_says({path("m.pub"), "--input", path("cat.png"), path("x.proof"), "-q"}).status, 0);
}

TEST_F(Commands, HiddenAndPublicInputsInOneCall) {
  expect_done({"prove", path("m.vouch"), path("dog.png"), "-o", path("h.proof"), "--hide-input",
               "--opening", path("h.open")});
  const Words words = {path("m.pub"),   path("x.proof"), path("h.proof"), "--input",
                       path("cat.png"), "--input",       path("dog.png"), "--json"};
  EXPECT_EQ(verifier_says(words).status, 2);  // the salt is wanting
  Words opened = words;
  opened.insert(opened.end(), {"--opening", path("h.open")});
  EXPECT_EQ(verifier_says(opened).status, 0);
  // Nothing writes over the only opening.
  expect_error({"prove", path("m.vouch"), path("cat.png"), "-o", path("h.open")}, "opening");
  expect_error({"new-picture", "-o", path("h.open")}, "opening");
  fs::remove(path("h.open"));
}

TEST_F(Commands, ACompiledModelIsReplacedOnRequestOnly) {
  fs::copy_file(path("m.vouch"), path("replaced.vouch"));
  const Words again = {"compile", path("net.tflite"), "-o", path("replaced.vouch"), "--shift",
                       "12"};
  expect_error(again, "compiled model");
  EXPECT_EQ(read("replaced.vouch"), read("m.vouch"));
  Words replace = again;
  replace.emplace_back("--replace");
  expect_done(replace);
  EXPECT_NE(read("replaced.vouch"), read("m.vouch"));
}

TEST_F(Commands, WhereNothingCanBeWrittenIsKnownBeforeTheProof) {
  expect_error({"prove", path("m.vouch"), path("cat.png"), "-o", path("none/x.proof"),
                "--hide-input", "--opening", path("q.open")},
               "no directory");
  EXPECT_FALSE(fs::exists(path("q.open")));
  // Where it is not, no opening of a proof that is not there is left.
  EXPECT_EQ(vouch_says({"prove", path("m.vouch"), path("cat.png"), "-o", "/dev/full",
                        "--hide-input", "--opening", path("q.open")})
                .status,
            2);
  EXPECT_FALSE(fs::exists(path("q.open")));
  fs::create_directory(path("taken"));
  expect_error({"prove", path("m.vouch"), path("cat.png"), "-o", path("taken")}, "is a directory");
}

TEST_F(Commands, MemoryIsASize) {
  for (const char* wrong : {"-1", "much"}) {
    expect_error({"prove", path("m.vouch"), path("cat.png"), "-o", path("y.proof"),
                  "--memory=" + std::string(wrong)},
                 "--memory");
  }
  expect_error(
      {"prove", path("m.vouch"), path("cat.png"), "-o", path("y.proof"), "--memory", "1MB"},
      "more than the 1 MB allowed");
}

TEST_F(Commands, TheProvenAnswerIsWhatTheNetworkGives) {
  const Json ran = expect_done({"run", path("m.vouch"), path("cat.png"), path("dog.png")});
  ASSERT_EQ(ran["pictures"].size(), 2U);
  EXPECT_EQ(ran["pictures"][0]["output"], proven["output"]);
  EXPECT_EQ(ran["pictures"][0]["top"], proven["top"]);
  EXPECT_NE(ran["pictures"][1]["output"], proven["output"]);
  EXPECT_EQ(ran["pictures"][1]["file"], path("dog.png"));
}

TEST_F(Commands, WhatAProofCostIsTold) {
  EXPECT_EQ(proven["proof_bytes"], read("x.proof").size());
  size_t bytes = 0;
  for (const auto& part : proven["proof_parts"].items()) {
    bytes += part.value().get<size_t>();
  }
  EXPECT_EQ(proven["proof_bytes"], bytes);
  for (const char* step :
       {"network", "commitments", "lookups", "products", "opening", "folding", "check", "total"}) {
    EXPECT_TRUE(proven["seconds"].contains(step)) << step;
  }
  EXPECT_GT(proven["peak_memory_bytes"], 1 << 20);
  EXPECT_EQ(proven["steps"].size(), proven["seconds"].size());
  EXPECT_GT(proven["steps"].back()["peak_bytes"], 1 << 20);
  EXPECT_FALSE(proven["available_kernels"].empty());
  EXPECT_EQ(proven["checked"], true);
  EXPECT_EQ(committed["bytes"], read("m.pub").size());
}

TEST_F(Commands, AnotherStatementIsRejected) {
  expect_rejected({path("m.pub"), path("x.proof"), "--input", path("dog.png")}, "another input");
  expect_rejected({path("m.pub"), path("x.proof"), "--context", "order 8"}, "another context");
  // The same network again has another commitment.
  expect_done({"compile", path("net.tflite"), "-o", path("again.vouch"), "--shift", "12"});
  expect_done({"commit", path("again.vouch"), "-o", path("again.pub")});
  expect_rejected({path("again.pub"), path("x.proof")}, "about model");
}

TEST_F(Commands, AForgedProofIsRejected) {
  const Bytes proof = read("x.proof");
  for (size_t at = 0; at < proof.size(); at += proof.size() / 8) {
    Bytes forged = proof;
    forged[at] ^= 1;
    write("forged.proof", std::string(forged.begin(), forged.end()));
    const Ended end = verifier_says({path("m.pub"), path("forged.proof"), "--json"});
    EXPECT_EQ(end.status, 1) << at;
    EXPECT_EQ(end.object()["status"], "rejected");
    EXPECT_FALSE(end.object()["reason"].get<std::string>().empty());
  }
}

TEST_F(Commands, ProfilesTradeTimeForBytes) {
  const Json small = expect_done({"prove", path("m.vouch"), path("cat.png"), "-o",
                                  path("small.proof"), "--profile", "small", "--check"});
  EXPECT_EQ(verifier_says({path("m.pub"), path("small.proof"), "--input", path("cat.png")}).status,
            0);
  EXPECT_EQ(small["output"], proven["output"]);
  EXPECT_LT(small["proof_bytes"], proven["proof_bytes"]);
  expect_done({"prove", path("m.vouch"), path("cat.png"), "-o", path("fast.proof"), "--profile",
               "fast", "--context", "order 7"});
  EXPECT_EQ(read("fast.proof").size(), proven["proof_bytes"]);  // the default
  EXPECT_EQ(vouch_says({"prove", path("m.vouch"), path("cat.png"), "-o", path("none"), "--profile",
                        "tiny"})
                .status,
            2);
}

TEST_F(Commands, AHiddenInputNeedsItsOpening) {
  expect_done({"prove", path("m.vouch"), path("cat.png"), "-o", path("h.proof"), "--hide-input",
               "--opening", path("h.open")});
  EXPECT_EQ(mode_of("h.open"), 0600U);
  EXPECT_EQ(verifier_says({path("m.pub"), path("h.proof")}).status, 0);
  const Ended without = verifier_says({path("m.pub"), path("h.proof"), "--input", path("cat.png")});
  EXPECT_EQ(without.status, 2);  // nothing is known against the proof
  EXPECT_NE(without.problems.find("hidden"), std::string::npos) << without.problems;
  const Words with = {path("m.pub"), path("h.proof"), "--opening", path("h.open"), "--input"};
  Words cat = with;
  cat.push_back(path("cat.png"));
  EXPECT_EQ(verifier_says(cat).status, 0);
  Words dog = with;
  dog.push_back(path("dog.png"));
  expect_rejected(dog, "another input");
  expect_error({"prove", path("m.vouch"), path("cat.png"), "-o", path("none.proof"), "--opening",
                path("none.open")},
               "--hide-input");
}

TEST_F(Commands, MistakesOfTheCallerAreErrorsBeforeAnyVerdict) {
  write("bad.pub", "VOUCHPUB");
  write("bad.proof", "no proof");
  write("bad.open", "no opening");
  const auto expect_status = [](int status, Words words) {
    EXPECT_EQ(verifier_says(words).status, status) << words.back();
  };
  const Words bad = {path("bad.pub"), path("bad.proof")};
  const auto with = [](Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  expect_status(1, bad);
  expect_status(2, {path("bad.pub"), path("none.proof")});
  expect_status(2, with(bad, {"--opening", path("bad.open")}));
  expect_status(2, with(bad, {"--input", path("cat.png"), "--opening", path("bad.open")}));
  expect_status(2, with(bad, {"--context", std::string(4097, 'x')}));
  expect_status(2, with(bad, {"--context-hex", "61 62"}));
  expect_status(2, {path("x.proof"), path("x.proof")});
  expect_status(2, {path("m.pub"), path("m.pub")});
}

TEST_F(Commands, AnInputThatIsNoneIsAnErrorAfterAnyOtherVerdict) {
  const Words none = {"--input", path("m.pub")};
  const auto status = [&](Words words) {
    words.insert(words.end(), none.begin(), none.end());
    return verifier_says(std::move(words)).status;
  };
  write("bad.pub", "VOUCHPUB");
  write("bad.proof", "no proof");
  EXPECT_EQ(status({path("bad.pub"), path("x.proof")}), 1);
  EXPECT_EQ(status({path("m.pub"), path("bad.proof")}), 1);
  EXPECT_EQ(status({path("m.pub"), path("x.proof"), "--context", "order 8"}), 1);
  EXPECT_EQ(status({path("m.pub"), path("x.proof"), "--input", path("cat.png")}),
            1);  // there is one
  EXPECT_EQ(status({path("m.pub"), path("x.proof")}), 2);
}

TEST_F(Commands, SecretFilesAreTheOwnersAlone) {
  EXPECT_EQ(mode_of("m.vouch"), 0600U);
  EXPECT_EQ(compiled["bytes"], read("m.vouch").size());
}

TEST_F(Commands, NothingThatIsShownOfAModelIsSecret) {
  const auto model = decode_model_file(read("m.vouch"));
  ASSERT_TRUE(model.ok());
  const std::string seed = hex_text(model.value().model.seed());
  for (const char* form : {"--json", "--threads=2"}) {
    const Ended end = vouch_says({"inspect", path("m.vouch"), form});
    ASSERT_EQ(end.status, 0) << end.problems;
    EXPECT_EQ(end.out.find(seed), std::string::npos);
    EXPECT_NE(end.out.find(compiled["model"].get<std::string>()), std::string::npos);
    EXPECT_NE(end.out.find("net.tflite"), std::string::npos);
    EXPECT_EQ(end.out.find(directory.string() + "/net.tflite"), std::string::npos);
  }
}

TEST_F(Commands, EveryKindOfFileIsRecognised) {
  const Bytes opening = encode_input_opening({});
  write("i.open", std::string(opening.begin(), opening.end()));
  const std::vector<std::pair<const char*, const char*>> kinds = {
      {"i.open", "an input opening (.open)"},
      {"m.vouch", "a compiled model (.vouch)"},
      {"m.pub", "a model commitment (.pub)"},
      {"x.proof", "a proof (.proof)"},
      {"net.tflite", "a TensorFlow Lite model (.tflite)"}};
  for (const auto& [file, kind] : kinds) {
    EXPECT_EQ(expect_done({"inspect", path(file)})["kind"], kind);
  }
  EXPECT_LT(expect_done({"inspect", path("m.pub")})["soundness_error_log2"]["total"], -200);
  expect_error({"inspect", path("cat.png")}, "is none of");
  EXPECT_EQ(verifier_says({"inspect", path("m.pub")}).status, 0);
  EXPECT_EQ(verifier_says({"inspect", path("m.vouch")}).status, 2);
}

TEST_F(Commands, TheWrongKindOfFileIsToldApart) {
  const std::string out = path("none.proof");
  expect_error({"prove", path("m.pub"), path("cat.png"), "-o", out}, "the commitment to one");
  expect_error({"prove", path("net.tflite"), path("cat.png"), "-o", out}, "`compile` makes");
  expect_error({"prove", path("m.vouch"), path("m.pub"), "-o", out}, "m.pub");
  expect_error({"compile", path("cat.png"), "-o", path("none.vouch")}, "cat.png");
  expect_error({"verify", path("x.proof"), path("m.pub")}, "then proofs");
  expect_error({"run", path("absent.vouch"), path("cat.png")}, "absent.vouch");
  EXPECT_FALSE(fs::exists(out));
  EXPECT_FALSE(fs::exists(path("none.vouch")));
}

TEST_F(Commands, ADamagedModelIsNotUsed) {
  Bytes file = read("m.vouch");
  file[file.size() / 2] ^= 1;
  write("damaged.vouch", std::string(file.begin(), file.end()));
  for (const char* command : {"commit", "prove", "run", "inspect"}) {
    Words words = {command, path("damaged.vouch")};
    if (words[0] == "prove" || words[0] == "run") {
      words.push_back(path("cat.png"));
    }
    if (words[0] == "prove" || words[0] == "commit") {
      words.insert(words.end(), {"-o", path("none")});
    }
    expect_error(words, "checksum");
  }
  EXPECT_FALSE(fs::exists(path("none")));
}

TEST_F(Commands, LabelsMustFit) {
  write("labels.txt", "a\nb\nc\nd\ne\nf\ng\n");
  const Ended end = vouch_says({"run", path("m.vouch"), path("cat.png"), "--labels",
                                path("labels.txt"), "--top", "7", "--json"});
  ASSERT_EQ(end.status, 0) << end.problems;
  const Json best = end.object()["pictures"][0]["top"][0];
  EXPECT_EQ(best["label"], std::string(1, static_cast<char>('a' + best["class"].get<int>())));
  write("labels.txt", "a\nb\n");
  expect_error({"run", path("m.vouch"), path("cat.png"), "--labels", path("labels.txt")}, "labels");
}

TEST_F(Commands, EvaluateTellsAccuracyAndErrors) {
  fs::create_directory(path("pictures"));
  fs::copy_file(path("cat.png"), path("pictures/cat.png"), fs::copy_options::overwrite_existing);
  fs::copy_file(path("dog.png"), path("pictures/dog.png"), fs::copy_options::overwrite_existing);
  const Json ran =
      expect_done({"run", path("m.vouch"), path("pictures/cat.png"), path("pictures/dog.png")});
  const int cat = ran["pictures"][0]["top"][0]["class"].get<int>();
  const int dog = ran["pictures"][1]["top"][0]["class"].get<int>();
  write("classes.csv", "file,right,label\ncat.png," + std::to_string(cat) + "," +
                           std::to_string((cat + 1) % 7) + "\ndog.png," + std::to_string(dog) +
                           "," + std::to_string(dog) + "\n");
  const Words evaluate = {"evaluate",       path("m.vouch"), "--data",
                          path("pictures"), "--labels",      path("classes.csv")};
  const auto with = [&](const Words& more) {
    Words words = evaluate;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  EXPECT_EQ(expect_done(with({}))["proven"]["top1"], 0.5);
  const Json told = expect_done(
      with({"--label-column", "right", "--original", path("net.tflite"), "--original-by", "float",
            "--picture", path("report.svg"), "--inputs-to", path("inputs.npy")}));
  EXPECT_EQ(told["proven"]["top1"], 1.0);
  EXPECT_FALSE(told["proven"].contains("top5"));
  EXPECT_EQ(told["labelled"], 2);
  EXPECT_TRUE(told["original"].contains("same_top1"));
  EXPECT_EQ(told["layer_inputs"], 2);
  EXPECT_LE(told["layers"][0]["largest_error"], told["layers"][0]["worst_case_bound"]);
  const Bytes picture = read("report.svg");
  EXPECT_EQ(std::string(picture.begin(), picture.begin() + 4), "<svg");
  const Json again = expect_done({"evaluate", path("m.vouch"), "--data", path("inputs.npy")});
  EXPECT_EQ(again["inputs"], 2);
  EXPECT_EQ(again["labelled"], 0);
  // Beside a reference the report is larger: nothing of it may move under what is written.
  write("both.json", R"({"outputs": [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0]]})");
  const Json both = expect_done(with({"--original", path("net.tflite"), "--original-by", "float",
                                      "--reference", path("both.json")}));
  EXPECT_EQ(both["layers"], told["layers"]);
  EXPECT_TRUE(both.contains("reference"));
  const Ended text = vouch_says(
      with({"--original", path("net.tflite"), "--original-by", "float", "--limit", "1"}));
  EXPECT_NE(text.out.find("same top-1"), std::string::npos) << text.problems;
  EXPECT_NE(text.out.find("worst"), std::string::npos);
}

TEST_F(Commands, WhatCannotBeEvaluatedIsAnError) {
  const Words evaluate = {"evaluate", path("m.vouch"), "--data"};
  const auto with = [&](const Words& more) {
    Words words = evaluate;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  expect_error(with({path("nowhere")}), "nowhere");
  write("labels.csv", "cat.png,7\n");
  expect_error(with({path("cat.png")}), "not an IDX file");
  fs::create_directory(path("one"));
  fs::copy_file(path("cat.png"), path("one/cat.png"), fs::copy_options::overwrite_existing);
  expect_error(with({path("one"), "--labels", path("labels.csv")}), "not a class from 0 to 6");
  write("outputs.json", R"({"outputs": []})");
  expect_error(with({path("one"), "--reference", path("outputs.json")}), "of 0 inputs, not of 1");
  expect_error(with({path("one"), "--original", path("cat.png")}), "cat.png");
  write("one.json", R"({"input_data": [[1]]})");
  fs::create_directory(path("reals"));
  fs::rename(path("one.json"), path("reals/one.json"));
  const std::string few = "one.json: 'input' is [1, 32, 32, 3], 3072 numbers: give as many, not 1";
  expect_error(with({path("reals")}), few);
  expect_error(with({path("reals"), "--original", path("net.tflite"), "--original-by", "float"}),
               few);
  // A compiled model that does not say what its codes stand for.
  ModelFile model = decode_model_file(read("m.vouch")).value();
  model.metadata.inputs.clear();
  const Bytes old = encode_model_file(model.model, model.metadata);
  write("old.vouch", std::string(old.begin(), old.end()));
  expect_error({"evaluate", path("old.vouch"), "--data", path("reals")}, "--original");
  expect_error({"run", path("old.vouch"), path("reals/one.json")}, "or compile it again");
}

// One value for each of two rows and three columns, of two channels; twice its sum by channel.
Bytes float_network() {
  onnx::ModelMaker m;
  m.input("x", {1, 2, 2, 3});
  m.reals("w", {2, 2, 2, 3}, std::vector<float>(24, 2.0F));
  m.node("Conv", {"x", "w"}, {"y"});
  m.output("y");
  return m.bytes();
}

Bytes float_network_with_top_k() {
  onnx::ModelMaker m;
  m.input("x", {1, 2, 2, 3});
  m.reals("w", {2, 2, 2, 3}, std::vector<float>(24, 2.0F));
  m.whole("one", {1}, {1});
  m.node("Conv", {"x", "w"}, {"c"});
  set(m.node("TopK", {"c", "one"}, {"y", "which"}), "axis", int64_t{1});
  m.output("y");
  return m.bytes();
}

Bytes float_network_with_class() {
  onnx::ModelMaker m;
  m.input("x", {1, 2, 2, 3});
  m.reals("w", {2, 2, 2, 3}, std::vector<float>(24, 2.0F));
  m.node("Conv", {"x", "w"}, {"c"});
  set(m.node("ArgMax", {"c"}, {"which"}), "axis", int64_t{1});
  m.node("Squeeze", {"which"}, {"s"});
  set(m.node("Cast", {"s"}, {"y"}), "to", int64_t{1});
  m.output("y");
  return m.bytes();
}

// Its output is codes, of a scale that is not 1.
Bytes network_of_codes() {
  onnx::ModelMaker m;
  m.input("x", {1, 2, 2, 3});
  m.reals("xs", {}, {0.01F});
  m.whole("xz", {}, {50}, 2);
  m.whole("w", {2, 2, 2, 3}, std::vector<int32_t>(24, 20), 3);
  m.reals("ws", {}, {0.02F});
  m.whole("wz", {}, {0}, 3);
  m.reals("ys", {}, {0.03F});
  m.whole("yz", {}, {100}, 2);
  m.node("QuantizeLinear", {"x", "xs", "xz"}, {"q"});
  m.node("QLinearConv", {"q", "xs", "xz", "w", "ws", "wz", "ys", "yz"}, {"y"});
  m.output("y");
  return m.bytes();
}

std::vector<float> three_inputs() {
  std::vector<float> values;
  for (int i = 0; i < 36; ++i) {
    values.push_back(static_cast<float>(i) / 36 - 0.25F);
  }
  return values;
}

// A program that takes a python's words: what it is asked to run, it leaves.
void write_python(const std::string& path, const std::string& body) {
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  fs::permissions(path, fs::perms::owner_all);
}

TEST_F(Commands, TheOriginalIsRunByItsFramework) {
  fs::create_directory(path("two"));
  fs::copy_file(path("cat.png"), path("two/cat.png"));
  fs::copy_file(path("dog.png"), path("two/dog.png"));
  const auto evaluate = [&](const Words& more) {
    Words words = {"evaluate",   path("m.vouch"),    "--data",   path("two"),
                   "--original", path("net.tflite"), "--layers", "0"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  // Each input's row has the class of its number as the largest.
  std::vector<float> rows(14, 0.0F);
  rows[0] = rows[8] = 9;
  const Bytes outputs = new_npy("2, 7", rows);
  write("answers.npy", std::string(outputs.begin(), outputs.end()));
  const std::string python = path("a python; $(false)");
  write_python(python, "test -f \"$1\" && test \"$2\" = '" + path("net.tflite") +
                           "' && test -f \"$3\" || exit 1\n"
                           "cp '" +
                           path("answers.npy") +
                           "' \"$4\"\n"
                           "echo warming up\n"
                           "echo '{\"framework\": \"Abacus 3\"}'");
  const Json told = expect_done(evaluate({"--python", python}));
  EXPECT_EQ(told["original_by"], "Abacus 3");
  EXPECT_FALSE(told.contains("original_why"));
  write("first.csv", "cat.png,0\ndog.png,1\n");
  const Json labelled = expect_done(evaluate({"--python", python, "--labels", path("first.csv")}));
  EXPECT_EQ(labelled["original"]["top1"], 1.0);
  EXPECT_NE(vouch_says(evaluate({"--python", python})).out.find("run by Abacus 3"),
            std::string::npos);
  // Its outputs are those of these inputs, or none.
  expect_error(evaluate({"--python", python, "--original-by", "framework", "--limit", "1"}),
               "Abacus 3 answered 2 inputs, not 1");
}

TEST_F(Commands, WithoutItsFrameworkTheOriginalIsRunByFloats) {
  fs::create_directory(path("single"));
  fs::copy_file(path("cat.png"), path("single/cat.png"));
  const auto evaluate = [&](const std::string& python, const std::string& by) {
    return Words{"evaluate",         path("m.vouch"), "--data", path("single"), "--original",
                 path("net.tflite"), "--original-by", by,       "--python",     python};
  };
  const Json floats = expect_done(evaluate("none", "float"));
  EXPECT_EQ(floats["original_by"], "vouch's float executor");
  const auto falls_back = [&](const std::string& python, const std::string& why) {
    const Json told = expect_done(evaluate(python, "auto"));
    EXPECT_EQ(told["original_by"], "vouch's float executor");
    EXPECT_EQ(told["original"], floats["original"]);
    EXPECT_NE(told["original_why"].get<std::string>().find(why), std::string::npos)
        << told["original_why"];
    expect_error(evaluate(python, "framework"), why);
  };
  falls_back(path("no such python"), "No such file or directory");
  write_python(path("bare"), "echo 'No module named numpy' >&2; exit 3");
  falls_back(path("bare"), "has not what it takes: No module named numpy");
  write_python(path("broken"), "echo 'ValueError: this model' >&2; exit 1");
  falls_back(path("broken"), "ended with status 1: ValueError: this model");
  write_python(path("silent"), "exit 0");
  falls_back(path("silent"), "did not say which framework ran");
  write_python(path("idle"), "echo '{\"framework\": \"Abacus\"}'");
  falls_back(path("idle"), "outputs.npy");
  const Bytes outputs = new_npy("1, 6", std::vector<float>(6));
  write("six.npy", std::string(outputs.begin(), outputs.end()));
  write_python(path("other"),
               "cp '" + path("six.npy") + "' \"$4\"; echo '{\"framework\": \"Abacus\"}'");
  falls_back(path("other"), "is not what the network does");
  EXPECT_EQ(vouch_says(evaluate("none", "abacus")).status, 2);
}

// The frameworks themselves, where $VOUCH_PYTHON (or python3) has them.
TEST_F(Commands, FrameworksAgreeWithTheFloatExecutor) {
  const auto written = [](const std::string& name, const Bytes& bytes) {
    write(name, std::string(bytes.begin(), bytes.end()));
  };
  written("float.onnx", float_network());
  fs::create_directory(path("reals of onnx"));
  written("reals of onnx/three.npy", new_npy("3, 2, 2, 3", three_inputs()));
  fs::create_directory(path("pictures of lite"));
  fs::copy_file(path("cat.png"), path("pictures of lite/cat.png"));
  expect_done({"compile", path("float.onnx"), "-o", path("of_onnx.vouch"), "--input", "codes",
               "--samples", path("reals of onnx"), "--replace"});
  written("topk.onnx", float_network_with_top_k());
  expect_done({"compile", path("topk.onnx"), "-o", path("of_topk.vouch"), "--input", "codes",
               "--samples", path("reals of onnx"), "--replace"});
  written("class.onnx", float_network_with_class());
  expect_done({"compile", path("class.onnx"), "-o", path("of_class.vouch"), "--input", "codes",
               "--samples", path("reals of onnx"), "--replace"});
  written("codes.onnx", network_of_codes());
  expect_done({"compile", path("codes.onnx"), "-o", path("of_codes.vouch"), "--input", "codes"});
  const std::pair<Words, std::string> models[] = {
      {{"evaluate", path("m.vouch"), "--original", path("net.tflite"), "--data",
        path("pictures of lite")},
       "TensorFlow Lite"},
      {{"evaluate", path("of_onnx.vouch"), "--original", path("float.onnx"), "--data",
        path("reals of onnx/three.npy"), "--samples", path("reals of onnx")},
       "ONNX Runtime"},
      {{"evaluate", path("of_topk.vouch"), "--original", path("topk.onnx"), "--data",
        path("reals of onnx/three.npy"), "--samples", path("reals of onnx")},
       "ONNX Runtime"},
      {{"evaluate", path("of_class.vouch"), "--original", path("class.onnx"), "--data",
        path("reals of onnx/three.npy"), "--samples", path("reals of onnx")},
       "ONNX Runtime"},
      {{"evaluate", path("of_codes.vouch"), "--original", path("codes.onnx"), "--data",
        path("reals of onnx/three.npy")},
       "ONNX Runtime"}};
  size_t ran = 0;
  std::map<std::string, std::string> missing;  // why, of frameworks that run no model
  for (const auto& [words, name] : models) {
    const Json told = expect_done(words);
    if (told.contains("original_why")) {
      const std::string why = told["original_why"];
      EXPECT_EQ(missing.emplace(name, why).first->second, why);
      continue;
    }
    ++ran;
    EXPECT_FALSE(missing.contains(name)) << missing[name];
    EXPECT_EQ(told["original_by"].get<std::string>().find(name), 0U) << told["original_by"];
    Words by_floats = words;
    by_floats.insert(by_floats.end(), {"--original-by", "float"});
    const Json floats = expect_done(by_floats);
    // Where codes are rounded the other way, a few layers on, outputs differ by some steps.
    const double step = told["output_step"].get<double>();
    EXPECT_NEAR(told["original"]["mean_error"].get<double>(),
                floats["original"]["mean_error"].get<double>(), step);
    EXPECT_NEAR(told["original"]["largest_error"].get<double>(),
                floats["original"]["largest_error"].get<double>(), 3 * step);
  }
  if (ran == 0) GTEST_SKIP() << "no python here has a framework: VOUCH_PYTHON names one";
}

TEST_F(Commands, ArraysOfRealsCalibrateAndAreEvaluated) {
  const auto written = [](const std::string& name, const Bytes& bytes) {
    write(name, std::string(bytes.begin(), bytes.end()));
    return path(name);
  };
  written("float.onnx", float_network());
  fs::create_directory(path("one each"));
  fs::create_directory(path("all"));
  const std::vector<float> values = three_inputs();
  written("all/three.npy", new_npy("3, 2, 2, 3", values));
  for (const int i : {0, 1, 2}) {
    const std::vector<float> own(values.begin() + 12 * i, values.begin() + 12 * (i + 1));
    written("one each/" + std::to_string(i) + ".npy", new_npy("2, 2, 3", own));
  }
  const auto compile = [&](const std::string& samples) {
    return Words{"compile", path("float.onnx"), "-o",          path("float.vouch"), "--input",
                 "codes",   "--samples",        path(samples), "--replace"};
  };
  // Either makes the same network: evaluate compares it.
  expect_done(compile("one each"));
  const auto evaluate = [&](const std::string& data) {
    return Words{"evaluate",  path("float.vouch"), "--data",     path(data),
                 "--samples", path("all"),         "--original", path("float.onnx")};
  };
  const Json array = expect_done(evaluate("all/three.npy"));
  const Json folder = expect_done(evaluate("one each"));
  EXPECT_EQ(array["inputs"], 3);
  EXPECT_EQ(array["original"], folder["original"]);
  EXPECT_GT(array["original"]["within_a_step"], 0.9);
  expect_error(evaluate("all"), "three.npy: it has 3 inputs");
  // The compiled model says by itself what codes stand for.
  const Json alone =
      expect_done({"evaluate", path("float.vouch"), "--data", path("all/three.npy")});
  EXPECT_EQ(alone["inputs"], 3);
  written("all/three.npy", new_npy("3, 2, 3, 2", values));
  expect_error(compile("all"), "three.npy: its shape is [3, 2, 3, 2]: store values in the order");
}

// Of a network with more than one axis to mix up, from samples within [-0.25, 0.75].
TEST_F(Commands, RealNumbersAreProvenAsTheirCodes) {
  const auto written = [](const std::string& name, const Bytes& bytes) {
    write(name, std::string(bytes.begin(), bytes.end()));
    return path(name);
  };
  const std::vector<float> values = three_inputs();
  const std::vector<float> first(values.begin(), values.begin() + 12);
  fs::create_directory(path("samples of reals"));
  written("samples of reals/three.npy", new_npy("3, 2, 2, 3", values));
  written("real.onnx", float_network());
  expect_done({"compile", path("real.onnx"), "-o", path("real.vouch"), "--input", "codes",
               "--samples", path("samples of reals")});
  expect_done({"commit", path("real.vouch"), "-o", path("real.pub")});
  const std::string one = written("one.npy", new_npy("2, 2, 3", first));
  expect_error({"prove", path("real.onnx"), one, "-o", path("none.proof")},
               "it is an .onnx file: `compile` makes");
  EXPECT_EQ(expect_done({"inspect", path("real.onnx")})["is_float"], true);
  EXPECT_EQ(expect_done({"inspect", path("real.vouch")})["inputs"][0]["shape"], Json({1, 2, 2, 3}));
  const Json ran = expect_done({"run", path("real.vouch"), one, "--codes-to", path("codes.npy")});
  EXPECT_EQ(ran["pictures"][0]["of_reals"], true);
  EXPECT_EQ(ran["pictures"][0]["cut_off"], 0);

  // What evaluate has of the same numbers is what ran, to the last bit.
  const Json step =
      expect_done({"evaluate", path("real.vouch"), "--data", one, "--original", path("real.onnx"),
                   "--samples", path("samples of reals"), "--original-by", "float"});
  const Circuit circuit = decode_model_file(read("real.vouch")).value().model.circuit();
  const std::string codes = ran["pictures"][0]["output"];
  Json answers = Json::array();
  for (size_t i = 0; i < codes.size(); i += 2) {
    const int code = std::stoi(codes.substr(i, 2), nullptr, 16);
    answers.push_back(step["output_step"].get<double>() *
                      (code - int{circuit.output_tensor().zero_point}));
  }
  write("answers.json", Json{{"outputs", Json::array({answers})}}.dump());
  const Json same = expect_done(
      {"evaluate", path("real.vouch"), "--data", one, "--reference", path("answers.json")});
  EXPECT_LT(same["reference"]["largest_error"].get<double>(), 1e-6);

  // A verifier takes the codes, and no others.
  const Json told = expect_done({"prove", path("real.vouch"), one, "-o", path("real.proof"),
                                 "--codes-to", path("proven codes.npy")});
  EXPECT_EQ(read("proven codes.npy"), read("codes.npy"));
  EXPECT_EQ(told["output"], ran["pictures"][0]["output"]);
  EXPECT_EQ(told["of_reals"], true);
  const auto verified = [&](const std::string& input) {
    return verifier_says({path("real.pub"), path("real.proof"), "--input", path(input)});
  };
  EXPECT_EQ(verified("codes.npy").status, 0);
  Bytes other = read("codes.npy");
  other.back() ^= 1U;
  written("other.npy", other);
  EXPECT_EQ(verified("other.npy").status, 1);
  EXPECT_NE(verified("one.npy").problems.find("--codes-to"), std::string::npos);

  // The same numbers in other files.
  const auto output_of = [&](const std::string& file) {
    return expect_done({"run", path("real.vouch"), file})["pictures"][0]["output"];
  };
  ByteWriter tensor;
  tensor.raw(Bytes{0x08, 2, 0x08, 2, 0x08, 3, 0x10, 1, 0x4A, 48});
  for (const float x : first) {
    tensor.u32(std::bit_cast<uint32_t>(x));
  }
  EXPECT_EQ(output_of(written("one.pb", tensor.take())), codes);
  write("one.json", Json{{"input_data", Json::array({first})}}.dump());
  EXPECT_EQ(output_of(path("one.json")), codes);
  EXPECT_EQ(output_of(path("codes.npy")), codes);
  ByteWriter doubles;
  for (const float x : first) {
    doubles.u64(std::bit_cast<uint64_t>(double{x}));
  }
  EXPECT_EQ(output_of(written("double.npy", new_npy("<f8", "12,", doubles.take()))), codes);

  // What no code stands for is cut off, and told; what is no number is refused.
  std::vector<float> far = first;
  far[3] = 100;
  far[4] = -100;
  const Json cut =
      expect_done({"run", path("real.vouch"), written("far.npy", new_npy("12,", far))});
  EXPECT_EQ(cut["pictures"][0]["cut_off"], 2);
  far[5] = NAN;
  const auto refused = [&](const std::string& file, const std::string& said) {
    expect_error({"run", path("real.vouch"), file}, said);
    expect_error({"prove", path("real.vouch"), file, "-o", path("none.proof")}, said);
    EXPECT_FALSE(fs::exists(path("none.proof")));
  };
  refused(written("nan.npy", new_npy("12,", far)), "not a finite number of float32: take it out");
  refused(written("turned.npy", new_npy("3, 2, 2", first)),
          "its shape is [3, 2, 2]: store values in the order of the model's input, [1, 2, 2, 3]");
  refused(path("samples of reals/three.npy"), "it has 3 inputs, and one is asked for");
  write("few.json", R"({"input_data": [[1, 2]]})");
  refused(path("few.json"), "'x' is [1, 2, 2, 3], 12 numbers: give as many, not 2");
  refused(written("turned.pb",
                  Bytes{0x08, 3, 0x08, 1, 0x10, 1, 0x4A, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
          "its shape is [3, 1]: store one input as the model has it, [1, 2, 2, 3]");
  Bytes bytes{0x08, 2, 0x08, 2, 0x08, 3, 0x10, 2, 0x4A, 12};
  bytes.resize(bytes.size() + 12);
  refused(written("bytes.pb", bytes), "its tensor is of uint8 or int8, which may be codes or");
  refused(written("ints.npy", new_npy("<i4", "12,", Bytes(48))),
          "of real numbers, stored as float32");
  expect_error({"run", path("real.vouch"), one, "--codes-to", one}, "one.npy");
}

TEST_F(Commands, SeveralInputsOfRealNumbersComeInOneFile) {
  onnx::ModelMaker m;
  m.input("a", {1, 2});
  m.input("b", {1, 3});
  set(m.node("Concat", {"a", "b"}, {"y"}), "axis", int64_t{1});
  m.output("y");
  const Bytes model = m.bytes();
  write("two.onnx", std::string(model.begin(), model.end()));
  fs::create_directory(path("samples of two"));
  write("samples of two/s.json", R"({"input_data": [[0, 1], [0, 1, 2]]})");
  expect_done(
      {"compile", path("two.onnx"), "-o", path("two.vouch"), "--samples", path("samples of two")});
  const Json ran =
      expect_done({"run", path("two.vouch"), path("samples of two/s.json")})["pictures"][0];
  EXPECT_EQ(ran["of_reals"], true);
  EXPECT_EQ(ran["cut_off"], 0);
  const Bytes one = new_npy("1, 2", std::vector<float>{0, 1});
  write("one of two.npy", std::string(one.begin(), one.end()));
  expect_error({"run", path("two.vouch"), path("one of two.npy")},
               "it has one input, and the model takes 2: give all of them in one .json file");
}

TEST_F(Commands, SamplesThatNothingNeedsAreTold) {
  fs::create_directory(path("samples of none"));
  const Ended told = vouch_says({"compile", path("net.tflite"), "-o", path("quantised.vouch"),
                                 "--samples", path("samples of none")});
  EXPECT_EQ(told.status, 0) << told.problems;
  EXPECT_NE(told.problems.find("--samples was not needed"), std::string::npos) << told.problems;
}

TEST_F(Commands, WhatIsNoCommandIsNamed) {
  expect_error({"frobnicate", "x"}, "'frobnicate' is no command");
  const Ended told = vouch_says({"frobnicate", "--json"});
  EXPECT_EQ(told.object()["error"], "'frobnicate' is no command");
}

TEST_F(Commands, KernelsThatAreNoneAreAnErrorOfEveryCommand) {
  const char* before = std::getenv("VOUCH_KERNELS");
  const std::string saved = before != nullptr ? before : "";
  setenv("VOUCH_KERNELS", "abacus", 1);
  expect_error({"run", path("m.vouch"), path("cat.png")},
               "VOUCH_KERNELS: no kernels named 'abacus'");
  expect_error({"operators"}, "VOUCH_KERNELS: no kernels named 'abacus'");
  const Ended verifier = verifier_says({path("m.pub"), path("x.proof")});
  EXPECT_EQ(verifier.status, 2);
  EXPECT_NE(verifier.problems.find("VOUCH_KERNELS"), std::string::npos);
  before != nullptr ? setenv("VOUCH_KERNELS", saved.c_str(), 1) : unsetenv("VOUCH_KERNELS");
}

// docs/operators.md is what `vouch operators --markdown` prints.
TEST_F(Commands, TheDocumentOfOperatorsIsUpToDate) {
  const char* source = std::getenv("VOUCH_SOURCE_DIR");
  ASSERT_NE(source, nullptr);
  const Ended told = vouch_says({"operators", "--markdown"});
  EXPECT_EQ(told.status, 0);
  const Bytes file = read_file(std::string(source) + "/docs/operators.md", 1 << 20).value();
  EXPECT_TRUE(std::string(file.begin(), file.end()) == told.out)
      << "run: vouch operators --markdown > docs/operators.md";
}

TEST_F(Commands, OperatorsAreListed) {
  const Json told = expect_done({"operators"});
  EXPECT_GT(told["onnx"].size(), 100U);
  EXPECT_GT(told["tflite"].size(), 50U);
  EXPECT_NE(vouch_says({"operators"}).out.find("DEPTHWISE_CONV_2D"), std::string::npos);
}

TEST_F(Commands, EstimateTellsTheSizeOfAProof) {
  const Json told = expect_done({"estimate", path("m.vouch"), "--counts"});
  // The proof of the suite has a context, the estimate's none.
  const size_t context = std::string("order 7").size();
  EXPECT_EQ(told["proof_bytes"].get<size_t>() + context, proven["proof_bytes"].get<size_t>());
  EXPECT_EQ(told["model_public_bytes"], read("m.pub").size());
  EXPECT_GT(told["prove_seconds"], 0);
  EXPECT_GT(told["verify_seconds"], 0);
  EXPECT_GT(told["nanoseconds"]["field"], 0);
  const Json of_model =
      expect_done({"estimate", path("net.tflite"), "--shift", "12", "--pictures", "3"});
  EXPECT_EQ(of_model["activations"].get<size_t>(), 3 * told["activations"].get<size_t>());
  EXPECT_GT(of_model["proof_bytes"], told["proof_bytes"]);
  EXPECT_NE(vouch_says({"estimate", path("m.vouch")}).out.find("Prove:"), std::string::npos);
  expect_error({"estimate", path("cat.png")}, "cat.png");
}

// Of a command and a file of its name, a word is the command; the file is written ./verify.
TEST_F(Commands, FilesNamedLikeCommands) {
  const fs::path before = fs::current_path();
  fs::current_path(directory);
  fs::copy_file("m.pub", "verify");
  fs::copy_file("x.proof", "inspect");
  EXPECT_EQ(verifier_says({"verify", "inspect"}).status, 2);
  EXPECT_EQ(verifier_says({"verify", "verify", "inspect"}).status, 0);
  EXPECT_EQ(verifier_says({"./verify", "inspect"}).status, 0);
  EXPECT_EQ(verifier_says({"./verify", "./inspect", "--json"}).object()["status"], "accepted");
  fs::current_path(before);
}

TEST_F(Commands, ExactRoundingIsAnOption) {
  const Words exact = {"compile",           path("net.tflite"), "-o",
                       path("exact.vouch"), "--rounding",       "exact"};
  expect_done(exact);
  const Json circuit = expect_done({"inspect", path("exact.vouch")})["circuit"];
  EXPECT_EQ(circuit["shift"], 20);
  // Codes of the softmax, which fast models have not.
  const Json answer = expect_done({"run", path("exact.vouch"), path("cat.png")})["pictures"][0];
  EXPECT_EQ(answer["softmax_codes"].get<std::string>().size(), 2 * 7U);
  EXPECT_FALSE(expect_done({"run", path("m.vouch"), path("cat.png")})["pictures"][0].contains(
      "softmax_codes"));
  // What it was made from says the same again.
  fs::create_directory(path("set"));
  fs::copy_file(path("cat.png"), path("set/cat.png"));
  expect_done(
      {"evaluate", path("exact.vouch"), "--data", path("set"), "--original", path("net.tflite")});
  for (const Words& wrong :
       {Words{"--rounding", "exact", "--shift", "18"}, Words{"--rounding", "no"}}) {
    for (const Words& command : {Words{"compile", path("net.tflite"), "-o", path("none.vouch")},
                                 Words{"estimate", path("net.tflite")}}) {
      Words words = command;
      words.insert(words.end(), wrong.begin(), wrong.end());
      expect_error(words, "--");
    }
  }
  EXPECT_FALSE(fs::exists(path("none.vouch")));
}

// A fully connected layer of codes for each of `outputs`, and a softmax behind it.
Bytes softmaxes_of_lite(int outputs) {
  using namespace tflite;
  ModelMaker m;
  m.inputs = {m.codes("x", {1, 4}, 0.1F, 0)};
  for (int i = 0; i < outputs; ++i) {
    const std::string n = std::to_string(i);
    const std::vector<int8_t> weights(8, static_cast<int8_t>(i + 1));
    const auto w = m.constant("w" + n, TensorType::INT8, {2, 4}, weights, {0.5F}, {0});
    const auto y = m.codes("y" + n, {1, 2}, 0.3F, 0);
    m.op<FullyConnectedOptions>(BuiltinOperator::FULLY_CONNECTED, {m.inputs[0], w, -1}, {y},
                                [](auto& f) { return CreateFullyConnectedOptions(f); });
    m.outputs.push_back(m.codes("s" + n, {1, 2}, 1.0F / 256, -128));
    m.op<SoftmaxOptions>(BuiltinOperator::SOFTMAX, {y}, {m.outputs.back()},
                         [](auto& f) { return CreateSoftmaxOptions(f, 1.0F); });
  }
  return m.bytes();
}

Bytes softmax_of_onnx() {
  onnx::ModelMaker m;
  m.input("x", {1, 4}, 2);
  m.reals("s", {}, {0.1F});
  m.whole("z", {}, {3}, 2);
  m.whole("w", {4, 2}, {1, 2, 3, 4, 5, 6, 7, 8}, 3);
  m.whole("w z", {}, {0}, 3);
  m.node("DequantizeLinear", {"x", "s", "z"}, {"x f"});
  m.node("DequantizeLinear", {"w", "s", "w z"}, {"w f"});
  m.node("MatMul", {"x f", "w f"}, {"r"});
  m.node("QuantizeLinear", {"r", "s", "z"}, {"q"});
  m.node("DequantizeLinear", {"q", "s", "z"}, {"q f"});
  m.node("Softmax", {"q f"}, {"y"});
  m.output("y");
  return m.bytes();
}

// Only TensorFlow Lite's kernel is known, and one output has one softmax.
TEST_F(Commands, SoftmaxCodesAreOfOneSoftmaxOfTensorFlowLite) {
  write("codes.bin", "1234");
  const auto tells = [&](const std::string& name, const Bytes& file) {
    write(name, std::string(file.begin(), file.end()));
    expect_done({"compile", path(name), "-o", path("soft.vouch"), "--rounding", "exact", "--input",
                 "codes", "--replace"});
    const Json answer = expect_done({"run", path("soft.vouch"), path("codes.bin")});
    return answer["pictures"][0].contains("softmax_codes");
  };
  EXPECT_TRUE(tells("one.tflite", softmaxes_of_lite(1)));
  EXPECT_FALSE(tells("two.tflite", softmaxes_of_lite(2)));
  EXPECT_FALSE(tells("one.onnx", softmax_of_onnx()));
}

// Against what TensorFlow Lite's own kernel computes: float32, codes of 1/256.
TEST(SoftmaxCodes, AreTensorFlowLites) {
  const Bytes codes = {200, 190, 200, 3, 185};
  const Bytes expected = {112, 23, 112, 0, 10};
  EXPECT_EQ(softmax_codes(codes, 0.16F), expected);
  EXPECT_EQ(softmax_codes(Bytes{255}, 1.0F), Bytes{255});
  EXPECT_EQ(softmax_codes({}, 1.0F), Bytes{});
}

TEST_F(Commands, OptionsOutOfRangeAreErrors) {
  const Words compile = {"compile", path("net.tflite"), "-o", path("none.vouch")};
  const std::vector<Words> wrong = {{"--shift", "3"},   {"--shift", "25"},    {"--crop", "0"},
                                    {"--crop", "1001"}, {"--input", "sound"}, {"--row-bits", "12"},
                                    {"--threads", "0"}};
  for (const Words& options : wrong) {
    Words words = compile;
    words.insert(words.end(), options.begin(), options.end());
    EXPECT_EQ(vouch_says(words).status, 2) << options[0] << " " << options[1];
  }
  expect_error({"prove", path("m.vouch"), path("cat.png"), "-o", path("none"), "--context",
                std::string(5000, 'x')},
               "5000 bytes");
  EXPECT_EQ(vouch_says({"new-model", "resnet", "-o", path("none")}).status, 2);
  for (const Words& options :
       {Words{"--width", "9"}, Words{"--size", "5"}, Words{"--size", "-18446744073709551520"},
        Words{"--classes", "1"}, Words{"--width", "nan"}, Words{"--seed", "-1"},
        Words{"--seed", "18446744073709551616"}, Words{"--seed", "7x"}}) {
    Words words = {"new-model", "mobilenet_v2", "-o", path("none")};
    words.insert(words.end(), options.begin(), options.end());
    EXPECT_EQ(vouch_says(words).status, 2) << options[0];
  }
  expect_error({"new-model", "mobilenet_v2", "-o", path("none"), "--seed", "-1"},
               "-1 is not a whole number");
  EXPECT_FALSE(fs::exists(path("none")));
  EXPECT_FALSE(fs::exists(path("none.vouch")));
}

TEST_F(Commands, WhatIsReadIsNotWrittenOver) {
  const Bytes model = read("m.vouch");
  expect_error({"commit", path("m.vouch"), "-o", path("m.vouch")}, "is an input");
  expect_error({"prove", path("m.vouch"), path("cat.png"), "-o", path("m.vouch")}, "is an input");
  fs::create_hard_link(path("m.vouch"), path("link.vouch"));
  expect_error({"commit", path("m.vouch"), "-o", path("link.vouch")}, "is an input");
  expect_error({"new-picture", "-o", path("m.vouch")}, "is a compiled model");
  const Bytes picture = read("cat.png");
  expect_error({"prove", path("m.vouch"), path("cat.png"), "-o", path("cat.png")}, "is an input");
  expect_error({"compile", path("net.tflite"), "-o", path("net.tflite")}, "is an input");
  expect_error({"prove", path("m.vouch"), path("cat.png"), "--hide-input", "--opening",
                path("both"), "-o", path("both")},
               "two outputs");
  EXPECT_EQ(read("m.vouch"), model);
  EXPECT_EQ(read("cat.png"), picture);
}

TEST_F(Commands, FilesThatCannotBeWrittenAreErrors) {
  const std::string nowhere = path("no/such/directory/file");
  expect_error({"commit", path("m.vouch"), "-o", nowhere}, "no/such/directory");
  expect_error({"compile", path("net.tflite"), "-o", nowhere, "--shift", "12"},
               "no/such/directory");
}

TEST_F(Commands, QuietSaysNothing) {
  const Ended accepted = vouch_says({"verify", path("m.pub"), path("x.proof"), "-q"});
  EXPECT_EQ(accepted.status, 0);
  EXPECT_EQ(accepted.out + accepted.problems, "");
  const Ended rejected =
      vouch_says({"verify", path("m.pub"), path("x.proof"), "-q", "--context", "other"});
  EXPECT_EQ(rejected.status, 1);
  EXPECT_EQ(rejected.out + rejected.problems, "");
}

TEST_F(Commands, EveryCommandHasHelpWithAnExample) {
  const Program all = vouch_program();
  for (const auto& command : all.commands) {
    const Ended help = vouch_says({command->name(), "--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_NE(help.out.find("Example"), std::string::npos) << command->name();
    EXPECT_NE(help.out.find("--threads"), std::string::npos) << command->name();
  }
  EXPECT_EQ(verifier_says({"--help"}).status, 0);
  EXPECT_EQ(verifier_says({"verify", "--help"}).out.find("--threads"), std::string::npos);
}

TEST_F(Commands, TheSameSeedMakesTheSameModel) {
  const auto make = [](const char* seed, const char* name) {
    expect_done({"new-model", "mobilenet_v2", "--width", "0.1", "--size", "32", "--classes", "3",
                 "--seed", seed, "-o", path(name)});
    return read(name);
  };
  const Bytes first = make("5", "a.tflite");
  EXPECT_EQ(make("5", "b.tflite"), first);
  EXPECT_NE(make("6", "c.tflite"), first);
}

TEST_F(Commands, AnAuditIsPlanned) {
  const Json plan = expect_done({"audit", "plan", "--margin", "0.05", "--confidence", "0.95",
                                 "--correct", "335", "--of", "600"});
  EXPECT_EQ(plan["command"], "audit plan");
  EXPECT_EQ(plan["samples"], 600);
  EXPECT_EQ(plan["samples_two_sided"], 738);
  EXPECT_NEAR(plan["interval"][0].get<double>(), 0.5176, 1e-3);
  EXPECT_NEAR(plan["interval"][1].get<double>(), 0.5984, 1e-3);
  EXPECT_FALSE(plan.contains("cost"));
  expect_error({"audit", "plan", "--correct", "7", "--of", "6"}, "more than");
  expect_error({"audit", "plan", "--correct", "7"}, "--of");
  expect_error({"audit", "plan", "--margin", "0"}, "--margin");
  expect_error({"audit", "plan", "--confidence", "1"}, "--confidence");
}

TEST_F(Commands, AContestIsPlanned) {
  const Json plan = expect_done({"contest", "plan", "--wrong", "0.05", "--answers", "1000"});
  EXPECT_EQ(plan["samples_of_any"], 59);
  EXPECT_EQ(plan["samples_two_sided"], 72);
  EXPECT_LT(plan["samples"], 59);
  EXPECT_GE(plan["found"], 0.95);
  EXPECT_EQ(expect_done({"contest", "plan"})["samples"], 59);
  expect_error({"contest", "plan", "--answers", "0"}, "whole number");
}

TEST_F(Commands, PlansTellWhatProofsCost) {
  const Json by_hand = expect_done({"audit", "plan", "--proof-seconds", "2", "--pictures", "8",
                                    "--price", "0.04", "--threads", "2"})["cost"];
  EXPECT_EQ(by_hand["proofs"], 75);
  EXPECT_EQ(by_hand["seconds"], 150.0);
  EXPECT_EQ(by_hand["cores"], 2);
  EXPECT_NEAR(by_hand["core_hours"].get<double>(), 300.0 / 3600, 1e-12);
  EXPECT_NEAR(by_hand["money"].get<double>(), 0.04 * 300 / 3600, 1e-12);
  const Json of_model =
      expect_done({"contest", "plan", "--model", path("m.vouch"), "--pictures", "2"})["cost"];
  EXPECT_EQ(of_model["proofs"], 30);
  EXPECT_GT(of_model["seconds"], 0);
  EXPECT_GT(of_model["bytes"], 30 * 1000);
  expect_error({"audit", "plan", "--model", path("m.vouch"), "--proof-seconds", "1"}, "exclude");
}

TEST_F(Commands, KeysAndLogsAreNotOverwritten) {
  expect_done({"identity", "new", "-o", path("me.key")});
  expect_done({"log", "new", path("my.log"), "--key", path("me.key")});
  for (const char* name : {"me.key", "my.log"}) {
    const Bytes before = read(name);
    EXPECT_EQ(vouch_says({"new-picture", "-o", path(name)}).status, 2) << name;
    EXPECT_EQ(vouch_says({"commit", path("m.vouch"), "-o", path(name)}).status, 2) << name;
    EXPECT_EQ(read(name), before) << name;
  }
  expect_done({"inspect", path("me.key")});
}

}  // namespace
}  // namespace vouch
