// `inspect` with a kind of file of the test's own, and what it says of a circuit.
#include "cli/inspect_command.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "circuit/multiply_adds.h"
#include "circuit/operators/linear_maps.h"
#include "cli/circuit_report.h"

namespace vouch {
namespace {

// "TEST", then a byte that is 1 in a good file.
class TestInspector final : public FileInspector {
 public:
  [[nodiscard]] std::string kind() const override { return "a test file"; }
  [[nodiscard]] size_t max_bytes() const override { return 5; }
  [[nodiscard]] bool recognises(ByteSpan file) const override { return begins_with(file, "TEST"); }
  [[nodiscard]] Result<void> inspect(ByteSpan file, Output& output) const override {
    if (file.size() != 5 || file[4] != 1) {
      return Error{"its fifth byte is wrong"};
    }
    output.line("good");
    return {};
  }
};

class Inspect : public testing::Test {
 protected:
  Inspect()
      : path_(std::filesystem::temp_directory_path() /
              ("vouch_inspect_test_" + std::to_string(getpid()))) {}
  void TearDown() override { std::filesystem::remove(path_); }

  int inspect(const std::string& content, const std::string& mode = "--threads=1") {
    std::ofstream(path_, std::ios::binary) << content;
    Program program;
    program.name = "test";
    program.set_threads = [](size_t) {};
    FileInspectors inspectors;
    inspectors.push_back(std::make_unique<TestInspector>());
    program.commands.push_back(inspect_command(std::move(inspectors)));
    out_.str("");
    problems_.str("");
    return program.run({"inspect", path_.string(), mode}, out_, problems_);
  }

