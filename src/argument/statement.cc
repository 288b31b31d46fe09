#include "argument/statement.h"

#include <sodium.h>

#include <algorithm>
#include <string>

namespace vouch {
namespace {

constexpr const char* kProtocol = "vouch proof v1.2";
constexpr const char* kPredicateProtocol = "vouch proof v1.3";

ByteSpan bytes_of(std::span<const Encoding> rows) {
  return {reinterpret_cast<const uint8_t*>(rows.data()), rows.size() * kPointBytes};
}

ByteSpan bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::array<uint8_t, 64> sha512(const Bytes& bytes) {
  std::array<uint8_t, 64> out{};
  crypto_hash_sha512(out.data(), bytes.data(), bytes.size());
  return out;
}

Digest digest(const Bytes& bytes) {
  const auto full = sha512(bytes);
  Digest out{};
  std::copy_n(full.begin(), out.size(), out.begin());
  return out;
}

Digest rows_identity(std::string_view what, std::span<const Encoding> rows) {
  ByteWriter w;
  w.prefixed(what);
  w.prefixed(bytes_of(rows));
  return digest(w.bytes());
}

Scalar salted_blinder(std::string_view what, const Salt& salt, uint32_t row) {
  ByteWriter w;
  w.prefixed(what);
  w.raw(salt);
  w.u32(row);
  Bytes bytes = w.take();
  auto wide = sha512(bytes);
  const Scalar blinder = Scalar::reduce_wide(wide);
  sodium_memzero(bytes.data(), bytes.size());
  sodium_memzero(wide.data(), wide.size());
  return blinder;
}

}  // namespace

size_t present_row_count(const ColumnShape& column) {
  const auto present = column.layout->present_rows(column.kappa);
  return static_cast<size_t>(std::count(present.begin(), present.end(), true));
}

Digest model_identity(const ModelCommitment& model) {
  ByteWriter w;
  w.prefixed("vouch model v1");
  w.prefixed(model.circuit);
  w.prefixed(bytes_of(model.weights));
  w.prefixed(bytes_of(model.biases));
  return digest(w.bytes());
}

std::span<const Encoding> rows_of_input(const Rows& D, size_t pictures, size_t i) {
  const size_t rows = D.size() / pictures;
  return std::span(D).subspan(i * rows, rows);
}

PartRows rows_of_part(const Columns& columns, OutputPart part) {
  const PredicateLayout& layout = columns.predicate();
  const Brick& brick = layout.column().bricks()[layout.brick_of(part).value()];
  const unsigned kappa = columns.kappa(Column::kY);
  const std::vector<bool> present = layout.column().present_rows(kappa);
  const auto begin = present.begin() + static_cast<std::ptrdiff_t>(brick.offset >> kappa);
  const auto length = static_cast<std::ptrdiff_t>(uint64_t{1} << (brick.height - kappa));
  return {static_cast<size_t>(std::count(present.begin(), begin, true)),
          static_cast<size_t>(std::count(begin, begin + length, true))};
}

Digest input_identity(std::span<const Encoding> rows) {
  return rows_identity("vouch input v1", rows);
}

Digest prediction_identity(std::span<const Encoding> rows) {
  return rows_identity("vouch prediction v1", rows);
}

Digest label_identity(std::span<const Encoding> rows) {
  return rows_identity("vouch label v1", rows);
}

Scalar input_blinder(const Salt& salt, uint32_t row) {
  return salted_blinder("vouch input blinder v1", salt, row);
}

Scalar prediction_blinder(const Salt& salt, uint32_t row) {
  return salted_blinder("vouch prediction blinder v1", salt, row);
}

Scalar label_blinder(const Salt& salt, uint32_t row) {
  return salted_blinder("vouch label blinder v1", salt, row);
}

Transcript begin_transcript(const Statement& s) {
  Transcript transcript(s.predicate ? kPredicateProtocol : kProtocol);
  transcript.absorb("circuit", s.model->circuit);
  ByteWriter shape;
  encode(shape, s.shape);
  transcript.absorb("shape", shape.bytes());
  transcript.absorb("model W", bytes_of(s.model->weights));
  transcript.absorb("model b", bytes_of(s.model->biases));
  transcript.absorb("input D", bytes_of(s.input));
  transcript.absorb("input mode", bytes_of(s.input_public ? "public" : "hidden"));
  transcript.absorb("input salts", {reinterpret_cast<const uint8_t*>(s.salts.data()),
                                    s.salts.size() * kSaltBytes});
  transcript.absorb("context", s.context);
  if (s.predicate) {
    ByteWriter predicate;
    encode(predicate, *s.predicate);
    transcript.absorb("predicate", predicate.bytes());
  }
  transcript.absorb("output", s.output);
  return transcript;
}

void absorb_rows(Transcript& transcript, Column column, const Rows& rows) {
  transcript.absorb(std::string("rows ") + column_name(column), bytes_of(rows));
}

Transcript begin_bound_transcript(const ModelCommitment& model) {
  Transcript transcript("vouch weight bound v1");
  transcript.absorb("circuit", model.circuit);
  transcript.absorb("model W", bytes_of(model.weights));
  transcript.absorb("model b", bytes_of(model.biases));
  return transcript;
}

void absorb_bits(Transcript& transcript, const Rows& rows) {
  transcript.absorb("rows bits", bytes_of(rows));
}

}  // namespace vouch
