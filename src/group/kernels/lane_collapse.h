// Σ_j k_j·P_{i + j·length} for kLanes of i at a time: they share the scalars, so all lanes double
// and add at the same time, along one pass through the non-adjacent forms (Straus).
#pragma once

#include <algorithm>
#include <vector>

#include "group/kernels/lane_points.h"
#include "group/non_adjacent_form.h"

namespace vouch::internal::VOUCH_LANES_NAMESPACE {

struct StoredCached {
  alignas(64) uint64_t word[20][kLanes];
};
/// P, 3P, …, 15P of points side by side.
using OddMultiples = std::array<StoredCached, kOddMultiples>;

VOUCH_LANES_INLINE void store_cached(StoredCached& to, const CachedLanes& p) {
  store(to.word, p.y_minus_x);
  store(to.word + 5, p.y_plus_x);
  store(to.word + 10, p.t4d);
  store(to.word + 15, p.two_z);
}

VOUCH_LANES_INLINE CachedLanes load_cached(const StoredCached& from) {
  return {load_lanes(from.word), load_lanes(from.word + 5), load_lanes(from.word + 10),
          load_lanes(from.word + 15)};
}

VOUCH_LANES void make_odd_multiples(StoredCached* out, const NielsPoint* const points[kLanes]) {
  NielsAddresses from;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    from.set(lane, reinterpret_cast<const char*>(points[lane]), 0);
  }
  const FieldLanes four_d = four_d_lanes();
  PointLanes multiple = add_niels_lanes(identity_lanes(), gather_niels(from), 0);
  const CachedLanes twice = cached_lanes(double_lanes(multiple), four_d);
  for (size_t i = 0;; ++i) {
    store_cached(out[i], cached_lanes(multiple, four_d));
    if (i + 1 == kOddMultiples) {
      break;
    }
    multiple = add_cached_lanes(multiple, twice);
  }
}

VOUCH_LANES void double_stored(StoredPoints& p, bool with_t) {
  store_points(p, double_lanes(load_points(p), with_t));
}

// p ± the multiple of an odd digit.
VOUCH_LANES void add_stored(StoredPoints& p, const StoredCached* odd_multiples, int digit,
                            bool with_t) {
  const CachedLanes q = load_cached(odd_multiples[(digit < 0 ? -digit : digit) / 2]);
  store_points(p, add_cached_lanes(load_points(p), q, digit < 0, with_t));
}

/// A digit that is not zero, from the highest down.
struct Addition {
  size_t position;
  size_t term;
  int digit;
};

inline std::vector<Addition> additions(const NonAdjacentForm* k, size_t terms) {
  std::vector<Addition> out;
  for (size_t i = kNonAdjacentDigits; i-- > 0;) {
    for (size_t j = 0; j < terms; ++j) {
      if (k[j][i] != 0) {
        out.push_back({i, j, k[j][i]});
      }
    }
  }
  return out;
}

// T is made where an addition follows, and at the end.
inline void run(const std::vector<Addition>& steps, const std::vector<OddMultiples>& tables,
                StoredPoints& sum) {
  store_identity(sum);
  size_t position = kNonAdjacentDigits;
  for (size_t a = 0; a < steps.size(); ++a) {
    const Addition& step = steps[a];
    if (a == 0) {
      position = step.position;
    }
    for (; position > step.position; --position) {
      double_stored(sum, position == step.position + 1);
    }
    const bool last = a + 1 == steps.size();
    const bool with_t = last ? position == 0 : steps[a + 1].position == position;
    add_stored(sum, tables[step.term].data(), step.digit, with_t);
  }
  for (; !steps.empty() && position > 0; --position) {
    double_stored(sum, position == 1);
  }
}

inline void collapse(const NonAdjacentForm* k, size_t terms, const NielsPoint* points, size_t n,
                     size_t length, size_t begin, size_t end, Point* out) {
  std::vector<Addition> steps;
  size_t of_steps = 0;  // how many terms they are of
  std::vector<OddMultiples> tables(terms);
  const NielsPoint absent;
  StoredPoints sum{};
  for (size_t i = begin; i < end; i += kLanes) {
    const size_t lanes = std::min<size_t>(kLanes, end - i);
    // Terms that are absent in all lanes cost nothing.
    const size_t present = i < n ? std::min(terms, (n - i + length - 1) / length) : 0;
    if (present != of_steps) {
      steps = additions(k, present);
      of_steps = present;
    }
    for (size_t j = 0; j < present; ++j) {
      const NielsPoint* side_by_side[kLanes];
      for (size_t lane = 0; lane < kLanes; ++lane) {
        const size_t at = i + lane + j * length;
        side_by_side[lane] = lane < lanes && at < n ? points + at : &absent;
      }
      make_odd_multiples(tables[j].data(), side_by_side);
    }
    run(steps, tables, sum);
    for (size_t lane = 0; lane < lanes; ++lane) {
      out[i - begin + lane] = stored_point(sum, lane);
    }
  }
}

}  // namespace vouch::internal::VOUCH_LANES_NAMESPACE
