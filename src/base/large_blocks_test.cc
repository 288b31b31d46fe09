#include "base/large_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/buffer.h"
#include "base/large_vector.h"
#include "base/secret.h"

namespace vouch {
namespace {

constexpr size_t kMegabyte = size_t{1} << 20;

TEST(LargeBlocks, LieApartFromEachOther) {
  std::vector<Buffer<uint8_t>> buffers;
  for (const size_t bytes : {3 * kMegabyte, kLeastLargeBlock, 8 * kMegabyte + 1, 2 * kMegabyte}) {
    Buffer<uint8_t>& last = buffers.emplace_back(bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(last.data()) % 64, 0U);
    std::fill_n(last.data(), last.size(), static_cast<uint8_t>(buffers.size()));
  }
  for (size_t i = 0; i < buffers.size(); ++i) {
    const auto bytes = buffers[i].span();
    EXPECT_EQ(std::count(bytes.begin(), bytes.end(), i + 1), static_cast<int64_t>(bytes.size()));
  }
}

TEST(LargeBlocks, AreTakenFromTheLowestFreePart) {
  std::vector<Buffer<uint8_t>> buffers;
  for (const size_t megabytes : {3U, 1U, 8U, 2U}) {
    buffers.emplace_back(megabytes * kMegabyte);
  }
  const uint8_t* first = buffers[0].data();
  buffers.erase(buffers.begin(), buffers.begin() + 2);  // neighbours
  EXPECT_EQ(Buffer<uint8_t>(4 * kMegabyte).data(), first);
}

// Arrays of any kind use the pages that others have touched.
TEST(LargeBlocks, AreSharedByVectors) {
  const Buffer<uint64_t> buffer(kMegabyte);
  const auto end = reinterpret_cast<uintptr_t>(buffer.data() + buffer.size());
  const SecretVector<uint64_t> secret(kMegabyte);
  const LargeVector<uint32_t> numbers(2 * kMegabyte);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(secret.data()), end);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(numbers.data()), end + secret.size() * sizeof(uint64_t));
}

TEST(LargeBlocks, RefuseWhatNoMachineHas) {
  EXPECT_THROW(static_cast<void>(take_large_block(SIZE_MAX - 1)), std::bad_alloc);
  EXPECT_THROW(static_cast<void>(allocate_array<uint64_t>(SIZE_MAX / 4)), std::bad_alloc);
  EXPECT_THROW(Buffer<uint64_t>(SIZE_MAX / sizeof(uint64_t) + 2), std::bad_alloc);  // 8 mod 2^64
}

}  // namespace
}  // namespace vouch
