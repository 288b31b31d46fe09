// What stands for models and inputs, and that a transcript depends on every part of a statement.
#include "argument/statement.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "circuit/random_circuit.h"

namespace vouch {
namespace {

Encoding row(uint8_t x) {
  Encoding e{};
  e.fill(x);
  return e;
}

void append_length(Bytes& to, size_t length) {
  for (int i = 0; i < 4; ++i) {
    to.push_back(static_cast<uint8_t>(length >> (8 * i)));
  }
}

void append(Bytes& to, std::string_view text) {
  append_length(to, text.size());
  to.insert(to.end(), text.begin(), text.end());
}

void append(Bytes& to, const Rows& rows) {
  append_length(to, 32 * rows.size());
  for (const Encoding& r : rows) {
    to.insert(to.end(), r.begin(), r.end());
  }
}

std::array<uint8_t, 64> sha512(const Bytes& bytes) {
  std::array<uint8_t, 64> out{};
  crypto_hash_sha512(out.data(), bytes.data(), bytes.size());
  return out;
}

bool starts_with(const std::array<uint8_t, 64>& hash, const Digest& digest) {
  return std::equal(digest.begin(), digest.end(), hash.begin());
}

TEST(Identities, AreTheHashesTheyShouldBe) {
  const ModelCommitment model{{1, 2, 3}, {row(4), row(5)}, {row(6)}};
  Bytes bytes;
  append(bytes, std::string_view("vouch model v1"));
  append(bytes, std::string_view("\1\2\3"));
  append(bytes, model.weights);
  append(bytes, model.biases);
  EXPECT_TRUE(starts_with(sha512(bytes), model_identity(model)));

  const Rows input{row(9), row(8)};
  bytes.clear();
  append(bytes, std::string_view("vouch input v1"));
  append(bytes, input);
  EXPECT_TRUE(starts_with(sha512(bytes), input_identity(input)));

  Salt salt{};
  salt.fill(7);
  bytes.clear();
  append(bytes, std::string_view("vouch input blinder v1"));
  bytes.insert(bytes.end(), salt.begin(), salt.end());
  append_length(bytes, 258);
  EXPECT_EQ(input_blinder(salt, 258), Scalar::reduce_wide(sha512(bytes)));
}

TEST(Identities, TellModelsApart) {
  const ModelCommitment model{{1, 2, 3}, {row(4), row(5)}, {row(6)}};
  const std::vector<ModelCommitment> all{
      model,
      {{1, 2, 4}, {row(4), row(5)}, {row(6)}},
      {{1, 2}, {row(4), row(5)}, {row(6)}},
      {{1, 2, 3}, {row(5), row(4)}, {row(6)}},
      {{1, 2, 3}, {row(4)}, {row(5), row(6)}},
      {{1, 2, 3}, {row(4), row(5), row(6)}, {}},
      {{1, 2, 3}, {row(4), row(5)}, {row(7)}},
  };
  std::set<Digest> identities;
  for (const ModelCommitment& m : all) {
    identities.insert(model_identity(m));
  }
  EXPECT_EQ(identities.size(), all.size());
  EXPECT_EQ(model_identity(model), model_identity(ModelCommitment(model)));
}

TEST(InputBlinder, DiffersByRowAndSalt) {
  Salt other{};
  other[31] = 1;
  std::set<std::array<uint8_t, 32>> all;
  for (const Salt& salt : {Salt{}, other}) {
    for (const uint32_t i : {0U, 1U, 255U, 256U, 65535U}) {
      all.insert(input_blinder(salt, i).bytes());
    }
  }
  EXPECT_EQ(all.size(), 10U);
}

TEST(PresentRowCount, CountsRowsWithElements) {
  for (uint32_t seed = 0; seed < 6; ++seed) {
    const Circuit circuit = random_circuit(seed);
    const Columns columns(circuit, 4 + seed % 4);
    for (const Column column : kAllColumns) {
      std::set<uint64_t> rows;
      for (const Brick& brick : columns.layout(column).bricks()) {
        const auto& e = brick.extents;
        for (uint32_t o = 0; o < e[0]; ++o) {
          for (uint32_t a = 0; a < e[1]; ++a) {
            for (uint32_t b = 0; b < e[2]; ++b) {
              for (uint32_t c = 0; c < e[3]; ++c) {
                rows.insert(brick.slot(o, a, b, c) >> columns.kappa(column));
              }
            }
          }
        }
      }
      EXPECT_EQ(present_row_count(columns, column), rows.size()) << column_name(column);
    }
  }
}

// Every part of the statement, changed alone, changes the state; none can take another's place.
TEST(BeginTranscript, DependsOnEveryPart) {
  ModelCommitment model{{1, 2, 3}, {row(4), row(5)}, {row(6)}};
  Statement statement;
  statement.input = {row(7)};
  statement.shape = {12, {9, 3}, 2};
  statement.salts.resize(2);
  statement.salts[0].fill(1);
  statement.context = {8, 9};
  statement.output = {10};
  const std::vector<std::function<void(ModelCommitment&, Statement&)>> changes{
      [](ModelCommitment&, Statement&) {},
      [](ModelCommitment& m, Statement&) { m.circuit[2] = 4; },
      [](ModelCommitment& m, Statement&) { m.circuit.pop_back(); },
      [](ModelCommitment& m, Statement&) { m.weights[1] = row(6); },
      [](ModelCommitment& m, Statement&) { std::swap(m.weights[0], m.weights[1]); },
      [](ModelCommitment& m, Statement&) { std::swap(m.weights, m.biases); },
      [](ModelCommitment& m, Statement&) { m.biases[0] = row(7); },
      [](ModelCommitment& m, Statement& s) { std::swap(m.biases, s.input); },
      [](ModelCommitment&, Statement& s) { s.input[0] = row(8); },
      [](ModelCommitment&, Statement& s) { s.input.push_back(row(7)); },
      [](ModelCommitment&, Statement& s) { s.input_public = false; },
      [](ModelCommitment&, Statement& s) { s.shape.kappa = 13; },
      [](ModelCommitment&, Statement& s) { s.shape.groups.budget = 10; },
      [](ModelCommitment&, Statement& s) { s.shape.groups.most = 4; },
      [](ModelCommitment&, Statement& s) { s.shape.pictures = 1; },
      [](ModelCommitment&, Statement& s) { s.shape.pictures = 258; },
      [](ModelCommitment&, Statement& s) { s.salts[0][31] = 2; },
      [](ModelCommitment&, Statement& s) { s.salts[1][31] = 2; },
      [](ModelCommitment&, Statement& s) { std::swap(s.salts[0], s.salts[1]); },
      [](ModelCommitment&, Statement& s) { s.salts.pop_back(); },
      [](ModelCommitment&, Statement& s) { s.salts.clear(); },
      [](ModelCommitment&, Statement& s) { s.context[0] = 9; },
      [](ModelCommitment&, Statement& s) { s.context.clear(); },
      [](ModelCommitment&, Statement& s) { std::swap(s.context, s.output); },
      [](ModelCommitment&, Statement& s) { s.output[0] = 11; },
      [](ModelCommitment&, Statement& s) { s.output.push_back(0); },
  };
  std::set<std::string> states;
  for (const auto& change : changes) {
    ModelCommitment m = model;
    Statement s = statement;
    change(m, s);
    s.model = &m;
    const Transcript transcript = begin_transcript(s);
    states.emplace(transcript.state().begin(), transcript.state().end());
  }
  EXPECT_EQ(states.size(), changes.size());
}

TEST(RowsOfInput, AreEqualParts) {
  const Rows D{row(1), row(2), row(3), row(4), row(5), row(6)};
  for (const size_t pictures : {size_t{1}, size_t{2}, size_t{3}, size_t{6}}) {
    Rows joined;
    for (size_t i = 0; i < pictures; ++i) {
      const auto part = rows_of_input(D, pictures, i);
      EXPECT_EQ(part.size(), 6 / pictures);
      joined.insert(joined.end(), part.begin(), part.end());
    }
    EXPECT_EQ(joined, D);
  }
  const auto second = rows_of_input(D, 3, 1);
  EXPECT_EQ(Rows(second.begin(), second.end()), (Rows{row(3), row(4)}));
}

TEST(AbsorbRows, DependsOnColumnAndRows) {
  std::set<std::string> states;
  const std::vector<Rows> rows{{}, {row(1)}, {row(2)}, {row(1), row(1)}};
  for (const Column column : kAllColumns) {
    for (const Rows& r : rows) {
      Transcript transcript("test");
      absorb_rows(transcript, column, r);
      states.emplace(transcript.state().begin(), transcript.state().end());
    }
  }
  EXPECT_EQ(states.size(), kColumns * rows.size());
}

}  // namespace
}  // namespace vouch
