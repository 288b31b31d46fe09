#include "prove/ragged_arrays.h"

#include <mutex>

#include "base/check.h"
#include "base/parallel.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Pairs that one task works on at a time: k arrays of 2·1024 scalars stay in the second-level
// cache.
constexpr size_t kChunkPairs = 1024;
// Chunks a task takes at once.
constexpr size_t kChunksPerTask = 4;

std::vector<Scalar*> rows_of(std::vector<Scalar>& buffer, size_t k, size_t length) {
  std::vector<Scalar*> rows;
  for (size_t i = 0; i < k; ++i) {
    rows.push_back(buffer.empty() ? nullptr : buffer.data() + i * length);
  }
  return rows;
}

}  // namespace

RaggedArrays::RaggedArrays(const RaggedLevels& levels, unsigned level, std::vector<Scalar> pads,
                           Source source)
    : levels_(levels), level_(level), pads_(std::move(pads)), source_(std::move(source)) {}

std::array<Scalar, 3> RaggedArrays::sum(const SplitEq* eq, const Summand& summand) const {
  VOUCH_CHECK(level_ < levels_.bits());
  const size_t k = pads_.size();
  const size_t pairs = levels_.size(level_) / 2;
  std::mutex mutex;
  std::array<Scalar, 3> total{};
  parallel_for(pairs, kChunksPerTask * kChunkPairs, [&](size_t begin, size_t end) {
    std::array<Scalar, 3> sums{};
    std::vector<Scalar> weights(eq != nullptr ? kChunkPairs : 0);
    std::vector<Scalar> made(arrays_.empty() ? k * 2 * kChunkPairs : 0);
    std::vector<Scalar*> rows = rows_of(made, k, 2 * kChunkPairs);
    for (size_t at = begin; at < end; at += kChunkPairs) {
      const size_t n = std::min(kChunkPairs, end - at);
      if (arrays_.empty()) {
        source_(2 * at, 2 * n, rows.data());
      } else {
        for (size_t i = 0; i < k; ++i) {
          rows[i] = const_cast<Scalar*>(arrays_[i].data()) + 2 * at;
        }
      }
      if (eq != nullptr) {
        levels_.fill_pair_eq(level_, at, *eq, std::span(weights).first(n));
        for (size_t i = 0; i < n; ++i) {
          sums[2] += weights[i];
        }
      }
      summand(rows.data(), eq != nullptr ? weights.data() : nullptr, n, sums.data());
    }
    const std::lock_guard<std::mutex> lock(mutex);
    for (size_t i = 0; i < 3; ++i) {
      total[i] += sums[i];
    }
  });
  return total;
}

void RaggedArrays::fold(const Scalar& z) {
  const size_t k = pads_.size();
  const size_t size = levels_.size(level_ + 1);
  std::vector<Buffer<Scalar>> folded;
  for (size_t i = 0; i < k; ++i) {
    folded.emplace_back(size);
  }
  parallel_for(size, kChunksPerTask * kChunkPairs, [&](size_t begin, size_t end) {
    std::vector<Scalar> made(arrays_.empty() ? k * 2 * kChunkPairs : 0);
    std::vector<Scalar*> rows = rows_of(made, k, 2 * kChunkPairs);
    levels_.for_each_line(level_ + 1, begin, end - begin, true, [&](const LinePart& part) {
      Scalar* const* from = rows.data();
      for (size_t done = 0; done < part.real(); done += kChunkPairs) {
        const size_t n = std::min(kChunkPairs, part.real() - done);
        const size_t pair = part.raw() + done;
        if (arrays_.empty()) {
          source_(2 * pair, 2 * n, from);
        }
        for (size_t i = 0; i < k; ++i) {
          const Scalar* source = arrays_.empty() ? from[i] : arrays_[i].data() + 2 * pair;
          kernels().fold_pairs(folded[i].data() + begin + part.position + done, source, n, z);
        }
      }
      for (size_t j = part.real(); j < part.count; ++j) {
        for (size_t i = 0; i < k; ++i) {
          folded[i][begin + part.position + j] = pads_[i];
        }
      }
    });
  });
  arrays_ = std::move(folded);
  source_ = nullptr;
  ++level_;
}

std::vector<Scalar> RaggedArrays::values() const {
  VOUCH_CHECK(level_ == levels_.bits() && levels_.size(level_) == 1);
  const size_t k = pads_.size();
  std::vector<Scalar> out(k);
  if (arrays_.empty()) {
    std::vector<Scalar*> rows = rows_of(out, k, 1);
    source_(0, 1, rows.data());
  } else {
    for (size_t i = 0; i < k; ++i) {
      out[i] = arrays_[i][0];
    }
  }
  return out;
}

}  // namespace vouch
