#include "prove/profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "argument/statement.h"
#include "prove/prove.h"

namespace vouch {
namespace {

// One convolution of `channels` channels on side × side codes.
Circuit circuit_of(uint32_t channels, uint32_t side, uint8_t shift) {
  Circuit c;
  c.shift = shift;
  c.tables = {ActivationTable::clamp(17, 0, 255)};
  c.tensors = {{{channels, 1, side, side}, 0, 0}, {{channels, 1, side, side}, 0, 0}};
  c.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  return c;
}

size_t bytes_of(const Columns& columns, std::initializer_list<Column> of, unsigned kappa) {
  size_t bytes = size_t{64} * kappa;
  for (const Column column : of) {
    bytes += 32 * present_row_count(columns, column);
  }
  return bytes;
}

size_t proof_bytes(const Circuit& circuit, unsigned pictures, unsigned kappa) {
  return bytes_of(Columns(with_pictures(circuit, pictures), kappa),
                  {Column::kX, Column::kE, Column::kM}, kappa);
}

// A row is worth 40 generators.
size_t fast_cost(const Circuit& circuit, unsigned pictures, unsigned kappa) {
  const size_t rows = proof_bytes(circuit, pictures, kappa) / 32 - 2 * kappa;
  return (size_t{1} << kappa) + 40 * rows;
}

size_t model_bytes(Circuit circuit, unsigned kappa) {
  circuit.model_kappa = static_cast<uint8_t>(kappa);
  return bytes_of(Columns(circuit, 4), {Column::kW, Column::kB}, kappa);
}

size_t input_bytes(Circuit circuit, unsigned kappa) {
  circuit.input_kappa = static_cast<uint8_t>(kappa);
  return bytes_of(Columns(circuit, 4), {Column::kD}, kappa);
}

// `kappa` is the smallest of 10…most whose cost is the least.
template <class CostAt>
void expect_cheapest(unsigned kappa, unsigned most, const CostAt& cost) {
  EXPECT_GE(kappa, 10U);
  EXPECT_LE(kappa, most);
  for (unsigned k = 10; k <= most; ++k) {
    if (k < kappa) {
      EXPECT_GT(cost(k), cost(kappa)) << k << " is as good";
    } else {
      EXPECT_GE(cost(k), cost(kappa)) << k << " is better";
    }
  }
}

TEST(ModelRows, LargeNetworksHaveLongRows) {
  Circuit c = circuit_of(1024, 96, 20);
  choose_model_rows(c);
  EXPECT_EQ(c.model_kappa, 14);
  EXPECT_EQ(c.input_kappa, 15);
}

TEST(ModelRows, SmallNetworksHaveShortRows) {
  Circuit c = circuit_of(4, 4, 10);
  choose_model_rows(c);
  EXPECT_EQ(c.model_kappa, 10);
  EXPECT_EQ(c.input_kappa, 10);
}

TEST(ModelRows, HaveTheFewestBytesNoLongerThanFastProofs) {
  for (const uint32_t channels : {1U, 16U, 100U, 300U, 1024U}) {
    for (const uint32_t side : {1U, 5U, 32U}) {
      Circuit c = circuit_of(channels, side, 12);
      if (c.input().shape.elements() > 65536) {
        c.tensors[1].shape = {10, 1, 1, 1};  // few outputs
        c.ops[0].window.kernel_rows = c.ops[0].window.kernel_columns = static_cast<uint16_t>(side);
      }
      choose_model_rows(c);
      const unsigned most = choose_shape(c, Profile::kFast, 1).kappa;
      expect_cheapest(c.model_kappa, std::min(most, 14U),
                      [&](unsigned k) { return model_bytes(c, k); });
      expect_cheapest(c.input_kappa, most, [&](unsigned k) { return input_bytes(c, k); });
      EXPECT_TRUE(validate(c).ok());
      EXPECT_TRUE(validate_columns(Columns(c, 4)).ok());
    }
  }
}

// The two do not depend on each other, nor on what they were.
TEST(ModelRows, DoNotDependOnWhatTheyWere) {
  Circuit a = circuit_of(64, 32, 12);
  Circuit b = a;
  a.model_kappa = a.input_kappa = 4;
  b.model_kappa = b.input_kappa = 16;
  choose_model_rows(a);
  choose_model_rows(b);
  EXPECT_EQ(a, b);
}

TEST(Shapes, LargeNetworksHaveLongRows) {
  const Circuit c = circuit_of(128, 224, 20);
  EXPECT_EQ(choose_shape(c, Profile::kFast, 1).kappa, 15);
  EXPECT_EQ(choose_shape(c, Profile::kSmall, 1).kappa, 18);
}

TEST(Shapes, SmallNetworksHaveShortRows) {
  Circuit c = circuit_of(4, 4, 10);
  c.tables = {ActivationTable::clamp(10, 0, 255)};
  EXPECT_EQ(choose_shape(c, Profile::kFast, 1).kappa, 10);
  EXPECT_EQ(choose_shape(c, Profile::kSmall, 1).kappa, 10);
}

// Fast ones trade generators for rows, κ at most 15 and one more for every doubling of the inputs;
// small ones have the fewest bytes, κ at most 18.
TEST(Shapes, CostTheLeast) {
  for (const uint8_t shift : std::to_array<uint8_t>({8, 12, 14, 16, 20})) {
    for (const uint32_t side : {1U, 8U, 32U}) {
      const Circuit c = circuit_of(16, side, shift);
      for (const auto& [inputs, most] :
           {std::pair<uint16_t, unsigned>{1, 15}, {2, 16}, {3, 16}, {4, 17}}) {
        const uint16_t pictures = inputs;  // clang 14 cannot name a binding in a closure
        const ProofShape fast = choose_shape(c, Profile::kFast, pictures);
        const ProofShape small = choose_shape(c, Profile::kSmall, pictures);
        expect_cheapest(fast.kappa, most, [&](unsigned k) { return fast_cost(c, pictures, k); });
        expect_cheapest(small.kappa, 18, [&](unsigned k) { return proof_bytes(c, pictures, k); });
        for (const ProofShape& shape : {fast, small}) {
          EXPECT_EQ(shape.pictures, pictures);
          EXPECT_TRUE(validate(shape).ok());
          const auto needed = generators_needed(c, shape);
          EXPECT_TRUE(needed.ok()) << needed.error().message;
        }
      }
    }
  }
}

TEST(Shapes, ManyInputsHaveLongerRows) {
  const Circuit c = circuit_of(64, 32, 20);
  EXPECT_EQ(choose_shape(c, Profile::kFast, 1).kappa, 13);
  EXPECT_EQ(choose_shape(c, Profile::kFast, 1024).kappa, 16);
}

TEST(Shapes, SmallProofsShareMessagesMore) {
  const Circuit c = circuit_of(4, 4, 12);
  const RoundGroups fast = choose_shape(c, Profile::kFast, 1).groups;
  const RoundGroups small = choose_shape(c, Profile::kSmall, 1).groups;
  for (unsigned left = 1; left <= 30; ++left) {
    EXPECT_LE(fast.size(left), small.size(left)) << left;
  }
  EXPECT_EQ(fast.size(4), 2U);
  EXPECT_EQ(small.size(6), 6U);
}

}  // namespace
}  // namespace vouch
