// Tables of windows: every accumulator has one code, the framework's own; closed form and rows
// agree.
#include "circuit/window_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <set>

#include "poly/eq.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

constexpr Limbs kLimbs{20};

std::vector<WindowTable> tables() {
  return {{Boundaries::kFloor, 0, 0, 255, 3, 5},       {Boundaries::kFloat32, 0, 0, 255, 7, 0},
          {Boundaries::kFloat32, 255, 0, 255, 0, 2},   {Boundaries::kFloat32, 128, 10, 200, 2, 3},
          {Boundaries::kFloat32, 117, 117, 118, 1, 1}, {Boundaries::kFloat32, 3, 77, 77, 2, 4},
          {Boundaries::kFloor, 0, 5, 5, 0, 0}};
}

// The rows whose windows contain A, and their codes.
std::vector<uint32_t> rows_with(const WindowTable& table, int64_t A, const Limbs& limbs) {
  std::vector<uint32_t> rows;
  for (uint32_t u = 0; u < table.rows(); ++u) {
    const int64_t begin = table.window(u, limbs).begin;
    if (begin <= A && A < begin + limbs.window()) {
      rows.push_back(u);
    }
  }
  return rows;
}

// The code whose boundaries A lies between.
unsigned code_of(const WindowTable& table, int64_t A, const Limbs& limbs) {
  unsigned X = table.lo;
  while (X < table.hi && A >= table.boundary(X + 1, limbs)) {
    ++X;
  }
  return X;
}

// Around everything that begins or ends.
std::set<int64_t> critical(const WindowTable& table, const Limbs& limbs) {
  std::set<int64_t> out;
  for (uint32_t u = 0; u < table.rows(); ++u) {
    const int64_t begin = table.window(u, limbs).begin;
    for (const int64_t at : {begin, begin + limbs.window()}) {
      out.insert({at - 1, at, at + 1});
    }
  }
  return out;
}

class Windows : public ::testing::TestWithParam<unsigned> {};

TEST_P(Windows, EveryAccumulatorHasOneCodeAndARow) {
  const Limbs limbs{GetParam()};
  for (const WindowTable& table : tables()) {
    ASSERT_TRUE(validate_windows(table).ok());
    for (const int64_t A : critical(table, limbs)) {
      const std::vector<uint32_t> rows = rows_with(table, A, limbs);
      if (A < table.begin(limbs) || A >= table.end(limbs)) {
        ASSERT_TRUE(rows.empty()) << A;
        continue;
      }
      ASSERT_FALSE(rows.empty()) << A;
      for (const uint32_t row : rows) {
        ASSERT_EQ(table.window(row, limbs).X, code_of(table, A, limbs)) << A << " row " << row;
      }
      const uint32_t row = table.row_of(A, limbs);
      ASSERT_NE(std::find(rows.begin(), rows.end(), row), rows.end()) << A;
      // An integer E wherever there is one.
      ASSERT_EQ(table.is_edge(row),
                std::all_of(rows.begin(), rows.end(), [&](uint32_t u) { return table.is_edge(u); }))
          << A;
    }
  }
}

TEST_P(Windows, Errors) {
  const Limbs limbs{GetParam()};
  const Scalar window = Scalar::from_i64(limbs.window());
  for (const WindowTable& table : tables()) {
    const auto E = window_errors(table, limbs, 0, table.rows());
    for (uint32_t u = 0; u < table.rows(); ++u) {
      const WindowTable::Window w = table.window(u, limbs);
      EXPECT_EQ(E[u] * window, Scalar::from_i64(w.begin - limbs.unit() * w.X));
      const int64_t e = (w.begin - limbs.unit() * w.X) / limbs.window();
      if (!table.is_edge(u)) {
        EXPECT_EQ(Scalar::from_i64(e), E[u]) << u;
        EXPECT_EQ(table.row_of_error(w.X, static_cast<int32_t>(e)), u);
      }
    }
  }
}

