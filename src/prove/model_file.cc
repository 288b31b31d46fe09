#include "prove/model_file.h"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "base/format_version.h"
#include "base/secret.h"

namespace vouch {
namespace {

constexpr size_t kChecksumBytes = 32;
constexpr size_t kMaxCircuitBytes = size_t{1} << 20;
constexpr uint32_t kMaxRows = 1U << 17;
constexpr unsigned kMaxWidth = 6;

using Checksum = std::array<uint8_t, kChecksumBytes>;

Checksum checksum_of(ByteSpan bytes) {
  std::array<uint8_t, crypto_hash_sha512_BYTES> full{};
  crypto_hash_sha512(full.data(), bytes.data(), bytes.size());
  Checksum out{};
  std::copy_n(full.begin(), out.size(), out.begin());
  return out;
}

Error malformed() { return Error{"the compiled model is malformed"}; }

// The fewest bytes in which two's complement holds all of them.
unsigned width_for(std::span<const int64_t> integers) {
  uint64_t bits = 0;  // that some x, or ~x of a negative one, has: all but the sign
  for (const int64_t x : integers) {
    bits |= static_cast<uint64_t>(x ^ (x >> 63));
  }
  return static_cast<unsigned>(std::bit_width(bits)) / 8 + 1;
}

void write_integers(ByteWriter& w, std::span<const int64_t> integers) {
  const unsigned width = width_for(integers);
  VOUCH_CHECK(width <= kMaxWidth);
  w.u8(static_cast<uint8_t>(width));
  SecretVector<uint8_t> packed(integers.size() * width);
  uint8_t* to = packed.data();
  for (const int64_t x : integers) {
    for (unsigned i = 0; i < width; ++i) {
      *to++ = static_cast<uint8_t>(static_cast<uint64_t>(x) >> (8 * i));
    }
  }
  w.raw(packed);
}

// One two's complement integer of `width` bytes.
int64_t read_integer(const uint8_t* from, unsigned width) {
  uint64_t x = 0;
  for (unsigned i = 0; i < width; ++i) {
    x |= uint64_t{from[i]} << (8 * i);
  }
  const unsigned unused = 64 - 8 * width;
  return static_cast<int64_t>(x << unused) >> unused;
}

template <unsigned kWidth>
void unpack(const uint8_t* from, std::span<int64_t> to) {
  for (int64_t& x : to) {
    x = read_integer(from, kWidth);
    from += kWidth;
  }
}

void unpack(const uint8_t* from, unsigned width, std::span<int64_t> to) {
  switch (width) {
    case 1:
      return unpack<1>(from, to);
    case 2:
      return unpack<2>(from, to);
    case 3:
      return unpack<3>(from, to);
    case 4:
      return unpack<4>(from, to);
    case 5:
      return unpack<5>(from, to);
    case 6:
      return unpack<6>(from, to);
    default:
      VOUCH_CHECK(false);
  }
}

Result<std::vector<int64_t>> read_integers(ByteReader& r, uint64_t count) {
  const unsigned width = r.u8();
  if (width < 1 || width > kMaxWidth || count > r.remaining() / width) {
    return malformed();
  }
  const ByteSpan packed = r.raw(count * width);
  std::vector<int64_t> integers(count);
  unpack(packed.data(), width, integers);
  if (width_for(integers) != width) {
    return malformed();
  }
  return integers;
}

void write_rows(ByteWriter& w, const Rows& rows) {
  w.u32(static_cast<uint32_t>(rows.size()));
  for (const Encoding& row : rows) {
    w.raw(row);
  }
}

Rows read_rows(ByteReader& r) {
  Rows rows(r.count(kMaxRows, kPointBytes));
  for (Encoding& row : rows) {
    r.read(row);
  }
  return rows;
}

void write_text(ByteWriter& w, std::string_view text) {
  w.prefixed(text.substr(0, ModelMetadata::kMaxTextBytes));
}

void write_texts(ByteWriter& w, std::span<const std::string> texts) {
  w.u32(static_cast<uint32_t>(texts.size()));
  for (const std::string& text : texts) {
    write_text(w, text);
  }
}

std::vector<std::string> read_texts(ByteReader& r, size_t max) {
  std::vector<std::string> texts(r.count(static_cast<uint32_t>(max), sizeof(uint32_t)));
  for (std::string& text : texts) {
    text = r.text(ModelMetadata::kMaxTextBytes);
  }
  return texts;
}

void write_metadata(ByteWriter& w, const ModelMetadata& metadata) {
  write_text(w, metadata.file_name);
  write_text(w, metadata.source);
  write_texts(w, metadata.layer_names);
  const size_t notes = std::min(metadata.notes.size(), ModelMetadata::kMaxNotes);
  write_texts(w, std::span(metadata.notes).first(notes));
}

ModelMetadata read_metadata(ByteReader& r, size_t layers) {
  ModelMetadata metadata;
  metadata.file_name = r.text(ModelMetadata::kMaxTextBytes);
  metadata.source = r.text(ModelMetadata::kMaxTextBytes);
  metadata.layer_names = read_texts(r, layers);
  if (metadata.layer_names.size() != layers) {
    r.fail();
  }
  metadata.notes = read_texts(r, ModelMetadata::kMaxNotes);
  return metadata;
}

// The content without its checksum, once the frame holds.
Result<ByteSpan> checked_content(ByteSpan bytes) {
  ByteReader r(bytes);
  const ByteSpan magic = r.raw(kMagicBytes);
  if (!r.ok() || !std::equal(magic.begin(), magic.end(), kModelSecretMagic.begin())) {
    return Error{"this is not a compiled model (.vouch)"};
  }
  const uint16_t version = r.u16();
  if (r.ok() && version != kFormatVersion) {
    return Error{version_refusal("a compiled model (.vouch)", version)};
  }
  const size_t frame = bytes.size() - r.remaining();
  if (!r.ok() || r.remaining() < kChecksumBytes) {
    return Error{"the compiled model is cut short"};
  }
  const ByteSpan all = bytes.first(bytes.size() - kChecksumBytes);
  const Checksum sum = checksum_of(all);
  if (!std::equal(sum.begin(), sum.end(), bytes.last(kChecksumBytes).begin())) {
    return Error{"the compiled model is damaged: its checksum is wrong"};
  }
  return all.subspan(frame);
}

// A circuit whose columns a proof can hold.
Result<Circuit> read_circuit(ByteReader& r) {
  ByteReader descriptor(r.prefixed(kMaxCircuitBytes));
  VOUCH_ASSIGN(Circuit circuit, decode_circuit(descriptor));
  if (!descriptor.finished()) {
    return Error{"the circuit descriptor has bytes to spare"};
  }
  VOUCH_TRY(validate_columns(Columns(circuit, kMaxProofKappa)));
  return circuit;
}

Result<ModelCommitment> read_commitment(ByteReader& r, const Circuit& circuit) {
  ModelCommitment commitment;
  commitment.circuit = encode_circuit(circuit);
  commitment.weights = read_rows(r);
  commitment.biases = read_rows(r);
  const Columns columns(circuit, kMaxProofKappa);
  if (!r.ok() || commitment.weights.size() != present_row_count(columns, Column::kW) ||
      commitment.biases.size() != present_row_count(columns, Column::kB)) {
    return malformed();
  }
  return commitment;
}

Result<Weights> read_weights(ByteReader& r, const Circuit& circuit) {
  Weights weights;
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    const WeightCounts counts = weight_counts(circuit, i);
    OpWeights& op = weights.emplace_back();
    VOUCH_ASSIGN(op.weights, read_integers(r, counts.weights));
    VOUCH_ASSIGN(op.biases, read_integers(r, counts.biases));
  }
  return weights;
}

}  // namespace

