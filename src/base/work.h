// How much arithmetic was done, by kind: the measure of an algorithm that no noise of a machine
// reaches. Counted only in builds with the CMake option VOUCH_COUNT, which have the portable
// kernels alone: there every product of scalars and every addition of points passes through the few
// functions that call count_work(). In all other builds it is nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace vouch {

enum class Work : size_t {
  kProduct,        ///< a·b mod ℓ
  kProductPair,    ///< a·b + c·d mod ℓ with one reduction
  kUnreduced,      ///< a·b added to a sum that is reduced later
  kSmallMultiple,  ///< a·x for a 64-bit integer x, added to such a sum
  kPointAddition,  ///< of two points, one of them perhaps affine
  kPointDoubling,
};
constexpr size_t kWorkKinds = 6;

/// Snake-case names, in the order of Work.
constexpr std::array<const char*, kWorkKinds> kWorkNames = {
    "products",        "product_pairs",   "unreduced_products",
    "small_multiples", "point_additions", "point_doublings"};

/// What one of a kind costs next to a product mod ℓ, which takes 28 multiplications of 64 bits; a
/// point's take 25 each (src/group).
constexpr std::array<double, kWorkKinds> kWorkEquivalents = {1, 1.6, 0.6, 0.15, 7, 7};

struct WorkCounts {
  std::array<uint64_t, kWorkKinds> count{};

  WorkCounts& operator+=(const WorkCounts& other) {
    for (size_t k = 0; k < kWorkKinds; ++k) {
      count[k] += other.count[k];
    }
    return *this;
  }
  WorkCounts operator-(const WorkCounts& other) const {
    WorkCounts difference;
    for (size_t k = 0; k < kWorkKinds; ++k) {
      difference.count[k] = count[k] - other.count[k];
    }
    return difference;
  }
  /// In products mod ℓ.
  [[nodiscard]] double equivalents() const {
    double sum = 0;
    for (size_t k = 0; k < kWorkKinds; ++k) {
      sum += kWorkEquivalents[k] * static_cast<double>(count[k]);
    }
    return sum;
  }
};

#ifdef VOUCH_COUNT
constexpr bool kWorkIsCounted = true;

namespace internal {
/// This thread's counts; null before its first.
inline thread_local WorkCounts* t_work = nullptr;
/// Makes and registers them.
WorkCounts* new_work_counts();
}  // namespace internal

constexpr void count_work(Work kind) {
  if (!std::is_constant_evaluated()) {
    if (internal::t_work == nullptr) [[unlikely]] {
      internal::t_work = internal::new_work_counts();
    }
    ++internal::t_work->count[static_cast<size_t>(kind)];
  }
}
#else
constexpr bool kWorkIsCounted = false;
constexpr void count_work(Work /*kind*/) {}
#endif

/// The work of all threads since the start; zeros where it is not counted. Not while others work.
[[nodiscard]] WorkCounts work_done();

}  // namespace vouch
