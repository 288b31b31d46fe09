// The verifier's channel: canonical messages only, all of them absorbed, the first fault
// remembered.
#include "verify/proof_reader.h"

#include <gtest/gtest.h>

#include "poly/random_point.h"

namespace vouch {
namespace {

const std::function<Point()> kNoPoint = [] { return Point::generator(); };
const std::function<Scalar()> kNoScalar = [] { return Scalar::from_u64(99); };

Encoding generator_times(uint64_t k) {
  return Point::generator().multiply(Scalar::from_u64(k)).encode();
}

// ℓ itself, little-endian.
Encoding modulus() {
  Encoding e = (-Scalar::one()).bytes();
  ++e[0];
  return e;
}

TEST(ProofReader, ReadsInOrderAndNeverMakes) {
  SecretRandom random = test_random(1);
  const Scalar x = random_scalar(random);
  const Rows messages{generator_times(5), x.bytes(), generator_times(6)};
  ProofReader reader(Transcript("test"), messages);
  EXPECT_EQ(reader.point("a", kNoPoint).encode(), messages[0]);
  EXPECT_EQ(reader.scalar("b", kNoScalar), x);
  EXPECT_EQ(reader.point("c", kNoPoint).encode(), messages[2]);
  EXPECT_EQ(reader.fault(), "");
}

TEST(ProofReader, AbsorbsWhatItReads) {
  const Rows messages{generator_times(5), Scalar::from_u64(7).bytes()};
  ProofReader reader(Transcript("test"), messages);
  Transcript expected("test");
  (void)reader.point("a", kNoPoint);
  expected.absorb("a", messages[0]);
  EXPECT_EQ(reader.challenge("x"), expected.challenge("x"));
  (void)reader.scalar("b", kNoScalar);
  expected.absorb("b", messages[1]);
  EXPECT_EQ(reader.challenge("x"), expected.challenge("x"));
}

struct Fault {
  Encoding message;
  bool as_point;
  std::string fault;
};

TEST(ProofReader, RefusesWhatIsNotCanonical) {
  Encoding all_ones{};
  all_ones.fill(255);
  Encoding negative = generator_times(5);  // −s is no encoding: encoded s are even
  negative[0] ^= 1;
  const std::vector<Fault> faults{
      {Point::identity().encode(), true, "message 1 (p) is not the encoding of a group element"},
      {all_ones, true, "message 1 (p) is not the encoding of a group element"},
      {negative, true, "message 1 (p) is not the encoding of a group element"},
      {modulus(), false, "message 1 (p) is not a canonical scalar"},
      {all_ones, false, "message 1 (p) is not a canonical scalar"},
  };
  for (const Fault& f : faults) {
    const Rows messages{f.message, Scalar::one().bytes()};
    ProofReader reader(Transcript("test"), messages);
    if (f.as_point) {
      EXPECT_TRUE(reader.point("p", kNoPoint).is_identity());
    } else {
      EXPECT_TRUE(reader.scalar("p", kNoScalar).is_zero());
    }
    EXPECT_EQ(reader.fault().substr(0, f.fault.size()), f.fault);
    // From then on nothing is read, and the first fault stays.
    EXPECT_TRUE(reader.scalar("q", kNoScalar).is_zero());
    EXPECT_EQ(reader.fault().substr(0, f.fault.size()), f.fault);
  }
}

TEST(ProofReader, LargestScalar) {
  const Rows messages{(-Scalar::one()).bytes()};
  ProofReader reader(Transcript("test"), messages);
  EXPECT_EQ(reader.scalar("s", kNoScalar), -Scalar::one());
  EXPECT_EQ(reader.fault(), "");
}

TEST(ProofReader, MissingMessages) {
  const Rows messages{Scalar::one().bytes()};
  ProofReader reader(Transcript("test"), messages);
  (void)reader.scalar("a", kNoScalar);
  EXPECT_TRUE(reader.point("b", kNoPoint).is_identity());
  EXPECT_EQ(reader.fault(), "message 1 (b) is missing");
  EXPECT_TRUE(reader.scalar("c", kNoScalar).is_zero());
  EXPECT_EQ(reader.fault(), "message 1 (b) is missing");
}

}  // namespace
}  // namespace vouch
