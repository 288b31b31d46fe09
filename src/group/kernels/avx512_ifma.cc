// The bucket method on AVX-512 IFMA without loading buckets: the points of a window are sorted by
// digit, the sorted list is cut into eight equal segments, and each lane adds up its segment, one
// point a step, from where it lies in memory. Where the digit changes in a lane, its sum goes into
// that digit's bucket and starts again. A digit whose run lies in several segments has several
// sums.
//
// Then Σ k·B_k: bucket k−1 = 8q + l lies in block q, lane l, so that running sums over the blocks
// give R_l = Σ_q B and S_l = Σ_q q·B in all lanes at once, and Σ k·B_k = 8·Σ S_l + Σ (l+1)·R_l.
#include "group/kernels/avx512_points.h"

#ifdef VOUCH_HAS_AVX512

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "group/kernels/avx512_collapse.h"
#include "group/kernels/kernels.h"

namespace vouch::internal {
namespace {

// How many steps ahead a lane asks for its points: a step takes ~150 ns, main memory answers in
// that.
constexpr size_t kAhead = 2;
// Below so many points the sorting and the eight sums cost more than they save (measured).
constexpr size_t kFewPoints = 64;

// A point of the sorted list: its number times two, plus one where the digit is negative.
using Entry = uint32_t;

struct SortedWindow {
  std::vector<Entry> entries;  // padded for reading ahead
  std::vector<uint32_t> ends;  // of the run of digit ±k, at k − 1
  size_t steps = 0;            // lane l has the entries [l·steps, (l + 1)·steps)
};

uint32_t magnitude(int32_t digit) {
  return digit < 0 ? 0 - static_cast<uint32_t>(digit) : static_cast<uint32_t>(digit);
}

// A counting sort. What is missing in the last segments is made up by one more run, of any points:
// its sums are dropped.
SortedWindow sort_by_digit(const int32_t* digits, size_t n, uint32_t max_digit) {
  SortedWindow out;
  std::vector<uint32_t> next(max_digit + 2);
  for (size_t i = 0; i < n; ++i) {
    ++next[magnitude(digits[i])];
  }
  uint32_t begin = 0;
  for (uint32_t k = 1; k <= max_digit; ++k) {
    begin += next[k];
    out.ends.push_back(begin);
    next[k] = begin - next[k];
  }
  out.steps = (begin + 7) / 8;
  out.ends.push_back(static_cast<uint32_t>(8 * out.steps));
  out.entries.resize(8 * out.steps + kAhead + 1);
  next[0] = static_cast<uint32_t>(out.entries.size() - 1);  // zeros, too, without a branch
  for (size_t i = 0; i < n; ++i) {
    const uint32_t k = magnitude(digits[i]);
    out.entries[next[k]] = static_cast<Entry>(2 * i) | static_cast<uint32_t>(digits[i]) >> 31;
    next[k] += k != 0 ? 1 : 0;
  }
  return out;
}

// `count` steps of all lanes from `state` on, lane l from entries[l·stride]; the lanes of `fresh`
// start with the identity.
VOUCH_AVX512 void add_steps(StoredPoints& state, __mmask8 fresh, const NielsPoint* points,
                            const Entry* entries, size_t stride, size_t count) {
  PointLanes sum = blend_points(load_points(state), identity_lanes(), fresh);
  for (size_t step = 0; step < count; ++step) {
    const uint64_t* from[8];
    unsigned negative = 0;
    for (size_t lane = 0; lane < 8; ++lane) {
      const Entry* entry = entries + lane * stride + step;
      const auto* ahead = reinterpret_cast<const char*>(points + entry[kAhead] / 2);
      _mm_prefetch(ahead, _MM_HINT_T0);
      _mm_prefetch(ahead + 64, _MM_HINT_T0);
      from[lane] = reinterpret_cast<const uint64_t*>(points + *entry / 2);
      negative |= (*entry & 1) << lane;
    }
    sum = add_niels_lanes(sum, gather_niels(from), static_cast<__mmask8>(negative));
  }
  store_points(state, sum);
}

// R and S of the comment above; out[0] and out[1].
VOUCH_AVX512 void weighted_lanes(const StoredPoints* buckets, size_t blocks, StoredPoints out[2]) {
  const FieldLanes four_d = four_d_lanes();
  PointLanes running = identity_lanes();
  PointLanes weighted = identity_lanes();
  for (size_t q = blocks; q-- > 1;) {
    running = add_cached_lanes(running, cached_lanes(load_points(buckets[q]), four_d));
    weighted = add_cached_lanes(weighted, cached_lanes(running, four_d));
  }
  running = add_cached_lanes(running, cached_lanes(load_points(buckets[0]), four_d));
  store_points(out[0], running);
  store_points(out[1], weighted);
}

// into + more, lane by lane.
VOUCH_AVX512 void add_stored_points(StoredPoints& into, const StoredPoints& more) {
  store_points(
      into, add_cached_lanes(load_points(into), cached_lanes(load_points(more), four_d_lanes())));
}

VOUCH_AVX512 void store_identity(StoredPoints& to) { store_points(to, identity_lanes()); }

Point weighted_sum(const std::vector<StoredPoints>& buckets) {
  StoredPoints sums[2];
  weighted_lanes(buckets.data(), buckets.size(), sums);
  Point blocks;
  Point running;
  Point lanes;
  for (size_t l = 8; l-- > 0;) {
    blocks += stored_point(sums[1], l);
    running += stored_point(sums[0], l);
    lanes += running;
  }
  return blocks.doubled().doubled().doubled() + lanes;
}

// The place of each lane in its segment.
struct Lane {
  size_t bucket = 0;
  size_t at = 0;
  size_t end = 0;          // of the run or of the segment, whichever comes first
  bool continues = false;  // the run began in the segment before
};

void copy_lane(StoredPoints& to, size_t to_lane, const StoredPoints& from, size_t from_lane) {
  for (size_t k = 0; k < 20; ++k) {
    to.word[k][to_lane] = from.word[k][from_lane];
  }
}

class Window {
 public:
  Window(const NielsPoint* points, size_t n, const int32_t* digits, uint32_t max_digit)
      : points_(points), max_digit_(max_digit), sorted_(sort_by_digit(digits, n, max_digit)) {
    StoredPoints identity{};
    store_identity(identity);
    buckets_.assign((max_digit + 7) / 8, identity);
  }

