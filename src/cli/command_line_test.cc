// What all commands have in common: options, exit status, output, and text that is safe to print.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "circuit/class_rank.h"
#include "cli/answer.h"
#include "cli/context.h"
#include "cli/labels.h"
#include "cli/numbers.h"
#include "cli/output.h"
#include "cli/printable.h"
#include "cli/program.h"

namespace vouch {
namespace {

// A command that does what its argument says.
class Obedient final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "obey"; }
  [[nodiscard]] const char* about() const override { return "Do as told"; }
  [[nodiscard]] const char* footer() const override { return "Example: obey accept"; }
  void declare(CLI::App& app) override {
    app.add_option("WHAT", what_, "accept, reject, fail or exhaust")->required();
    context_.declare(app, "The context");
  }
  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const auto context, context_.bytes(8));
    if (context) {
      output.object()["context"] = context_text(*context);
    }
    output.line("said: " + what_);
    output.note("noted");
    if (what_ == "fail") {
      return Error{"it failed"};
    }
    if (what_ == "exhaust") {
      throw std::bad_alloc();
    }
    output.object()["value"] = 7;
    return what_ == "reject" ? ExitStatus::kRejected : ExitStatus::kAccepted;
  }

 private:
  std::string what_;
  ContextOptions context_;
};

struct Ended {
  int status = -1;
  std::string out;
  std::string problems;
  size_t threads = 0;
};

Ended run(const std::vector<std::string>& arguments, bool with_threads = true,
          const std::string& implied = "") {
  Ended end;
  Program program;
  program.name = "test";
  program.about = "A program";
  program.implied_command = implied;
  program.commands.push_back(std::make_unique<Obedient>());
  if (with_threads) {
    program.set_threads = [&](size_t n) { end.threads = n; };
  }
  std::ostringstream out;
  std::ostringstream problems;
  end.status = program.run(arguments, out, problems);
  end.out = out.str();
  end.problems = problems.str();
  return end;
}

TEST(Program, WrongUsageIsJsonWhereItIsAskedFor) {
  const Ended end = run({"obey", "accept", "--unknown", "--json"});
  EXPECT_EQ(end.status, 2);
  EXPECT_EQ(Json::parse(end.out)["status"], "error");
  EXPECT_NE(Json::parse(end.out)["error"].get<std::string>().find("--unknown"), std::string::npos);
}

TEST(Sizes, AreReadAsTheyAreSaid) {
  EXPECT_EQ(parse_size("700000").value(), 700000U);
  EXPECT_EQ(parse_size("4GB").value(), 4000000000U);
  EXPECT_EQ(parse_size("1.5 gb").value(), 1500000000U);
  EXPECT_EQ(parse_size("512MiB").value(), 512U << 20);
  EXPECT_EQ(parse_size("0").value(), 0U);
  for (const char* wrong :
       {"", "GB", "-1", "-1GB", "4XB", "4GB8", "nan", "inf", "1e30", "99999999TB"}) {
    EXPECT_FALSE(parse_size(wrong).ok()) << wrong;
  }
}

TEST(Numbers, AreWithinTheirRange) {
  const CLI::Validator hours = real_number(0.5, 1e5);
  for (std::string text : {"0.5", "1e5", "168", "2.5e1"}) {
    EXPECT_EQ(hours(text), "") << text;
  }
  for (std::string text : {"nan", "-nan", "inf", "0.49", "100001", "1 ", "1h", "", "0x10"}) {
    EXPECT_NE(hours(text).find("is not a number from 0.5 to 100000"), std::string::npos) << text;
  }
}

TEST(Contexts, WhatCouldEndTheQuotesIsHexadecimal) {
  const std::string text = "a\", as expected";
  EXPECT_EQ(context_text(Bytes{'o', 'k'}), "\"ok\"");
  EXPECT_EQ(context_text(Bytes(text.begin(), text.end())).find("as expected"), std::string::npos);
}

