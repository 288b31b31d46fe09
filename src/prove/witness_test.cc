// The witness against columns written out slot by slot: multiplicities, reading, and commitments.
#include "prove/witness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "circuit/tables.h"
#include "poly/random_point.h"
#include "prove/commitments.h"
#include "prove/ragged_samples.h"
#include "prove/random_weights.h"
#include "prove/test_generators.h"

namespace vouch {
namespace {

using Slots = std::vector<int64_t>;

class Witnesses : public ::testing::TestWithParam<uint32_t> {
 protected:
  Witnesses()
      : circuit_(random_circuit(GetParam())),
        weights_(random_weights(circuit_, GetParam())),
        trace_(run()),
        witness_(circuit_, columns_, weights_, trace_) {}

  Trace run() const {
    auto trace = Executor(circuit_, weights_).run(random_input(circuit_, GetParam()), true);
    EXPECT_TRUE(trace.ok()) << trace.error().message;
    return std::move(trace).value();
  }

  // Number of D's element i, [batch][channel][row][column], in [channel][batch][row][column].
  size_t number_of_input(size_t i) const {
    const Shape& s = circuit_.input().shape;
    const size_t plane = size_t{s.rows} * s.columns;
    const size_t channel = i / plane % s.channels;
    const size_t batch = i / plane / s.channels;
    return (channel * s.batch + batch) * plane + i % plane;
  }

  // Calls body(brick number, element number, slot) for all elements of a column.
  template <class Body>
  void for_each_element(Column column, const Body& body) const {
    const auto& bricks = columns_.layout(column).bricks();
    for (size_t b = 0; b < bricks.size(); ++b) {
      for (size_t i = 0; i < bricks[b].elements(); ++i) {
        body(b, i, slot_of(bricks[b], i));
      }
    }
  }

  // The whole index space of a column, pads 0.
  Slots dense(Column column) const {
    Slots out(size_t{1} << columns_.layout(column).bits());
    for_each_element(column, [&](size_t b, size_t i, uint64_t slot) {
      switch (column) {
        case Column::kX:
          out[slot] = trace_.tensors[b + 1].X[i];
          break;
        case Column::kE:
          out[slot] = int64_t{trace_.tensors[b + 1].V[i]} - trace_.tensors[b + 1].X[i];
          break;
        case Column::kL:
          out[slot] = trace_.tensors[b + 1].L[i];
          break;
        case Column::kM:
          out[slot] = witness_.multiplicities()[slot];
          break;
        case Column::kW:
          out[slot] = weights_[b].weights[i];
          break;
        case Column::kB:
          out[slot] = weights_[b].biases[i];
          break;
        case Column::kD:
          out[slot] = trace_.tensors[0].X[number_of_input(i)];
          break;
        case Column::kY:  // without a predicate there is none
          ADD_FAILURE();
          break;
      }
    });
    return out;
  }

