#include "base/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <vector>

namespace vouch {
namespace {

size_t sum_of_first(size_t n) {
  std::atomic<size_t> sum = 0;
  parallel_for(n, 7, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      sum += i;
    }
  });
  return sum;
}

TEST(ParallelFor, CoversEveryItemOnce) {
  for (const size_t threads : {1U, 2U, 5U}) {
    set_thread_count(threads);
    for (const size_t n : {size_t{0}, size_t{1}, size_t{7}, size_t{8}, size_t{1000}}) {
      EXPECT_EQ(sum_of_first(n), n == 0 ? 0 : n * (n - 1) / 2);
    }
  }
  set_thread_count(0);
}

// On whatever thread; what comes after it works as before.
TEST(ParallelFor, ThrowsWhatABodyThrows) {
  for (const size_t threads : {1U, 4U}) {
    set_thread_count(threads);
    for (const size_t bad : {size_t{0}, size_t{517}, size_t{999}}) {
      EXPECT_THROW(parallel_for(1000, 1,
                                [&](size_t begin, size_t /*end*/) {
                                  if (begin == bad) {
                                    throw std::bad_alloc();
                                  }
                                }),
                   std::bad_alloc);
      EXPECT_EQ(sum_of_first(1000), 999U * 500);
    }
  }
  set_thread_count(0);
}

TEST(ParallelFor, GrainsLeaveFourRangesAThread) {
  set_thread_count(2);
  EXPECT_EQ(balanced_grain(size_t{1} << 20, 256), 16U * 256);
  EXPECT_EQ(balanced_grain(8 * 3 * 256, 256), 3U * 256);
  EXPECT_EQ(balanced_grain(10, 256), 256U);
  set_thread_count(0);
}

// With one thread it is done by whoever wants it, with two perhaps by the other.
TEST(Besides, AreDoneOnce) {
  for (const size_t threads : {1, 2, 4}) {
    set_thread_count(threads);
    for (int i = 0; i < 50; ++i) {
      std::atomic<int> runs{0};
      std::atomic<size_t> sum{0};
      Beside beside([&] {
        ++runs;
        parallel_for(100, 10, [&](size_t begin, size_t end) { sum += end - begin; });
      });
      std::atomic<size_t> beside_it{0};
      parallel_for(1000, 7, [&](size_t begin, size_t end) { beside_it += end - begin; });
      beside.finish();
      EXPECT_EQ(runs, 1);
      EXPECT_EQ(sum, 100U);
      EXPECT_EQ(beside_it, 1000U);
    }
  }
  set_thread_count(0);
}

TEST(Besides, WhatTheyReferToIsTheirsUntilTheyEnd) {
  set_thread_count(2);
  for (int i = 0; i < 200; ++i) {
    std::vector<int> values(100, 0);
    const Beside left([&] { std::fill(values.begin(), values.end(), 1); });
  }
  set_thread_count(0);
}

TEST(Besides, ThrowWhereTheyAreWanted) {
  for (const size_t threads : {1, 2}) {
    set_thread_count(threads);
    for (int i = 0; i < 20; ++i) {
      Beside beside([] { throw std::runtime_error("beside"); });
      parallel_for(100, 1, [](size_t, size_t) {});
      EXPECT_THROW(beside.finish(), std::runtime_error);
    }
  }
  set_thread_count(0);
}

}  // namespace
}  // namespace vouch
