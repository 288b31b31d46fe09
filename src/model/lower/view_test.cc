// Views and the terms that move between them, against indices counted one by one.
#include "model/lower/view.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "network/shapes.h"

namespace vouch {
namespace {

using Matrix = std::map<std::pair<size_t, size_t>, int64_t>;  // (output, input) elements

std::vector<AxisEntry> run_entries(const AxisMap& map, uint32_t extent) {
  std::vector<AxisEntry> entries;
  for (uint32_t i = 0; map.runs.empty() && i < extent; ++i) {
    entries.push_back({i, i, 1});
  }
  for (const AxisRun& run : map.runs) {
    for (int32_t k = 0; k < run.count; ++k) {
      entries.push_back({static_cast<uint32_t>(run.out + k * run.out_step),
                         static_cast<uint32_t>(run.in + k * run.in_step), run.coefficient});
    }
  }
  return entries;
}

// What terms do, as circuit.h defines them, in a batch of 1.
Matrix matrix_of(const std::vector<MapTerm>& terms, const Shape& in, const Shape& out) {
  Matrix matrix;
  for (const MapTerm& term : terms) {
    for (const AxisEntry& c : run_entries(term.maps[0], out.channels)) {
      for (const AxisEntry& y : run_entries(term.maps[1], out.rows)) {
        for (const AxisEntry& x : run_entries(term.maps[2], out.columns)) {
          std::array<size_t, 3> at{};
          at[term.axes[0]] = c.in;
          at[term.axes[1]] = y.in;
          at[term.axes[2]] = x.in;
          matrix[{(size_t{c.out} * out.rows + y.out) * out.columns + x.out,
                  (at[0] * in.rows + at[1]) * in.columns + at[2]}] +=
              int64_t{c.coefficient} * y.coefficient * x.coefficient;
        }
      }
    }
  }
  return matrix;
}

// A random order of axes, laid on random physical axes.
View random_view(std::mt19937& random, const Dimensions& extents) {
  std::vector<size_t> order(extents.size());
  for (size_t a = 0; a < order.size(); ++a) {
    order[a] = a;
  }
  std::shuffle(order.begin(), order.end(), random);
  Placement axes(extents.size());
  std::array<uint32_t, 3> strides{1, 1, 1};
  for (const size_t a : order) {
    const size_t q = random() % 3;
    if (extents[a] > 1) {
      axes[a] = {{static_cast<PhysicalAxis>(q), extents[a], strides[q]}};
      strides[q] *= extents[a];
    }
  }
  return {0, shape_of(axes).value(), axes};
}

std::vector<uint32_t> coordinates(uint64_t index, const Dimensions& extents) {
  std::vector<uint32_t> at(extents.size());
  for (size_t a = extents.size(); a-- > 0; index /= extents[a]) {
    at[a] = static_cast<uint32_t>(index % extents[a]);
  }
  return at;
}

Dimensions random_extents(std::mt19937& random) {
  Dimensions extents(1 + random() % 4);
  for (uint32_t& n : extents) {
    n = static_cast<uint32_t>(1 + random() % 5);
  }
  return extents;
}

TEST(View, TermsMoveEveryElementBetweenAnyTwoPlacements) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    const Dimensions extents = random_extents(random);
    const View from = random_view(random, extents);
    const View to = random_view(random, extents);
    const auto terms = reading_terms(from, to);
    ASSERT_TRUE(terms.ok()) << terms.error().message;
    Matrix expected;
    const auto in = element_indices(from);
    const auto out = element_indices(to);
    for (size_t e = 0; e < in.size(); ++e) {
      expected[{out[e], in[e]}] = 1;
    }
    EXPECT_EQ(matrix_of(terms.value(), from.shape, to.shape), expected);
  }
}

