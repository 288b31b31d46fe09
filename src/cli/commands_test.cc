// What every command does alike, and proofs from the model to the verdict.
#include <bit>
#include <cmath>
#include <map>
#include <sstream>

#include "cli/context.h"
#include "cli/test_commands.h"
#include "model/onnx/model_maker.h"
#include "prove/model_file.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

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
