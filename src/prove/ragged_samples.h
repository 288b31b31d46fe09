// Layouts on which ragged arrays are tested, and functions on all their slots as dense arrays.
#pragma once

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "circuit/layout.h"
#include "poly/random_point.h"

namespace vouch {

struct RaggedSample {
  const char* name;
  std::vector<Extents> extents;
  unsigned min_bits = 0;
};
inline void PrintTo(const RaggedSample& sample, std::ostream* out) { *out << sample.name; }

inline std::vector<RaggedSample> ragged_samples() {
  return {
      {"one_element", {{1, 1, 1, 1}}, 1},
      {"one_element_and_many_pads", {{1, 1, 1, 1}}, 5},
      {"two_elements", {{2, 1, 1, 1}}},
      {"odd_tail", {{13, 1, 1, 1}}},
      {"several_tails", {{3, 1, 1, 1}, {1, 1, 1, 1}, {6, 1, 1, 1}}},
      {"one_line", {{1, 1, 1, 7}}},
      {"odd_lines", {{3, 1, 1, 5}, {2, 1, 1, 3}}},
      {"odd_rows", {{3, 1, 5, 1}, {1, 1, 3, 1}}},
      {"batches_only", {{3, 5, 1, 1}, {2, 3, 1, 1}}},
      {"batches_and_columns", {{2, 3, 1, 5}}},
      {"batches_and_rows", {{2, 3, 5, 1}}},
      {"odd_everywhere", {{3, 3, 5, 7}, {5, 1, 3, 3}, {7, 1, 1, 1}}},
      {"powers_of_two", {{4, 2, 4, 8}, {8, 1, 2, 2}, {4, 1, 1, 1}}},
      {"neighbours_of_powers", {{1, 1, 9, 8}, {3, 1, 7, 9}, {2, 1, 8, 1}}},
      {"equal_heights", {{3, 1, 3, 3}, {2, 1, 4, 4}, {5, 1, 1, 13}, {1, 4, 3, 1}}},
      {"no_tail", {{3, 1, 2, 3}, {5, 1, 2, 2}}},
      {"pads_behind", {{3, 1, 5, 6}, {3, 1, 1, 1}}, 10},
      {"many",
       {{1, 1, 17, 3},
        {9, 2, 3, 3},
        {2, 1, 6, 5},
        {4, 1, 3, 1},
        {11, 1, 1, 2},
        {3, 3, 1, 1},
        {5, 1, 1, 1},
        {1, 1, 1, 1},
        {2, 1, 1, 9}}},
      // Many chunks of 1024 pairs and tasks of four of them.
      {"large", {{37, 1, 29, 31}, {300, 1, 3, 1}, {5, 1, 1, 1}}},
      {"large_tail", {{20001, 1, 1, 1}, {3, 1, 7, 7}}},
  };
}

/// Slot of element number `element` of a brick.
inline uint64_t slot_of(const Brick& brick, size_t element) {
  const auto& e = brick.extents;
  const size_t line = element / e[3];
  const size_t plane = line / e[2];
  return brick.slot(plane / e[1], plane % e[1], line % e[2], element % e[3]);
}

/// Random where there is an element, `pad` elsewhere.
inline std::vector<Scalar> random_function(const Layout& layout, const Scalar& pad,
                                           SecretRandom& random) {
  std::vector<Scalar> f(size_t{1} << layout.bits(), pad);
  for (const Brick& brick : layout.bricks()) {
    for (size_t i = 0; i < brick.elements(); ++i) {
      f[slot_of(brick, i)] = random_scalar(random);
    }
  }
  return f;
}

inline void bind_lowest(std::vector<Scalar>& f, const Scalar& z) {
  for (size_t j = 0; j < f.size() / 2; ++j) {
    f[j] = (Scalar::one() - z) * f[2 * j] + z * f[2 * j + 1];
  }
  f.resize(f.size() / 2);
}

/// The value at index j of the corner-by-corner product Π (bit ? r : 1 − r), all at once.
inline std::vector<Scalar> dense_eq(std::span<const Scalar> r) {
  std::vector<Scalar> out{Scalar::one()};
  for (size_t j = r.size(); j-- > 0;) {
    std::vector<Scalar> next;
    for (const Scalar& x : out) {
      next.push_back(x * (Scalar::one() - r[j]));
      next.push_back(x * r[j]);
    }
    out = std::move(next);
  }
  return out;
}

/// Whether the arrays hold the same.
template <class Expected>
bool equal(const std::vector<SecretVector<Scalar>>& got, const Expected& expected) {
  return std::equal(got.begin(), got.end(), expected.begin(), expected.end(),
                    [](const auto& a, const auto& b) {
                      return std::equal(a.begin(), a.end(), b.begin(), b.end());
                    });
}

}  // namespace vouch
