#include "prove/ragged_arrays.h"

#include <mutex>

#include "base/check.h"
#include "base/parallel.h"
#include "base/room.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Pairs that are worked on at a time: 4 arrays of 2·256 scalars, 64 kB, and what they fold into
// stay in the second-level cache.
constexpr size_t kChunkPairs = RaggedSource::kMostPairs;

// For sums of scalars, as multiples of 1.
constexpr auto kOnes = [] {
  std::array<uint8_t, kChunkPairs> ones{};
  ones.fill(1);
  return ones;
}();

// Rows of a chunk's entries on their way.
template <size_t entries>
class ChunkRows {
 public:
  explicit ChunkRows(size_t rows) : entries_(rows * entries), rows_(rows) {
    for (size_t i = 0; i < rows; ++i) {
      rows_[i] = entries_.data() + i * entries;
    }
  }
  [[nodiscard]] Scalar* const* data() { return rows_.data(); }

 private:
  Buffer<Scalar> entries_;
  std::vector<Scalar*> rows_;
};

}  // namespace

RaggedArrays::RaggedArrays(const RaggedLevels& levels, unsigned level, std::vector<Scalar> pads,
                           std::unique_ptr<RaggedSource> source, unsigned unsaved)
    : levels_(levels),
      level_(level),
      source_level_(level),
      pads_(std::move(pads)),
      source_(std::move(source)),
      unsaved_(unsaved) {}

void RaggedArrays::add_chunk(unsigned level, size_t first_pair, size_t pairs,
                             const Scalar* const* rows, const SplitEq& eq, const Summand& summand,
                             Sums& sums) const {
  Room<Scalar, kChunkPairs> weights;
  std::vector<const Scalar*> part(rows, rows + pads_.size());
  for (size_t done = 0; done < pairs;) {
    const auto [n, factor] =
        levels_.fill_pair_eq(level, first_pair + done, eq, {weights.data(), pairs - done});
    Sums share{};
    share[2] = dot_small(weights.data(), kOnes.data(), n).reduce();
    summand(part.data(), weights.data(), n, share.data());
    for (size_t i = 0; i < sums.size(); ++i) {
      sums[i] += factor * share[i];
    }
    for (const Scalar*& row : part) {
      row += 2 * n;
    }
    done += n;
  }
}

Scalar RaggedArrays::leading(const SplitEq& eq) const {
  VOUCH_CHECK(source_ != nullptr && level_ < levels_.bits());
  std::mutex mutex;
  Scalar total;
  const size_t pairs = levels_.size(level_) / 2;
  parallel_for(pairs, balanced_grain(pairs, kChunkPairs), [&](size_t begin, size_t end) {
    Scalar sum;
    Room<Scalar, kChunkPairs> weights;
    for (size_t at = begin; at < end;) {
      const size_t most = std::min(kChunkPairs, end - at);
      const auto [n, factor] = levels_.fill_pair_eq(level_, at, eq, {weights.data(), most});
      sum += factor * source_->leading(at, n, weights.data());
      at += n;
    }
    const std::lock_guard<std::mutex> lock(mutex);
    total += sum;
  });
  return total;
}

std::vector<Buffer<Scalar>> RaggedArrays::take_buffers(size_t size) {
  std::vector<Buffer<Scalar>> out = std::move(spare_);
  if (out.empty() || out[0].size() < size) {
    out.clear();
    for (size_t i = 0; i < pads_.size(); ++i) {
      out.emplace_back(size);
    }
  }
  return out;
}

// Pairs [first_pair, first_pair + pairs) of the level below `level`, folded.
void RaggedArrays::fold_chunk(unsigned level, size_t first_pair, size_t pairs,
                              Scalar* const* out) const {
  const size_t k = pads_.size();
  const size_t folds = level - source_level_;  // from the source's level on
  if (source_ && folds == 1) {
    source_->fold(first_pair, pairs, out);
  } else if (source_) {
    ChunkRows<2 * kChunkPairs> below(k);
    make(level - 1, 2 * first_pair, 2 * pairs, below.data());
    for (size_t i = 0; i < k; ++i) {
      kernels().fold_pairs(out[i], below.data()[i], pairs, bound_[folds - 1]);
    }
  } else {
    for (size_t i = 0; i < k; ++i) {
      kernels().fold_pairs(out[i], arrays_[i].data() + 2 * first_pair, pairs, bound_[folds - 1]);
    }
  }
}

