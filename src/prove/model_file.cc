#include "prove/model_file.h"

#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "base/format_version.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "network/shapes.h"

namespace vouch {
namespace {

constexpr size_t kChecksumBytes = 32;
constexpr size_t kMaxCircuitBytes = size_t{1} << 20;
constexpr uint32_t kMaxRows = 1U << 17;
constexpr uint16_t kModelVersion = 0x0103;
constexpr uint16_t kVersionBefore = 0x0102;
constexpr size_t kMaxDigits = 64;
// |W|, |b| < 2^47; with exact rounding |W| < 2^51 and |b| < 2^61.
constexpr unsigned kMaxWidth = 6;
constexpr unsigned kMaxExactWidth = 8;

using Checksum = std::array<uint8_t, kChecksumBytes>;

// Of version 1.2.
Checksum sha512_checksum(ByteSpan bytes) {
  std::array<uint8_t, crypto_hash_sha512_BYTES> full{};
  crypto_hash_sha512(full.data(), bytes.data(), bytes.size());
  Checksum out{};
  std::copy_n(full.begin(), out.size(), out.begin());
  return out;
}

Checksum blake2b(const void* bytes, size_t count) {
  Checksum out{};
  crypto_generichash(out.data(), out.size(), static_cast<const uint8_t*>(bytes), count, nullptr, 0);
  return out;
}

// The checksum of the checksums of pieces, which several threads can make.
class PiecewiseChecksum {
 public:
  explicit PiecewiseChecksum(ByteSpan bytes)
      : bytes_(bytes), pieces_((bytes.size() + kPiece - 1) / kPiece) {}
  [[nodiscard]] size_t pieces() const { return pieces_.size(); }
  void add(size_t piece) {
    const size_t first = piece * kPiece;
    pieces_[piece] = blake2b(bytes_.data() + first, std::min(kPiece, bytes_.size() - first));
  }
  /// After all pieces.
  [[nodiscard]] Checksum total() const {
    return blake2b(pieces_.data(), pieces_.size() * sizeof(Checksum));
  }

 private:
  static constexpr size_t kPiece = size_t{1} << 18;
  ByteSpan bytes_;
  std::vector<Checksum> pieces_;
};

Error malformed() { return Error{"the compiled model is malformed"}; }

// x, or ~x of a negative one: all but the sign.
uint64_t magnitude_bits(int64_t x) { return static_cast<uint64_t>(x ^ (x >> 63)); }

// The fewest bytes in which two's complement holds integers of these magnitude_bits.
unsigned width_of(uint64_t bits) { return static_cast<unsigned>(std::bit_width(bits)) / 8 + 1; }

unsigned width_for(std::span<const int64_t> integers) {
  uint64_t bits = 0;
  for (const int64_t x : integers) {
    bits |= magnitude_bits(x);
  }
  return width_of(bits);
}

void write_integers(ByteWriter& w, std::span<const int64_t> integers) {
  const unsigned width = width_for(integers);
  VOUCH_CHECK(width <= kMaxExactWidth);
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

// The integer in the lowest kWidth of kBytes bytes. All eight are one load.
template <unsigned kWidth, unsigned kBytes>
int64_t read_integer(const uint8_t* from) {
  uint64_t x = 0;
  for (unsigned i = 0; i < kBytes; ++i) {
    x |= uint64_t{from[i]} << (8 * i);
  }
  constexpr unsigned kUnused = 64 - 8 * kWidth;
  return static_cast<int64_t>(x << kUnused) >> kUnused;
}

// Returns the magnitude_bits of all.
template <unsigned kWidth>
uint64_t unpack(const uint8_t* from, std::span<int64_t> to) {
  const size_t whole = to.size() < 8 ? 0 : to.size() - 8;  // behind them lie eight bytes more
  uint64_t bits = 0;
  for (size_t i = 0; i < to.size(); ++i, from += kWidth) {
    to[i] = i < whole ? read_integer<kWidth, 8>(from) : read_integer<kWidth, kWidth>(from);
    bits |= magnitude_bits(to[i]);
  }
  return bits;
}

uint64_t unpack(const uint8_t* from, unsigned width, std::span<int64_t> to) {
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
    case 7:
      return unpack<7>(from, to);
    case 8:
      return unpack<8>(from, to);
    default:
      VOUCH_CHECK(false);
  }
}

// A list of integers as it lies in the file.
struct PackedIntegers {
  unsigned width = 0;
  ByteSpan bytes;

