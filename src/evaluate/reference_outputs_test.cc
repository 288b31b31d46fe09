#include "evaluate/reference_outputs.h"

#include <gtest/gtest.h>

namespace vouch {
namespace {

Result<ReferenceOutputs> outputs_of(const std::string& text, size_t per_input) {
  return ReferenceOutputs::read(Bytes(text.begin(), text.end()), per_input);
}

TEST(ReferenceOutputs, OfJson) {
  const auto outputs = outputs_of(R"({"outputs": [[0.25, 0.75], [1, 0]]})", 2);
  ASSERT_TRUE(outputs.ok());
  EXPECT_EQ(outputs.value().size(), 2U);
  EXPECT_EQ(outputs.value().of(0)[1], 0.75);
  EXPECT_TRUE(outputs.value().are_probabilities());
  EXPECT_FALSE(outputs_of(R"({"outputs": [[-0.25, 1.25]]})", 2).value().are_probabilities());
  EXPECT_FALSE(outputs_of(R"({"outputs": [[3, 1]]})", 2).value().are_probabilities());
}

TEST(ReferenceOutputs, RefusesWhatDoesNotFit) {
  for (const char* text :
       {"", "[]", "{}", R"({"outputs": 3})", R"({"outputs": [3]})", R"({"outputs": [[1, 2, 3]]})",
        R"({"outputs": [["a", "b"]]})", R"({"outputs": [[1, 1e999]]})"}) {
    EXPECT_FALSE(outputs_of(text, 2).ok()) << text;
  }
}

}  // namespace
}  // namespace vouch
