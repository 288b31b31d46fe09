#include "cli/row_sizes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "argument/statement.h"

namespace vouch {
namespace {

// One convolution of `channels` channels on side × side codes.
Circuit circuit_of(uint32_t channels, uint32_t side, uint8_t shift) {
  Circuit c;
  c.shift = shift;
  c.tensors = {{{channels, 1, side, side}}, {{channels, 1, side, side}, 0, 0, 255}};
  c.ops = {{OpKind::kConv2d, {0}, {}}};
  return c;
}

size_t proof_bytes(Circuit circuit, unsigned kappa) {
  circuit.proof_kappa = static_cast<uint8_t>(kappa);
  const Columns columns(circuit);
  size_t bytes = size_t{64} * kappa;
  for (const Column column : {Column::kX, Column::kE, Column::kM, Column::kD}) {
    bytes += 32 * present_row_count(columns, column);
  }
  return bytes;
}

TEST(RowSizes, LargeNetworksHaveLongRows) {
  Circuit c = circuit_of(64, 224, 20);
  choose_row_sizes(c);
  EXPECT_EQ(c.proof_kappa, 15);
}

TEST(RowSizes, SmallNetworksHaveShortRows) {
  Circuit c = circuit_of(4, 4, 10);
  c.value_bits = 10;
  choose_row_sizes(c);
  EXPECT_EQ(c.proof_kappa, 10);
  EXPECT_EQ(c.model_kappa, 10);
}

TEST(RowSizes, AreTheSmallestWithinAKilobyteOfTheLeast) {
  for (const uint8_t shift : std::to_array<uint8_t>({8, 12, 14, 16, 20})) {
    for (const uint32_t side : {1U, 8U, 32U, 64U}) {
      Circuit c = circuit_of(16, side, shift);
      choose_row_sizes(c);
      size_t least = SIZE_MAX;
      for (unsigned kappa = 10; kappa <= 15; ++kappa) {
        least = std::min(least, proof_bytes(c, kappa));
      }
      EXPECT_LE(proof_bytes(c, c.proof_kappa), least + 1024);
      for (unsigned kappa = 10; kappa < c.proof_kappa; ++kappa) {
        EXPECT_GT(proof_bytes(c, kappa), least + 1024) << kappa << " is as good";
      }
      EXPECT_TRUE(validate(c).ok());
      EXPECT_TRUE(validate_columns(Columns(c)).ok());
    }
  }
}

TEST(RowSizes, TheModelsRowsAreNeverLongerThanTheProofs) {
  Circuit c = circuit_of(1024, 1, 8);  // 2^20 weights, few activations
  c.value_bits = 10;
  choose_row_sizes(c);
  EXPECT_LT(c.proof_kappa, 14);
  EXPECT_EQ(c.model_kappa, c.proof_kappa);
  c = circuit_of(1024, 32, 20);
  choose_row_sizes(c);
  EXPECT_EQ(c.proof_kappa, 15);
  EXPECT_EQ(c.model_kappa, 14);
}

}  // namespace
}  // namespace vouch