void RaggedArrays::make(unsigned level, size_t begin, size_t count, Scalar* const* out) const {
  const size_t k = pads_.size();
  std::vector<Scalar*> to(k);
  const auto raw = levels_.raw_range(level, begin, count);
  for (size_t done = 0; done < raw.count; done += kChunkPairs) {
    const size_t n = std::min(kChunkPairs, raw.count - done);
    for (size_t i = 0; i < k; ++i) {
      to[i] = out[i] + done;
    }
    fold_chunk(level, raw.first + done, n, to.data());
  }
  for (size_t i = 0; i < k && raw.count != count; ++i) {
    levels_.spread(level, begin, count, pads_[i], out[i]);
  }
}

RaggedArrays::Sums RaggedArrays::fold(const Scalar& z, const SplitEq* eq, const Summand* summand) {
  const size_t k = pads_.size();
  const size_t size = levels_.size(level_ + 1);
  if (bound_.empty()) {
    source_->bind(z);
  }
  bound_.push_back(z);
  const bool save = unsaved_ == 0;
  std::vector<Buffer<Scalar>> folded;
  if (save) {
    folded = take_buffers(size);
  } else {
    --unsaved_;
  }
  std::mutex mutex;
  Sums total{};
  parallel_for(save || eq != nullptr ? size : 0, balanced_grain(size, 2 * kChunkPairs),
               [&](size_t begin, size_t end) {
                 Sums sums{};
                 std::vector<Scalar*> out(k);
                 ChunkRows<2 * kChunkPairs> passing(save ? 0 : k);
                 for (size_t at = begin; at < end; at += 2 * kChunkPairs) {
                   const size_t count = std::min(2 * kChunkPairs, end - at);
                   for (size_t i = 0; i < k; ++i) {
                     out[i] = save ? folded[i].data() + at : passing.data()[i];
                   }
                   make(level_ + 1, at, count, out.data());
                   if (eq != nullptr) {
                     add_chunk(level_ + 1, at / 2, count / 2, out.data(), *eq, *summand, sums);
                   }
                 }
                 const std::lock_guard<std::mutex> lock(mutex);
                 for (size_t i = 0; i < 3; ++i) {
                   total[i] += sums[i];
                 }
               });
  if (save) {
    spare_ = std::move(arrays_);
    arrays_ = std::move(folded);
    source_ = nullptr;
  }
  ++level_;
  return total;
}

std::vector<SecretVector<Scalar>> RaggedArrays::dense() const {
  const size_t size = size_t{1} << (levels_.bits() - level_);
  std::vector<SecretVector<Scalar>> out;
  for (const Scalar& pad : pads_) {
    out.emplace_back(size, pad);
  }
  ChunkRows<2 * kChunkPairs> made(source_ ? out.size() : 0);
  const size_t stored = levels_.size(level_);
  for (size_t at = 0; at < stored; at += 2 * kChunkPairs) {
    const size_t count = std::min(2 * kChunkPairs, stored - at);
    if (source_ && bound_.empty()) {
      source_->write(at, count, made.data());
    } else if (source_) {
      make(level_, at, count, made.data());
    }
    levels_.for_each_line(level_, at, count, false, [&](const LinePart& part) {
      for (size_t i = 0; i < out.size(); ++i) {
        const Scalar* from = source_ ? made.data()[i] : arrays_[i].data() + at;
        std::copy_n(from + part.position, part.real(),
                    out[i].begin() + static_cast<std::ptrdiff_t>(part.index()));
      }
    });
  }
  return out;
}

}  // namespace vouch
