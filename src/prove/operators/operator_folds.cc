#include "prove/operators/operator_folds.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "circuit/operators/window.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// What input positions each tap of an axis reads, and eq of the outputs that read them.
class TapReads {
 public:
  TapReads(const AxisWindow& axis, const std::vector<Scalar>& eq) : taps_(axis.kernel) {
    for (uint32_t d = 0; d < axis.kernel; ++d) {
      for (uint32_t x = 0; x < eq.size(); ++x) {
        if (const auto i = axis.reads(x, d)) {
          taps_[d].from.push_back(*i);
          taps_[d].eq.push_back(eq[x]);
        }
      }
    }
  }

  // taps[d] = Σ_x eq_x·X'[what x reads through d] over one input line.
  void fold(const uint8_t* codes, int32_t zero_point, std::vector<int32_t>& line,
            std::span<Scalar> taps) const {
    for (size_t d = 0; d < taps_.size(); ++d) {
      const auto& [from, eq] = taps_[d];
      line.resize(from.size());
      for (size_t i = 0; i < from.size(); ++i) {
        line[i] = codes[from[i]] - zero_point;
      }
      taps[d] = dot_small(eq.data(), line.data(), line.size()).reduce();
    }
  }

 private:
  struct Tap {
    std::vector<uint32_t> from;
    std::vector<Scalar> eq;
  };
  std::vector<Tap> taps_;
};

// Which (tap, output) pairs read each input position of an axis.
struct Reader {
  uint32_t tap;
  uint32_t output;
};
std::vector<std::vector<Reader>> readers_of(const AxisWindow& axis, uint32_t outputs) {
  std::vector<std::vector<Reader>> readers(axis.extent);
  for (uint32_t d = 0; d < axis.kernel; ++d) {
    for (uint32_t y = 0; y < outputs; ++y) {
      if (const auto i = axis.reads(y, d)) {
        readers[*i].push_back({d, y});
      }
    }
  }
  return readers;
}

// X̂ of a convolution: along columns first, then the row taps.
class ConvolutionFold {
 public:
  ConvolutionFold(const OperatorShape& shape, const BrickEq& output, const FoldInput& input)
      : in_(shape.inputs[0]),
        kernel_columns_(shape.window.kernel_columns),
        output_(output),
        input_(input),
        rows_(readers_of(row_axis(shape.window, in_), shape.output.rows)),
        columns_(column_axis(shape.window, in_), output.axes[3]) {}

  // out[dy·kernel_columns + dx] of channel k.
  void channel(size_t k, std::span<Scalar> out) const {
    std::vector<Scalar> taps(kernel_columns_);
    std::vector<int32_t> line;
    std::fill(out.begin(), out.end(), Scalar::zero());
    for (size_t b = 0; b < in_.batch; ++b) {
      for (size_t y = 0; y < in_.rows; ++y) {
        if (rows_[y].empty()) {
          continue;
        }
        const size_t at = (k * in_.batch + b) * in_.rows + y;
        columns_.fold(input_.codes.data() + at * in_.columns, input_.zero_point, line, taps);
        for (const auto& [dy, row] : rows_[y]) {
          kernels().add_scaled(out.data() + dy * kernel_columns_, taps.data(),
                               output_.axes[1][b] * output_.axes[2][row], kernel_columns_);
        }
      }
    }
  }

 private:
  const Shape& in_;
  size_t kernel_columns_;
  const BrickEq& output_;
  const FoldInput& input_;
  std::vector<std::vector<Reader>> rows_;
  TapReads columns_;
};

void fold_convolution(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                      const FoldInput& input, std::span<Scalar> out) {
  const uint32_t kh = shape.window.kernel_rows;
  const uint32_t kw = shape.window.kernel_columns;
  const ConvolutionFold fold(shape, output, input);
  parallel_for(shape.inputs[0].channels, 4, [&](size_t begin, size_t end) {
    std::vector<Scalar> taps(size_t{kh} * kw);
    for (size_t k = begin; k < end; ++k) {
      fold.channel(k, taps);
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
