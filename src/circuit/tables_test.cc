// The lookup tables' closed forms against multilinear extensions summed row by row.
#include "circuit/tables.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "poly/random_point.h"

namespace vouch {
namespace {

// Five operators with three tables of 2^10 and 2^11 rows, one of them no clamp; 2^5 and 2^8 rows
// more.
Circuit small_tables() {
  Circuit c;
  c.shift = 5;
  c.model_kappa = 4;
  c.input_kappa = 4;
  c.tables = {ActivationTable::clamp(9, 0, 255),
              ActivationTable::clamp(9, 20, 20),
              {10, 200, {{-700, 3, 40, -5}, {8, 1, 9, 25}}}};
  c.tensors = {{{2, 1, 3, 3}, 7, 0}};
  constexpr std::array<uint8_t, 5> kTables{0, 1, 0, 2, 1};
  for (uint32_t i = 0; i < kTables.size(); ++i) {
    c.ops.push_back({OpKind::kConv2d, {i}});
    c.tensors.push_back({{2 + i, 1, 3, 3}, 9, kTables[i]});
  }
  return c;
}

TEST(TableDenominator, IsTheSumOverAllSlots) {
  SecretRandom random = test_random(2);
  const Circuit circuit = small_tables();
  ASSERT_TRUE(validate(circuit).ok());
  const Columns columns(circuit, 4);
  const Layout& m = columns.layout(Column::kM);
  ASSERT_EQ(columns.tables(), 3U);
  ASSERT_EQ(m.bricks().size(), 5U);
  const LookupChallenges ch{random_scalar(random), random_scalar(random)};
  const auto row = [&](uint64_t tag, int64_t X, int64_t E) {
    return ch.alpha - Scalar::from_i64(X) - ch.gamma * Scalar::from_i64(E) -
           ch.gamma * ch.gamma * Scalar::from_u64(tag);
  };
  std::vector<Scalar> dense(size_t{1} << m.bits(), Scalar::one());
  for (int64_t R = 0; R < 32; ++R) {
    dense[m.bricks()[0].offset + static_cast<uint64_t>(R)] = row(1, R, 0);
  }
  for (int64_t X = 0; X < 256; ++X) {
    dense[m.bricks()[4].offset + static_cast<uint64_t>(X)] = row(2, X, 0);
  }
  for (size_t k = 0; k < 3; ++k) {
    const ActivationTable& table = circuit.tables[k];
    const int64_t zero = int64_t{1} << table.bits;
    for (int64_t V = -zero; V < zero; ++V) {
      const int64_t X = table.at(V);
      dense[m.bricks()[1 + k].offset + static_cast<uint64_t>(V + zero)] = row(3 + k, X, V - X);
    }
  }
  EXPECT_LT(m.used(), dense.size());  // so there are pads
  const auto point = random_point(random, m.bits());
  Scalar sum;
  for (size_t i = 0; i < dense.size(); ++i) {
    sum += dense[i] * eq_at(point, i);
  }
  EXPECT_EQ(table_denominator(circuit, columns, ch, point), sum);
}

TEST(TableDenominator, OfWindowsIsTheSumOverAllSlots) {
  SecretRandom random = test_random(2);
  Circuit circuit = small_tables();
  circuit.rounding = Rounding::kExact;
  circuit.shift = 13;
  circuit.tables.clear();
  circuit.windows = {{Boundaries::kFloor, 0, 0, 255, 9, 3},
                     {Boundaries::kFloat32, 5, 7, 7, 100, 155},
                     {Boundaries::kFloat32, 130, 10, 200, 300, 100}};
  ASSERT_TRUE(validate(circuit).ok());
  const Columns columns(circuit, 4);
  const Layout& m = columns.layout(Column::kM);
  const LookupChallenges ch{random_scalar(random), random_scalar(random)};
  const auto row = [&](uint64_t tag, uint64_t X, const Scalar& E) {
    return ch.alpha - Scalar::from_u64(X) - ch.gamma * E -
           ch.gamma * ch.gamma * Scalar::from_u64(tag);
  };
  std::vector<Scalar> dense(size_t{1} << m.bits(), Scalar::one());
  for (uint64_t R = 0; R < (1U << 13) - 16; ++R) {
    dense[m.bricks()[0].offset + R] = row(1, R, {});
  }
  for (uint64_t X = 0; X < 256; ++X) {
    dense[m.bricks()[4].offset + X] = row(2, X, {});
  }
  for (size_t k = 0; k < 3; ++k) {
    const WindowTable& table = circuit.windows[k];
    const auto E = window_errors(table, circuit.limbs(), 0, table.rows());
    for (uint32_t u = 0; u < table.rows(); ++u) {
      dense[m.bricks()[1 + k].offset + u] = row(3 + k, table.window(u, circuit.limbs()).X, E[u]);
    }
  }
  const auto point = random_point(random, m.bits());
  const auto eq = eq_table(point);
  Scalar sum;
  for (size_t i = 0; i < dense.size(); ++i) {
    sum += dense[i] * eq[i];
  }
  EXPECT_EQ(table_denominator(circuit, columns, ch, point), sum);
}

TEST(TagExtension, IsTheSumOverAllSlots) {
  SecretRandom random = test_random(3);
  const Circuit circuit = small_tables();
  const Columns columns(circuit, 4);
  const Layout& X = columns.layout(Column::kX);
  // Tables 0, 1, 2 have the tags 3, 4, 5; pads 2.
  constexpr std::array<uint64_t, 5> kTags{3, 4, 3, 5, 4};
  std::vector<uint64_t> tags(size_t{1} << X.bits(), 2);
  for (size_t op = 0; op < kTags.size(); ++op) {
    EXPECT_EQ(columns.tag_of(op), kTags[op]);
    const Brick& brick = X.bricks()[op];
    const auto& e = brick.extents;
    for (uint32_t o = 0; o < e[0]; ++o) {
      for (uint32_t b = 0; b < e[2]; ++b) {
        for (uint32_t c = 0; c < e[3]; ++c) {
          tags[brick.slot(o, 0, b, c)] = kTags[op];
        }
      }
    }
  }
  EXPECT_NE(std::count(tags.begin(), tags.end(), 2U), 0);
  const auto point = random_point(random, X.bits());
  Scalar sum;
  for (size_t i = 0; i < tags.size(); ++i) {
    sum += Scalar::from_u64(tags[i]) * eq_at(point, i);
  }
  EXPECT_EQ(tag_extension(columns, point), sum);
}

TEST(LookupChallenges, Shifted) {
  SecretRandom random = test_random(4);
  const LookupChallenges ch{random_scalar(random), random_scalar(random)};
  EXPECT_EQ(ch.shifted(0), ch.alpha);
  EXPECT_EQ(ch.shifted(3),
            ch.alpha - ch.gamma * ch.gamma - ch.gamma * ch.gamma - ch.gamma * ch.gamma);
}

}  // namespace
}  // namespace vouch
