// The bucket method on lanes, without loading buckets: the points of a window are sorted by digit,
// a run of equal digits is one task (a long one several), and tasks of about the same length are
// added up side by side, one a lane, one point a step, from where the points lie in memory. Each
// sum goes into its digit's bucket.
//
// Then Σ k·B_k: bucket k−1 = kLanes·q + l lies in block q, lane l, so that running sums over the
// blocks give R_l = Σ_q B and S_l = Σ_q q·B in all lanes at once, and Σ k·B_k = kLanes·Σ S_l + Σ
// (l+1)·R_l.
#pragma once

#include <algorithm>
#include <bit>
#include <map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "group/kernels/kernels.h"
#include "group/kernels/lane_points.h"

namespace vouch::internal::VOUCH_LANES_NAMESPACE {

// How many steps ahead a lane asks for its points: a step takes ~100 ns, main memory answers in
// about that. Three are best by a few per cent (measured, 2 … 10, 3 MB of points); with more, there
// are not enough places for what is under way.
inline constexpr size_t kAhead = 3;
// Below so many points the sorting and the lanes' sums cost more than they save (measured).
inline constexpr size_t kFewPoints = 64;
// The longest task is n/(8·kLanes) within these bounds: a run of one digit (a window's top digits,
// rows of few values) must not keep one lane busy while the others wait, and each further task of a
// run costs a scalar addition.
inline constexpr uint32_t kShortLimit = 64;
inline constexpr uint32_t kLongLimit = 1024;

// A point of the sorted list: where it lies, in bytes from the first, plus one where the digit is
// negative.
using Entry = uint32_t;
inline constexpr size_t kMostPoints = (size_t{1} << 32) / sizeof(NielsPoint);

/// Entries [begin, begin + length) all have the digit bucket + 1.
struct Task {
  uint32_t begin = 0;
  uint32_t length = 0;
  uint32_t bucket = 0;
};

inline uint32_t magnitude(int32_t digit) {
  return digit < 0 ? 0 - static_cast<uint32_t>(digit) : static_cast<uint32_t>(digit);
}

/// Entries in order of digits by a counting sort, padded for reading ahead; out_ends[k] is the end
/// of the entries of digits ±1 … ±k.
inline std::vector<Entry> sort_by_digit(const int32_t* digits, size_t n, uint32_t max_digit,
                                        std::vector<uint32_t>& out_ends) {
  std::vector<uint32_t> next(max_digit + 1);
  for (size_t i = 0; i < n; ++i) {
    ++next[magnitude(digits[i])];
  }
  next[0] = 0;
  out_ends.assign(max_digit + 1, 0);
  for (uint32_t k = 1; k <= max_digit; ++k) {
    out_ends[k] = out_ends[k - 1] + next[k];
    next[k] = out_ends[k - 1];
  }
  std::vector<Entry> entries(out_ends[max_digit] + kAhead + 1);
  next[0] = static_cast<uint32_t>(entries.size() - 1);  // zeros, too, without a branch
  for (size_t i = 0; i < n; ++i) {
    const uint32_t k = magnitude(digits[i]);
    entries[next[k]] =
        static_cast<Entry>(i * sizeof(NielsPoint)) | static_cast<uint32_t>(digits[i]) >> 31;
    next[k] += k != 0 ? 1 : 0;
  }
  entries.back() = 0;
  return entries;
}

/// The tasks of all runs, the longest first (a counting sort again), empty ones at the end to fill
/// up the lanes.
inline std::vector<Task> make_tasks(const std::vector<uint32_t>& ends) {
  const uint32_t longest =
      std::clamp(ends.back() / static_cast<uint32_t>(8 * kLanes), kShortLimit, kLongLimit);
  std::vector<Task> tasks;
  std::vector<uint32_t> next(longest + 2);  // first tasks by length, then where the next one goes
  for (uint32_t k = 1; k < ends.size(); ++k) {
    for (uint32_t begin = ends[k - 1]; begin < ends[k]; begin += longest) {
      const uint32_t length = std::min(longest, ends[k] - begin);
      tasks.push_back({begin, length, k - 1});
      ++next[length];
    }
  }
  uint32_t longer = 0;
  for (uint32_t length = longest + 1; length-- > 0;) {
    longer += std::exchange(next[length], longer);
  }
  std::vector<Task> sorted((tasks.size() + kLanes - 1) / kLanes * kLanes);
  for (const Task& task : tasks) {
    sorted[next[task.length]++] = task;
  }
  return sorted;
}

/// Where the point of each lane lies at one step, and which of them are to be subtracted. Lanes
/// whose task is over, or empty, add the identity; that none is can be known.
struct Step {
  NielsAddresses from;
  LaneMask negative = 0;
};
VOUCH_LANES_INLINE Step step_of(const Task* tasks, size_t step, const NielsPoint* points,
                                const Entry* entries, bool all) {
  static const NielsPoint identity;
  const auto* bytes = reinterpret_cast<const char*>(points);
  Step out;
  unsigned negative = 0;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const bool in = all || step < tasks[lane].length;
    const Entry* entry = entries + tasks[lane].begin + (in ? step : 0);
    __builtin_prefetch(bytes + entry[kAhead]);
    __builtin_prefetch(bytes + entry[kAhead] + 64);
    const unsigned sign = in ? *entry & 1 : 0;
    out.from.set(lane, in ? bytes + (*entry - sign) : reinterpret_cast<const char*>(&identity),
                 sign);
    negative |= sign << lane;
  }
  out.negative = static_cast<LaneMask>(negative);
  return out;
}

