// Integers that give a framework's codes in a table of windows.
//
// What a framework makes of integers a and b (an accumulator, or two codes) is a code that grows
// with both. Where its own formula has no exact counterpart in A = m_a·a + m_b·b + c, other
// integers m_a, m_b, c may still give every code of those that can be asked for:
//
//     B_X ≤ m_a·a + m_b·b + c < B_{X+1}       for all a, b that have code X
//
// a system of linear inequalities, which is solved by cutting planes: the few inequalities that
// matter are found one by one, each time where the last solution is wrong the most.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "circuit/window_table.h"

namespace vouch {

struct CodeMultipliers {
  int64_t a = 0;
  int64_t b = 0;
  int64_t c = 0;
};

class CodeFit {
 public:
  /// Boundaries and ends of the codes are the table's.
  CodeFit(const WindowTable& table, const Limbs& limbs);

  /// a and b have code X.
  void expect(int64_t a, int64_t b, uint8_t X);
  /// All of first ≤ a ≤ last, where the code of a does not fall with a: what it is where it
  /// changes.
  void expect_all(int64_t first, int64_t last, const std::function<uint8_t(int64_t)>& code);

  /// Integers for which all of that holds: `near` if it does, else others within 1/16 of its
  /// multipliers, none below 0, or nothing. What is returned has been checked against every
  /// expectation. Contract: near.a and near.b ≥ 0, and products of each with all it was expected of
  /// are below 2^59.
  [[nodiscard]] std::optional<CodeMultipliers> solve(const CodeMultipliers& near) const;

 private:
  // m_a·a + m_b·b + c is `bound` at least, or at most.
  struct Limit {
    int64_t a;
    int64_t b;
    int64_t bound;
  };
  struct Limits {
    std::vector<Limit> least;
    std::vector<Limit> most;
  };
  // The ends of c for multipliers, and which limits they are of.
  struct Ends {
    int64_t least = 0;
    int64_t most = 0;
    const Limit* of_least = nullptr;
    const Limit* of_most = nullptr;
  };
  [[nodiscard]] static Ends ends_of(const Limits& limits, int64_t a, int64_t b);
  [[nodiscard]] static CodeMultipliers widest(const Limits& limits, const CodeMultipliers& near);

  const WindowTable table_;
  std::array<int64_t, 257> boundaries_{};  // B_X for lo < X ≤ hi
  Limits limits_;
};

}  // namespace vouch
