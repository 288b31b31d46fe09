// The tests that the ONNX project has of its operators, quantised by their own inputs, lowered and
// run as circuits: every output is within the bound that follows from the steps of its codes. What
// becomes of each of them is listed in testdata/onnx_operator_tests.txt; with VOUCH_RENEW=1 in the
// environment the list is written instead of held against.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "model/lower/decompose.h"
#include "model/onnx/operator_tests.h"
#include "network/float_executor.h"
#include "network/simplify.h"
#include "picture/shared_data.h"
#include "prove/quantised_network.h"

namespace vouch {
namespace {

struct Outcome {
  enum Kind : uint8_t { kPassed, kRefused, kFailed } kind;
  std::string why;

  [[nodiscard]] std::string line() const {
    return kind == kPassed ? "passed" : (kind == kRefused ? "refused: " : "failed: ") + why;
  }
};

// `wanted`, but where the output is ranked outside the circuit: what it is ranked by.
std::string compare_output(const Network& network, const Sample& sample, std::vector<float> wanted,
                           const QuantisedOutput& got, size_t i) {
  if (got.tensor != network.outputs[i]) {
    const auto executor = FloatExecutor::prepare(network);
    if (!executor.ok()) return executor.error().message;
    const auto ran = executor.value().run(sample, [&](uint32_t tensor, std::span<const float> v) {
      if (tensor == got.tensor) wanted.assign(v.begin(), v.end());
    });
    if (!ran.ok()) return ran.error().message;
  }
  if (wanted.size() != got.values.size()) return "another number of elements";
  for (size_t e = 0; e < wanted.size(); ++e) {
    const double far = std::abs(double{got.values[e]} - double{wanted[e]});
    // Of the floats that the reference is computed in.
    const double slack = 1e-5 * std::abs(double{wanted[e]}) + 1e-6;
    if (!(far <= got.bounds[e] + slack)) {
      return "output " + std::to_string(i) + "[" + std::to_string(e) + "] is " +
             std::to_string(got.values[e]) + " instead of " + std::to_string(wanted[e]) +
             ", bound " + std::to_string(got.bounds[e]);
    }
  }
  return "";
}

Outcome run_as_circuit(OperatorReading reading) {
  simplify(reading.network);
  decompose(reading.network);
  const Sample& sample = reading.sample;
  const auto quantised = QuantisedNetwork::make(
      std::move(reading.network), std::vector<Sample>{sample}, RangeChoice::kMinMax, 20);
  if (!quantised.ok()) return {Outcome::kRefused, quantised.error().message};
  const auto outputs = quantised.value().run(sample);
  if (!outputs.ok()) return {Outcome::kFailed, outputs.error().message};
  if (outputs.value().size() != reading.wanted.size()) {
    return {Outcome::kFailed, "another number of outputs"};
  }
  for (size_t i = 0; i < outputs.value().size(); ++i) {
    const std::string wrong = compare_output(quantised.value().network(), sample, reading.wanted[i],
                                             outputs.value()[i], i);
    if (!wrong.empty()) return {Outcome::kFailed, wrong};
  }
  return {Outcome::kPassed, ""};
}

// The first reading that passes or fails; of refusals the one that got furthest.
Outcome outcome_of(const OperatorTest& test) {
  Outcome last{Outcome::kRefused, ""};
  bool was_read = false;
  for (const auto which : {OperatorTest::kNone, OperatorTest::kWhole, OperatorTest::kAllButFirst}) {
    Result<OperatorReading> reading = test.read(which);
    if (!reading.ok()) {
      if (!was_read) last.why = reading.error().message;
      continue;
    }
    was_read = true;
    last = run_as_circuit(std::move(reading).value());
    if (last.kind != Outcome::kRefused) break;
  }
  return last;
}

void write_list(const OperatorOutcomes& lines) {
  std::ofstream out(operator_outcomes_path());
  out << "# What becomes of the ONNX project's tests of its operators, read with their inputs as\n"
         "# they are, or with some as constants, and run as circuits. An asterisk is before those\n"
         "# that have none but the operators of named_operators() (operator_tests.h). Written by\n"
         "# VOUCH_RENEW=1 VOUCH_SOURCE_DIR=. quantised_test --gtest_filter='OnnxOperators.*'\n";
  for (const auto& [name, outcome] : lines) {
    out << (outcome.named ? "*" : "") << name << ": " << outcome.line << '\n';
  }
}

TEST(OnnxOperators, OutcomesAreThoseListed) {
  VOUCH_SHARED_DATA(archive, "vectors/onnx-operator-tests.tar.xz");
  const OperatorTests tests(archive);
  if (tests.by_name().empty()) GTEST_SKIP() << "tar cannot unpack the operators' tests";
  OperatorOutcomes lines;
  size_t passed = 0;
  size_t named = 0;
  size_t named_passed = 0;
  for (const auto& [name, directory] : tests.by_name()) {
    const OperatorTest test(directory);
    const Outcome outcome = outcome_of(test);
    const bool is_named = test.has_only(named_operators());
    EXPECT_NE(outcome.kind, Outcome::kFailed) << name << ": " << outcome.why;
    passed += outcome.kind == Outcome::kPassed ? 1 : 0;
    named += is_named ? 1 : 0;
    named_passed += is_named && outcome.kind == Outcome::kPassed ? 1 : 0;
    lines[name] = {outcome.line(), is_named};
  }
  std::printf("%zu passed, %zu refused; of %zu with named operators alone %zu passed\n", passed,
              lines.size() - passed, named, named_passed);
  EXPECT_EQ(named, 301U);
  EXPECT_EQ(named_passed, 283U);
  if (std::getenv("VOUCH_RENEW") != nullptr) {
    write_list(lines);
    return;
  }
  OperatorOutcomes listed = read_operator_outcomes();
  for (const auto& [name, outcome] : lines) {
    EXPECT_EQ(outcome.line, listed[name].line) << name;
    EXPECT_EQ(outcome.named, listed[name].named) << name;
    listed.erase(name);
  }
  for (const auto& [name, outcome] : listed) {
    ADD_FAILURE() << name << ", which is listed, is not among the tests";
  }
}

}  // namespace
}  // namespace vouch