Bytes encode_model_file(const ProverModel& model, const ModelMetadata& metadata) {
  VOUCH_CHECK(metadata.layer_names.size() == model.circuit().ops.size());
  VOUCH_CHECK(model.weights().size() == model.circuit().ops.size());
  ByteWriter w;
  w.raw(ByteSpan(reinterpret_cast<const uint8_t*>(kModelSecretMagic.data()), kMagicBytes));
  w.u16(kFormatVersion);
  w.prefixed(model.commitment().circuit);
  w.raw(model.seed());
  write_rows(w, model.commitment().weights);
  write_rows(w, model.commitment().biases);
  for (const OpWeights& op : model.weights()) {
    write_integers(w, op.weights);
    write_integers(w, op.biases);
  }
  write_metadata(w, metadata);
  w.raw(checksum_of(w.bytes()));
  return w.take();
}

Result<ModelFile> decode_model_file(ByteSpan bytes) {
  VOUCH_ASSIGN(const ByteSpan content, checked_content(bytes));
  ByteReader r(content);
  VOUCH_ASSIGN(Circuit circuit, read_circuit(r));
  ProverModel::Seed seed{};
  const WipedAtEnd seed_wiped(seed);
  r.read(seed);
  VOUCH_ASSIGN(ModelCommitment commitment, read_commitment(r, circuit));
  VOUCH_ASSIGN(Weights weights, read_weights(r, circuit));
  ModelMetadata metadata = read_metadata(r, circuit.ops.size());
  if (!r.finished()) {
    return malformed();
  }
  return ModelFile{ProverModel(std::move(circuit), std::move(weights), seed, std::move(commitment)),
                   std::move(metadata)};
}

}  // namespace vouch
