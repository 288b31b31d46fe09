// Files of a verifier: what is written comes back, and nothing else is read.
#include "verify/files.h"

#include <gtest/gtest.h>

#include <random>

namespace vouch {
namespace {

Rows random_rows(std::mt19937_64& random, size_t count) {
  Rows rows(count);
  for (Encoding& row : rows) {
    for (uint8_t& x : row) {
      x = static_cast<uint8_t>(random());
    }
  }
  return rows;
}

Bytes random_bytes(std::mt19937_64& random, size_t count) {
  Bytes bytes(count);
  for (uint8_t& x : bytes) {
    x = static_cast<uint8_t>(random());
  }
  return bytes;
}

template <size_t N>
std::array<uint8_t, N> random_array(std::mt19937_64& random) {
  std::array<uint8_t, N> out{};
  for (uint8_t& x : out) {
    x = static_cast<uint8_t>(random());
  }
  return out;
}

ModelCommitment random_model(std::mt19937_64& random) {
  return {random_bytes(random, random() % 50), random_rows(random, random() % 4),
          random_rows(random, random() % 3)};
}

PublicModel random_public_model(std::mt19937_64& random) {
  return {random_model(random),
          {random_rows(random, random() % 3), random_rows(random, random() % 4)}};
}

Proof random_proof(std::mt19937_64& random) {
  Proof p;
  p.model = random_array<kDigestBytes>(random);
  p.shape = {static_cast<uint8_t>(4 + random() % 15),
             {static_cast<uint8_t>(1 + random() % 20), static_cast<uint8_t>(1 + random() % 6)},
             static_cast<uint16_t>(1 + random() % 3)};
  p.input_public = random() % 2 == 0;
  if (p.input_public) {
    for (size_t i = 0; i < p.shape.pictures; ++i) {
      p.salts.push_back(random_array<kSaltBytes>(random));
    }
  }
  p.context = random_bytes(random, random() % 9);
  p.output = random_bytes(random, random() % 9);
  for (Rows* rows : {&p.input, &p.x, &p.e, &p.l, &p.m, &p.messages}) {
    *rows = random_rows(random, random() % 3);
  }
  return p;
}

std::vector<uint16_t> random_classes(std::mt19937_64& random, size_t count) {
  std::vector<uint16_t> classes;
  for (size_t i = 0; i < count; ++i) {
    classes.push_back(static_cast<uint16_t>(300 * i + random() % 300));
  }
  return classes;
}

Proof random_hidden_proof(std::mt19937_64& random) {
  Proof p = random_proof(random);
  Predicate& predicate = p.predicate.emplace();
  predicate.kind = Predicate::Kind{static_cast<uint8_t>(1 + random() % 4)};
  predicate.count = random() % 2 == 0;
  predicate.top = predicate.ranks() ? static_cast<uint8_t>(random()) : 1;
  if (predicate.kind == Predicate::Kind::kContains) {
    predicate.classes = random_classes(random, random() % 4);
  } else if (predicate.kind == Predicate::Kind::kScore) {
    predicate.classes = random_classes(random, 1);
    predicate.threshold = static_cast<uint8_t>(random());
  } else if (predicate.kind == Predicate::Kind::kLabel && random() % 2 == 0) {
    predicate.labels = Predicate::Labels::kCommitted;
  } else if (predicate.kind == Predicate::Kind::kLabel) {
    predicate.label = random_classes(random, p.shape.pictures);
  }
  p.y = random_rows(random, random() % 3);
  return p;
}

Scalar random_integer(std::mt19937_64& random) {
  return Scalar::from_u64(random()) * Scalar::from_u64(random()) * Scalar::from_u64(random());
}

CountOpening random_count(std::mt19937_64& random) {
  return {static_cast<uint32_t>(random()), random_integer(random)};
}

ClassesOpening random_classes_opening(std::mt19937_64& random) {
  const bool label = random() % 2 == 0;
  return {label, random_array<kDigestBytes>(random), random_array<kSaltBytes>(random),
          random_classes(random, label ? 1 : 1 + random() % 4)};
}

// The kinds of files as one: bytes in, the bytes of what was read out.
struct FileKind {
  const char* name;
  Bytes (*random)(std::mt19937_64&);
  Result<Bytes> (*read_again)(ByteSpan);
};

const FileKind kKinds[] = {
    {"model_public", [](std::mt19937_64& r) { return encode_model_public(random_public_model(r)); },
     [](ByteSpan b) -> Result<Bytes> {
       VOUCH_ASSIGN(const PublicModel m, decode_model_public(b));
       return encode_model_public(m);
     }},
    {"proof", [](std::mt19937_64& r) { return encode_proof(random_proof(r)); },
     [](ByteSpan b) -> Result<Bytes> {
       VOUCH_ASSIGN(const Proof p, decode_proof(b));
       return p.predicate ? Error{"a predicate"} : Result<Bytes>(encode_proof(p));
     }},
    {"hidden_proof", [](std::mt19937_64& r) { return encode_proof(random_hidden_proof(r)); },
     [](ByteSpan b) -> Result<Bytes> {
       VOUCH_ASSIGN(const Proof p, decode_proof(b));
       return p.predicate ? Result<Bytes>(encode_proof(p)) : Error{"no predicate"};
     }},
    {"count_opening", [](std::mt19937_64& r) { return encode_count_opening(random_count(r)); },
     [](ByteSpan b) -> Result<Bytes> {
       VOUCH_ASSIGN(const CountOpening o, decode_count_opening(b));
       return encode_count_opening(o);
     }},
    {"classes_opening",
     [](std::mt19937_64& r) { return encode_classes_opening(random_classes_opening(r)); },
     [](ByteSpan b) -> Result<Bytes> {
       VOUCH_ASSIGN(const ClassesOpening o, decode_classes_opening(b));
       return encode_classes_opening(o);
     }},
    {"input_opening",
     [](std::mt19937_64& r) {
       return encode_input_opening({random_array<kDigestBytes>(r), random_array<kSaltBytes>(r)});
     },
     [](ByteSpan b) -> Result<Bytes> {
       VOUCH_ASSIGN(const InputOpening o, decode_input_opening(b));
       return encode_input_opening(o);
     }},
};

class Files : public ::testing::TestWithParam<FileKind> {};

TEST_P(Files, EveryStrictPrefixIsRefused) {
  std::mt19937_64 random(1);
  for (int k = 0; k < 10; ++k) {
    const Bytes bytes = GetParam().random(random);
    for (size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_FALSE(GetParam().read_again(ByteSpan(bytes).first(length)).ok()) << length;
    }
    const auto whole = GetParam().read_again(bytes);
    ASSERT_TRUE(whole.ok());
    EXPECT_EQ(whole.value(), bytes);
  }
}

TEST_P(Files, BytesToSpareAreRefused) {
  std::mt19937_64 random(2);
  for (int k = 0; k < 10; ++k) {
    Bytes bytes = GetParam().random(random);
    bytes.push_back(0);
    EXPECT_FALSE(GetParam().read_again(bytes).ok());
    bytes.insert(bytes.end(), 31, 0);  // a whole row
    EXPECT_FALSE(GetParam().read_again(bytes).ok());
  }
}

TEST_P(Files, EncodingIsCanonical) {
  std::mt19937_64 random(3);
  const Bytes bytes = GetParam().random(random);
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned flip = 1; flip < 256; ++flip) {
      Bytes changed = bytes;
      changed[i] = static_cast<uint8_t>(changed[i] ^ flip);
      const auto again = GetParam().read_again(changed);
      if (again.ok()) {
        ASSERT_EQ(again.value(), changed) << i;
      }
      EXPECT_TRUE(i >= 10 || !again.ok()) << i;  // magic and version have one value
    }
  }
}

