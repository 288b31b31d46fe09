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

/// One product W[weight]·coefficient·X'_input[element] of an output's sum, and its entry (k, dy,
/// dx) in the bilinear sumcheck.
struct ProductOfSum {
  size_t weight;
  size_t input;
  Position element;
  Position entry;
  int64_t coefficient = 1;
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

/// Whether output y reads input i through tap d along an axis.
inline bool reads(bool transposed, int64_t y, int64_t i, int64_t d, int64_t stride,
                  int64_t dilation, int64_t pad) {
  return transposed ? y == stride * i + dilation * d - pad : i == stride * y + dilation * d - pad;
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
      for (uint32_t row = 0; row < s.inputs[0].rows; ++row) {
        for (uint32_t column = 0; column < s.inputs[0].columns; ++column) {
          if (reads(w.transposed, y, row, dy, w.stride_rows, w.dilation_rows, w.pad_top) &&
              reads(w.transposed, x, column, dx, w.stride_columns, w.dilation_columns,
                    w.pad_left)) {
            out.push_back({dy, dx, row, column});
          }
        }
      }
    }
  }
  return out;
}

/// K[out][in] of a linear map's axis.
inline int64_t entry_of(const AxisMap& map, uint32_t out, uint32_t in) {
  int64_t sum = map.runs.empty() && out == in ? 1 : 0;
  for (const AxisRun& run : map.runs) {
    for (int k = 0; k < run.count; ++k) {
      if (run.out + k * run.out_step == static_cast<int>(out) &&
          run.in + k * run.in_step == static_cast<int>(in)) {
        sum += run.coefficient;
      }
    }
  }
  return sum;
}

/// All products of output p's sum in a linear map.
inline std::vector<ProductOfSum> products_of_map(const OperatorShape& s, const Position& p) {
  std::vector<ProductOfSum> out;
  for (const MapTerm& term : s.terms) {
    for (const Position& from : positions_of(s.inputs[term.input])) {
      const std::array<uint32_t, 3> in{from.channel, from.row, from.column};
      const int64_t coefficient = entry_of(term.maps[0], p.channel, in[term.axes[0]]) *
                                  entry_of(term.maps[1], p.row, in[term.axes[1]]) *
                                  entry_of(term.maps[2], p.column, in[term.axes[2]]);
      if (from.batch == p.batch && coefficient != 0) {
        out.push_back({term.weight, term.input, from, {0, 0, 0, term.weight}, coefficient});
      }
    }
  }
  return out;
}

/// All products of output p's sum; of a product of tensors, see product_reads.
inline std::vector<ProductOfSum> products_of(const OperatorShape& s, const Position& p) {
  if (s.kind == OpKind::kLinearMap) {
    return products_of_map(s, p);
  }
  const auto reads = reads_of(s, p.row, p.column);
  const uint32_t kh = s.window.kernel_rows;
  const uint32_t kw = s.window.kernel_columns;
  const uint32_t K = s.inputs[0].channels;
  std::vector<ProductOfSum> out;
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

/// The element of its second input that output p of a product reads.
inline Position second_of(const OperatorShape& s, const Position& p) {
  const Shape& second = s.inputs[1];
  return {second.channels == 1 ? 0 : p.channel, p.batch, second.rows == 1 ? 0 : p.row,
          second.columns == 1 ? 0 : p.column};
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
