// Σ_j k_j·P_{i + j·length} for eight i at a time: they share the scalars, so all lanes double and
// add at the same time, along one pass through the non-adjacent forms (Straus).
#include "group/kernels/avx512_collapse.h"

#include "group/kernels/avx512_points.h"

#ifdef VOUCH_HAS_AVX512

#include <algorithm>
#include <vector>

namespace vouch::internal {
namespace {

struct StoredCached {
  alignas(64) uint64_t word[20][8];
};
/// P, 3P, …, 15P of eight points.
using OddMultiples = std::array<StoredCached, kOddMultiples>;

VOUCH_AVX512_INLINE void store_cached(StoredCached& to, const CachedLanes& p) {
  for (size_t k = 0; k < 5; ++k) {
    _mm512_store_si512(to.word[k], p.y_minus_x.limb[k]);
    _mm512_store_si512(to.word[5 + k], p.y_plus_x.limb[k]);
    _mm512_store_si512(to.word[10 + k], p.t4d.limb[k]);
    _mm512_store_si512(to.word[15 + k], p.two_z.limb[k]);
  }
}

VOUCH_AVX512_INLINE CachedLanes load_cached(const StoredCached& from) {
  CachedLanes p{};
  for (size_t k = 0; k < 5; ++k) {
    p.y_minus_x.limb[k] = _mm512_load_si512(from.word[k]);
    p.y_plus_x.limb[k] = _mm512_load_si512(from.word[5 + k]);
    p.t4d.limb[k] = _mm512_load_si512(from.word[10 + k]);
    p.two_z.limb[k] = _mm512_load_si512(from.word[15 + k]);
  }
  return p;
}

VOUCH_AVX512 void make_odd_multiples(StoredCached* out, const NielsPoint* const points[8]) {
  const uint64_t* from[8];
  for (size_t lane = 0; lane < 8; ++lane) {
    from[lane] = reinterpret_cast<const uint64_t*>(points[lane]);
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

VOUCH_AVX512 void double_stored(StoredPoints& p, bool with_t) {
  store_points(p, double_lanes(load_points(p), with_t));
}

// p ± the multiple of an odd digit.
VOUCH_AVX512 void add_stored(StoredPoints& p, const StoredCached* odd_multiples, int digit,
                             bool with_t) {
  const CachedLanes q = load_cached(odd_multiples[(digit < 0 ? -digit : digit) / 2]);
  store_points(p, add_cached_lanes(load_points(p), q, digit < 0, with_t));
}

VOUCH_AVX512 void store_identity(StoredPoints& to) { store_points(to, identity_lanes()); }

/// A digit that is not zero, from the highest down.
struct Addition {
  size_t position;
  size_t term;
  int digit;
};

std::vector<Addition> additions(const NonAdjacentForm* k, size_t terms) {
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
void run(const std::vector<Addition>& steps, const std::vector<OddMultiples>& tables,
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

}  // namespace

void avx512_collapse(const NonAdjacentForm* k, size_t terms, const NielsPoint* points, size_t n,
                     size_t length, size_t begin, size_t end, Point* out) {
  const std::vector<Addition> steps = additions(k, terms);
  std::vector<OddMultiples> tables(terms);
  const NielsPoint absent;
  StoredPoints sum{};
  for (size_t i = begin; i < end; i += 8) {
    const size_t lanes = std::min<size_t>(8, end - i);
    for (size_t j = 0; j < terms; ++j) {
      const NielsPoint* eight[8];
      for (size_t lane = 0; lane < 8; ++lane) {
        const size_t at = i + lane + j * length;
        eight[lane] = lane < lanes && at < n ? points + at : &absent;
      }
      make_odd_multiples(tables[j].data(), eight);
    }
    run(steps, tables, sum);
    for (size_t lane = 0; lane < lanes; ++lane) {
      out[i - begin + lane] = stored_point(sum, lane);
    }
  }
}

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
