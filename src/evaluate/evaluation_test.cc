// A small quantised network of random weights: evaluated against itself, its original, and outputs
// from a file.
#include "evaluate/evaluation.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "evaluate/evaluation_picture.h"
#include "model/lower/error_bound.h"
#include "model/new_model.h"
#include "prove/quantised_network.h"

namespace vouch {
namespace {

constexpr size_t kInputs = 6;
constexpr unsigned kClasses = 11;

class Evaluations : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    file = new_mobilenet_v2(0.1, 32, 1, kClasses).value();
    model = std::make_unique<CompiledModel>(compile_model(file, {}).value());
    executor = std::make_unique<Executor>(model->circuit, model->weights);
    Bytes bytes(kInputs * model->circuit.input().shape.elements());
    uint32_t state = 1;
    for (uint8_t& byte : bytes) {
      state = state * 1664525U + 1013904223U;
      byte = static_cast<uint8_t>(state >> 24U);
    }
    path = std::filesystem::temp_directory_path() /
           ("vouch_evaluation_test_" + std::to_string(getpid()) + ".bin");
    ASSERT_TRUE(write_file(path.string(), bytes, FileAccess::kPublic).ok());
    data = std::make_unique<DataSet>(DataSet::open(path.string(), model->circuit, false).value());
  }
  static void TearDownTestSuite() {
    std::filesystem::remove(path);
    data.reset();
    executor.reset();
    model.reset();
  }
  static EvaluationInputs inputs() { return {&model->circuit, executor.get(), data.get()}; }
  static std::unique_ptr<OriginalModel> original() {
    return OriginalModel::open(file, {}, model->circuit, model->weights).value();
  }

  static Bytes file;
  static std::unique_ptr<CompiledModel> model;
  static std::unique_ptr<Executor> executor;
  static std::filesystem::path path;
  static std::unique_ptr<DataSet> data;
};

Bytes Evaluations::file;
std::unique_ptr<CompiledModel> Evaluations::model;
std::unique_ptr<Executor> Evaluations::executor;
std::filesystem::path Evaluations::path;
std::unique_ptr<DataSet> Evaluations::data;

TEST_F(Evaluations, OfItsOwnAnswersIsPerfect) {
  ClassLabels labels;
  for (size_t i = 0; i < kInputs; ++i) {
    const Trace trace = executor->run(data->load(i).value().codes, false).value();
    const auto& codes = trace.output();
    labels.in_order.push_back(
        static_cast<uint32_t>(std::max_element(codes.begin(), codes.end()) - codes.begin()));
  }
  EvaluationInputs asked = inputs();
  asked.labels = &labels;
  const auto evaluation = evaluate(asked);
  ASSERT_TRUE(evaluation.ok());
  EXPECT_EQ(evaluation.value().inputs, kInputs);
  EXPECT_EQ(evaluation.value().labelled, kInputs);
  EXPECT_EQ(evaluation.value().outputs, kClasses);
  EXPECT_EQ(evaluation.value().proven.top1, kInputs);
  EXPECT_EQ(evaluation.value().proven.top5, kInputs);
  EXPECT_FALSE(evaluation.value().original);
}

TEST_F(Evaluations, LayersAreWithinTheirBounds) {
  const auto from = original();
  EXPECT_TRUE(from->is_quantised());
  EvaluationInputs asked = inputs();
  asked.original = from.get();
  asked.layer_inputs = 4;
  const auto evaluation = evaluate(asked);
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  const Evaluation& e = evaluation.value();
  EXPECT_EQ(e.labelled, 0U);
  EXPECT_EQ(e.layer_inputs, 4U);
  ASSERT_GT(e.layers.size(), 10U);
  for (const LayerError& layer : e.layers) {
    EXPECT_LE(layer.largest, layer.worst_case + 1e-3) << layer.name;
    EXPECT_LE(layer.largest, layer.statistical + 1e-3) << layer.name;
    EXPECT_LE(layer.expected, layer.expected_largest) << layer.name;
    EXPECT_LE(layer.expected_largest, layer.statistical) << layer.name;
    EXPECT_LE(layer.root_mean_square(), 3 * layer.expected) << layer.name;
    EXPECT_GT(layer.count, 0U);
    EXPECT_EQ(layer.cut_off, 0U);
  }
  // The first layer reads exact codes: half a step, and what its weights are rounded by.
  EXPECT_NEAR(e.layers[0].worst_case, 0.5, 0.05);
  EXPECT_EQ(e.original->elements, kInputs * kClasses);
  EXPECT_GT(e.original->within_step, e.original->elements / 2);
  const std::string picture = evaluation_picture(e, "a <b> & c");
  EXPECT_NE(picture.find("a &lt;b&gt; &amp; c"), std::string::npos);
  EXPECT_NE(picture.find("worst case"), std::string::npos);
}

