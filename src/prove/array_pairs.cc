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
// Values of one array on the grid that are held at once.
constexpr size_t kHeldValues = 4096;
// Fewer entries than this are bound before another thread wakes up.
constexpr size_t kLeastShared = size_t{1} << 12;

// Values of blocks on the grid, one plane of neighbouring blocks a point: every step from corners
// to grid to products is a kernel's.
class GridProducts {
 public:
  explicit GridProducts(unsigned g)
      : g_(g),
        points_(grid_size(g)),
        width_(std::max<size_t>(kHeldValues / points_, 8)),
        a_(points_ * width_),
        b_(points_ * width_) {}

  // `weights` may be null.
  void add(const Scalar* a, const Scalar* b, size_t entries, const Scalar* weights,
           std::span<Scalar> grid) {
    for (size_t done = 0; done < entries; done += width_ << g_) {
      const size_t blocks = std::min(width_, (entries - done) >> g_);
      extend(a + done, blocks, a_.data());
      extend(b + done, blocks, b_.data());
      for (size_t p = 0; p < points_; ++p) {
        Scalar* a_p = a_.data() + p * width_;
        if (weights != nullptr) {
          kernels().multiply(a_p, a_p, weights + (done >> g_), blocks);
        }
        grid[p] += kernels().inner_product(a_p, b_.data() + p * width_, blocks);
      }
    }
  }

 private:
  void extend(const Scalar* from, size_t blocks, Scalar* planes) const {
    size_t corner = 0;
    for (size_t p = 0; p < points_; ++p) {
      if (highest_two(p) == g_) {
        for (size_t j = 0; j < blocks; ++j) {
          planes[p * width_ + j] = from[(j << g_) + corner];
        }
        ++corner;
      }
    }
    // f(2) = f(1) + (f(1) − f(0)), variable by variable.
    size_t step = width_;
    for (unsigned i = 0; i < g_; ++i, step *= 3) {
      for (size_t p = 0; p < points_; ++p) {
        if (highest_two(p) == i) {
          Scalar* at = planes + p * width_;
          kernels().subtract(at, at - step, at - 2 * step, blocks);
          kernels().add(at, at, at - step, blocks);
        }
      }
    }
  }

  // The last variable that is 2 at this point, or g.
  [[nodiscard]] unsigned highest_two(size_t point) const {
    unsigned highest = g_;
    for (unsigned i = 0; i < g_; ++i, point /= 3) {
      highest = point % 3 == 2 ? i : highest;
    }
    return highest;
  }

  unsigned g_;
  size_t points_;
  size_t width_;  // blocks held at once
  SecretVector<Scalar> a_;
  SecretVector<Scalar> b_;
};

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
  VOUCH_CHECK(grid.size() == grid_size(g) && size_t{1} << g <= kTaskEntries);
  size_t entries = 0;
  for (const ArrayPair* pair : pairs) {
    VOUCH_CHECK(pair->a.size() == pair->b.size() && (pair->a.size() >> g) << g == pair->a.size());
    VOUCH_CHECK(weights.empty() || weights.size() << g == pair->a.size());
    entries += pair->a.size();
  }
  std::mutex mutex;
  parallel_for(entries, kTaskEntries, [&](size_t begin, size_t end) {
    std::vector<Scalar> share(grid.size());
    if (g == 1 && weights.empty()) {
      for_each_part(pairs, begin, end, [&](const ArrayPair& pair, size_t first, size_t count) {
        kernels().pair_round(pair.a.data() + first, pair.b.data() + first, count / 2, share.data());
      });
    } else {
      GridProducts products(g);
      for_each_part(pairs, begin, end, [&](const ArrayPair& pair, size_t first, size_t count) {
        products.add(pair.a.data() + first, pair.b.data() + first, count,
                     weights.empty() ? nullptr : weights.data() + (first >> g), share);
      });
    }
    const std::lock_guard<std::mutex> lock(mutex);
    kernels().add(grid.data(), grid.data(), share.data(), grid.size());
  });
}

void bind_lowest(std::span<ArrayPair* const> pairs, const Scalar& z) {
  size_t entries = 0;
  for (const ArrayPair* pair : pairs) {
    entries += pair->a.size();
  }
  const size_t arrays = 2 * pairs.size();
  parallel_for(arrays, entries < kLeastShared ? arrays : 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      SecretVector<Scalar>& f = i % 2 == 0 ? pairs[i / 2]->a : pairs[i / 2]->b;
      kernels().fold_pairs(f.data(), f.data(), f.size() / 2, z);
      f.resize(f.size() / 2);
    }
  });
}

}  // namespace vouch