TEST(View, TermsFollowReadings) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 300; ++trial) {
    const Dimensions own = random_extents(random);
    Dimensions extents = own;
    std::vector<AxisReading> readings(own.size());
    for (size_t a = 0; a < own.size(); ++a) {
      if (random() % 2 == 0) {
        extents[a] = static_cast<uint32_t>(1 + random() % 4);
        readings[a].emplace();
        for (uint32_t k = 0; k < 1 + random() % 4; ++k) {
          readings[a]->push_back({static_cast<uint32_t>(random() % extents[a]),
                                  static_cast<uint32_t>(random() % own[a]),
                                  static_cast<int16_t>(1 + random() % 3)});
        }
      }
    }
    const View from = random_view(random, own);
    const View to = random_view(random, extents);
    const auto terms = reading_terms(from, to, readings);
    ASSERT_TRUE(terms.ok()) << terms.error().message;
    Matrix expected;
    const auto in = element_indices(from);
    const auto out = element_indices(to);
    for (size_t o = 0; o < out.size(); ++o) {
      for (size_t i = 0; i < in.size(); ++i) {
        const auto at = coordinates(o, extents);
        const auto reads = coordinates(i, own);
        int64_t coefficient = 1;
        for (size_t a = 0; a < own.size(); ++a) {
          int64_t sum = readings[a] ? 0 : at[a] == reads[a];
          for (const AxisEntry& entry : readings[a].value_or(std::vector<AxisEntry>{})) {
            sum += entry.out == at[a] && entry.in == reads[a] ? entry.coefficient : 0;
          }
          coefficient *= sum;
        }
        if (coefficient != 0) {
          expected[{out[o], in[i]}] = coefficient;
        }
      }
    }
    EXPECT_EQ(matrix_of(terms.value(), from.shape, to.shape), expected);
  }
}

TEST(View, ReshapingKeepsRowMajorOrder) {
  std::mt19937 random(3);
  int free = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const Dimensions extents = random_extents(random);
    const View from = random_view(random, extents);
    Dimensions to;
    uint64_t left = element_count(extents);
    while (left > 1) {
      auto n = static_cast<uint32_t>(1 + random() % 6);
      n = left % n == 0 ? n : 1;
      to.push_back(n);
      left /= n;
    }
    const auto axes = reshaped(from.axes, to);
    if (!axes) {
      continue;
    }
    ++free;
    const View seen{0, from.shape, *axes};
    EXPECT_EQ(seen.extents(), to);
    EXPECT_EQ(element_indices(seen), element_indices(from));
    EXPECT_EQ(seen.is_row_major(), from.is_row_major());
  }
  EXPECT_GT(free, 100);
}

TEST(View, FlatPlacementsAreCutAnywhere) {
  const View flat{0, {24, 1, 1, 1}, plain_placement(Dimensions{2, 3, 4}, true)};
  EXPECT_TRUE(flat.is_row_major());
  for (const Dimensions& to : {Dimensions{4, 2, 3}, Dimensions{24}, Dimensions{3, 8}}) {
    EXPECT_TRUE(reshaped(flat.axes, to).has_value());
  }
}

TEST(View, BatchesStay) {
  const View from{0, {3, 2, 1, 1}, picture_placement({2, 3, 1, 1}, 1).value()};
  const View to{0, {6, 1, 1, 1}, plain_placement(Dimensions{2, 3, 1, 1}, true)};
  EXPECT_FALSE(reading_terms(from, to).ok());
}

TEST(View, WhatIsTooLargeIsRefused) {
  EXPECT_FALSE(shape_of(plain_placement(Dimensions{65537}, true)).ok());
  EXPECT_FALSE(shape_of(plain_placement(Dimensions{2, 2, 5000})).ok());
  EXPECT_FALSE(picture_placement({1, 2, 3, 4, 5}, 1).ok());
  // Two axes of 64 change places with one of 4096: 4096 terms.
  const Dimensions extents{64, 64, 2};
  const View from{0,
                  {4096, 1, 2, 1},
                  {{{PhysicalAxis::kChannel, 64, 64}},
                   {{PhysicalAxis::kChannel, 64, 1}},
                   {{PhysicalAxis::kRow, 2, 1}}}};
  const View to{0, {64, 1, 64, 2}, plain_placement(extents)};
  EXPECT_TRUE(reading_terms(from, to).ok());
  const View all{
      0, {64, 1, 64, 1}, {{{PhysicalAxis::kChannel, 64, 1}, {PhysicalAxis::kRow, 64, 1}}}};
  const View other{0, {63, 1, 1, 1}, {{{PhysicalAxis::kChannel, 63, 1}}}};
  EXPECT_FALSE(reading_terms(all, other).ok());
}

}  // namespace
}  // namespace vouch