  Point sum() {
    StoredPoints state = buckets_[0];  // the identity
    for (size_t l = 0; l < 8; ++l) {
      start(l);
    }
    __mmask8 fresh = 0xff;
    for (size_t done = 0; done < sorted_.steps;) {
      size_t count = sorted_.steps - done;
      for (const Lane& lane : lanes_) {
        count = std::min(count, lane.end - lane.at);
      }
      add_steps(state, fresh, points_, sorted_.entries.data() + done, sorted_.steps, count);
      done += count;
      fresh = 0;
      for (size_t l = 0; l < 8; ++l) {
        lanes_[l].at += count;
        if (lanes_[l].at == lanes_[l].end) {
          finish_run(state, l);
          fresh = static_cast<__mmask8>(fresh | 1U << l);
        }
      }
    }
    add_split_runs();
    return weighted_sum(buckets_);
  }

 private:
  // The first run of lane l: the one that holds the first entry of its segment.
  void start(size_t l) {
    Lane& lane = lanes_[l];
    lane.at = l * sorted_.steps;
    lane.bucket = static_cast<size_t>(
        std::upper_bound(sorted_.ends.begin(), sorted_.ends.end(), lane.at) - sorted_.ends.begin());
    lane.end = std::min<size_t>(sorted_.ends[lane.bucket], (l + 1) * sorted_.steps);
    lane.continues = lane.bucket > 0 ? sorted_.ends[lane.bucket - 1] < lane.at : lane.at > 0;
  }

  void finish_run(const StoredPoints& state, size_t l) {
    Lane& lane = lanes_[l];
    if (lane.bucket < max_digit_) {
      if (lane.continues) {
        copy_lane(split_runs_, l, state, l);
        split_buckets_.push_back({lane.bucket, l});
      } else {
        copy_lane(buckets_[lane.bucket / 8], lane.bucket % 8, state, l);
      }
    }
    lane.continues = false;
    const size_t segment_end = (l + 1) * sorted_.steps;
    while (lane.at < segment_end && sorted_.ends[lane.bucket] == lane.at) {
      ++lane.bucket;
    }
    lane.end = std::min<size_t>(sorted_.ends[lane.bucket], segment_end);
  }

  // What was set aside of runs that began in an earlier segment: at most seven sums, each to be
  // added to its bucket; in one go, unless some have the same bucket.
  void add_split_runs() {
    while (!split_buckets_.empty()) {
      StoredPoints into = split_runs_;
      std::vector<SplitRun> now;
      std::vector<SplitRun> later;
      for (const SplitRun& run : split_buckets_) {
        const bool taken = std::any_of(now.begin(), now.end(), [&](const SplitRun& other) {
          return other.bucket == run.bucket;
        });
        (taken ? later : now).push_back(run);
      }
      for (const SplitRun& run : now) {
        copy_lane(into, run.lane, buckets_[run.bucket / 8], run.bucket % 8);
      }
      add_stored_points(into, split_runs_);
      for (const SplitRun& run : now) {
        copy_lane(buckets_[run.bucket / 8], run.bucket % 8, into, run.lane);
      }
      split_buckets_ = later;
    }
  }

  struct SplitRun {
    size_t bucket;
    size_t lane;
  };

  StoredPoints split_runs_{};
  const NielsPoint* points_;
  size_t max_digit_;
  SortedWindow sorted_;
  std::vector<StoredPoints> buckets_;
  Lane lanes_[8];
  std::vector<SplitRun> split_buckets_;
};

void window_sums(const NielsPoint* points, size_t n, const int32_t* digits, size_t windows,
                 uint32_t max_digit, Point* sums) {
  VOUCH_CHECK(n < size_t{1} << 31);
  for (size_t w = 0; w < windows; ++w) {
    const int32_t* digit = digits + w * n;
    const auto zeros = static_cast<size_t>(std::count(digit, digit + n, 0));
    if (n - zeros < kFewPoints) {
      kPortableGroupKernels.window_sums(points, n, digit, 1, max_digit, sums + w);
    } else {
      sums[w] = Window(points, n, digit, max_digit).sum();
    }
  }
}

}  // namespace

constinit const GroupKernels kAvx512IfmaGroupKernels = {.name = "avx512_ifma",
                                                        .bucket_cost = 4,
                                                        .window_sums = window_sums,
                                                        .collapse = avx512_collapse};

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