  Circuit circuit_;
  Columns columns_{circuit_, 4 + GetParam() % 4};
  Weights weights_;
  Trace trace_;
  Witness witness_;
};

// Number of the table row that a lookup (X, E) of this tag means, or −1.
int64_t row_of(const ActivationTable& table, int64_t X, int64_t E) {
  const int64_t V = X + E;
  const int64_t zero = int64_t{1} << table.bits;
  return V >= -zero && V < zero && table.at(V) == X ? V + zero : -1;
}

TEST_P(Witnesses, MultiplicitiesCountEverySlotsLookups) {
  const auto& tables = columns_.layout(Column::kM).bricks();
  std::vector<uint32_t> expected(size_t{1} << columns_.layout(Column::kM).bits());
  const Slots X = dense(Column::kX);
  const Slots E = dense(Column::kE);
  std::vector<size_t> brick_of(X.size(), tables.size() - 1);  // pads: the plain table
  std::vector<uint32_t> R(X.size());
  for_each_element(Column::kX, [&](size_t b, size_t i, uint64_t slot) {
    brick_of[slot] = 1 + columns_.table_of(b);
    R[slot] = trace_.tensors[b + 1].R[i];
  });
  for (size_t slot = 0; slot < X.size(); ++slot) {
    const size_t b = brick_of[slot];
    const int64_t row =
        b + 1 == tables.size() ? X[slot] : row_of(circuit_.tables[b - 1], X[slot], E[slot]);
    ASSERT_GE(row, 0);
    ++expected[tables[b].offset + static_cast<uint64_t>(row)];
    ++expected[tables[0].offset + R[slot]];
  }
  for (const int64_t code : dense(Column::kD)) {
    ++expected[tables.back().offset + static_cast<uint64_t>(code)];
  }
  EXPECT_EQ(witness_.multiplicities(), expected);
}

TEST_P(Witnesses, RunsOfARowAreItsElements) {
  for (const Column column : kAllColumns) {
    const Layout& layout = columns_.layout(column);
    const Slots all = dense(column);
    for (const unsigned kappa : {1U, 3U, columns_.kappa(column), layout.bits()}) {
      if (kappa > layout.bits()) {
        continue;
      }
      const size_t rows = size_t{1} << (layout.bits() - kappa);
      for (size_t row = 0; row < rows; row += 1 + rows / 300) {
        Slots values(size_t{1} << kappa);
        size_t next = 0;
        for_each_run_of_row(layout, kappa, row,
                            [&](size_t brick, size_t element, size_t n, size_t at) {
                              ASSERT_GE(at, next);
                              next = at + n;
                              ASSERT_LE(next, values.size());
                              witness_.read(column, brick, element, n, values.data() + at);
                            });
        ASSERT_TRUE(std::equal(values.begin(), values.end(),
                               all.begin() + static_cast<std::ptrdiff_t>(row << kappa)))
            << column_name(column) << " " << kappa << " " << row;
      }
    }
  }
}

Point naive_commitment(std::span<const int64_t> row, const Scalar& blinder) {
  Point sum = test_generators().H().point().multiply_vartime(blinder);
  for (size_t i = 0; i < row.size(); ++i) {
    sum += test_generators().G()[i].point().multiply_vartime(Scalar::from_i64(row[i]));
  }
  return sum;
}

// Commits through `read` and compares up to eight rows, the first and the last among them.
void expect_commitments(const Columns& columns, Column column, const ColumnReader& read,
                        const Slots& all) {
  SecretRandom random = test_random(5);
  std::vector<uint32_t> rows;
  const ColumnOpening opening =
      commit_column_vartime(columns.shape(column), read, test_generators(), [&](uint32_t row) {
        rows.push_back(row);
        return random_scalar(random);
      });
  const unsigned kappa = columns.kappa(column);
  const auto present = columns.layout(column).present_rows(kappa);
  std::vector<uint32_t> expected_rows;
  for (uint32_t row = 0; row < present.size(); ++row) {
    if (present[row]) {
      expected_rows.push_back(row);
    }
  }
  ASSERT_EQ(rows, expected_rows);  // one blinder a present row, in order
  ASSERT_EQ(opening.rows.size(), rows.size());
  ASSERT_EQ(opening.blinders.size(), rows.size());
  SecretRandom again = test_random(5);
  for (const Scalar& blinder : opening.blinders) {
    EXPECT_EQ(blinder, random_scalar(again));
  }
  const size_t step = std::max<size_t>(1, rows.size() / 7);
  for (size_t i = 0; i < rows.size();
       i = i + 1 == rows.size() ? i + 1 : std::min(i + step, rows.size() - 1)) {
    const auto row = std::span(all).subspan(size_t{rows[i]} << kappa, size_t{1} << kappa);
    EXPECT_EQ(opening.rows[i], naive_commitment(row, opening.blinders[i]).encode())
        << column_name(column) << " " << rows[i];
  }
}

TEST_P(Witnesses, CommitmentsAreTheRowsCommitments) {
  for (const Column column : kAllColumns) {
    expect_commitments(
        columns_, column,
        [&](size_t brick, size_t element, size_t count, int64_t* out) {
          witness_.read(column, brick, element, count, out);
        },
        dense(column));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Witnesses, ::testing::Range(0U, 6U));

TEST(Commitments, OfWideIntegers) {
  const Circuit circuit = random_circuit(3);
  const Columns columns(circuit, 4);
  const Layout& layout = columns.layout(Column::kW);
  std::mt19937_64 random(1);
  constexpr int64_t kEdge = int64_t{1} << 31;
  const std::array<int64_t, 8> edges{kEdge - 1, kEdge, -kEdge, -kEdge - 1,
                                     0,         1,     -1,     (int64_t{1} << 47) - 1};
  for (const unsigned width : {8U, 31U, 32U, 47U}) {
    Slots all(size_t{1} << layout.bits());
    for (const Brick& brick : layout.bricks()) {
      for (size_t i = 0; i < brick.elements(); ++i) {
        const auto wide = static_cast<int64_t>(random() >> (64 - width));
        all[slot_of(brick, i)] = width > 32 && i < edges.size() ? edges[i]
                                 : random() % 2 == 0            ? wide
                                                                : -wide;
      }
    }
    expect_commitments(
        columns, Column::kW,
        [&](size_t brick, size_t element, size_t count, int64_t* out) {
          for (size_t i = 0; i < count; ++i) {
            out[i] = all[slot_of(layout.bricks()[brick], element + i)];
          }
        },
        all);
  }
}

}  // namespace
}  // namespace vouch
