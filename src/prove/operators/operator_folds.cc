#include "prove/operators/operator_folds.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "circuit/operators/window.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// The input positions that one tap of an axis reads, first, first + step, …, and eq of the outputs
// that read them.
struct TapReads {
  size_t first = 0;
  size_t step = 1;
  std::vector<Scalar> eq;
  Scalar sum;  ///< of eq
};

std::vector<TapReads> tap_reads(const AxisWindow& axis, const std::vector<Scalar>& eq) {
  std::vector<TapReads> taps(axis.kernel);
  for (uint32_t d = 0; d < axis.kernel; ++d) {
    TapReads& tap = taps[d];
    size_t last = 0;
    for (uint32_t x = 0; x < eq.size(); ++x) {
      if (const auto i = axis.reads(x, d)) {
        if (tap.eq.empty()) {
          tap.first = *i;
        } else if (tap.eq.size() == 1) {
          tap.step = *i - tap.first;
        }
        VOUCH_CHECK(tap.eq.empty() || *i == tap.first + tap.eq.size() * tap.step);
        last = *i;
        tap.eq.push_back(eq[x]);
        tap.sum += eq[x];
      }
    }
    VOUCH_CHECK(last < axis.extent);
  }
  return taps;
}

// X̂ of a convolution, channel by channel. Along rows first, where neighbouring columns are summed
// side by side:
//
//     U[dy][x] = Σ_{b,y} eq_b·eq_y·X[b, what y reads through dy, x]
//
// then out[dy, dx] = Σ_x eq_x·U[dy][what x reads through dx], less the zero-point times eq of all
// that is read.
class ConvolutionFold {
 public:
  ConvolutionFold(const OperatorShape& shape, const BrickEq& output, const FoldInput& input)
      : in_(shape.inputs[0]),
        input_(input),
        rows_(tap_reads(row_axis(shape.window, in_), output.axes[2])),
        columns_(tap_reads(column_axis(shape.window, in_), output.axes[3])) {
    Scalar batches;
    for (const Scalar& eq : output.axes[1]) {
      batches += eq;
      for (const TapReads& row : rows_) {
        std::vector<Scalar>& weights = row_weights_.emplace_back(row.eq.size());
        kernels().scale(weights.data(), row.eq.data(), eq, row.eq.size());
      }
    }
    const Scalar zero_point = Scalar::from_i64(input.zero_point) * batches;
    for (const TapReads& row : rows_) {
      for (const TapReads& column : columns_) {
        pads_.push_back(zero_point * row.sum * column.sum);
      }
    }
  }

  // What a channel needs besides.
  struct Space {
    explicit Space(const ConvolutionFold& fold)
        : sums(fold.in_.columns), U(fold.in_.columns), read(fold.in_.columns) {}
    SecretVector<SmallProductSum> sums;
    SecretVector<Scalar> U;
    SecretVector<Scalar> read;
  };

  // out[dy·kernel_columns + dx] of channel k.
  void channel(size_t k, Space& space, std::span<Scalar> out) const {
    for (size_t dy = 0; dy < rows_.size(); ++dy) {
      sum_rows(k, dy, space);
      for (size_t dx = 0; dx < columns_.size(); ++dx) {
        const size_t tap = dy * columns_.size() + dx;
        out[tap] = sum_columns(columns_[dx], space) - pads_[tap];
      }
    }
  }

 private:
  void sum_rows(size_t k, size_t dy, Space& space) const {
    std::fill(space.sums.begin(), space.sums.end(), SmallProductSum{});
    for (size_t b = 0; b < in_.batch; ++b) {
      const std::vector<Scalar>& weights = row_weights_[b * rows_.size() + dy];
      const size_t first = (k * in_.batch + b) * in_.rows + rows_[dy].first;
      add_small_combination(space.sums.data(), weights.data(), weights.size(),
                            input_.codes.data() + first * in_.columns, rows_[dy].step * in_.columns,
                            in_.columns);
    }
    kernels().reduce_sums(space.U.data(), space.sums.data(), in_.columns);
  }

  static Scalar sum_columns(const TapReads& column, Space& space) {
    const Scalar* from = space.U.data() + column.first;
    if (column.step != 1) {
      for (size_t i = 0; i < column.eq.size(); ++i) {
        space.read[i] = from[i * column.step];
      }
      from = space.read.data();
    }
    return kernels().inner_product(column.eq.data(), from, column.eq.size());
  }

  const Shape& in_;
  const FoldInput& input_;
  std::vector<TapReads> rows_;
  std::vector<TapReads> columns_;
  std::vector<std::vector<Scalar>> row_weights_;  // [batch][dy]: eq_b·eq_y
  std::vector<Scalar> pads_;                      // [tap]: what the zero-point adds
};

