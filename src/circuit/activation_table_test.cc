#include "circuit/activation_table.h"

#include <gtest/gtest.h>

#include "circuit/random_circuit.h"
#include "poly/eq.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

TEST(ActivationTable, ClampIsAClamp) {
  for (const auto& [lo, hi] : {std::pair<uint8_t, uint8_t>{0, 255}, {90, 91}, {7, 7}, {255, 255}}) {
    const ActivationTable table = ActivationTable::clamp(10, lo, hi);
    EXPECT_TRUE(validate_table(table).ok());
    EXPECT_EQ(table.steps(), static_cast<size_t>(hi - lo));
    for (int V = -1024; V < 1024; ++V) {
      ASSERT_EQ(table.at(V), std::clamp<int>(V, lo, hi)) << V;
    }
    EXPECT_EQ(code_bounds(table), (CodeBounds{lo, hi}));
  }
}

TEST(ActivationTable, StepsUpAndDown) {
  const ActivationTable table{9, 10, {{-5, 3, 2, 20}, {4, 1, 1, -50}}};
  EXPECT_TRUE(validate_table(table).ok());
  EXPECT_EQ(table.at(-6), 10);
  EXPECT_EQ(table.at(-5), 30);
  EXPECT_EQ(table.at(-3), 30);
  EXPECT_EQ(table.at(-2), 50);
  EXPECT_EQ(table.at(3), 50);
  EXPECT_EQ(table.at(4), 0);
  EXPECT_EQ(code_bounds(table), (CodeBounds{0, 50}));
}

// values() and the extension against at().
TEST(ActivationTable, ValuesAndExtension) {
  std::mt19937_64 seeds(3);
  SecretRandom random = test_random(3);
  for (int i = 0; i < 12; ++i) {
    const ActivationTable table = random_table(9 + i % 3, seeds);
    const auto values = table.values();
    ASSERT_EQ(values.size(), size_t{2} << table.bits);
    const auto point = random_point(random, table.bits + 1U);
    const auto eq = eq_table(point);
    Scalar sum;
    for (size_t u = 0; u < values.size(); ++u) {
      ASSERT_EQ(values[u], table.at(static_cast<int64_t>(u) - (int64_t{1} << table.bits)));
      sum += eq[u] * Scalar::from_u64(values[u]);
    }
    EXPECT_EQ(table_extension(table, point), sum);
  }
}

TEST(ActivationTable, EncodingIsKept) {
  std::mt19937_64 seeds(4);
  for (int i = 0; i < 20; ++i) {
    const ActivationTable table = random_table(9 + i % 10, seeds);
    ByteWriter w;
    encode_table(w, table);
    ByteReader r(w.bytes());
    EXPECT_EQ(decode_table(r).value(), table);
    EXPECT_TRUE(r.finished());
  }
}

TEST(ActivationTable, Refusals) {
  const ActivationTable good{9, 10, {{-5, 3, 2, 20}, {4, 1, 1, -50}}};
  const auto refused = [&](auto change) {
    ActivationTable table = good;
    change(table);
    return !validate_table(table).ok();
  };
  EXPECT_TRUE(refused([](ActivationTable& t) { t.bits = 8; }));
  EXPECT_TRUE(refused([](ActivationTable& t) { t.bits = 25; }));
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[0].every = 0; }));
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[0].count = 0; }));
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[0].rise = 0; }));
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[1].at = -2; }));    // the last step before
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[0].at = -512; }));  // the first V
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[1].at = 512; }));
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[1].rise = -51; }));  // below 0
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[0].rise = 123; }));  // 10 + 246
  EXPECT_TRUE(refused([](ActivationTable& t) { t.ramps[0].count = 1025; }));
  EXPECT_FALSE(refused([](ActivationTable& t) { t.ramps[1].at = 511; }));
}

}  // namespace
}  // namespace vouch