TEST_P(Files, OtherKindsAreRefused) {
  std::mt19937_64 random(4);
  for (const FileKind& other : kKinds) {
    const auto read = GetParam().read_again(other.random(random));
    EXPECT_EQ(read.ok(), std::string(other.name) == GetParam().name);
  }
}

std::string name_of(const ::testing::TestParamInfo<FileKind>& kind) { return kind.param.name; }

INSTANTIATE_TEST_SUITE_P(Kinds, Files, ::testing::ValuesIn(kKinds), name_of);

TEST(Proofs, ComeBack) {
  std::mt19937_64 random(5);
  for (int k = 0; k < 20; ++k) {
    const Proof p = random_proof(random);
    const auto decoded = decode_proof(encode_proof(p));
    ASSERT_TRUE(decoded.ok());
    const Proof& q = decoded.value();
    EXPECT_EQ(q.model, p.model);
    EXPECT_EQ(q.input_public, p.input_public);
    EXPECT_EQ(q.shape, p.shape);
    EXPECT_EQ(q.salts, p.salts);
    EXPECT_EQ(q.context, p.context);
    EXPECT_EQ(q.output, p.output);
    EXPECT_EQ(q.input, p.input);
    EXPECT_EQ(q.x, p.x);
    EXPECT_EQ(q.e, p.e);
    EXPECT_EQ(q.l, p.l);
    EXPECT_EQ(q.m, p.m);
    EXPECT_EQ(q.messages, p.messages);
  }
}

