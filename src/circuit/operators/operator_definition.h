// The operators' sums as circuit/circuit.h defines them, one product after another, for tests: no
// separation of axes, no classes computed in closed form, no adjoints.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "circuit/operators/operator.h"

namespace vouch {

struct Position {
  uint32_t channel, batch, row, column;
};

/// One product W[weight]·X'_input[element] of an output's sum, and its entry (k, dy, dx) in the
/// bilinear sumcheck.
struct ProductOfSum {
  size_t weight;
  size_t input;
  Position element;
  Position entry;
};

inline size_t flat_index(const Shape& s, const Position& p) {
  return ((size_t{p.channel} * s.batch + p.batch) * s.rows + p.row) * s.columns + p.column;
}

inline std::vector<Position> positions_of(const Shape& s) {
  std::vector<Position> out;
  for (uint32_t c = 0; c < s.channels; ++c) {
    for (uint32_t b = 0; b < s.batch; ++b) {
      for (uint32_t y = 0; y < s.rows; ++y) {
        for (uint32_t x = 0; x < s.columns; ++x) {
          out.push_back({c, b, y, x});
        }
      }
    }
  }
  return out;
}

/// Pairs (input row, input column) that output (y, x) reads, with their taps (dy, dx).
struct TapRead {
  uint32_t dy, dx, row, column;
};
inline std::vector<TapRead> reads_of(const OperatorShape& s, uint32_t y, uint32_t x) {
  const Window& w = s.window;
  std::vector<TapRead> out;
  for (uint32_t dy = 0; dy < w.kernel_rows; ++dy) {
    for (uint32_t dx = 0; dx < w.kernel_columns; ++dx) {
      const int64_t row = int64_t{w.stride_rows} * y + dy - w.pad_top;
      const int64_t column = int64_t{w.stride_columns} * x + dx - w.pad_left;
      if (row >= 0 && row < s.inputs[0].rows && column >= 0 && column < s.inputs[0].columns) {
        out.push_back({dy, dx, static_cast<uint32_t>(row), static_cast<uint32_t>(column)});
      }
    }
  }
  return out;
}

/// Distinct (rows, columns) inside of all windows, in order of first appearance.
inline std::vector<std::pair<uint32_t, uint32_t>> classes_by_counting(const OperatorShape& s) {
  std::vector<std::pair<uint32_t, uint32_t>> classes;
  for (uint32_t y = 0; y < s.output.rows; ++y) {
    for (uint32_t x = 0; x < s.output.columns; ++x) {
      std::vector<uint32_t> rows;
      std::vector<uint32_t> columns;
      for (const TapRead& r : reads_of(s, y, x)) {
        rows.push_back(r.row);
        columns.push_back(r.column);
      }
      for (auto* v : {&rows, &columns}) {
        std::sort(v->begin(), v->end());
        v->erase(std::unique(v->begin(), v->end()), v->end());
      }
      const std::pair<uint32_t, uint32_t> found(rows.size(), columns.size());
      if (std::find(classes.begin(), classes.end(), found) == classes.end()) {
        classes.push_back(found);
      }
    }
  }
  return classes;
}

/// All products of output p's sum.
inline std::vector<ProductOfSum> products_of(const OperatorShape& s, const Position& p) {
  const auto reads = reads_of(s, p.row, p.column);
  const uint32_t kh = s.window.kernel_rows;
  const uint32_t kw = s.window.kernel_columns;
  const uint32_t K = s.inputs[0].channels;
  std::vector<ProductOfSum> out;
  if (s.kind == OpKind::kWeightedSum) {
    for (uint32_t n = 0; n < s.inputs.size(); ++n) {
      for (const TapRead& r : reads) {
        out.push_back({n, n, {p.channel, p.batch, r.row, r.column}, {0, 0, 0, n}});
      }
    }
    return out;
  }
  if (s.kind == OpKind::kAveragePool2d) {
    uint32_t rows = 0;
    uint32_t columns = 0;
    for (const TapRead& r : reads) {
      rows += r.dx == reads.front().dx ? 1 : 0;
      columns += r.dy == reads.front().dy ? 1 : 0;
    }
    const auto classes = classes_by_counting(s);
    const auto at = std::find(classes.begin(), classes.end(), std::pair(rows, columns));
    const auto q = static_cast<uint32_t>(at - classes.begin());
    for (const TapRead& r : reads) {
      out.push_back({q, 0, {p.channel, p.batch, r.row, r.column}, {0, 0, 0, q}});
    }
    return out;
  }
  const bool full = s.kind == OpKind::kConv2d;
  const uint32_t first = full ? 0 : p.channel / (s.output.channels / K);
  for (uint32_t k = first; k < (full ? K : first + 1); ++k) {
    const size_t kernel = full ? size_t{p.channel} * K + k : p.channel;
    for (const TapRead& r : reads) {
      out.push_back(
          {(kernel * kh + r.dy) * kw + r.dx, 0, {k, p.batch, r.row, r.column}, {0, k, r.dy, r.dx}});
    }
  }
  return out;
}

/// True for the convolutions: eq(r; channel) is part of Ŵ. Otherwise all of eq(r, ·) is part of X̂.
inline bool channel_in_weights(OpKind kind) {
  return kind == OpKind::kConv2d || kind == OpKind::kDepthwiseConv2d;
}

/// True if output channel c's products stand for their entries in X̂: every entry's position sum is
/// then taken exactly once.
inline bool represents_entries(const OperatorShape& s, uint32_t c) {
  switch (s.kind) {
    case OpKind::kConv2d:
      return c == 0;
    case OpKind::kDepthwiseConv2d:
      return c % (s.output.channels / s.inputs[0].channels) == 0;
    default:
      return true;
  }
}

}  // namespace vouch