TEST(Program, ExitStatusTellsAcceptedRejectedAndError) {
  EXPECT_EQ(run({"obey", "accept"}).status, 0);
  EXPECT_EQ(run({"obey", "reject"}).status, 1);
  EXPECT_EQ(run({"obey", "fail"}).status, 2);
  EXPECT_EQ(run({"obey", "exhaust"}).status, 2);
}

TEST(Program, WrongUsageIsAnErrorOnStderr) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"obey"},
      {"disobey"},
      {"obey", "accept", "more"},
      {"obey", "accept", "--unknown"},
      {"obey", "accept", "--threads", "0"},
      {"obey", "accept", "--threads", "99999"},
      {"obey", "accept", "--json", "--quiet"},
      {"obey", "accept", "--context", "a", "--context-hex", "61"}};
  for (const auto& arguments : wrong) {
    const Ended end = run(arguments);
    EXPECT_EQ(end.status, 2);
    EXPECT_EQ(end.out, "");
    EXPECT_NE(end.problems, "");
  }
}

TEST(Program, HelpAndVersion) {
  const Ended help = run({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_NE(help.out.find("obey"), std::string::npos);
  const Ended command_help = run({"obey", "--help"});
  EXPECT_EQ(command_help.status, 0);
  EXPECT_NE(command_help.out.find("Example: obey accept"), std::string::npos);
  EXPECT_NE(command_help.out.find("--threads"), std::string::npos);
  EXPECT_EQ(run({"obey", "--help"}, false).out.find("--threads"), std::string::npos);
  EXPECT_EQ(run({"--version"}).status, 0);
  EXPECT_NE(run({"--version"}).out.find("test 0."), std::string::npos);
}

TEST(Program, TextJsonAndQuiet) {
  const Ended text = run({"obey", "accept"});
  EXPECT_EQ(text.out, "said: accept\n");
  EXPECT_EQ(text.problems, "vouch: noted\n");
  const Ended quiet = run({"obey", "reject", "-q"});
  EXPECT_EQ(quiet.out, "");
  EXPECT_EQ(quiet.problems, "");
  const Ended json = run({"obey", "reject", "--json"});
  const Json object = Json::parse(json.out);
  EXPECT_EQ(object["command"], "obey");
  EXPECT_EQ(object["status"], "rejected");
  EXPECT_EQ(object["value"], 7);
  EXPECT_EQ(Json::parse(run({"obey", "accept", "--json"}).out)["status"], "ok");
}

TEST(Program, ErrorsAreToldInEveryMode) {
  for (const char* mode : {"--json", "--quiet"}) {
    const Ended end = run({"obey", "fail", mode});
    EXPECT_EQ(end.status, 2);
    EXPECT_NE(end.problems.find("it failed"), std::string::npos);
  }
  const Json object = Json::parse(run({"obey", "fail", "--json"}).out);
  EXPECT_EQ(object["status"], "error");
  EXPECT_EQ(object["error"], "it failed");
  EXPECT_NE(run({"obey", "exhaust"}).problems.find("memory"), std::string::npos);
}

TEST(Program, ThreadsReachTheirSetter) {
  EXPECT_EQ(run({"obey", "accept", "--threads", "3"}).threads, 3U);
  EXPECT_EQ(run({"obey", "accept"}).threads, 0U);
  EXPECT_EQ(run({"obey", "accept", "--threads", "3"}, false).status, 2);
}

TEST(Program, ImpliedCommand) {
  EXPECT_EQ(run({"reject"}, true, "obey").status, 1);
  EXPECT_EQ(run({"--json", "reject"}, true, "obey").status, 1);
  EXPECT_EQ(run({"obey", "reject"}, true, "obey").status, 1);
  EXPECT_EQ(run({"obey", "obey"}, true, "obey").status, 0);
  EXPECT_EQ(run({"--help"}, true, "obey").status, 0);
  EXPECT_EQ(run({}, true, "obey").status, 2);
}

TEST(Program, AFullDiskIsAnError) {
  std::ofstream full("/dev/full");
  if (!full) {
    GTEST_SKIP() << "there is no /dev/full here";
  }
  Program program;
  program.name = "test";
  program.commands.push_back(std::make_unique<Obedient>());
  std::ostringstream problems;
  EXPECT_EQ(program.run({"obey", "accept"}, full, problems), 2);
  EXPECT_NE(problems.str().find("could not be written"), std::string::npos);
}

TEST(Context, TextAndHexadecimal) {
  const auto context = [](const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"obey", "accept", "--json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Ended end = run(arguments);
    return end.status == 0 ? Json::parse(end.out).value("context", "none") : "error";
  };
  EXPECT_EQ(context({}), "none");
  EXPECT_EQ(context({"--context", ""}), "\"\"");
  EXPECT_EQ(context({"--context", "order 7"}), "\"order 7\"");
  EXPECT_EQ(context({"--context-hex", "6f6B"}), "\"ok\"");
  EXPECT_EQ(context({"--context-hex", "00ff"}), "hex:00ff");
  EXPECT_EQ(context({"--context-hex", "0"}), "error");
  EXPECT_EQ(context({"--context-hex", "0g"}), "error");
  EXPECT_EQ(context({"--context-hex", "@a"}), "error");
  EXPECT_EQ(context({"--context", "12345678"}), "\"12345678\"");
  EXPECT_EQ(context({"--context", "123456789"}), "error");
}

TEST(Printable, KeepsTextAndReplacesWhatCouldDeceive) {
  const std::string r = "\xEF\xBF\xBD";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"tabby, tabby cat", "tabby, tabby cat"},
      {"Müller 猫 🐈", "Müller 猫 🐈"},
      {"\x1B[2Jaccepted", r + "[2Jaccepted"},
      {"a\nb\tc\x7F", "a" + r + "b" + r + "c" + r},
      {"\xC2\x9B", r},  // C1 control sequence introducer
      {"\xE2\x80\xAE"
       "abc",
       r + "abc"},          // right-to-left override
      {"\xC0\xAF", r + r},  // not the shortest form
      {"\xE0\x80\xAF", r + r + r},
      {"\xED\xA0\x80", r + r + r},          // surrogate
      {"\xF4\x90\x80\x80", r + r + r + r},  // above U+10FFFF
      {"x\xE7\x8C", "x" + r + r},           // cut short
      {"\xFF\xFE", r + r}};
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(printable(text), expected);
  }
  EXPECT_EQ(printable(std::string(1, '\0')), r);
}

