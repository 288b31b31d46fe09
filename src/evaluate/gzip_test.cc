#include "evaluate/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "evaluate/packed.h"

namespace vouch {
namespace {

TEST(Gzip, UnpacksWhatWasPacked) {
  for (const size_t n : {size_t{0}, size_t{1}, size_t{70000}, size_t{1} << 18}) {
    const Bytes content(n, 7);
    const Bytes file = packed(content);
    ASSERT_TRUE(is_gzip(file));
    const auto out = gunzip(file, n);
    ASSERT_TRUE(out.ok()) << n << out.error().message;
    EXPECT_EQ(out.value(), content);
  }
}

TEST(Gzip, RefusesMoreThanItMayUnpack) {
  const Bytes file = packed(Bytes(100000, 7));
  EXPECT_FALSE(gunzip(file, 99999).ok());
  EXPECT_NE(gunzip(file, 10).error().message.find("more than 10"), std::string::npos);
}

TEST(Gzip, RefusesEveryCutAndBytesBehind) {
  Bytes content(300);
  for (size_t i = 0; i < content.size(); ++i) {
    content[i] = static_cast<uint8_t>(i * i);
  }
  const Bytes file = packed(content);
  for (size_t n = 0; n < file.size(); ++n) {
    EXPECT_FALSE(gunzip(ByteSpan(file).first(n), 1000).ok()) << n;
  }
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_FALSE(gunzip(longer, 1000).ok());
  Bytes damaged = file;
  damaged[damaged.size() - 6] ^= 1;  // of the checksum
  EXPECT_FALSE(gunzip(damaged, 1000).ok());
}

}  // namespace
}  // namespace vouch
