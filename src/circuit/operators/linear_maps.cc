#include "circuit/operators/linear_maps.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/check.h"
#include "circuit/operators/window.h"

namespace vouch {
namespace {

bool is_step(int64_t step) {
  return step >= std::numeric_limits<int16_t>::min() && step <= std::numeric_limits<int16_t>::max();
}

constexpr uint32_t kMaxIndex = std::numeric_limits<uint16_t>::max();

AxisRun run_at(const AxisEntry& entry) {
  VOUCH_CHECK(entry.out <= kMaxIndex && entry.in <= kMaxIndex);
  return {static_cast<uint16_t>(entry.out),
          1,
          static_cast<uint16_t>(entry.in),
          1,
          1,
          entry.coefficient};
}

// Appends `entry` to the run, if it is the next one of it.
bool extend(AxisRun& run, const AxisEntry& entry) {
  if (entry.coefficient != run.coefficient || run.count == std::numeric_limits<uint16_t>::max()) {
    return false;
  }
  const int64_t out = int64_t{entry.out} - run.out - int64_t{run.out_step} * (run.count - 1);
  const int64_t in = int64_t{entry.in} - run.in - int64_t{run.in_step} * (run.count - 1);
  if (run.count == 1 && is_step(out) && is_step(in)) {
    run.out_step = static_cast<int16_t>(out);
    run.in_step = static_cast<int16_t>(in);
  } else if (out != run.out_step || in != run.in_step) {
    return false;
  }
  ++run.count;
  return true;
}

// Windows of one axis that have the same number of taps inside.
struct PoolClass {
  uint32_t taps = 0;
  std::vector<AxisEntry> entries;  // tap by tap
};

std::vector<PoolClass> pool_classes(const AxisWindow& axis, uint32_t outputs) {
  std::vector<uint32_t> inside(outputs);
  for (uint32_t d = 0; d < axis.kernel; ++d) {
    for (uint32_t y = 0; y < outputs; ++y) {
      inside[y] += axis.reads(y, d) ? 1 : 0;
    }
  }
  std::vector<PoolClass> classes;
  for (const uint32_t taps : inside) {
    if (std::none_of(classes.begin(), classes.end(),
                     [&](const PoolClass& c) { return c.taps == taps; })) {
      classes.push_back({taps, {}});
    }
  }
  for (PoolClass& c : classes) {
    for (uint32_t d = 0; d < axis.kernel; ++d) {
      for (uint32_t y = 0; y < outputs; ++y) {
        if (const auto i = axis.reads(y, d); i && inside[y] == c.taps) {
          c.entries.push_back({y, *i});
        }
      }
    }
  }
  return classes;
}

}  // namespace

AxisMap axis_map(std::span<const AxisEntry> entries) {
  AxisMap map;
  for (const AxisEntry& entry : entries) {
    if (map.runs.empty() || !extend(map.runs.back(), entry)) {
      map.runs.push_back(run_at(entry));
    }
  }
  return map;
}

AxisMap slice_axis(uint32_t extent, uint32_t first, int32_t step) {
  std::vector<AxisEntry> entries;
  for (uint32_t o = 0; o < extent; ++o) {
    entries.push_back({o, static_cast<uint32_t>(int64_t{first} + int64_t{step} * o)});
  }
  return axis_map(entries);
}

AxisMap pad_axis(uint32_t extent, int32_t before, int32_t after) {
  std::vector<AxisEntry> entries;
  const int64_t outputs = int64_t{extent} + before + after;
  for (uint32_t i = 0; i < extent; ++i) {
    const int64_t o = int64_t{i} + before;
    if (o >= 0 && o < outputs) {
      entries.push_back({static_cast<uint32_t>(o), i});
    }
  }
  return axis_map(entries);
}

AxisMap repeat_axis(uint32_t extent) { return slice_axis(extent, 0, 0); }

AxisMap sum_axis(uint32_t extent) {
  std::vector<AxisEntry> entries;
  for (uint32_t i = 0; i < extent; ++i) {
    entries.push_back({0, i});
  }
  return axis_map(entries);
}

namespace {

uint64_t reach(const AxisMap& map, uint32_t outputs) {
  if (map.runs.empty()) {
    return 1;
  }
  std::vector<uint64_t> sums(outputs);
  for (const AxisRun& run : map.runs) {
    for (int64_t k = 0; k < run.count; ++k) {
      sums[static_cast<size_t>(run.out + k * run.out_step)] +=
          static_cast<uint64_t>(std::abs(int{run.coefficient}));
    }
  }
  return *std::max_element(sums.begin(), sums.end());
}

}  // namespace

uint64_t reach(const MapTerm& term, const Shape& output) {
  __extension__ using Wide = unsigned __int128;
  const auto times = [](uint64_t a, uint64_t b) {
    const Wide product = Wide{a} * b;
    return static_cast<uint64_t>(std::min<Wide>(product, kMostReach));
  };
  return times(times(reach(term.maps[0], output.channels), reach(term.maps[1], output.rows)),
               reach(term.maps[2], output.columns));
}

bool is_positive(const MapTerm& term) {
  return std::all_of(term.maps.begin(), term.maps.end(), [](const AxisMap& map) {
    return std::all_of(map.runs.begin(), map.runs.end(),
                       [](const AxisRun& run) { return run.coefficient > 0; });
  });
}

std::vector<MapTerm> sum_terms(size_t inputs) {
  std::vector<MapTerm> terms(inputs);
  for (size_t n = 0; n < inputs; ++n) {
    terms[n].input = static_cast<uint8_t>(n);
    terms[n].weight = static_cast<uint16_t>(n);
  }
  return terms;
}

Op sum_of(std::vector<uint32_t> inputs) {
  Op op;
  op.kind = OpKind::kLinearMap;
  op.terms = sum_terms(inputs.size());
  op.inputs = std::move(inputs);
  return op;
}

Result<PoolTerms> average_pool_terms(const Window& window, const Shape& input) {
  if (window.transposed) {
    return Error{"a pool is not transposed"};
  }
  PoolTerms out;
  VOUCH_ASSIGN(out.output, slide(window, input));
  if (std::max({input.rows, input.columns, out.output.rows, out.output.columns}) > kMaxIndex) {
    return Error{"a pool's rows and columns are at most 65535"};
  }
  const auto columns = pool_classes(column_axis(window, input), out.output.columns);
  for (const PoolClass& row : pool_classes(row_axis(window, input), out.output.rows)) {
    for (const PoolClass& column : columns) {
      const uint64_t elements = uint64_t{row.taps} * column.taps;
      if (elements == 0) {
        return Error{"an average pool's windows hold at least one element each"};
      }
      const auto known = std::find(out.elements.begin(), out.elements.end(), elements);
      MapTerm term;
      term.weight = static_cast<uint16_t>(known - out.elements.begin());
      term.maps[1] = axis_map(row.entries);
      term.maps[2] = axis_map(column.entries);
      if (known == out.elements.end()) {
        out.elements.push_back(elements);
      }
      out.terms.push_back(std::move(term));
    }
  }
  return out;
}

}  // namespace vouch