TEST(Labels, OneALine) {
  const auto labels = parse_labels(
      "\xEF\xBB\xBF"
      "cat\r\n\ndog, hound\n\n\n",
      3);
  ASSERT_TRUE(labels.ok()) << labels.error().message;
  EXPECT_EQ(labels.value(), (std::vector<std::string>{"cat", "", "dog, hound"}));
  EXPECT_EQ(parse_labels("a\nb", 2).value().size(), 2U);
  EXPECT_TRUE(parse_labels("", 0).ok());
  EXPECT_FALSE(parse_labels("a\nb\n", 3).ok());
  EXPECT_FALSE(parse_labels("a\nb\n", 1).ok());
  EXPECT_EQ(parse_labels(std::string(5000, 'x'), 1).value()[0].size(), 200U);
  EXPECT_FALSE(read_labels("/nonexistent/labels", 1).ok());
}

TEST(Ranking, LargestFirstAndLowerIndexOnTies) {
  const std::vector<uint8_t> codes = {3, 200, 7, 200, 255, 7};
  EXPECT_EQ(top_classes(codes, 4),
            (std::vector<RankedClass>{{4, 255}, {1, 200}, {3, 200}, {2, 7}}));
  EXPECT_EQ(top_classes(codes, 100).size(), 6U);
  EXPECT_TRUE(top_classes({}, 5).empty());
}

