#include "prove/operators/operator_folds.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "circuit/operators/window.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Σ_x eq_x·X'[σx + d − pad] over one input row, for every column tap d.
class RowFolder {
 public:
  RowFolder(const AxisWindow& axis, std::span<const Scalar> eq) : axis_(axis), eq_(eq) {
    row_.resize(eq.size());
  }

  void fold(const uint8_t* codes, int32_t zero_point, std::span<Scalar> taps) {
    for (uint32_t d = 0; d < taps.size(); ++d) {
      // Outputs x whose tap d lies inside form a range.
      uint32_t first = 0;
      while (first < eq_.size() && !axis_.reads(first, d)) {
        ++first;
      }
      uint32_t count = 0;
      while (first + count < eq_.size() && axis_.reads(first + count, d)) {
        row_[count] = codes[*axis_.reads(first + count, d)] - zero_point;
        ++count;
      }
      taps[d] = dot_small(eq_.data() + first, row_.data(), count).reduce();
    }
  }

 private:
  AxisWindow axis_;
  std::span<const Scalar> eq_;
  std::vector<int32_t> row_;
};

// X̂[k, ·, ·] of one channel of a convolution: rows first, then the row taps; out[dy·kw + dx].
void fold_channel(const OperatorShape& shape, const BrickEq& output, const FoldInput& input,
                  uint32_t k, std::span<Scalar> out) {
  const Shape& in = shape.inputs[0];
  const AxisWindow rows = row_axis(shape.window, in);
  RowFolder folder(column_axis(shape.window, in), output.axes[3]);
  const size_t kw = shape.window.kernel_columns;
  std::vector<Scalar> taps(kw);
  std::fill(out.begin(), out.end(), Scalar::zero());
  for (uint32_t b = 0; b < in.batch; ++b) {
    for (uint32_t y = 0; y < in.rows; ++y) {
      // Which (output row, tap) pairs read this row.
      bool folded = false;
      for (uint32_t dy = 0; dy < shape.window.kernel_rows; ++dy) {
        const int64_t at = int64_t{y} + rows.pad_before - dy;
        if (at < 0 || at % rows.stride != 0 || at / rows.stride >= shape.output.rows) {
          continue;
        }
        if (!folded) {
          const size_t line = (size_t{k} * in.batch + b) * in.rows + y;
          folder.fold(input.codes.data() + line * in.columns, input.zero_point, taps);
          folded = true;
        }
        const Scalar weight =
            output.axes[1][b] * output.axes[2][static_cast<size_t>(at / rows.stride)];
        kernels().add_scaled(out.data() + dy * kw, taps.data(), weight, kw);
      }
    }
  }
}

void fold_convolution(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                      const FoldInput& input, std::span<Scalar> out) {
  const uint32_t kh = shape.window.kernel_rows;
  const uint32_t kw = shape.window.kernel_columns;
  parallel_for(shape.inputs[0].channels, 4, [&](size_t begin, size_t end) {
    std::vector<Scalar> taps(size_t{kh} * kw);
    for (size_t k = begin; k < end; ++k) {
      fold_channel(shape, output, input, static_cast<uint32_t>(k), taps);
      for (uint32_t dy = 0; dy < kh; ++dy) {
        std::copy_n(taps.data() + size_t{dy} * kw, kw,
                    out.data() + entries.slot(0, k, dy, 0) - entries.offset);
      }
    }
  });
}

// Σ over a tensor of a rank-one functional's coefficients times X'.
Scalar apply(const ActivationTerm& term, const Shape& in, const FoldInput& input) {
  std::vector<Scalar> channels(in.channels);
  parallel_for(in.channels, 4, [&](size_t begin, size_t end) {
    std::vector<int32_t> row(in.columns);
    for (size_t c = begin; c < end; ++c) {
      for (uint32_t b = 0; b < in.batch; ++b) {
        for (uint32_t y = 0; y < in.rows; ++y) {
          const uint8_t* codes =
              input.codes.data() + ((c * in.batch + b) * in.rows + y) * in.columns;
          std::transform(codes, codes + in.columns, row.begin(),
                         [&](uint8_t x) { return int32_t{x} - input.zero_point; });
          channels[c] += term.axes[1][b] * term.axes[2][y] *
                         dot_small(term.axes[3].data(), row.data(), row.size()).reduce();
        }
      }
    }
  });
  return kernels().inner_product(term.axes[0].data(), channels.data(), channels.size());
}

// One entry at a time through its functional: weighted sums and pools have few.
void fold_terms(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                std::span<const FoldInput> inputs, std::span<Scalar> out) {
  for (uint32_t n = 0; n < entries.extents[3]; ++n) {
    BrickEq unit;
    for (size_t axis = 0; axis < 4; ++axis) {
      unit.axes[axis].resize(entries.extents[axis]);
    }
    unit.axes[0][0] = unit.axes[1][0] = unit.axes[2][0] = unit.axes[3][n] = Scalar::one();
    for (const ActivationTerm& term :
         operator_of(shape.kind).activation_terms(shape, {output, unit})) {
      if (!term.axes[0][0].is_zero()) {  // the terms of the other entries vanish
        out[n] += apply(term, shape.inputs[term.input], inputs[term.input]);
      }
    }
  }
}

// Ŵ over the columns [begin, end) of the matrix W[c_out][columns].
void fold_matrix(std::span<const Scalar> eq, std::span<const int64_t> weights, size_t columns,
                 size_t begin, size_t end, std::span<Scalar> out) {
  std::vector<SmallProductSum> sums(end - begin);
  add_small_combination(sums.data(), eq.data(), eq.size(), weights.data() + begin, columns,
                        end - begin);
  for (size_t i = begin; i < end; ++i) {
    out[i] = sums[i - begin].reduce();
  }
}

}  // namespace

void fold_weights(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                  std::span<const int64_t> weights, std::span<Scalar> out) {
  if (shape.kind == OpKind::kWeightedSum || shape.kind == OpKind::kAveragePool2d) {
    std::transform(weights.begin(), weights.end(), out.begin(), Scalar::from_i64);
    return;
  }
  const size_t taps = size_t{shape.window.kernel_rows} * shape.window.kernel_columns;
  const size_t columns = size_t{shape.inputs[0].channels} * taps;
  std::vector<Scalar> dense(columns);
  if (shape.kind == OpKind::kConv2d) {
    parallel_for(columns, 256, [&](size_t begin, size_t end) {
      fold_matrix(output.axes[0], weights, columns, begin, end, dense);
    });
  } else {
    const size_t g = shape.output.channels / shape.inputs[0].channels;
    for (size_t k = 0; k < shape.inputs[0].channels; ++k) {
      fold_matrix(std::span(output.axes[0]).subspan(k * g, g), weights.subspan(k * g * taps), taps,
                  0, taps, std::span(dense).subspan(k * taps, taps));
    }
  }
  for (size_t i = 0; i < columns; ++i) {
    const size_t kw = shape.window.kernel_columns;
    out[entries.slot(0, i / taps, i % taps / kw, i % kw) - entries.offset] = dense[i];
  }
}

void fold_activations(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                      std::span<const FoldInput> inputs, std::span<Scalar> out) {
  if (shape.kind == OpKind::kWeightedSum || shape.kind == OpKind::kAveragePool2d) {
    fold_terms(shape, entries, output, inputs, out);
  } else {
    fold_convolution(shape, entries, output, inputs[0], out);
  }
}

}  // namespace vouch
