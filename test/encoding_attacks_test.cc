// Encodings: everything has one, and a commitment that hides nothing is refused.
#include <gtest/gtest.h>

#include <algorithm>

#include "attack_case.h"

namespace vouch::dense {
namespace {

void expect_decoding(const Verdict& verdict, const std::string& what) {
  EXPECT_EQ(std::string(reason_name(verdict.reason)), "decoding") << what << verdict.detail;
}

// x + ℓ as 32 bytes: the same scalar if it is reduced.
void add_order(Encoding& bytes) {
  Encoding order = (-Scalar::one()).bytes();
  order[0] += 1;  // ℓ − 1 ends in …ec
  unsigned carry = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    carry += unsigned{bytes[i]} + order[i];
    bytes[i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
  ASSERT_EQ(carry, 0U);
}

// 2^255 − 19 − s: the same element if the sign of s is not looked at.
void negate_field_element(Encoding& s) {
  Encoding p;
  p.fill(0xff);
  p[0] = 0xed;
  p[31] = 0x7f;
  int borrow = 0;
  for (size_t i = 0; i < s.size(); ++i) {
    const int difference = int{p[i]} - int{s[i]} - borrow;
    borrow = difference < 0 ? 1 : 0;
    s[i] = static_cast<uint8_t>(difference & 0xff);
  }
}

void set_highest_bit(Encoding& s) { s[31] |= 0x80; }

class OtherScalar : public ::testing::TestWithParam<const char*> {};

TEST_P(OtherScalar, NotReduced) {
  Forgery forgery = honest();
  bool met = false;
  forgery.channel.encoding = [&](const std::string& label, size_t number, Encoding& bytes) {
    if (label == GetParam() && number == 0) {
      add_order(bytes);
      met = true;
    }
  };
  const DenseProof made = prove_small(forgery);
  ASSERT_TRUE(met);
  EXPECT_TRUE(made.false_checks.empty());
  expect_decoding(judge(made), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Labels, OtherScalar,
                         ::testing::Values("product f", "product g", "product h", "mask form",
                                           "blinder", "folded"));

class OtherPoint : public ::testing::TestWithParam<const char*> {};

TEST_P(OtherPoint, OfTheSameElement) {
  for (const auto& change : {negate_field_element, set_highest_bit}) {
    Forgery forgery = honest();
    bool met = false;
    forgery.channel.encoding = [&](const std::string& label, size_t number, Encoding& bytes) {
      if (label == GetParam() && number == 0) {
        change(bytes);
        met = true;
      }
    };
    const DenseProof made = prove_small(forgery);
    ASSERT_TRUE(met);
    EXPECT_TRUE(made.false_checks.empty());
    expect_decoding(judge(made), GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(Labels, OtherPoint,
                         ::testing::Values("lookup roots", "lookup round", "lookup children",
                                           "bilinear claim", "bilinear ends", "opening round",
                                           "products", "mask", "fold left", "fold right"));

TEST(OtherPoints, InRows) {
  for (const auto& change : {negate_field_element, set_highest_bit}) {
    for (const Column changed : {Column::kD, Column::kX, Column::kE, Column::kM}) {
      Forgery forgery = honest();
      forgery.row_encoding = [&](Column column, size_t number, Encoding& bytes) {
        if (column == changed && number == 0) {
          change(bytes);
        }
      };
      const DenseProof made = prove_small(forgery);
      EXPECT_TRUE(made.false_checks.empty());
      expect_decoding(judge(made), column_name(changed));
    }
    for (Rows ModelCommitment::*rows : {&ModelCommitment::weights, &ModelCommitment::biases}) {
      ModelCommitment commitment = small_model().commitment;
      change((commitment.*rows).back());
      expect_decoding(load_commitment(commitment).verdict, "model");
    }
  }
}

// A network whose weights are 0 clamps nothing: rows of E and W are 0.
Circuit unclamped_circuit() {
  Circuit circuit = small_circuit();
  for (Tensor& t : circuit.tensors) {
    t.table = kPlainClamp;
  }
  return circuit;
}

Weights zero_weights(const Circuit& circuit) {
  Weights weights = small_weights(circuit, 1);
  for (OpWeights& op : weights) {
    std::fill(op.weights.begin(), op.weights.end(), 0);
  }
  return weights;
}

// A row of zeros without a blinder tells that it is one; its commitment is the identity.
TEST(Identity, RowOfZerosWithoutABlinder) {
  const Circuit circuit = unclamped_circuit();
  const DenseModel model(circuit, zero_weights(circuit), kSmallShape, test_generators());
  Forgery blinded(model, run(circuit, model.columns, model.weights, small_picture(1)));
  const DenseProof good = prove_densely(model, blinded, test_generators());
  EXPECT_TRUE(judge(model, good.proof).accepted());
  EXPECT_EQ(std::count(good.proof.e.begin(), good.proof.e.end(), Encoding{}), 0);

  Forgery bare = blinded;
  bare.row = [](Column column, size_t number, Held& held) {
    if (column == Column::kE && number == 2) {
      ASSERT_TRUE(held.values.empty());
      held.blinder = Scalar::zero();
    }
  };
  const DenseProof made = prove_densely(model, bare, test_generators());
  EXPECT_EQ(made.proof.e[2], Encoding{});
  EXPECT_TRUE(made.false_checks.empty());
  expect_decoding(judge(model, made.proof), "E");
}

TEST(Identity, RowOfTheModel) {
  for (Rows ModelCommitment::*rows : {&ModelCommitment::weights, &ModelCommitment::biases}) {
    ModelCommitment commitment = small_model().commitment;
    (commitment.*rows)[0] = Encoding{};
    expect_decoding(load_commitment(commitment).verdict, "model");
  }
}

// A mask of zeros would show z = c'·u.
TEST(Identity, MaskOfZeros) {
  Forgery forgery = honest();
  forgery.ledger.mask = [](Held& mask) { mask = {}; };
  const DenseProof made = prove_small(forgery);
  EXPECT_TRUE(made.false_checks.empty());
  expect_decoding(judge(made), "mask");
}

TEST(Messages, OneTooFewOneTooMany) {
  Forgery forgery = honest();
  const DenseProof made = prove_small(forgery);
  Proof proof = made.proof;
  proof.messages.push_back(proof.messages.back());
  expect_decoding(judge(small_model(), proof), "one more");
  proof.messages.push_back(Encoding{});
  expect_decoding(judge(small_model(), proof), "two more");
  proof = made.proof;
  proof.messages.pop_back();
  expect_decoding(judge(small_model(), proof), "one less");
  proof.messages.clear();
  expect_decoding(judge(small_model(), proof), "none");
}

}  // namespace
}  // namespace vouch::dense
