#include "prove/array_pairs.h"

#include <algorithm>
#include <mutex>

#include "base/check.h"
#include "base/parallel.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Entries of all arrays, one after the other, that one task takes at once.
constexpr size_t kTaskEntries = size_t{1} << 14;
// Entries that are weighted at once.
constexpr size_t kWeightedEntries = size_t{1} << 10;
// Fewer entries than this are bound before another thread wakes up.
constexpr size_t kLeastShared = size_t{1} << 12;

// The same as product_grid with a weight for each block, by which the entries of `a` are multiplied
// first: weights are repeated, as one product of two long arrays costs less than a multiple a
// block.
void add_weighted(const Scalar* a, const Scalar* b, size_t blocks, unsigned g,
                  const Scalar* weights, Scalar* grid) {
  SecretVector<Scalar> weighted(kWeightedEntries);
  const size_t together = kWeightedEntries >> g;
  for (size_t done = 0; done < blocks; done += together) {
    const size_t n = std::min(together, blocks - done);
    for (size_t j = 0; j < n; ++j) {
      std::fill_n(weighted.data() + (j << g), size_t{1} << g, weights[done + j]);
    }
    kernels().multiply(weighted.data(), weighted.data(), a + (done << g), n << g);
    kernels().product_grid(weighted.data(), b + (done << g), n, g, grid);
  }
}

// Calls body(pair, first, count) for the parts of arrays that make up entries [begin, end) of all.
template <class Body>
void for_each_part(std::span<ArrayPair* const> pairs, size_t begin, size_t end, const Body& body) {
  size_t at = 0;
  for (const ArrayPair* pair : pairs) {
    const size_t first = std::max(begin, at);
    const size_t stop = std::min(end, at + pair->a.size());
    if (first < stop) {
      body(*pair, first - at, stop - first);
    }
    at += pair->a.size();
  }
}

}  // namespace

void add_product_grid(std::span<ArrayPair* const> pairs, unsigned g,
                      std::span<const Scalar> weights, std::span<Scalar> grid) {
  VOUCH_CHECK(grid.size() == grid_size(g) && g <= FieldKernels::kMostVariables);
  size_t entries = 0;
  for (const ArrayPair* pair : pairs) {
    VOUCH_CHECK(pair->a.size() == pair->b.size() && (pair->a.size() >> g) << g == pair->a.size());
    VOUCH_CHECK(weights.empty() || weights.size() << g == pair->a.size());
    entries += pair->a.size();
  }
  std::mutex mutex;
  parallel_for(entries, kTaskEntries, [&](size_t begin, size_t end) {
    std::vector<Scalar> share(grid.size());
    for_each_part(pairs, begin, end, [&](const ArrayPair& pair, size_t first, size_t count) {
      const Scalar* a = pair.a.data() + first;
      const Scalar* b = pair.b.data() + first;
      if (weights.empty()) {
        kernels().product_grid(a, b, count >> g, g, share.data());
      } else {
        add_weighted(a, b, count >> g, g, weights.data() + (first >> g), share.data());
      }
    });
    const std::lock_guard<std::mutex> lock(mutex);
    kernels().add(grid.data(), grid.data(), share.data(), grid.size());
  });
}

void bind_lowest(std::span<ArrayPair* const> pairs, std::span<const Scalar> z) {
  size_t entries = 0;
  for (const ArrayPair* pair : pairs) {
    entries += pair->a.size();
  }
  const size_t arrays = 2 * pairs.size();
  parallel_for(arrays, entries < kLeastShared ? arrays : 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      SecretVector<Scalar>& f = i % 2 == 0 ? pairs[i / 2]->a : pairs[i / 2]->b;
      for (size_t bound = 0, g = 0; bound < z.size(); bound += g) {
        g = std::min<size_t>(z.size() - bound, FieldKernels::kMostFolded);
        kernels().fold_blocks(f.data(), f.size() >> g, z.data() + bound, static_cast<unsigned>(g));
        f.resize(f.size() >> g);
      }
    }
  });
}

}  // namespace vouch
