#include <gtest/gtest.h>

#include <algorithm>

#include "field/test_vectors.h"
#include "records/key_file.h"
#include "records/test_records.h"

namespace vouch {
namespace {

// RFC 8032, section 7.1, test 2.
TEST(Identity, SignsAsEverybodyElse) {
  const SecretKey key(
      array_from_hex<32>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  EXPECT_EQ(key.public_key(),
            array_from_hex<32>("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
  const Bytes message{0x72};
  const auto signature = array_from_hex<64>(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_EQ(key.sign(message), signature);
  EXPECT_TRUE(is_signature(key.public_key(), message, signature));
  EXPECT_FALSE(is_signature(key.public_key(), Bytes{0x73}, signature));
  EXPECT_FALSE(is_signature(test_key(1).public_key(), message, signature));
}

// S + ℓ satisfies the same equation: accepted, it would be a second digest of the same record.
TEST(Identity, ASignatureHasOneForm) {
  const auto order = array_from_hex<32>(
      "edd3f55c1a631258d69cf7a2def9de14"
      "00000000000000000000000000000010");
  const SecretKey key = test_key(1);
  const Bytes message{1, 2, 3};
  Signature signature = key.sign(message);
  unsigned carry = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    carry += unsigned{signature[32 + i]} + order[i];
    signature[32 + i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
  ASSERT_EQ(carry, 0U);
  EXPECT_FALSE(is_signature(key.public_key(), message, signature));
}

TEST(Identity, KeysAreRandomAndPointsOfTheGroup) {
  const SecretKey a = SecretKey::generate();
  const SecretKey b = SecretKey::generate();
  EXPECT_NE(a.public_key(), b.public_key());
  EXPECT_TRUE(is_public_key(a.public_key()));
  PublicKey identity{1};  // of order 1: everybody could sign for it
  EXPECT_FALSE(is_public_key(identity));
  PublicKey unreduced;
  unreduced.fill(0xff);
  EXPECT_FALSE(is_public_key(unreduced));
}

TEST(Identity, FingerprintsAreShortAndFollowTheKey) {
  const std::string print = fingerprint(test_key(1).public_key());
  EXPECT_EQ(print.size(), 8U * 4 + 7);
  EXPECT_EQ(std::ranges::count(print, '-'), 7);
  EXPECT_NE(print, fingerprint(test_key(2).public_key()));
}

TEST(Identity, AMovedKeyLeavesNothing) {
  SecretKey key = test_key(1);
  const SecretKey moved(std::move(key));
  EXPECT_TRUE(std::ranges::all_of(key.seed(), [](uint8_t b) { return b == 0; }));
  EXPECT_EQ(moved.sign(Bytes{1}), test_key(1).sign(Bytes{1}));
}

TEST(KeyFile, HoldsAKey) {
  const SecretKey key = test_key(3);
  const Bytes secret = encode_secret_key(key);
  EXPECT_EQ(secret.size(), 74U);
  EXPECT_EQ(decode_secret_key(secret).value().sign(Bytes{5}), key.sign(Bytes{5}));
  const Bytes shown = encode_identity(key.public_key());
  EXPECT_EQ(shown.size(), 42U);
  EXPECT_EQ(decode_identity(shown).value(), key.public_key());
}

TEST(KeyFile, IsRefusedInEveryOtherForm) {
  const Bytes secret = encode_secret_key(test_key(3));
  const Bytes shown = encode_identity(test_key(3).public_key());
  EXPECT_FALSE(decode_secret_key(shown).ok());
  EXPECT_FALSE(decode_identity(secret).ok());
  for (size_t i = 0; i < secret.size(); ++i) {
    Bytes changed = secret;
    changed[i] ^= 1;
    EXPECT_FALSE(decode_secret_key(changed).ok()) << i;
    EXPECT_FALSE(decode_secret_key(ByteSpan(secret).first(i)).ok()) << i;
  }
  for (size_t i = 0; i < shown.size(); ++i) {
    EXPECT_FALSE(decode_identity(ByteSpan(shown).first(i)).ok()) << i;
  }
  for (Bytes file : {secret, shown}) {
    file.push_back(0);
    EXPECT_FALSE(decode_secret_key(file).ok());
    EXPECT_FALSE(decode_identity(file).ok());
  }
  EXPECT_FALSE(decode_identity(encode_identity(PublicKey{1})).ok());
  Bytes newer = secret;
  newer[9] = 2;
  EXPECT_NE(decode_secret_key(newer).error().message.find("version 2.2"), std::string::npos);
}

}  // namespace
}  // namespace vouch