  // False if fewer bytes would hold them.
  [[nodiscard]] bool unpack_to(std::vector<int64_t>& integers) const {
    integers.resize(bytes.size() / width);
    return width_of(unpack(bytes.data(), width, integers)) == width;
  }
};

Result<PackedIntegers> find_integers(ByteReader& r, uint64_t count, unsigned most) {
  const unsigned width = r.u8();
  if (width < 1 || width > most || count > r.remaining() / width) {
    return malformed();
  }
  return PackedIntegers{width, r.raw(count * width)};
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

void write_input(ByteWriter& w, const InputMeaning& input) {
  write_text(w, input.name);
  w.u8(static_cast<uint8_t>(input.shape.size()));
  for (const uint32_t extent : input.shape) {
    w.u32(extent);
  }
  w.u32(std::bit_cast<uint32_t>(input.codes.scale));
  w.u8(input.codes.zero_point);
  w.u8(input.codes.is_signed ? 1 : 0);
  w.u32(input.first);
  w.u8(static_cast<uint8_t>(input.digits.size()));
  for (const Digit& digit : input.digits) {
    w.u32(digit.extent);
    w.u32(digit.step);
  }
}

InputMeaning read_input(ByteReader& r, uint64_t elements) {
  InputMeaning input;
  input.name = r.text(ModelMetadata::kMaxTextBytes);
  const size_t axes = r.u8();
  for (size_t a = 0; a < axes && r.ok(); ++a) {
    input.shape.push_back(r.u32());
  }
  input.codes.scale = std::bit_cast<float>(r.u32());
  input.codes.zero_point = r.u8();
  const uint8_t is_signed = r.u8();
  input.codes.is_signed = is_signed == 1;
  input.first = r.u32();
  const size_t digits = r.u8();
  for (size_t d = 0; d < digits && r.ok(); ++d) {
    const uint32_t extent = r.u32();
    input.digits.push_back({extent, r.u32()});
  }
  const bool good = is_signed <= 1 && std::isfinite(input.codes.scale) && input.codes.scale > 0 &&
                    digits <= kMaxDigits && lies_within(input, elements);
  if (r.ok() && !good) {
    r.fail();
  }
  return input;
}

bool has_inputs(const ModelMetadata& metadata) {
  return !metadata.inputs.empty() && metadata.inputs.size() <= ModelMetadata::kMaxInputs &&
         std::all_of(metadata.inputs.begin(), metadata.inputs.end(),
                     [](const InputMeaning& input) { return input.digits.size() <= kMaxDigits; });
}

void write_inputs(ByteWriter& w, std::span<const InputMeaning> inputs) {
  w.u16(static_cast<uint16_t>(inputs.size()));
  for (const InputMeaning& input : inputs) {
    write_input(w, input);
  }
}

std::vector<InputMeaning> read_inputs(ByteReader& r, uint64_t elements) {
  std::vector<InputMeaning> inputs;
  const size_t count = r.u16();
  uint64_t all = 0;
  for (size_t i = 0; i < count && r.ok(); ++i) {
    inputs.push_back(read_input(r, elements));
    all += element_count(inputs.back().shape);
  }
  if (count > ModelMetadata::kMaxInputs || (count != 0 && all != elements)) {
    r.fail();
  }
  return inputs;
}

// All but the checksum, and what of it follows magic and version.
struct Frame {
  uint16_t version = 0;
  ByteSpan checked;
  ByteSpan content;
};

Result<Frame> read_frame(ByteSpan bytes) {
  ByteReader r(bytes);
  const ByteSpan magic = r.raw(kMagicBytes);
  if (!r.ok() || !std::equal(magic.begin(), magic.end(), kModelSecretMagic.begin())) {
    return Error{"this is not a compiled model (.vouch)"};
  }
  const uint16_t version = r.u16();
  if (r.ok() && version != kVersionBefore && version != kModelVersion) {
    return Error{version_refusal("a compiled model (.vouch)", version, kVersionBefore) + " and " +
                 version_text(kModelVersion)};
  }
  const size_t frame = bytes.size() - r.remaining();
  if (!r.ok() || r.remaining() < kChecksumBytes) {
    return Error{"the compiled model is cut short"};
  }
  const ByteSpan checked = bytes.first(bytes.size() - kChecksumBytes);
  return Frame{version, checked, checked.subspan(frame)};
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

// Everything but the weights, which are only found.
struct Content {
  Circuit circuit;
  ProverModel::Seed seed{};
  ModelCommitment commitment;
  std::vector<PackedIntegers> integers;  ///< W and b of the first operator, of the second, …
  ModelMetadata metadata;
};

Result<void> read_content(const Frame& frame, Content& content) {
  ByteReader r(frame.content);
  VOUCH_ASSIGN(content.circuit, read_circuit(r));
  r.read(content.seed);
  VOUCH_ASSIGN(content.commitment, read_commitment(r, content.circuit));
  for (size_t i = 0; i < content.circuit.ops.size(); ++i) {
    const WeightCounts counts = weight_counts(content.circuit, i);
    for (const uint64_t count : {counts.weights, counts.biases}) {
      VOUCH_ASSIGN(const PackedIntegers list,
                   find_integers(r, count, content.circuit.exact() ? kMaxExactWidth : kMaxWidth));
      content.integers.push_back(list);
    }
  }
  content.metadata = read_metadata(r, content.circuit.ops.size());
  if (frame.version == kModelVersion) {
    content.metadata.inputs = read_inputs(r, content.circuit.input().shape.elements());
  }
  return r.finished() ? Result<void>() : malformed();
}

}  // namespace

Bytes encode_model_file(const ProverModel& model, const ModelMetadata& metadata) {
  VOUCH_CHECK(metadata.layer_names.size() == model.circuit().ops.size());
  VOUCH_CHECK(model.weights().size() == model.circuit().ops.size());
  ByteWriter w;
  w.raw(ByteSpan(reinterpret_cast<const uint8_t*>(kModelSecretMagic.data()), kMagicBytes));
  w.u16(kModelVersion);
  w.prefixed(model.commitment().circuit);
  w.raw(model.seed());
  write_rows(w, model.commitment().weights);
  write_rows(w, model.commitment().biases);
  for (const OpWeights& op : model.weights()) {
    write_integers(w, op.weights);
    write_integers(w, op.biases);
  }
  write_metadata(w, metadata);
  write_inputs(w, has_inputs(metadata) ? metadata.inputs : std::vector<InputMeaning>());
  PiecewiseChecksum checksum(w.bytes());
  for (size_t i = 0; i < checksum.pieces(); ++i) {
    checksum.add(i);
  }
  w.raw(checksum.total());
  return w.take();
}

namespace {

// Weights that no ProverModel has taken over, which would wipe them itself.
class WipedUnlessMoved {
 public:
  explicit WipedUnlessMoved(Weights& weights) : weights_(weights) {}
  WipedUnlessMoved(const WipedUnlessMoved&) = delete;
  WipedUnlessMoved& operator=(const WipedUnlessMoved&) = delete;
  ~WipedUnlessMoved() {
    for (OpWeights& op : weights_) {
      secure_wipe(op.weights);
      secure_wipe(op.biases);
    }
  }

 private:
  Weights& weights_;
};

}  // namespace

namespace {

uint64_t largest_magnitude(std::span<const int64_t> integers) {
  uint64_t largest = 0;
  for (const int64_t x : integers) {
    largest = std::max(largest,
                       x < 0 ? uint64_t{0} - static_cast<uint64_t>(x) : static_cast<uint64_t>(x));
  }
  return largest;
}

// Within the bounds of circuit/window_table.h, and so are sums of any of them, which the proof that
// they are bounded takes: below 2^78.
bool exact_weights_fit(const Weights& weights) {
  double sum = 0;
  bool fit = true;
  for (const OpWeights& op : weights) {
    const uint64_t W = largest_magnitude(op.weights);
    const uint64_t b = largest_magnitude(op.biases);
    fit = fit && W < uint64_t{kExactWeightBound} && b < uint64_t{kExactBiasBound};
    sum += static_cast<double>(W) * static_cast<double>(op.weights.size()) +
           static_cast<double>(b) * static_cast<double>(op.biases.size());
  }
  return fit && sum < std::ldexp(1.0, 78);
}

}  // namespace

// The checksum takes as long as all the rest, so neither waits for the other; but whatever else is
// wrong with damaged bytes, they are told to be damaged.
Result<ModelFile> decode_model_file(ByteSpan bytes) {
  VOUCH_ASSIGN(const Frame frame, read_frame(bytes));
  Content content;
  const WipedAtEnd seed_wiped(content.seed);
  const Result<void> read = read_content(frame, content);
  const std::vector<PackedIntegers>& lists = content.integers;
  Weights weights(lists.size() / 2);
  const WipedUnlessMoved weights_wiped(weights);
  const bool before = frame.version == kVersionBefore;
  PiecewiseChecksum checksum(before ? ByteSpan() : frame.checked);
  std::atomic<bool> shortest = true;
  const size_t pieces = checksum.pieces();
  parallel_for(pieces + (read.ok() ? lists.size() : 0), 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (i < pieces) {
        checksum.add(i);
        continue;
      }
      const size_t list = i - pieces;
      OpWeights& op = weights[list / 2];
      if (!lists[list].unpack_to(list % 2 == 0 ? op.weights : op.biases)) {
        shortest = false;
      }
    }
  });
  const Checksum sum = before ? sha512_checksum(frame.checked) : checksum.total();
  const bool intact = std::equal(sum.begin(), sum.end(), bytes.last(kChecksumBytes).begin());
  if (!intact) {
    return Error{"the compiled model is damaged: its checksum is wrong"};
  }
  VOUCH_TRY(read);
  if (!shortest || (content.circuit.exact() && !exact_weights_fit(weights))) {
    return malformed();
  }
  return ModelFile{ProverModel(std::move(content.circuit), std::move(weights), content.seed,
                               std::move(content.commitment)),
                   std::move(content.metadata)};
}

}  // namespace vouch