TEST_P(Windows, ExtensionIsTheSumOverAllRows) {
  const Limbs limbs{GetParam()};
  SecretRandom random = test_random(5);
  for (const WindowTable& table : tables()) {
    for (const unsigned more : {0U, 2U}) {
      const auto point =
          random_point(random, static_cast<size_t>(std::bit_width(table.rows() - 1)) + more);
      const Scalar a = random_scalar(random);
      const Scalar gamma = random_scalar(random);
      const auto E = window_errors(table, limbs, 0, table.rows());
      Scalar sum;
      for (uint32_t u = 0; u < table.rows(); ++u) {
        sum += eq_at(point, u) * (a - Scalar::from_u64(table.window(u, limbs).X) - gamma * E[u]);
      }
      EXPECT_EQ(windows_extension(table, limbs, point, a, gamma), sum);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Bits, Windows, ::testing::Values(13, 16, 20));

// What XNNPACK and MLAS compute.
int64_t framework_code(int32_t accumulator, float scale, int zero_point, int lo, int hi) {
  const float product = static_cast<float>(accumulator) * scale;
  const double rounded = std::nearbyint(static_cast<double>(product));
  return static_cast<int64_t>(
      std::clamp(rounded + zero_point, static_cast<double>(lo), static_cast<double>(hi)));
}

// A as docs/protocol.md, section 4.1, says.
__extension__ using Wide = __int128;
Wide exact_value(int32_t accumulator, float scale, int zero_point) {
  const auto m = static_cast<int64_t>(std::ldexp(static_cast<double>(scale), 40));
  return Wide{m} * accumulator + (Wide{zero_point} << 40) + (Wide{1} << 39) - (Wide{1} << 23) - 1;
}

void expect_framework_code(int32_t accumulator, float scale, int z) {
  const WindowTable table{
      Boundaries::kFloat32, static_cast<uint8_t>(z), 0, 255, 1U << 20, 1U << 20};
  const Wide A = exact_value(accumulator, scale, z);
  if (A < table.begin(kLimbs) || A >= table.end(kLimbs)) {
    return;
  }
  const auto row = table.row_of(static_cast<int64_t>(A), kLimbs);
  ASSERT_EQ(table.window(row, kLimbs).X, framework_code(accumulator, scale, z, 0, 255))
      << accumulator << " times " << scale << ", zero-point " << z;
}

TEST(Float32Boundaries, AreWhereFloatsRound) {
  std::mt19937_64 random(7);
  const auto uniform = [&](double lo, double hi) {
    return std::uniform_real_distribution<double>(lo, hi)(random);
  };
  for (int i = 0; i < 400000; ++i) {
    const int z = static_cast<int>(random() % 256);
    auto scale = static_cast<float>(std::exp2(uniform(-16, 0)));
    // Half of them next to a boundary.
    const double k = i % 2 == 0
                         ? uniform(-300, 300)
                         : static_cast<double>(static_cast<int64_t>(random() % 512) - 256) - 0.5;
    const double accumulator = std::nearbyint(k / static_cast<double>(scale));
    if (accumulator == 0 || std::abs(accumulator) >= 0x1p31) {
      continue;
    }
    if (i % 2 != 0) {
      scale = static_cast<float>(k / accumulator);
      for (uint64_t steps = random() % 4; steps != 0; --steps) {
        scale = std::nextafter(scale, random() % 2 == 0 ? 0.0F : 1.0F);
      }
      if (scale < 0x1p-16F || scale > 1) {
        continue;
      }
    }
    expect_framework_code(static_cast<int32_t>(accumulator), scale, z);
  }
}

// Products that lie exactly between two floats next to k − ½.
TEST(Float32Boundaries, Ties) {
  std::mt19937_64 random(8);
  size_t ties = 0;
  for (int k = -255; k <= 256; ++k) {
    const auto twice = static_cast<unsigned>(std::abs(2 * k - 1));
    const int j = static_cast<int>(std::bit_width(twice)) - 2;
    for (const int64_t side : {-1, 1}) {
      // N·2^(j−24) = accumulator·scale.
      const int64_t N = std::abs((int64_t{2} * k - 1) * (int64_t{1} << (23 - j)) + side);
      for (int64_t f = 1; f < 3000; ++f) {
        if (N % f != 0 || N / f >= (int64_t{1} << 24)) {
          continue;
        }
        for (const int shift : {0, 3, 9}) {
          const auto scale =
              static_cast<float>(std::ldexp(static_cast<double>(N / f), j - 24 - shift));
          if (scale >= 0x1p-16F && scale <= 1) {
            ++ties;
            const auto accumulator = static_cast<int32_t>(f << shift);
            expect_framework_code(k > 0 ? accumulator : -accumulator, scale,
                                  static_cast<int>(random() % 256));
          }
        }
      }
    }
  }
  EXPECT_GT(ties, 1000U);
}

TEST(WindowTables, Refused) {
  EXPECT_FALSE(validate_windows({Boundaries::kFloor, 1, 0, 255, 0, 0}).ok());
  EXPECT_FALSE(validate_windows({Boundaries::kFloat32, 1, 9, 8, 0, 0}).ok());
  EXPECT_FALSE(validate_windows({Boundaries::kFloor, 0, 0, 255, (1U << 20) + 1, 0}).ok());
  EXPECT_FALSE(validate_windows({Boundaries::kFloor, 0, 0, 255, 0, (1U << 20) + 1}).ok());
  EXPECT_TRUE(validate_windows({Boundaries::kFloat32, 255, 0, 0, 1U << 20, 1U << 20}).ok());
}

TEST(WindowTables, Encoding) {
  const WindowTable table{Boundaries::kFloat32, 7, 8, 9, 0x10203, 0x40506};
  ByteWriter w;
  encode_windows(w, table);
  const Bytes bytes = w.take();
  EXPECT_EQ(bytes, (Bytes{1, 7, 8, 9, 3, 2, 1, 0, 6, 5, 4, 0}));
  ByteReader reader(bytes);
  EXPECT_EQ(decode_windows(reader).value(), table);
  EXPECT_TRUE(reader.finished());
  for (size_t n = 0; n < bytes.size(); ++n) {
    ByteReader cut(ByteSpan(bytes).first(n));
    EXPECT_FALSE(decode_windows(cut).ok()) << n;
  }
  Bytes unknown = bytes;
  unknown[0] = 2;
  ByteReader other(unknown);
  EXPECT_FALSE(decode_windows(other).ok());
}

}  // namespace
}  // namespace vouch
