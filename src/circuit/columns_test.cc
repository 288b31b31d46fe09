// The columns of a circuit and the limits of their sizes.
#include "circuit/columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "circuit/operators/linear_maps.h"
#include "circuit/random_circuit.h"

namespace vouch {
namespace {

class ColumnLimits : public ::testing::Test {
 protected:
  // Part of the reason, or "ok".
  void expect(const Circuit& c, const std::string& reason) const {
    const auto valid = validate(c);
    ASSERT_TRUE(valid.ok()) << valid.error().message;
    const Columns columns(c, proof_kappa_);
    auto r = validate_columns(columns);
    if (r.ok()) {
      r = validate_proof_rows(columns);
    }
    if (reason == "ok") {
      EXPECT_TRUE(r.ok()) << r.error().message;
    } else {
      ASSERT_FALSE(r.ok());
      EXPECT_NE(r.error().message.find(reason), std::string::npos) << r.error().message;
    }
  }
  // One table, of that many bits.
  void set_bits(unsigned bits) {
    c_.tables = {ActivationTable::clamp(bits, 0, 255)};
    for (Tensor& tensor : c_.tensors) {
      tensor.table = 0;
    }
  }
  // Rows and columns of tensor `input`, with pads before them.
  static Op padded(uint32_t input, std::array<uint32_t, 2> from, std::array<uint32_t, 2> to) {
    Op op = sum_of({input});
    for (size_t a = 0; a < 2; ++a) {
      op.terms[0].maps[1 + a] = pad_axis(from[a], static_cast<int32_t>(to[a] - from[a]), 0);
    }
    return op;
  }
  Circuit c_ = plain_circuit();
  unsigned proof_kappa_ = 6;
};

TEST_F(ColumnLimits, TheUnbrokenOne) { expect(c_, "ok"); }

TEST_F(ColumnLimits, RowsOfTheTables) {
  // Two tables of 2^25 rows and more: 2^26 slots.
  c_.shift = 24;
  set_bits(24);
  proof_kappa_ = 11;
  expect(c_, "column m is larger");
  EXPECT_TRUE(validate_columns(Columns(c_, 11)).ok());  // the proof's rows are not the circuit's
  proof_kappa_ = 12;
  expect(c_, "ok");
}

TEST_F(ColumnLimits, RowsOfActivations) {
  // 2^20 + 16 activations: 2^21 slots.
  c_.preparation = {};
  c_.tensors = {{{16, 1, 256, 256}, 0, 0}, {{16, 1, 256, 256}, 0, 0}, {{16, 1, 1, 1}, 0, 0}};
  c_.ops = {sum_of({0}), {OpKind::kDepthwiseConv2d, {1}, {256, 256, 256, 256}}};
  c_.model_kappa = 8;
  c_.input_kappa = 8;
  ASSERT_EQ(Columns(c_, 6).layout(Column::kX).bits(), 21U);
  expect(c_, "column X is larger");
  EXPECT_TRUE(validate_columns(Columns(c_, 6)).ok());
  proof_kappa_ = 7;
  expect(c_, "ok");
  proof_kappa_ = kMaxProofKappa;
  expect(c_, "ok");
}

TEST_F(ColumnLimits, RowsLongerThanTheColumns) {
  // Tables of 2^13 + 2^8 + 2^8 rows, fewer activations.
  set_bits(12);
  proof_kappa_ = 14;
  expect(c_, "ok");
  proof_kappa_ = 15;
  expect(c_, "rows are longer than its columns");
  EXPECT_TRUE(validate_columns(Columns(c_, 15)).ok());
  // Now 2^15 + 1 activations or more: rows as long as X.
  c_.tensors = {{{1, 1, 128, 128}, 0, 0}, {{1, 1, 130, 130}, 0, 0}, {{1, 1, 130, 130}, 0, 0}};
  c_.preparation = {};
  c_.ops = {padded(0, {128, 128}, {130, 130}), sum_of({1})};
  c_.input_kappa = 8;
  const auto longest = std::bit_width(Columns(c_, 4).layout(Column::kX).used() - 1);
  ASSERT_GT(longest, 14);
  proof_kappa_ = static_cast<unsigned>(longest);
  expect(c_, "ok");
  ++proof_kappa_;
  expect(c_, "rows are longer than its columns");
}

TEST_F(ColumnLimits, TheShortestRowsAreNeverTooLong) {
  c_.preparation = {};
  c_.shift = 4;
  set_bits(9);
  c_.tensors = {{{1, 1, 1, 1}, 0, 0}, {{1, 1, 1, 1}, 0, 0}};
  c_.ops = {sum_of({0})};
  proof_kappa_ = 4;
  expect(c_, "ok");
  EXPECT_EQ(Columns(c_, 4).kappa(Column::kD), 0U);  // one code in one row
  EXPECT_EQ(Columns(c_, 4).row_bits(Column::kD), 1U);
}

TEST_F(ColumnLimits, RowsOfWeights) {
  c_.preparation = {};
  c_.tensors = {{{4096, 1, 1, 1}, 0, 0}, {{4096, 1, 1, 1}, 0, 0}};
  c_.ops = {{OpKind::kConv2d, {0}, {}}};  // 2^24 weights
  c_.model_kappa = 9;
  expect(c_, "column W is larger");
  c_.model_kappa = 10;
  expect(c_, "ok");
}

TEST_F(ColumnLimits, SlotsOfWeights) {
  c_.preparation = {};
  c_.tensors = {{{65536, 1, 1, 1}, 0, 0}, {{32768, 1, 1, 1}, 0, 0}};
  c_.ops = {{OpKind::kConv2d, {0}, {}}};  // 2^31 weights
  c_.model_kappa = 16;
  expect(c_, "column W is larger");
}

TEST_F(ColumnLimits, RowsOfInput) {
  c_.preparation = {};
  c_.tensors = {{{2, 1, 2048, 1024}, 0, 0}, {{2, 1, 4, 2}, 0, 0}};
  c_.ops = {{OpKind::kDepthwiseConv2d, {0}, {512, 512, 512, 512}}};
  c_.input_kappa = 7;
  expect(c_, "column D is larger");
  c_.input_kappa = 8;
  expect(c_, "ok");
}

TEST_F(ColumnLimits, LookupsTimesTableRows) {
  // 15.25·2^24 activations: less than 2^30 lookups. Tables of 2^18 + 2^19 + 2^8 rows: 2^20 slots.
  c_.preparation = {};
  c_.input_kappa = 16;
  proof_kappa_ = 16;
  c_.shift = 18;
  set_bits(18);
  c_.tensors = {{{1, 1, 1, 1}, 0, 0}};
  c_.ops = {};
  c_.tensors[0].shape = {1, 1, 1024, 4096};
  for (uint32_t i = 0; i < 16; ++i) {
    const uint32_t from = std::min(1024 * (i + 1), 4096U);
    const uint32_t to = std::min(1024 * (i + 2), 4096U);
    c_.ops.push_back(from == to ? sum_of({i}) : padded(i, {from, 4096}, {to, 4096}));
    c_.tensors.push_back({{1, 1, to, 4096}, 0, 0});
  }
  c_.ops.push_back({OpKind::kConv2d, {16}, {512, 512, 512, 512}});
  c_.tensors.push_back({{1, 1, 8, 8}, 0, 0});
  expect(c_, "ok");
  set_bits(19);
  expect(c_, "lookups × table rows exceed 2^50");
}

TEST(Columns, TablesAndTags) {
  Circuit c = plain_circuit();
  c.tables = {ActivationTable::clamp(12, 0, 255),
              ActivationTable::clamp(13, 3, 255),
              {9, 77, {{-3, 1, 2, 5}}}};
  const std::vector<uint8_t> tables{0, 1, 0, 2, 0, 1};
  for (size_t op = 0; op < tables.size(); ++op) {
    c.tensors[op + 1].table = tables[op];
  }
  const Columns columns(c, 7);
  EXPECT_EQ(columns.tables(), c.tables.size());
  const Layout& m = columns.layout(Column::kM);
  ASSERT_EQ(m.bricks().size(), 5U);
  for (size_t op = 0; op < tables.size(); ++op) {
    EXPECT_EQ(columns.table_of(op), tables[op]);
    EXPECT_EQ(columns.tag_of(op),
              3U + tables[op]);  // neither the range table's nor the plain one's
  }
  EXPECT_EQ(m.bricks()[0].extents, (Extents{1, 1, 1, 1U << 8}));
  EXPECT_EQ(m.bricks()[1].extents, (Extents{1, 1, 1, 1U << 13}));
  EXPECT_EQ(m.bricks()[2].extents, (Extents{1, 1, 1, 1U << 14}));
  EXPECT_EQ(m.bricks()[3].extents, (Extents{1, 1, 1, 1U << 10}));
  EXPECT_EQ(m.bricks()[4].extents, (Extents{1, 1, 1, 256}));
}

TEST(Columns, LayoutsHoldWhatTheOperatorsHave) {
  const Circuit c = plain_circuit();
  const Columns columns(c, 7);
  EXPECT_EQ(&columns.layout(Column::kX), &columns.layout(Column::kE));
  const auto extents = [&](Column column, size_t i) {
    return columns.layout(column).bricks()[i].extents;
  };
  EXPECT_EQ(extents(Column::kX, 3), (Extents{4, 1, 3, 4}));
  EXPECT_EQ(extents(Column::kD, 0), (Extents{1, 3, 6, 7}));
  EXPECT_EQ(extents(Column::kW, 0), (Extents{4, 3, 3, 3}));
  EXPECT_EQ(extents(Column::kW, 1), (Extents{4, 1, 3, 3}));
  EXPECT_EQ(extents(Column::kW, 2), (Extents{1, 1, 1, 2}));
  EXPECT_EQ(extents(Column::kB, 0), (Extents{4, 1, 1, 1}));
  EXPECT_EQ(extents(Column::kB, 2), (Extents{1, 1, 1, 1}));
  EXPECT_EQ(columns.entries().bricks()[1].extents, (Extents{1, 4, 3, 3}));
  EXPECT_EQ(extents(Column::kW, 5), (Extents{1, 1, 1, 1}));
  EXPECT_EQ(columns.entries().bricks()[5].extents, (Extents{4, 1, 5, 5}));
  EXPECT_EQ(columns.products(), 1U);
  for (size_t op = 0; op < c.ops.size(); ++op) {
    const WeightCounts counts = weight_counts(c, op);
    EXPECT_EQ(counts.weights, columns.layout(Column::kW).bricks()[op].elements());
    EXPECT_EQ(counts.biases, columns.layout(Column::kB).bricks()[op].elements());
  }
  EXPECT_EQ(columns.kappa(Column::kW), 5U);
  EXPECT_EQ(columns.kappa(Column::kB), 5U);
  EXPECT_EQ(columns.kappa(Column::kX), 7U);
  EXPECT_EQ(columns.kappa(Column::kE), 7U);
  EXPECT_EQ(columns.kappa(Column::kM), 7U);
  EXPECT_EQ(columns.kappa(Column::kD), 6U);
  EXPECT_EQ(columns.max_kappa(), 7U);
  for (const Column column : kAllColumns) {
    EXPECT_GE(columns.layout(column).bits(), columns.kappa(column));
  }
}

TEST(Columns, MaxKappaIsTheLargestOfTheThree) {
  Circuit c = plain_circuit();
  EXPECT_EQ(Columns(c, 9).max_kappa(), 9U);
  EXPECT_EQ(Columns(c, 4).max_kappa(), 6U);  // D's
  c.model_kappa = 8;
  EXPECT_EQ(Columns(c, 4).max_kappa(), 8U);
}

// An input of 3 × 6 × 7 takes 2^(2 + 3 + 3) slots: its rows are not longer.
TEST(Columns, RowsOfTheInputAreNotLongerThanOneInput) {
  Circuit c = plain_circuit();
  for (const auto& [input_kappa, kappa] :
       {std::pair<uint8_t, unsigned>{4, 4}, {7, 7}, {8, 8}, {9, 8}, {15, 8}}) {
    c.input_kappa = input_kappa;
    for (const uint32_t pictures : {1U, 2U, 3U, 7U}) {
      const Columns columns(with_pictures(c, pictures), 5);
      EXPECT_EQ(columns.kappa(Column::kD), kappa);
      EXPECT_GE(columns.layout(Column::kD).bits(), kappa);
    }
  }
}

// Each input has the same rows, one input's after the other's, present and not.
TEST(Columns, InputsOfABatchHaveRowsOfTheirOwn) {
  for (const uint8_t input_kappa : std::to_array<uint8_t>({4, 6, 15})) {
    Circuit c = plain_circuit();
    c.input_kappa = input_kappa;
    const Columns one(c, 4);
    const Layout& single = one.layout(Column::kD);
    const unsigned kappa = one.kappa(Column::kD);
    const auto present = single.present_rows(kappa);
    const Brick& brick = single.bricks()[0];
    const uint64_t rows = uint64_t{1} << (brick.height - kappa);
    const Columns all(with_pictures(c, 3), 4);
    const Brick& joined = all.layout(Column::kD).bricks()[0];
    EXPECT_EQ(joined.extents, (Extents{3, 3, 6, 7}));
    const auto present_of_all = all.layout(Column::kD).present_rows(kappa);
    for (uint32_t i = 0; i < 3; ++i) {
      for (uint64_t row = 0; row < rows; ++row) {
        EXPECT_EQ(present_of_all[i * rows + row], present[row]) << i << " " << row;
      }
      for (uint32_t channel = 0; channel < 3; ++channel) {
        for (uint32_t y = 0; y < 6; ++y) {
          for (uint32_t x = 0; x < 7; ++x) {
            EXPECT_EQ(joined.slot(i, channel, y, x),
                      brick.slot(0, channel, y, x) + ((i * rows) << kappa));
          }
        }
      }
    }
    EXPECT_EQ(std::count(present_of_all.begin(), present_of_all.end(), true),
              3 * std::count(present.begin(), present.end(), true));
  }
}

TEST(Columns, OfTheModelDoNotDependOnProofOrPictures) {
  const Circuit c = plain_circuit();
  const Columns a(c, 4);
  const Columns b(with_pictures(c, 5), 9);
  for (const Column column : {Column::kW, Column::kB}) {
    EXPECT_EQ(a.kappa(column), b.kappa(column));
    EXPECT_EQ(a.layout(column).bits(), b.layout(column).bits());
    EXPECT_EQ(a.layout(column).present_rows(5), b.layout(column).present_rows(5));
  }
}

TEST(WithPictures, MultipliesEveryBatch) {
  Circuit c = random_circuit(3);
  const Circuit many = with_pictures(c, 4);
  EXPECT_TRUE(validate(many).ok());
  for (size_t i = 0; i < c.tensors.size(); ++i) {
    EXPECT_EQ(many.tensors[i].shape.batch, 4 * c.tensors[i].shape.batch);
    c.tensors[i].shape.batch *= 4;
  }
  EXPECT_EQ(many, c);
  EXPECT_EQ(with_pictures(c, 1), c);
}

}  // namespace
}  // namespace vouch
