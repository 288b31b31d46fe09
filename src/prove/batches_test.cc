#include "prove/batches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "circuit/random_circuit.h"

namespace vouch {
namespace {

TEST(Batches, CoverAllInputsEvenlyWithinMemory) {
  const Circuit circuit = random_circuit(3);
  const auto need = [&](uint16_t pictures) {
    return proving_memory(circuit, choose_shape(circuit, Profile::kFast, pictures));
  };
  for (const uint16_t limit : std::array<uint16_t, 4>{1, 2, 5, 9}) {
    for (const size_t inputs : {1U, 2U, 7U, 16U, 40U}) {
      const auto sizes = plan_batches(circuit, Profile::kFast, inputs, need(limit)).value();
      EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), size_t{0}), inputs);
      const auto [least, most] = std::minmax_element(sizes.begin(), sizes.end());
      EXPECT_LE(*most - *least, 1);
      EXPECT_LE(need(*most), need(limit));
      EXPECT_EQ(sizes.size(), (inputs + limit - 1) / limit);
    }
  }
}

TEST(Batches, TooLittleMemoryIsAnError) {
  const auto plan = plan_batches(random_circuit(3), Profile::kFast, 4, 1000);
  ASSERT_FALSE(plan.ok());
  EXPECT_NE(plan.error().message.find("more than the 0 MB allowed"), std::string::npos);
}

TEST(Batches, MemoryGrowsWithInputs) {
  const Circuit circuit = random_circuit(5);
  uint64_t before = 0;
  for (const uint16_t pictures : std::array<uint16_t, 5>{1, 2, 4, 8, 16}) {
    const uint64_t now = proving_memory(circuit, choose_shape(circuit, Profile::kFast, pictures));
    EXPECT_GT(now, before);
    before = now;
  }
}

// Integers of every class of a hidden output, and lookups of them.
TEST(Batches, MemoryCountsWhatAPredicateAdds) {
  const Circuit circuit = random_circuit(5);
  Predicate predicate;
  predicate.kind = Predicate::Kind::kContains;
  predicate.top = 1;
  predicate.classes = {0};
  const uint64_t classes = circuit.output_tensor().shape.channels;
  for (const uint16_t pictures : std::array<uint16_t, 2>{1, 64}) {
    const ProofShape shape = choose_shape(circuit, Profile::kFast, pictures);
    const uint64_t more =
        proving_memory(circuit, shape, predicate) - proving_memory(circuit, shape);
    EXPECT_GE(more, 100 * pictures * classes) << "two integers and three lookups a class";
    EXPECT_LE(more, 400 * pictures * (classes + 1));
  }
  const uint64_t enough = proving_memory(circuit, choose_shape(circuit, Profile::kFast, 64));
  EXPECT_LT(plan_batches(circuit, Profile::kFast, 64, enough).value().size(),
            plan_batches(circuit, Profile::kFast, 64, enough, predicate).value().size());
}

}  // namespace
}  // namespace vouch