void fold_convolution(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                      const FoldInput& input, std::span<Scalar> out) {
  const uint32_t kh = shape.window.kernel_rows;
  const uint32_t kw = shape.window.kernel_columns;
  const ConvolutionFold fold(shape, output, input);
  parallel_for(shape.inputs[0].channels, 4, [&](size_t begin, size_t end) {
    ConvolutionFold::Space space(fold);
    std::vector<Scalar> taps(size_t{kh} * kw);
    for (size_t k = begin; k < end; ++k) {
      fold.channel(k, space, taps);
      for (uint32_t dy = 0; dy < kh; ++dy) {
        std::copy_n(taps.data() + size_t{dy} * kw, kw,
                    out.data() + entries.slot(0, k, dy, 0) - entries.offset);
      }
    }
  });
}

// Calls visit(c, b, y, codes of the line) for all lines of a tensor, channels side by side.
template <typename Visit>
void for_each_line(const Shape& shape, const FoldInput& input, Visit visit) {
  parallel_for(shape.channels, 4, [&](size_t begin, size_t end) {
    for (size_t c = begin; c < end; ++c) {
      for (size_t b = 0; b < shape.batch; ++b) {
        for (size_t y = 0; y < shape.rows; ++y) {
          const size_t line = (c * shape.batch + b) * shape.rows + y;
          visit(c, b, y, input.codes.data() + line * shape.columns);
        }
      }
    }
  });
}

// Ŵ of a product: its second input.
void fold_second(const OperatorShape& shape, const Brick& entries, const FoldInput& input,
                 std::span<Scalar> out) {
  const Shape& second = shape.inputs[1];
  for_each_line(second, input, [&](size_t c, size_t b, size_t y, const uint8_t* codes) {
    Scalar* to = out.data() + entries.slot(c, b, y, 0) - entries.offset;
    for (size_t x = 0; x < second.columns; ++x) {
      to[x] = Scalar::from_i64(codes[x] - input.zero_point);
    }
  });
}

// X̂ of a product: the first input times eq, added up where the second is repeated.
void fold_first(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                const FoldInput& input, std::span<Scalar> out) {
  const Shape& first = shape.inputs[0];
  const Shape& second = shape.inputs[1];
  // One copy a channel, so that channels do not meet.
  const size_t copies = second.channels == 1 ? first.channels : 1;
  const size_t slots = entries.slots();
  SecretVector<Scalar> apart(copies == 1 ? 0 : copies * slots);
  const auto home = [&](size_t c) { return copies == 1 ? out.data() : apart.data() + c * slots; };
  for_each_line(first, input, [&](size_t c, size_t b, size_t y, const uint8_t* codes) {
    const size_t channel = second.channels == 1 ? 0 : c;
    const size_t row = second.rows == 1 ? 0 : y;
    Scalar* to = home(c) + entries.slot(channel, b, row, 0) - entries.offset;
    const Scalar line = output.axes[0][c] * output.axes[1][b] * output.axes[2][y];
    for (size_t x = 0; x < first.columns; ++x) {
      to[second.columns == 1 ? 0 : x] +=
          line * output.axes[3][x] * Scalar::from_i64(codes[x] - input.zero_point);
    }
  });
  for (size_t i = 0; i < apart.size(); ++i) {
    out[i % slots] += apart[i];
  }
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

// A linear map's terms one by one; each belongs to the entry of its weight.
void fold_terms(const OperatorShape& shape, const BrickEq& output,
                std::span<const FoldInput> inputs, std::span<Scalar> out) {
  BrickEq ones;
  ones.axes.fill({Scalar::one()});
  ones.axes[3].assign(out.size(), Scalar::one());
  const auto terms = operator_of(shape.kind).activation_terms(shape, {output, ones});
  for (size_t n = 0; n < terms.size(); ++n) {
    const size_t input = terms[n].input;
    out[shape.terms[n].weight] += apply(terms[n], shape.inputs[input], inputs[input]);
  }
}

// Ŵ over the columns [begin, end) of the matrix W[c_out][columns].
void fold_matrix(std::span<const Scalar> eq, std::span<const int64_t> weights, size_t columns,
                 size_t begin, size_t end, std::span<Scalar> out) {
  std::vector<SmallProductSum> sums(end - begin);
  add_small_combination(sums.data(), eq.data(), eq.size(), weights.data() + begin, columns,
                        end - begin);
  kernels().reduce_sums(out.data() + begin, sums.data(), sums.size());
}

}  // namespace

void fold_weights(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                  std::span<const int64_t> weights, std::span<const FoldInput> inputs,
                  std::span<Scalar> out) {
  if (shape.kind == OpKind::kProduct) {
    fold_second(shape, entries, inputs[1], out);
    return;
  }
  if (shape.kind == OpKind::kLinearMap) {
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
  if (shape.kind == OpKind::kProduct) {
    fold_first(shape, entries, output, inputs[0], out);
  } else if (shape.kind == OpKind::kLinearMap) {
    fold_terms(shape, output, inputs, out);
  } else {
    fold_convolution(shape, entries, output, inputs[0], out);
  }
}

}  // namespace vouch
