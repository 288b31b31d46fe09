#include "prove/fraction_tree.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/parallel.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Pairs made or read at a time: 4·256 scalars of 32 bytes fit the first-level cache.
constexpr size_t kChunkPairs = 256;

}  // namespace

FractionTree::FractionTree(const RaggedLevels& levels, Leaves leaves, const Scalar& pad_P,
                           const Scalar& pad_Q)
    : levels_(levels), leaves_(std::move(leaves)) {
  nodes_.push_back({{}, {}, pad_P, pad_Q});
  for (unsigned f = 1; f <= levels.bits(); ++f) {
    build_level(f);
  }
}

void FractionTree::read(unsigned f, size_t begin, size_t count, Scalar* P, Scalar* Q) const {
  if (f == 0) {
    leaves_(begin, count, P, Q);
    return;
  }
  std::copy_n(nodes_[f].P.data() + begin, count, P);
  std::copy_n(nodes_[f].Q.data() + begin, count, Q);
}

void FractionTree::build_level(unsigned f) {
  const Nodes& below = nodes_.back();
  Nodes level{Buffer<Scalar>(levels_.size(f)), Buffer<Scalar>(levels_.size(f)),
              (below.pad_P * below.pad_Q).doubled(), below.pad_Q.square()};
  parallel_for(levels_.size(f), 16 * kChunkPairs, [&](size_t begin, size_t end) {
    std::array<Scalar, 2 * kChunkPairs> P;
    std::array<Scalar, 2 * kChunkPairs> Q;
    levels_.for_each_line(f, begin, end - begin, true, [&](const LinePart& part) {
      Scalar* P_out = level.P.data() + begin + part.position;
      Scalar* Q_out = level.Q.data() + begin + part.position;
      const size_t real = part.real();
      for (size_t done = 0; done < real; done += kChunkPairs) {
        const size_t n = std::min(kChunkPairs, real - done);
        read(f - 1, 2 * (part.raw() + done), 2 * n, P.data(), Q.data());
        kernels().combine_fractions(P_out + done, Q_out + done, P.data(), Q.data(), n);
      }
      std::fill(P_out + real, P_out + part.count, level.pad_P);
      std::fill(Q_out + real, Q_out + part.count, level.pad_Q);
    });
  });
  nodes_.push_back(std::move(level));
}

RaggedArrays FractionTree::children(unsigned f, const Scalar& lambda) {
  VOUCH_CHECK(1 <= f && f < nodes_.size() + 1 && f <= levels_.bits());
  nodes_.resize(f);
  const Scalar pad_P = nodes_[f - 1].pad_P;
  const Scalar pad_Q = nodes_[f - 1].pad_Q;
  const Scalar pad_M = pad_P + lambda * pad_Q;
  auto source = [this, f, lambda, pads = std::array{pad_P, pad_Q, pad_M, pad_Q}](
                    size_t begin, size_t count, Scalar* const* out) {
    std::array<Scalar, 2 * kChunkPairs> P;
    std::array<Scalar, 2 * kChunkPairs> Q;
    levels_.for_each_line(f, begin, count, true, [&](const LinePart& part) {
      const size_t real = part.real();
      for (size_t done = 0; done < real; done += kChunkPairs) {
        const size_t n = std::min(kChunkPairs, real - done);
        read(f - 1, 2 * (part.raw() + done), 2 * n, P.data(), Q.data());
        for (size_t i = 0, at = part.position + done; i < n; ++i, ++at) {
          out[0][at] = P[2 * i];
          out[1][at] = Q[2 * i];
          out[2][at] = P[2 * i + 1];
          out[3][at] = Q[2 * i + 1];
        }
        const size_t at = part.position + done;
        kernels().add_scaled(out[2] + at, out[3] + at, lambda, n);
      }
      for (size_t a = 0; a < 4; ++a) {
        std::fill(out[a] + part.position + real, out[a] + part.position + part.count, pads[a]);
      }
    });
  };
  return {levels_, f, {pad_P, pad_Q, pad_M, pad_Q}, std::move(source)};
}

}  // namespace vouch
