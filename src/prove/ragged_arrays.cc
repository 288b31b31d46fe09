#include "prove/ragged_arrays.h"

#include <mutex>

#include "base/check.h"
#include "base/parallel.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Pairs that are worked on at a time: 4 arrays of 2·256 scalars, 64 kB, and what they fold into
// stay in the second-level cache.
constexpr size_t kChunkPairs = 256;
// Chunks a task takes at once.
constexpr size_t kChunksPerTask = 16;

}  // namespace

class RaggedArrays::Reader {
 public:
  explicit Reader(const RaggedArrays& from)
      : from_(from), made_(from.source_ ? from.pads_.size() * 2 * kChunkPairs : 0) {
    rows_.resize(from.pads_.size());
    for (size_t i = 0; from.source_ && i < rows_.size(); ++i) {
      rows_[i] = made_.data() + i * 2 * kChunkPairs;
    }
  }
  // Stored entries [begin, begin + count) of the current level, count ≤ 2·kChunkPairs.
  Scalar* const* read(size_t begin, size_t count) {
    if (from_.source_) {
      from_.source_(begin, count, rows_.data());
      return rows_.data();
    }
    for (size_t i = 0; i < rows_.size(); ++i) {
      rows_[i] = const_cast<Scalar*>(from_.arrays_[i].data()) + begin;
    }
    return rows_.data();
  }

 private:
  const RaggedArrays& from_;
  std::vector<Scalar> made_;
  std::vector<Scalar*> rows_;
};

RaggedArrays::RaggedArrays(const RaggedLevels& levels, unsigned level, std::vector<Scalar> pads,
                           Source source)
    : levels_(levels), level_(level), pads_(std::move(pads)), source_(std::move(source)) {}

void RaggedArrays::add_chunk(unsigned level, size_t first_pair, size_t pairs,
                             const Scalar* const* rows, const SplitEq& eq, const Summand& summand,
                             Sums& sums) const {
  std::array<Scalar, kChunkPairs> weights;
  levels_.fill_pair_eq(level, first_pair, eq, std::span(weights).first(pairs));
  for (size_t i = 0; i < pairs; ++i) {
    sums[2] += weights[i];
  }
  summand(rows, weights.data(), pairs, sums.data());
}

RaggedArrays::Sums RaggedArrays::sum(const SplitEq& eq, const Summand& summand) const {
  VOUCH_CHECK(level_ < levels_.bits());
  std::mutex mutex;
  Sums total{};
  parallel_for(levels_.size(level_) / 2, kChunksPerTask * kChunkPairs,
               [&](size_t begin, size_t end) {
                 Sums sums{};
                 Reader reader(*this);
                 for (size_t at = begin; at < end; at += kChunkPairs) {
                   const size_t n = std::min(kChunkPairs, end - at);
                   add_chunk(level_, at, n, reader.read(2 * at, 2 * n), eq, summand, sums);
                 }
                 const std::lock_guard<std::mutex> lock(mutex);
                 for (size_t i = 0; i < 3; ++i) {
                   total[i] += sums[i];
                 }
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

RaggedArrays::Sums RaggedArrays::fold(const Scalar& z, const SplitEq* eq, const Summand* summand) {
  const size_t k = pads_.size();
  const size_t size = levels_.size(level_ + 1);
  std::vector<Buffer<Scalar>> folded = take_buffers(size);
  std::mutex mutex;
  Sums total{};
  parallel_for(size, 2 * kChunksPerTask * kChunkPairs, [&](size_t begin, size_t end) {
    Sums sums{};
    Reader reader(*this);
    std::vector<Scalar*> out(k);
    for (size_t at = begin; at < end; at += 2 * kChunkPairs) {
      const size_t count = std::min(2 * kChunkPairs, end - at);
      for (size_t i = 0; i < k; ++i) {
        out[i] = folded[i].data() + at;
      }
      levels_.for_each_line(level_ + 1, at, count, true, [&](const LinePart& part) {
        for (size_t done = 0; done < part.real(); done += kChunkPairs) {
          const size_t n = std::min(kChunkPairs, part.real() - done);
          Scalar* const* from = reader.read(2 * (part.raw() + done), 2 * n);
          for (size_t i = 0; i < k; ++i) {
            kernels().fold_pairs(out[i] + part.position + done, from[i], n, z);
          }
        }
        for (size_t i = 0; i < k; ++i) {
          std::fill(out[i] + part.position + part.real(), out[i] + part.position + part.count,
                    pads_[i]);
        }
      });
      if (eq != nullptr) {
        add_chunk(level_ + 1, at / 2, count / 2, out.data(), *eq, *summand, sums);
      }
    }
    const std::lock_guard<std::mutex> lock(mutex);
    for (size_t i = 0; i < 3; ++i) {
      total[i] += sums[i];
    }
  });
  spare_ = std::move(arrays_);
  arrays_ = std::move(folded);
  source_ = nullptr;
  ++level_;
  return total;
}

std::vector<SecretVector<Scalar>> RaggedArrays::dense() const {
  const size_t size = size_t{1} << (levels_.bits() - level_);
  std::vector<SecretVector<Scalar>> out;
  for (const Scalar& pad : pads_) {
    out.emplace_back(size, pad);
  }
  Reader reader(*this);
  const size_t stored = levels_.size(level_);
  for (size_t at = 0; at < stored; at += 2 * kChunkPairs) {
    const size_t count = std::min(2 * kChunkPairs, stored - at);
    Scalar* const* rows = reader.read(at, count);
    levels_.for_each_line(level_, at, count, false, [&](const LinePart& part) {
      for (size_t i = 0; i < out.size(); ++i) {
        std::copy_n(rows[i] + part.position, part.real(),
                    out[i].begin() + static_cast<std::ptrdiff_t>(part.index()));
      }
    });
  }
  return out;
}

}  // namespace vouch
