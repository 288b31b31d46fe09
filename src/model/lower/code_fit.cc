#include "model/lower/code_fit.h"

#include <algorithm>

namespace vouch {
namespace {

constexpr int64_t kFarthest = int64_t{1} << 61;  // the distance of two fits as well

// The integer within [first, last] where a concave function is largest.
template <class Function>
int64_t summit(int64_t first, int64_t last, const Function& f) {
  while (first < last) {
    const int64_t middle = first + (last - first) / 2;
    if (f(middle) < f(middle + 1)) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first;
}

}  // namespace

CodeFit::CodeFit(const WindowTable& table, const Limbs& limbs) : table_(table) {
  for (unsigned X = table.lo + 1U; X <= table.hi; ++X) {
    boundaries_[X] = table.boundary(X, limbs);
  }
}

void CodeFit::expect(int64_t a, int64_t b, uint8_t X) {
  if (X > table_.lo) {
    limits_.least.push_back({a, b, boundaries_[X]});
  }
  if (X < table_.hi) {
    limits_.most.push_back({a, b, boundaries_[X + 1U] - 1});
  }
}

void CodeFit::expect_all(int64_t first, int64_t last, const std::function<uint8_t(int64_t)>& code) {
  expect(first, 0, code(first));
  expect(last, 0, code(last));
  while (code(first) < code(last)) {
    // The least a above `first` with another code.
    int64_t same = first;
    int64_t other = last;
    while (other - same > 1) {
      const int64_t middle = same + (other - same) / 2;
      (code(middle) == code(first) ? same : other) = middle;
    }
    expect(same, 0, code(same));
    expect(other, 0, code(other));
    first = other;
  }
}

CodeFit::Ends CodeFit::ends_of(const Limits& limits, int64_t a, int64_t b) {
  Ends ends{-kFarthest, kFarthest, nullptr, nullptr};
  for (const Limit& limit : limits.least) {
    const int64_t c = limit.bound - a * limit.a - b * limit.b;
    if (c > ends.least) {
      ends.least = c;
      ends.of_least = &limit;
    }
  }
  for (const Limit& limit : limits.most) {
    const int64_t c = limit.bound - a * limit.a - b * limit.b;
    if (c < ends.most) {
      ends.most = c;
      ends.of_most = &limit;
    }
  }
  return ends;
}

// The multipliers next to `near` that leave c the most room: the room is concave in both.
CodeMultipliers CodeFit::widest(const Limits& limits, const CodeMultipliers& near) {
  const auto best = [](int64_t m, const auto& f) {
    const int64_t reach = m / 16 + 16;
    return summit(std::max<int64_t>(0, m - reach), m + reach, f);
  };
  const auto room = [&](int64_t a, int64_t b) {
    const Ends ends = ends_of(limits, a, b);
    return ends.most - ends.least;
  };
  const auto best_b = [&](int64_t a) {
    return near.b == 0 ? 0 : best(near.b, [&](int64_t b) { return room(a, b); });
  };
  const int64_t a = best(near.a, [&](int64_t each) { return room(each, best_b(each)); });
  return {a, best_b(a), near.c};
}

std::optional<CodeMultipliers> CodeFit::solve(const CodeMultipliers& near) const {
  constexpr int kMostCuts = 200;
  CodeMultipliers now = near;
  Limits cuts;
  for (int i = 0; i < kMostCuts; ++i) {
    const Ends ends = ends_of(limits_, now.a, now.b);
    if (ends.least <= ends.most) {
      now.c = std::clamp(near.c, ends.least, ends.most);
      return now;
    }
    cuts.least.push_back(*ends.of_least);
    cuts.most.push_back(*ends.of_most);
    now = widest(cuts, near);
    const Ends left = ends_of(cuts, now.a, now.b);
    if (left.least > left.most) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace vouch
