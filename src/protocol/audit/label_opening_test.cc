#include "protocol/audit/label_opening.h"

#include <gtest/gtest.h>

namespace vouch {
namespace {

TEST(LabelOpeningTest, IsReadAsItWasWritten) {
  const LabelOpening opening{{1, 2, 3}, {4, 0, 9}};
  const Bytes bytes = encode_label_opening(opening);
  EXPECT_EQ(bytes.size(), label_opening_bytes(3));
  const LabelOpening read = decode_label_opening(bytes, 3, 10).value();
  EXPECT_EQ(read.salt, opening.salt);
  EXPECT_EQ(read.classes, opening.classes);
  EXPECT_FALSE(decode_label_opening(bytes, 2, 10).ok());
  EXPECT_NE(decode_label_opening(bytes, 3, 9).error().message.find("input 2"), std::string::npos);
}

TEST(LabelOpeningTest, TheCommitmentDependsOnSaltAndClasses) {
  LabelOpening opening{{1, 2, 3}, {4, 0, 9}};
  const Digest commitment = label_commitment(encode_label_opening(opening));
  opening.salt[31] ^= 1;
  EXPECT_NE(label_commitment(encode_label_opening(opening)), commitment);
  opening.salt[31] ^= 1;
  opening.classes[2] = 8;
  EXPECT_NE(label_commitment(encode_label_opening(opening)), commitment);
}

}  // namespace
}  // namespace vouch