TEST(Proofs, PredicatesComeBack) {
  std::mt19937_64 random(6);
  for (int k = 0; k < 40; ++k) {
    const Proof p = random_hidden_proof(random);
    const Bytes bytes = encode_proof(p);
    EXPECT_EQ(bytes[8], 3);  // version 1.3
    const auto decoded = decode_proof(bytes);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded.value().predicate, p.predicate);
    EXPECT_EQ(decoded.value().y, p.y);
    EXPECT_EQ(decoded.value().m, p.m);
    EXPECT_EQ(decoded.value().messages, p.messages);
  }
}

// All else has one version, and so has each proof.
TEST(Proofs, VersionsOfAnotherKindAreRefused) {
  std::mt19937_64 random(7);
  const auto with_version = [](Bytes file, uint8_t minor) {
    file[8] = minor;
    return file;
  };
  const Proof hidden = random_hidden_proof(random);
  for (const uint8_t minor : {uint8_t{0}, uint8_t{1}, uint8_t{4}}) {
    EXPECT_FALSE(decode_proof(with_version(encode_proof(hidden), minor)).ok());
  }
  EXPECT_TRUE(decode_input_opening(encode_input_opening({})).ok());
  EXPECT_FALSE(decode_input_opening(with_version(encode_input_opening({}), 3)).ok());
  EXPECT_TRUE(decode_count_opening(encode_count_opening({})).ok());
  EXPECT_FALSE(decode_count_opening(with_version(encode_count_opening({}), 2)).ok());
  const Bytes classes = encode_classes_opening(random_classes_opening(random));
  EXPECT_TRUE(decode_classes_opening(classes).ok());
  EXPECT_FALSE(decode_classes_opening(with_version(classes, 2)).ok());
}

TEST(Openings, OfCountsAndClassesAreCanonical) {
  Bytes count = encode_count_opening({3, Scalar::one()});
  ASSERT_TRUE(decode_count_opening(count).ok());
  std::fill(count.end() - 32, count.end(), 0xff);  // no integer below the order
  EXPECT_FALSE(decode_count_opening(count).ok());
  const auto refused = [](bool label, std::vector<uint16_t> classes) {
    return !decode_classes_opening(encode_classes_opening({label, {}, {}, std::move(classes)}))
                .ok();
  };
  EXPECT_FALSE(refused(false, {1, 5, 9}));
  EXPECT_FALSE(refused(true, {5}));
  EXPECT_TRUE(refused(false, {}));
  EXPECT_TRUE(refused(false, {5, 1}));
  EXPECT_TRUE(refused(false, {5, 5}));
  EXPECT_TRUE(refused(true, {1, 5}));
  EXPECT_TRUE(refused(true, {}));
  Bytes other = encode_classes_opening({true, {}, {}, {5}});
  other[10] = 2;
  EXPECT_FALSE(decode_classes_opening(other).ok());
}

TEST(Proofs, HiddenInputsHaveNoSalt) {
  Proof p;
  p.shape.pictures = 3;
  p.input_public = false;
  const Bytes bytes = encode_proof(p);
  const auto decoded = decode_proof(bytes);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded.value().salts, std::vector<Salt>{});
  p.salts.resize(3);
  p.salts[1].fill(5);  // not written: it would open the input
  EXPECT_EQ(encode_proof(p), bytes);
  p.input_public = true;
  EXPECT_EQ(encode_proof(p).size(), bytes.size() + 3 * kSaltBytes);
}

// The shape lies behind frame and model: u8 kappa, u8 budget, u8 most, u16 pictures.
// Hidden inputs have no salts, so that with any other mode the rest of the file would still fit.
TEST(Proofs, OtherInputModesAreRefused) {
  Proof proof;
  proof.input_public = false;
  Bytes file = encode_proof(proof);
  constexpr size_t kModeAt = 8 + 2 + 32 + 5;
  ASSERT_EQ(file[kModeAt], 0);
  ASSERT_TRUE(decode_proof(file).ok());
  for (unsigned mode = 1; mode < 256; ++mode) {
    file[kModeAt] = static_cast<uint8_t>(mode);
    EXPECT_FALSE(decode_proof(file).ok()) << mode;
  }
}