  std::filesystem::path path_;
  std::ostringstream out_;
  std::ostringstream problems_;
};

TEST_F(Inspect, DescribesWhatItRecognises) {
  EXPECT_EQ(inspect("TEST\x01"), 0);
  EXPECT_EQ(out_.str(), path_.string() + ": a test file, 5 bytes\ngood\n");
  EXPECT_EQ(inspect("TEST\x01", "--json"), 0);
  const Json object = Json::parse(out_.str());
  EXPECT_EQ(object["kind"], "a test file");
  EXPECT_EQ(object["bytes"], 5);
}

TEST_F(Inspect, RefusesTheRest) {
  EXPECT_EQ(inspect("TEST\x02"), 2);
  EXPECT_NE(problems_.str().find("fifth byte"), std::string::npos);
  EXPECT_EQ(inspect("TEXT\x01"), 2);
  EXPECT_NE(problems_.str().find("is none of: a test file"), std::string::npos);
  EXPECT_EQ(inspect(""), 2);
  EXPECT_EQ(inspect("TES"), 2);
  EXPECT_EQ(inspect("TEST\x01\x01"), 2);  // larger than any file of a known kind
}

Circuit small_circuit() {
  Circuit c;
  c.preparation = {6, 6, 875};
  c.tables = {ActivationTable::clamp(17, 5, 255),
              ActivationTable::clamp(17, 0, 255),
              {18, 9, {{-40, 8, 9, 20}, {60, 1, 1, -3}}}};
  c.tensors = {{{3, 1, 6, 6}, 0, 0}, {{8, 1, 3, 3}, 5, 0}, {{8, 1, 3, 3}, 5, 0},
               {{8, 1, 1, 1}, 5, 1}, {{8, 1, 3, 3}, 5, 2}, {{10, 1, 5, 5}, 5, 1}};
  c.ops = {{OpKind::kConv2d, {0}, {3, 3, 2, 2, 1, 1, 1, 1}, {}},
           {OpKind::kDepthwiseConv2d, {1}, {3, 3, 1, 1, 2, 2, 2, 2, 2, 2}, {}},
           {OpKind::kLinearMap, {2}, {}, average_pool_terms({3, 3}, {8, 1, 3, 3}).value().terms},
           {OpKind::kProduct, {2, 3}, {}, {}},
           {OpKind::kConv2d, {4}, {2, 2, 2, 2, 1, 0, 1, 0, 1, 1, true}, {}}};
  c.output.softmax = true;
  return c;
}

TEST(CircuitReport, CountsWeightsAndMultiplications) {
  const Circuit circuit = small_circuit();
  const auto valid = validate(circuit);
  ASSERT_TRUE(valid.ok()) << valid.error().message;
  EXPECT_EQ(multiply_adds(circuit, 0), 72U * 27);
  EXPECT_EQ(multiply_adds(circuit, 1), 72U * 9);
  EXPECT_EQ(multiply_adds(circuit, 2), 72U);
  EXPECT_EQ(multiply_adds(circuit, 3), 72U);
  EXPECT_EQ(multiply_adds(circuit, 4), 250U * 32);
  // 216 + 8, 72 + 8, 1 + 1, 1 + 1, 320 + 10
  EXPECT_EQ(circuit_size_text(circuit), "5 operators, 638 weights, 0.0 M multiply-adds");
}

TEST(CircuitReport, ListsEveryLayerInBothForms) {
  std::ostringstream out;
  std::ostringstream problems;
  Output output(out, problems, false, false);
  Json object;
  report_circuit(small_circuit(), {"stem", "depthwise", "pool", "scale", "head"}, output, object);
  const Json& circuit = object["circuit"];
  ASSERT_EQ(circuit["layers"].size(), 5U);
  EXPECT_EQ(circuit["layers"][1]["operator"], "depthwise convolution");
  EXPECT_EQ(circuit["layers"][1]["dilation"], (Json{2, 2}));
  EXPECT_EQ(circuit["layers"][1]["transposed"], false);
  EXPECT_EQ(circuit["layers"][2]["operator"], "linear map");
  ASSERT_EQ(circuit["layers"][2]["terms"].size(), 1U);
  const Json& term = circuit["layers"][2]["terms"][0];
  EXPECT_EQ(term["input"], 0);
  EXPECT_EQ(term["weight"], 0);
  EXPECT_EQ(term["axes"], (Json{0, 1, 2}));
  EXPECT_EQ(term["runs"], (Json{Json::array(), {{0, 0, 0, 1, 3, 1}}, {{0, 0, 0, 1, 3, 1}}}));
  EXPECT_EQ(circuit["layers"][3]["operator"], "product");
  EXPECT_EQ(circuit["layers"][3]["reads"], (Json{2, 3}));
  EXPECT_EQ(circuit["layers"][3]["table"], 2);
  EXPECT_EQ(circuit["layers"][4]["name"], "head");
  EXPECT_EQ(circuit["layers"][4]["transposed"], true);
  EXPECT_EQ(circuit["layers"][4]["pads"], (Json{1, 0, 1, 0}));
  EXPECT_EQ(circuit["weights"], 216 + 72 + 1 + 1 + 320);
  EXPECT_EQ(circuit["biases"], 8 + 8 + 1 + 1 + 10);
  EXPECT_EQ(circuit["activations"], 72 + 72 + 8 + 72 + 250);
  EXPECT_FALSE(circuit.contains("value_bits"));
  ASSERT_EQ(circuit["tables"].size(), 3U);
  EXPECT_EQ(circuit["tables"][0],
            (Json{{"bits", 17}, {"codes", {5, 255}}, {"first", 5}, {"ramps", {{6, 1, 250, 1}}}}));
  EXPECT_EQ(circuit["tables"][2], (Json{{"bits", 18},
                                        {"codes", {9, 189}},
                                        {"first", 9},
                                        {"ramps", {{-40, 8, 9, 20}, {60, 1, 1, -3}}}}));
  const std::string text = out.str();
  for (const char* expected :
       {"colour picture, 6 x 6",
        "10 x 5 x 5 codes, scale 1 (the owner's word, not proven); softmax", "3 x 3 /2 +1,1,1,1",
        "3 x 3 *2,2 +2,2,2,2", "2 x 2 /2 +1,0,1,0 transposed", "1 term ", "8 x 3 x 3", "5...255 ",
        "9...189*", "stem", "2^-20", "3 tables of values of 17 to 18 bits and a sign"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
  }
}

}  // namespace
}  // namespace vouch
