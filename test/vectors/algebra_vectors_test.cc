// Scalars, group elements, generators, transcripts and projections are those of the second
// verifier.
#include "argument/folding/lagrange.h"
#include "group/generators.h"
#include "poly/projections.h"
#include "transcript/transcript.h"
#include "vectors/vectors.h"

namespace vouch::vectors {
namespace {

TEST(ScalarVectors, Encodings) {
  const Json file = read_json("scalars");
  for (const Json& accepted : entries(file, "accepted")) {
    const auto scalar = Scalar::decode(array_of<32>(accepted));
    ASSERT_TRUE(scalar) << accepted;
    EXPECT_EQ(hex(*scalar), accepted);
  }
  for (const Json& refused : entries(file, "refused")) {
    EXPECT_FALSE(Scalar::decode(array_of<32>(refused))) << refused;
  }
}

TEST(ScalarVectors, Arithmetic) {
  const Json file = read_json("scalars");
  for (const Json& v : entries(file, "reduced")) {
    EXPECT_EQ(hex(Scalar::reduce_wide(array_of<64>(v["wide"]))), v["scalar"]);
  }
  for (const Json& v : entries(file, "arithmetic")) {
    const Scalar a = scalar_of(v["a"]);
    const Scalar b = scalar_of(v["b"]);
    EXPECT_EQ(hex(a + b), v["sum"]);
    EXPECT_EQ(hex(a - b), v["difference"]);
    EXPECT_EQ(hex(a * b), v["product"]);
    EXPECT_EQ(hex(a.inverse()), v["inverse"]);
  }
}

TEST(ScalarVectors, Lagrange) {
  const Json file = read_json("scalars");
  for (const Json& v : entries(file, "lagrange")) {
    EXPECT_EQ(lagrange_weights(v["n"].get<size_t>(), scalar_of(v["x"])),
              scalars_of(v["coefficients"]));
  }
}

TEST(GroupVectors, Multiples) {
  const Json file = read_json("group");
  for (const Json& v : entries(file, "multiples")) {
    const Scalar k = scalar_of(v[0]);
    EXPECT_EQ(hex(Point::generator().multiply(k).encode()), v[1]) << v[0];
    EXPECT_EQ(hex(Point::generator().multiply_vartime(k).encode()), v[1]) << v[0];
  }
}

TEST(GroupVectors, Decoding) {
  size_t accepted = 0;
  const Json file = read_json("group");
  for (const Json& v : entries(file, "candidates")) {
    const auto encoding = array_of<32>(v[0]);
    const auto point = Point::decode(encoding);
    EXPECT_EQ(point.has_value(), v[1].get<bool>()) << v[0];
    EXPECT_EQ(decode_each(std::vector{encoding})[0].has_value(), v[1].get<bool>()) << v[0];
    accepted += point ? 1 : 0;
    EXPECT_TRUE(!point || hex(point->encode()) == v[0]) << v[0];
  }
  EXPECT_GT(accepted, 0U);
}

TEST(GroupVectors, Derivation) {
  const Json file = read_json("group");
  const std::vector<Scalar> weights = scalars_of(file["weights"]);
  Point sum;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Json& v = file["derived"][i];
    const Point point = Point::from_uniform_bytes(array_of<64>(v[0]));
    EXPECT_EQ(hex(point.encode()), v[1]);
    sum += point.multiply(weights[i]);
  }
  EXPECT_EQ(hex(sum.encode()), file["weighted_sum"]);
}

TEST(GeneratorVectors, Labels) {
  const Json file = read_json("generators");
  for (const Json& v : entries(file, "generators")) {
    const Point point = Generators::derive(v[0].get<std::string>(), v[1].get<uint32_t>());
    EXPECT_EQ(hex(point.encode()), v[2]) << v[0] << v[1];
  }
}

TEST(TranscriptVectors, Histories) {
  const Json file = read_json("transcript");
  for (const Json& history : entries(file, "histories")) {
    Transcript transcript(history["start"].get<std::string>());
    for (const Json& operation : history["operations"]) {
      if (operation.contains("absorb")) {
        transcript.absorb(operation["absorb"].get<std::string>(), bytes_of(operation["data"]));
        continue;
      }
      if (operation.contains("bytes")) {
        EXPECT_EQ(hex(transcript.challenge_bytes(operation["bytes"].get<std::string>(),
                                                 operation["count"].get<size_t>())),
                  operation["value"]);
        continue;
      }
      const std::vector<Scalar> forbidden = scalars_of(operation["forbidden"]);
      const Scalar value = transcript.challenge_except(
          operation["challenge"].get<std::string>(), [&](const Scalar& x) {
            return std::find(forbidden.begin(), forbidden.end(), x) != forbidden.end();
          });
      EXPECT_EQ(hex(value), operation["value"]);
    }
    EXPECT_EQ(hex(transcript.state()), history["state"]);
  }
}

TEST(ProjectionVectors, SubsetsAndExtensions) {
  const Json file = read_json("projections");
  for (const Json& v : entries(file, "projections")) {
    const auto bits = v["n"].get<unsigned>();
    SCOPED_TRACE(bits);
    const Json& members = v["members"];
    const size_t count = members.size();
    Transcript transcript(v["start"].get<std::string>());
    Bytes bytes = transcript.challenge_bytes(v["label"].get<std::string>(),
                                             Projections::bytes_needed(count, bits));
    EXPECT_EQ(hex(bytes), v["bytes"]);
    const Projections projections(count, bits, std::move(bytes));
    EXPECT_EQ(Json(projections.block_bits()), v["blocks"]);
    const std::vector<Scalar> z = scalars_of(v["z"]);
    for (size_t i = 0; i < count; ++i) {
      for (size_t block = 0; block < Projections::kBlocks; ++block) {
        Json inside = Json::array();
        for (uint64_t j = 0; j >> projections.block_bits()[block] == 0; ++j) {
          if (projections.contains(i, block, j)) {
            inside.push_back(j);
          }
        }
        EXPECT_EQ(inside, members[i][block]) << "projection " << i << ", block " << block;
      }
      std::vector<Scalar> only(count);
      only[i] = Scalar::one();
      EXPECT_EQ(hex(projections.evaluate(only, z)), v["values"][i]) << i;
    }
  }
}

}  // namespace
}  // namespace vouch::vectors
