#include "prove/fraction_tree.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "base/room.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Pairs made or read at a time: 4·256 scalars of 32 bytes fit the first-level cache.
constexpr size_t kChunkPairs = 256;

}  // namespace

FractionTree::FractionTree(const RaggedLevels& levels, Leaves leaves, const Scalar& pad_P,
                           const Scalar& pad_Q, unsigned first_stored, Leaves sums)
    : levels_(levels),
      leaves_(std::move(leaves)),
      sums_(std::move(sums)),
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
  const auto raw = levels_.raw_range(f, begin, count);
  if (f > first_stored_) {
    const Nodes& below = nodes_[f - 1];
    kernels().combine_fractions(P, Q, below.P.data() + 2 * raw.first,
                                below.Q.data() + 2 * raw.first, raw.count);
  } else {
    Room<Scalar, 2 * kChunkPairs> children_P;
    Room<Scalar, 2 * kChunkPairs> children_Q;
    for (size_t done = 0; done < raw.count; done += kChunkPairs) {
      const size_t n = std::min(kChunkPairs, raw.count - done);
      if (f == 1 && sums_) {
        sums_(2 * (raw.first + done), n, P + done, Q + done);
        continue;
      }
      read(f - 1, 2 * (raw.first + done), 2 * n, children_P.data(), children_Q.data());
      kernels().combine_fractions(P + done, Q + done, children_P.data(), children_Q.data(), n);
    }
  }
  if (raw.count != count) {
    levels_.spread(f, begin, count, nodes_[f].pad_P, P);
    levels_.spread(f, begin, count, nodes_[f].pad_Q, Q);
  }
}

void FractionTree::build_level(unsigned f) {
  const Nodes& below = nodes_.back();
  const size_t size = f < first_stored_ ? 0 : levels_.size(f);
  nodes_.push_back({Buffer<Scalar>(size), Buffer<Scalar>(size),
                    (below.pad_P * below.pad_Q).doubled(), below.pad_Q.square()});
  Nodes& level = nodes_.back();
  parallel_for(size, balanced_grain(size, 2 * kChunkPairs), [&](size_t begin, size_t end) {
    for (size_t at = begin; at < end; at += 2 * kChunkPairs) {
      const size_t count = std::min(2 * kChunkPairs, end - at);
      combine(f, at, count, level.P.data() + at, level.Q.data() + at);
    }
  });
}

// P_0, Q_0, M = P_1 + λ·Q_1 and Q_1 of level f's nodes, from level f − 1.
class FractionTree::Children final : public RaggedSource {
 public:
  Children(const FractionTree& tree, unsigned f, const Scalar& lambda)
      : tree_(tree), f_(f), lambda_(lambda) {}

  void write(size_t begin, size_t count, Scalar* const* out) const override {
    Buffer<Scalar> block;
    const auto [P, Q] = read(begin, count, block);
    for (size_t i = 0; i < count; ++i) {
      out[0][i] = P[2 * i];
      out[1][i] = Q[2 * i];
      out[2][i] = P[2 * i + 1];
      out[3][i] = Q[2 * i + 1];
    }
    kernels().add_scaled(out[2], out[3], lambda_, count);
  }
  Scalar leading(size_t first, size_t pairs, const Scalar* eq) const override {
    Buffer<Scalar> block;
    const auto [P, Q] = read(2 * first, 2 * pairs, block);
    return kernels().fraction_slopes(P, Q, lambda_, eq, pairs);
  }
  void bind(const Scalar& z) override { z_ = z; }
  // M comes last: it is linear in what is folded.
  void fold(size_t first, size_t pairs, Scalar* const* out) const override {
    Buffer<Scalar> block;
    const auto [P, Q] = read(2 * first, 2 * pairs, block);
    kernels().fold_quads(out[0], out[2], P, pairs, z_);
    kernels().fold_quads(out[1], out[3], Q, pairs, z_);
    kernels().add_scaled(out[2], out[3], lambda_, pairs);
  }

 private:
  struct Fractions {
    const Scalar* P;
    const Scalar* Q;
  };
  // The children of entries [begin, begin + count) of level f, two an entry; in `block` if they are
  // not stored in a row.
  [[nodiscard]] Fractions read(size_t begin, size_t count, Buffer<Scalar>& block) const {
    const Nodes& below = tree_.nodes_[f_ - 1];
    const auto raw = tree_.levels_.raw_range(f_, begin, count);
    if (raw.count == count && f_ > tree_.first_stored_) {
      return {below.P.data() + 2 * raw.first, below.Q.data() + 2 * raw.first};
    }
    block = Buffer<Scalar>(4 * count);
    Scalar* P = block.data();
    Scalar* Q = P + 2 * count;
    tree_.levels_.for_each_line(f_, begin, count, true, [&](const LinePart& part) {
      const size_t at = 2 * part.position;
      const size_t real = 2 * part.real();
      tree_.read(f_ - 1, 2 * part.raw(), real, P + at, Q + at);
      std::fill_n(P + at + real, 2 * part.count - real, below.pad_P);
      std::fill_n(Q + at + real, 2 * part.count - real, below.pad_Q);
    });
    return {P, Q};
  }

  const FractionTree& tree_;
  unsigned f_;
  Scalar lambda_;
  Scalar z_;
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
