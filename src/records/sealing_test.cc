#include "records/sealing.h"

#include <gtest/gtest.h>

#include "records/test_records.h"

namespace vouch {
namespace {

const Bytes kMessage{'a', 'b', 'c'};

TEST(Sealing, OpensToItsRecipientAlone) {
  const Bytes sealed = seal(test_key(1).public_key(), kMessage);
  EXPECT_EQ(sealed.size(), kMessage.size() + kSealingBytes);
  EXPECT_EQ(open_sealed(test_key(1), sealed).value(), kMessage);
  EXPECT_FALSE(open_sealed(test_key(2), sealed).ok());
}

TEST(Sealing, IsAnotherOneEachTime) {
  EXPECT_NE(seal(test_key(1).public_key(), kMessage), seal(test_key(1).public_key(), kMessage));
}

TEST(Sealing, NoticesEveryChange) {
  const Bytes sealed = seal(test_key(1).public_key(), kMessage);
  for (size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_FALSE(open_sealed(test_key(1), changed).ok()) << i;
    EXPECT_FALSE(open_sealed(test_key(1), ByteSpan(sealed).first(i)).ok()) << i;
  }
}

}  // namespace
}  // namespace vouch