// With exact rounding: of layers, and of every element by its own run.
TEST(ExactEvaluation, IsWithinItsBounds) {
  const Bytes file = new_mobilenet_v2(0.1, 32, 1, kClasses).value();
  CompileOptions options;
  options.rounding = Rounding::kExact;
  const CompiledModel model = compile_model(file, options).value();
  const Executor executor(model.circuit, model.weights);
  const auto original = OriginalModel::open(file, options, model.circuit, model.weights).value();
  Bytes codes(model.circuit.input().shape.elements());
  uint32_t state = 1;
  for (uint8_t& code : codes) {
    state = state * 1664525U + 1013904223U;
    code = static_cast<uint8_t>(state >> 24U);
  }
  const Sample reals = input_reals(input_meanings(model.network, model.inputs), codes);
  const Trace trace = executor.run(codes, true).value();
  LayerErrors errors(*original, false);
  ASSERT_TRUE(errors.add(reals, trace).ok());
  for (const LayerError& layer : errors.layers()) {
    EXPECT_LE(layer.largest, layer.worst_case + 1e-3) << layer.name;
    EXPECT_LE(layer.largest, layer.statistical + 1e-3) << layer.name;
  }
  EXPECT_NEAR(errors.layers()[0].worst_case, 0.5, 0.05);
  const auto bounds =
      error_bounds(model.circuit, model.weights, model.means, std::vector<double>(codes.size(), 0),
                   [&](size_t t) -> RunOfTensor {
                     return {trace.tensors[t].X, trace.tensors[t].V};
                   });
  size_t compared = 0;
  const auto compare = [&](uint32_t tensor, std::span<const float> values) {
    for (const Computed& computed : model.computed) {
      const std::vector<size_t> at =
          computed.tensor == tensor ? element_indices(computed.view) : std::vector<size_t>();
      for (size_t e = 0; e < at.size(); ++e, ++compared) {
        const double code = double{values[e]} / double{computed.codes.scale};
        const int X = trace.tensors[computed.op + 1].X[at[e]] - computed.codes.zero_point;
        ASSERT_LE(std::abs(X - code), bounds[computed.op + 1][at[e]] + 1e-3)
            << model.layer_names[computed.op] << ' ' << e;
      }
    }
  };
  ASSERT_TRUE(original->run_exactly(reals, compare).ok());
  EXPECT_GT(compared, 1000U);
}

TEST_F(Evaluations, AReferenceOfTheSameOutputsAgrees) {
  std::string json = R"({"outputs": [)";
  for (size_t i = 0; i < kInputs; ++i) {
    const Trace trace = executor->run(data->load(i).value().codes, false).value();
    json += i == 0 ? "[" : ",[";
    for (size_t c = 0; c < kClasses; ++c) {
      const int zero = model->circuit.output_tensor().zero_point;
      json += (c == 0 ? "" : ",") +
              std::to_string(double{model->circuit.output.scale} * (trace.output()[c] - zero));
    }
    json += "]";
  }
  json += "]}";
  const ReferenceOutputs reference =
      ReferenceOutputs::read(Bytes(json.begin(), json.end()), kClasses).value();
  ClassLabels labels;
  labels.in_order.assign(kInputs, 3);
  EvaluationInputs asked = inputs();
  asked.reference = &reference;
  asked.labels = &labels;
  const Evaluation e = evaluate(asked).value();
  EXPECT_EQ(e.reference->lost + e.reference->won, 0U);
  EXPECT_EQ(e.reference->accuracy.top1, e.proven.top1);
  EXPECT_EQ(e.reference->same_top1, kInputs);
  EXPECT_LT(e.reference->largest, 1e-5);
  EXPECT_FALSE(e.as_probabilities);
}

TEST_F(Evaluations, AnotherOriginalIsRefused) {
  const Bytes other = new_mobilenet_v2(0.1, 32, 2, kClasses).value();
  const auto refused = OriginalModel::open(other, {}, model->circuit, model->weights);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("not what the compiled model was made from"),
            std::string::npos);
}

}  // namespace
}  // namespace vouch