TEST(Output, Sizes) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(1000), "1.00 kB");
  EXPECT_EQ(size_text(65432), "65.4 kB");
  EXPECT_EQ(size_text(999949), "1.00 MB");
  EXPECT_EQ(size_text(123456789), "123 MB");
  EXPECT_EQ(size_text(UINT64_MAX), "18447 PB");
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1 000");
  EXPECT_EQ(count_text(1234567), "1 234 567");
}

Circuit circuit_of(const Shape& output) {
  Circuit circuit;
  circuit.tensors = {{}, {output, 0, 0}};
  circuit.output = {0.5F, true};
  return circuit;
}

TEST(Answer, PicturesOfABatchAreToldApart) {
  const Shape shape{3, 2, 1, 1};
  const std::vector<uint8_t> codes = {10, 90, 20, 80, 30, 70};
  EXPECT_EQ(codes_of_picture(shape, codes, 0), (std::vector<uint8_t>{10, 20, 30}));
  EXPECT_EQ(codes_of_picture(shape, codes, 1), (std::vector<uint8_t>{90, 80, 70}));
  EXPECT_EQ(codes_of_picture({2, 1, 1, 2}, std::vector<uint8_t>{1, 2, 3, 4}, 0),
            (std::vector<uint8_t>{1, 2, 3, 4}));
}

TEST(Answer, LinesAndObjectAgree) {
  std::ostringstream out;
  std::ostringstream problems;
  Output output(out, problems, false, false);
  Json object;
  AnswerOptions answer;
  answer.report(circuit_of({3, 1, 1, 1}), std::vector<uint8_t>{7, 200, 9}, output, object);
  EXPECT_EQ(object["output"], "07c809");
  ASSERT_EQ(object["top"].size(), 3U);
  EXPECT_EQ(object["top"][0]["class"], 1);
  EXPECT_EQ(object["top"][0]["code"], 200);
  EXPECT_EQ(object["top"][1]["class"], 2);
  EXPECT_NEAR(object["top"][0]["softmax"], 1.0, 1e-9);
  EXPECT_EQ(out.str().substr(0, out.str().find('\n')),
            "  1. class     1   code 200   softmax 100.0 %");
}

TEST(Answer, EveryPictureOfABatchIsReported) {
  std::ostringstream out;
  std::ostringstream problems;
  Output output(out, problems, false, false);
  Json object;
  AnswerOptions().report(circuit_of({2, 2, 1, 1}), std::vector<uint8_t>{1, 9, 2, 8}, output,
                         object);
  ASSERT_EQ(object["pictures"].size(), 2U);
  EXPECT_EQ(object["pictures"][0]["top"][0]["class"], 1);
  EXPECT_EQ(object["pictures"][1]["top"][0]["class"], 0);
  EXPECT_NE(out.str().find("Picture 2:"), std::string::npos);
}

TEST(Answer, AMapIsNotAClassification) {
  std::ostringstream out;
  std::ostringstream problems;
  Output output(out, problems, false, false);
  Json object;
  AnswerOptions().report(circuit_of({1, 1, 1, 2}), std::vector<uint8_t>{7, 200}, output, object);
  EXPECT_EQ(object["output"], "07c8");
  EXPECT_FALSE(object.contains("top"));
  EXPECT_EQ(out.str(), "  1 x 1 x 2 codes\n");
}

TEST(Answer, SoftmaxSumsToOne) {
  const std::vector<uint8_t> codes = {0, 255, 254, 1};
  const auto p = softmax(codes, 0.25F);
  EXPECT_NEAR(p[0] + p[1] + p[2] + p[3], 1, 1e-12);
  EXPECT_NEAR(p[1] / p[2], std::exp(0.25), 1e-12);
}

}  // namespace
}  // namespace vouch
