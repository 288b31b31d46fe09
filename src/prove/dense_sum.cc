#include "prove/dense_sum.h"

#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "field/kernels/kernels.h"
#include "poly/grid.h"

namespace vouch {
namespace {

// Blocks that are extended side by side, so that kernels work on rows of them: at most 64, and no
// more than keep a few extended arrays within the second-level cache.
size_t blocks_at_once(unsigned variables) {
  return std::clamp<size_t>(4096 / grid_size(variables), 4, 64);
}

// `count` blocks of 2^v values, extended: out[t·count + j] is block j's value at grid point t.
void extend(const Scalar* blocks, size_t count, unsigned variables, std::vector<Scalar>& out,
            std::vector<Scalar>& scratch) {
  const size_t corners = size_t{1} << variables;
  out.resize(grid_size(variables) * count);
  scratch.resize(out.size());
  for (size_t j = 0; j < count; ++j) {
    for (size_t b = 0; b < corners; ++b) {
      out[b * count + j] = blocks[j * corners + b];
    }
  }
  // Variable i: rows (bit above, 3^i below) become (0, 1, 2 above, 3^i below).
  size_t above = corners;
  size_t below = count;
  for (unsigned i = 0; i < variables; ++i, below *= 3) {
    above /= 2;
    for (size_t a = 0; a < above; ++a) {
      const Scalar* f0 = out.data() + 2 * a * below;
      const Scalar* f1 = f0 + below;
      Scalar* to = scratch.data() + 3 * a * below;
      std::copy_n(f0, 2 * below, to);
      kernels().subtract(to + 2 * below, f1, f0, below);
      kernels().add(to + 2 * below, to + 2 * below, f1, below);
    }
    out.swap(scratch);
  }
}

}  // namespace

void DenseSum::add_grid(unsigned variables, std::span<const Scalar> weights, const Scalar& factor,
                        std::span<Scalar> q) const {
  const size_t blocks = size() >> variables;
  const size_t grid = grid_size(variables);
  std::mutex mutex;
  parallel_for(blocks, blocks_at_once(variables), [&](size_t begin, size_t end) {
    const size_t count = end - begin;
    std::vector<std::vector<Scalar>> extended(arrays_.size());
    std::vector<Scalar> scratch;
    for (size_t i = 0; i < arrays_.size(); ++i) {
      extend(arrays_[i].data() + (begin << variables), count, variables, extended[i], scratch);
    }
    std::vector<Scalar> values(grid * count);
    std::vector<Scalar> product(grid * count);
    for (const auto& [a, b] : products_) {
      kernels().multiply(product.data(), extended[a].data(), extended[b].data(), product.size());
      kernels().add(values.data(), values.data(), product.data(), product.size());
    }
    const std::vector<Scalar> ones(weights.empty() ? count : 0, Scalar::one());
    const Scalar* w = weights.empty() ? ones.data() : weights.data() + begin;
    const std::lock_guard<std::mutex> lock(mutex);
    for (size_t t = 0; t < grid; ++t) {
      q[t] += factor * kernels().inner_product(values.data() + t * count, w, count);
    }
  });
}

void DenseSum::fold(const Scalar& z) {
  for (std::vector<Scalar>& f : arrays_) {
    const size_t half = f.size() / 2;
    kernels().fold_pairs(f.data(), f.data(), half, z);
    f.resize(half);
  }
}

}  // namespace vouch
