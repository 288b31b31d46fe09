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
                           const Scalar& pad_Q, unsigned first_stored)
    : levels_(levels),
      leaves_(std::move(leaves)),
      // The root is stored in any case.
      first_stored_(std::clamp(first_stored, 1U, std::max(levels.bits(), 1U))) {
  nodes_.push_back({{}, {}, pad_P, pad_Q});
  for (unsigned f = 1; f <= levels.bits(); ++f) {
    build_level(f);
  }
}

void FractionTree::read(unsigned f, size_t begin, size_t count, Scalar* P, Scalar* Q) const {
  if (f == 0) {
    leaves_(begin, count, P, Q);
  } else if (f < first_stored_) {
    combine(f, begin, count, P, Q);
  } else {
    std::copy_n(nodes_[f].P.data() + begin, count, P);
    std::copy_n(nodes_[f].Q.data() + begin, count, Q);
  }
}

void FractionTree::combine(unsigned f, size_t begin, size_t count, Scalar* P, Scalar* Q) const {
  std::array<Scalar, 2 * kChunkPairs> children_P;
  std::array<Scalar, 2 * kChunkPairs> children_Q;
  const auto raw = levels_.raw_range(f, begin, count);
  for (size_t done = 0; done < raw.count; done += kChunkPairs) {
    const size_t n = std::min(kChunkPairs, raw.count - done);
    read(f - 1, 2 * (raw.first + done), 2 * n, children_P.data(), children_Q.data());
    kernels().combine_fractions(P + done, Q + done, children_P.data(), children_Q.data(), n);
  }
  levels_.spread(f, begin, count, nodes_[f].pad_P, P);
  levels_.spread(f, begin, count, nodes_[f].pad_Q, Q);
}

void FractionTree::build_level(unsigned f) {
  const Nodes& below = nodes_.back();
  const size_t size = f < first_stored_ ? 0 : levels_.size(f);
  nodes_.push_back({Buffer<Scalar>(size), Buffer<Scalar>(size),
                    (below.pad_P * below.pad_Q).doubled(), below.pad_Q.square()});
  Nodes& level = nodes_.back();
  parallel_for(size, 16 * kChunkPairs, [&](size_t begin, size_t end) {
    for (size_t at = begin; at < end; at += 2 * kChunkPairs) {
      const size_t count = std::min(2 * kChunkPairs, end - at);
      combine(f, at, count, level.P.data() + at, level.Q.data() + at);
    }
  });
}

// P_0, Q_0, P_1 and Q_1 of level f's nodes, from level f − 1.
class FractionTree::Children final : public MadeSource {
 public:
  Children(const FractionTree& tree, unsigned f, const Scalar& lambda)
      : MadeSource(4), tree_(tree), f_(f), lambda_(lambda) {}

 private:
  void make(size_t begin, size_t count, Scalar* const* out) const override {
    std::array<Scalar, 2 * kChunkPairs> P;
    std::array<Scalar, 2 * kChunkPairs> Q;
    const Nodes& below = tree_.nodes_[f_ - 1];
    tree_.levels_.for_each_line(f_, begin, count, true, [&](const LinePart& part) {
      const size_t real = part.real();
      for (size_t done = 0; done < real; done += kChunkPairs) {
        const size_t n = std::min(kChunkPairs, real - done);
        tree_.read(f_ - 1, 2 * (part.raw() + done), 2 * n, P.data(), Q.data());
        for (size_t i = 0, at = part.position + done; i < n; ++i, ++at) {
          out[0][at] = P[2 * i];
          out[1][at] = Q[2 * i];
          out[2][at] = P[2 * i + 1];
          out[3][at] = Q[2 * i + 1];
        }
      }
      for (size_t a = 0; a < 4; ++a) {
        std::fill(out[a] + part.position + real, out[a] + part.position + part.count,
                  a % 2 == 0 ? below.pad_P : below.pad_Q);
      }
    });
  }
  void finish(size_t n, Scalar* const* out) const override {
    kernels().add_scaled(out[2], out[3], lambda_, n);
  }
  Scalar summand(Scalar* const* slopes, size_t n, const Scalar* eq) const override {
    return kernels().fraction_sum(slopes[0], slopes[1], slopes[2], slopes[3], eq, n);
  }

  const FractionTree& tree_;
  unsigned f_;
  Scalar lambda_;
};

RaggedArrays FractionTree::children(unsigned f, const Scalar& lambda) const {
  return children(f, lambda, std::make_unique<Children>(*this, f, lambda));
}

RaggedArrays FractionTree::children(unsigned f, const Scalar& lambda,
                                    std::unique_ptr<RaggedSource> source) const {
  VOUCH_CHECK(1 <= f && f <= nodes_.size() && f <= levels_.bits());
  const Scalar& P = nodes_[f - 1].pad_P;
  const Scalar& Q = nodes_[f - 1].pad_Q;
  // What folds into the size of a level that is not stored is not stored either.
  const unsigned unsaved = first_stored_ - std::min(f, first_stored_);
  return {levels_, f, {P, Q, P + lambda * Q, Q}, std::move(source), unsaved};
}

}  // namespace vouch
