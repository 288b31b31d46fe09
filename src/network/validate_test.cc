#include "network/validate.h"

#include <limits>

#include "network/network_checks.h"

namespace vouch {
namespace {

Network good_network() {
  NetworkBuilder builder;
  const uint32_t x = builder.input({1, 4}, CodeScale{0.5F, 3, false});
  const uint32_t w = builder.constant({4, 2}, Constant{{}, std::vector<int32_t>(8, 1), {1, 2}, 1});
  const uint32_t y = builder.add(LayerKind::kMatMul, {x, w});
  Layer relu;
  relu.kind = LayerKind::kUnary;
  relu.type_name = "Relu";
  relu.name = "act";
  relu.inputs = {y};
  builder.network.outputs = {builder.add(relu)};
  return builder.network;
}

void expect_refused(const char* what, const std::string& message,
                    const std::function<void(Network&)>& change) {
  Network network = good_network();
  ASSERT_TRUE(validate(network).ok());
  change(network);
  const Result<void> result = validate(network);
  ASSERT_FALSE(result.ok()) << what;
  EXPECT_NE(result.error().message.find(message), std::string::npos)
      << what << ": " << result.error().message;
}

TEST(Validate, RefusesTensorsAndConstants) {
  expect_refused("a scale of 0", "tensor 't0': a scale that is no finite number > 0",
                 [](Network& n) { n.tensors[0].codes->scale = 0; });
  expect_refused("an infinite scale", "a scale that is no finite", [](Network& n) {
    n.tensors[0].codes->scale = std::numeric_limits<float>::infinity();
  });
  expect_refused("no extent", "that is empty", [](Network& n) { n.tensors[2].shape = {1, 0}; });
  expect_refused("a constant's index", "constant 1 of 1",
                 [](Network& n) { n.tensors[1].constant = 1; });
  expect_refused("coded", "a constant with an activation's codes",
                 [](Network& n) { n.tensors[1].codes = CodeScale{}; });
  expect_refused("too few", "7 values for a constant [4, 2]",
                 [](Network& n) { n.constants[0].integers.pop_back(); });
  expect_refused("both", "reals and integers", [](Network& n) { n.constants[0].reals.resize(8); });
  expect_refused("none", "0 values", [](Network& n) { n.constants[0].integers.clear(); });
  expect_refused("scales", "2 scales for", [](Network& n) { n.constants[0].axis = 0; });
  expect_refused("axis", "2 scales for", [](Network& n) { n.constants[0].axis = 2; });
  expect_refused("no scales", "0 scales for", [](Network& n) { n.constants[0].scales.clear(); });
  expect_refused("negative scale", "a constant's scale",
                 [](Network& n) { n.constants[0].scales[1] = -1; });
}

TEST(Validate, RefusesLayersOutOfOrder) {
  expect_refused("far index", "it reads tensor 99", [](Network& n) { n.layers[0].inputs[0] = 99; });
  expect_refused("reads itself", "Relu 'act': it reads tensor 3, which nothing before it makes",
                 [](Network& n) { n.layers[1].inputs[0] = 3; });
  expect_refused("order", "it reads tensor 2",
                 [](Network& n) { std::swap(n.layers[0], n.layers[1]); });
  expect_refused("far output", "past the last", [](Network& n) { n.layers[1].output = 4; });
  expect_refused("writes twice", "which has a value already",
                 [](Network& n) { n.layers[1].output = 2; });
  expect_refused("writes an input", "which has a value already",
                 [](Network& n) { n.layers[1].output = 0; });
  expect_refused("writes a constant", "which has a value already",
                 [](Network& n) { n.layers[1].output = 1; });
  expect_refused("shape", "Relu 'act': its output is [1, 2], and said to be [2, 1]",
                 [](Network& n) {
                   n.tensors[3].shape = {2, 1};
                 });
  expect_refused("rule", "no product of", [](Network& n) { n.tensors[0].shape = {1, 3}; });
}

TEST(Validate, RefusesInputsAndOutputs) {
  expect_refused("far input", "input 9", [](Network& n) { n.inputs.push_back(9); });
  expect_refused("input twice", "input 0", [](Network& n) { n.inputs.push_back(0); });
  expect_refused("constant input", "input 1", [](Network& n) { n.inputs.push_back(1); });
  expect_refused("far output", "output 9", [](Network& n) { n.outputs.push_back(9); });
  expect_refused("output of nothing", "output 4", [](Network& n) {
    n.tensors.push_back(n.tensors[3]);
    n.outputs.push_back(4);
  });
}

}  // namespace
}  // namespace vouch