/// The sums of kLanes tasks, the first of which is the longest and the last the shortest.
VOUCH_LANES void add_tasks(StoredPoints& out, const Task* tasks, const NielsPoint* points,
                           const Entry* entries) {
  const Step first = step_of(tasks, 0, points, entries, false);
  PointLanes sum =
      niels_point_lanes(gather_niels(first.from), inverse_two_d_lanes(), first.negative);
  size_t i = 1;
  for (; i < tasks[kLanes - 1].length; ++i) {
    const Step step = step_of(tasks, i, points, entries, true);
    sum = add_niels_lanes(sum, gather_niels(step.from), step.negative);
  }
  for (; i < tasks[0].length; ++i) {
    const Step step = step_of(tasks, i, points, entries, false);
    sum = add_niels_lanes(sum, gather_niels(step.from), step.negative);
  }
  store_points(out, sum);
}

/// R and S of the comment above; out[0] and out[1].
VOUCH_LANES void weighted_lanes(const StoredPoints* buckets, size_t blocks, StoredPoints out[2]) {
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

inline Point weighted_sum(const std::vector<StoredPoints>& buckets) {
  StoredPoints sums[2];
  weighted_lanes(buckets.data(), buckets.size(), sums);
  Point blocks;
  Point running;
  Point lanes;
  for (size_t l = kLanes; l-- > 0;) {
    blocks += stored_point(sums[1], l);
    running += stored_point(sums[0], l);
    lanes += running;
  }
  for (size_t k = 1; k < kLanes; k *= 2) {
    blocks = blocks.doubled();
  }
  return blocks + lanes;
}

inline void copy_lane(StoredPoints& to, size_t to_lane, const StoredPoints& from,
                      size_t from_lane) {
  for (size_t k = 0; k < 20; ++k) {
    to.word[k][to_lane] = from.word[k][from_lane];
  }
}

/// k·p, k ≥ 1.
inline Point small_multiple(const Point& p, uint32_t k) {
  Point out = p;
  for (auto bit = static_cast<size_t>(std::bit_width(k)) - 1; bit-- > 0;) {
    out = out.doubled();
    if ((k >> bit & 1) != 0) {
      out += p;
    }
  }
  return out;
}

/// Σ digits[i]·points[i].
inline Point window_sum(const NielsPoint* points, size_t n, const int32_t* digits,
                        uint32_t max_digit) {
  VOUCH_CHECK(n <= kMostPoints);
  std::vector<uint32_t> ends;
  const std::vector<Entry> entries = sort_by_digit(digits, n, max_digit, ends);
  if (ends.back() < kFewPoints) {
    return kPortableGroupKernels.window_sum(points, n, digits, max_digit);
  }
  const std::vector<Task> tasks = make_tasks(ends);
  StoredPoints identity{};
  store_identity(identity);
  std::vector<StoredPoints> buckets((max_digit + kLanes - 1) / kLanes, identity);
  std::map<uint32_t, Point> rests;  // of runs of several tasks, by bucket: all but the first
  StoredPoints sums{};
  for (size_t i = 0; i < tasks.size(); i += kLanes) {
    add_tasks(sums, tasks.data() + i, points, entries.data());
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const Task& task = tasks[i + lane];
      if (task.length == 0) {
        continue;
      }
      if (task.begin == ends[task.bucket]) {
        copy_lane(buckets[task.bucket / kLanes], task.bucket % kLanes, sums, lane);
      } else {
        rests[task.bucket] += stored_point(sums, lane);
      }
    }
  }
  Point sum = weighted_sum(buckets);
  for (const auto& [bucket, rest] : rests) {
    sum += small_multiple(rest, bucket + 1);
  }
  return sum;
}

}  // namespace vouch::internal::VOUCH_LANES_NAMESPACE
