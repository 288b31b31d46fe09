#include "evaluate/idx.h"

#include <gtest/gtest.h>

namespace vouch {
namespace {

TEST(Idx, ReadsPicturesAndLabels) {
  Bytes file = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3};
  file.insert(file.end(), {1, 2, 3, 4, 5, 6});
  const auto tensor = read_idx(file);
  ASSERT_TRUE(tensor.ok()) << tensor.error().message;
  EXPECT_EQ(tensor.value().shape, (std::vector<uint32_t>{2, 1, 3}));
  EXPECT_EQ(Bytes(tensor.value().data.begin(), tensor.value().data.end()),
            (Bytes{1, 2, 3, 4, 5, 6}));
  for (size_t n = 0; n < file.size(); ++n) {
    EXPECT_FALSE(read_idx(ByteSpan(file).first(n)).ok()) << n;
  }
  file.push_back(7);
  EXPECT_FALSE(read_idx(file).ok());
}

TEST(Idx, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(read_idx(Bytes{0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0}).ok());  // floats
  EXPECT_FALSE(read_idx(Bytes{0, 0, 8, 0}).ok());
  EXPECT_FALSE(read_idx(Bytes{0, 0, 8, 9}).ok());
  EXPECT_FALSE(read_idx(Bytes{0, 0, 8, 1, 0, 0, 0, 0}).ok());
  // 2^32·2^32 elements, which are 0 in 64 bits.
  EXPECT_FALSE(read_idx(Bytes{0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255}).ok());
}

}  // namespace
}  // namespace vouch