TEST(Proofs, ShapesOutOfRangeAreRefused) {
  constexpr size_t kShape = 42;
  Proof p;
  p.shape = {15, {7, 2}, 1};
  p.input_public = false;  // no salts: any number of inputs could follow
  const Bytes good = encode_proof(p);
  ASSERT_EQ(good[kShape], 15);
  ASSERT_EQ(good[kShape + 1], 7);
  ASSERT_EQ(good[kShape + 2], 2);
  ASSERT_EQ(good[kShape + 3], 1);
  ASSERT_EQ(good[kShape + 4], 0);
  const auto accepted = [&](size_t at, unsigned value) {
    Bytes changed = good;
    changed[kShape + at] = static_cast<uint8_t>(value);
    return decode_proof(changed).ok();
  };
  for (unsigned value = 0; value < 256; ++value) {
    EXPECT_EQ(accepted(0, value), 4 <= value && value <= 18) << value;
    EXPECT_EQ(accepted(1, value), 1 <= value && value <= 24) << value;
    EXPECT_EQ(accepted(2, value), 1 <= value && value <= 6) << value;
    EXPECT_EQ(accepted(3, value), value != 0) << value;
    EXPECT_EQ(accepted(4, value), value < 4) << value;  // 1 + 256·value ≤ 1024
  }
  p.shape.pictures = 1024;
  EXPECT_TRUE(decode_proof(encode_proof(p)).ok());
}

// Public inputs have as many salts as the shape says.
TEST(Proofs, OneSaltAnInput) {
  Proof p;
  p.salts.resize(2);
  for (const uint16_t pictures : {uint16_t{1}, uint16_t{3}, uint16_t{1024}}) {
    p.shape.pictures = pictures;
    EXPECT_FALSE(decode_proof(encode_proof(p)).ok()) << pictures;
  }
  p.shape.pictures = 2;
  const auto decoded = decode_proof(encode_proof(p));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded.value().salts, p.salts);
}

TEST(ModelPublic, ComesBack) {
  std::mt19937_64 random(6);
  for (int k = 0; k < 20; ++k) {
    const PublicModel m = random_public_model(random);
    const auto decoded = decode_model_public(encode_model_public(m));
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded.value().commitment.circuit, m.commitment.circuit);
    EXPECT_EQ(decoded.value().commitment.weights, m.commitment.weights);
    EXPECT_EQ(decoded.value().commitment.biases, m.commitment.biases);
    EXPECT_EQ(decoded.value().bound.bits, m.bound.bits);
    EXPECT_EQ(decoded.value().bound.messages, m.bound.messages);
  }
}

// An empty proof with one length replaced; nothing follows that could fill it.
TEST(Proofs, CountsThatLieAreRefused) {
  Proof proof;
  proof.salts.resize(1);
  const Bytes empty = encode_proof(proof);
  // Frame 10, model 32, shape 5, mode 1, salt 32; then eight lengths.
  constexpr size_t kFirstLength = 80;
  ASSERT_EQ(empty.size(), kFirstLength + size_t{8} * 4);
  for (size_t field = 0; field < 8; ++field) {
    for (const uint32_t count : {1U, 2U, 4097U, 65537U, 1U << 27, 0x7fffffffU, 0x80000000U, ~0U}) {
      Bytes lying = empty;
      for (size_t i = 0; i < 4; ++i) {
        lying[kFirstLength + 4 * field + i] = static_cast<uint8_t>(count >> (8 * i));
      }
      EXPECT_FALSE(decode_proof(lying).ok()) << field << " " << count;
    }
  }
}

TEST(Proofs, LongestStringsAndTooLongOnes) {
  Proof p;
  p.salts.resize(1);
  p.context.resize(kMaxContextBytes);
  p.output.resize(1U << 16);
  EXPECT_TRUE(decode_proof(encode_proof(p)).ok());
  p.context.resize(kMaxContextBytes + 1);
  EXPECT_FALSE(decode_proof(encode_proof(p)).ok());
  p.context.clear();
  p.output.resize((1U << 16) + 1);
  EXPECT_FALSE(decode_proof(encode_proof(p)).ok());
}

TEST(ModelPublic, LongestDescriptorAndMostRows) {
  PublicModel m;
  m.commitment.circuit.resize(size_t{1} << 20);
  m.commitment.biases.resize(size_t{1} << 17);
  EXPECT_TRUE(decode_model_public(encode_model_public(m)).ok());
  m.commitment.biases.emplace_back();
  EXPECT_FALSE(decode_model_public(encode_model_public(m)).ok());
  m.commitment.biases.clear();
  m.commitment.circuit.emplace_back();
  EXPECT_FALSE(decode_model_public(encode_model_public(m)).ok());
}

}  // namespace
}  // namespace vouch
