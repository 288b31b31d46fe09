#include "verify/files.h"

#include <algorithm>
#include <functional>
#include <string>

#include "base/format_version.h"

namespace vouch {
namespace {

constexpr uint32_t kMaxRows = 1U << 17;
constexpr uint32_t kMaxOutputBytes = 1U << 16;
constexpr uint32_t kMaxResultBytes = 1U << 17;
constexpr uint32_t kMaxCircuitBytes = 1U << 20;

// Of proofs with a predicate, and what opens them. All else has the version that it had before.
constexpr uint16_t kPredicateVersion = 0x0103;

void write_frame(ByteWriter& w, std::string_view magic, uint16_t version = kFormatVersion) {
  w.raw(ByteSpan(reinterpret_cast<const uint8_t*>(magic.data()), magic.size()));
  w.u16(version);
}

Result<uint16_t> read_version(ByteReader& r, std::string_view magic, const std::string& what) {
  const ByteSpan found = r.raw(kMagicBytes);
  if (!r.ok() || !std::equal(found.begin(), found.end(), magic.begin(), magic.end())) {
    return Error{"this is not " + what};
  }
  return r.u16();
}

Result<void> read_frame(ByteReader& r, std::string_view magic, const std::string& what,
                        uint16_t expected = kFormatVersion) {
  VOUCH_ASSIGN(const uint16_t version, read_version(r, magic, what));
  if (version != expected) {
    return Error{version_refusal(what, version, expected)};
  }
  return {};
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

Bytes read_bytes(ByteReader& r, size_t max) {
  const ByteSpan bytes = r.prefixed(max);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Bytes encode_model_public(const PublicModel& model) {
  ByteWriter w;
  write_frame(w, kModelPublicMagic);
  w.prefixed(model.commitment.circuit);
  write_rows(w, model.commitment.weights);
  write_rows(w, model.commitment.biases);
  write_rows(w, model.bound.bits);
  write_rows(w, model.bound.messages);
  return w.take();
}

Result<PublicModel> decode_model_public(ByteSpan bytes) {
  ByteReader r(bytes);
  VOUCH_TRY(read_frame(r, kModelPublicMagic, "a model commitment (.pub)"));
  PublicModel model;
  model.commitment.circuit = read_bytes(r, kMaxCircuitBytes);
  model.commitment.weights = read_rows(r);
  model.commitment.biases = read_rows(r);
  model.bound.bits = read_rows(r);
  model.bound.messages = read_rows(r);
  if (!r.finished()) {
    return Error{"the model commitment is cut short or has bytes to spare"};
  }
  return model;
}

Bytes encode_proof(const Proof& p) {
  ByteWriter w;
  write_frame(w, kProofMagic, p.predicate ? kPredicateVersion : kFormatVersion);
  w.raw(p.model);
  encode(w, p.shape);
  w.u8(p.input_public ? 1 : 0);
  if (p.input_public) {
    for (const Salt& salt : p.salts) {
      w.raw(salt);
    }
  }
  w.prefixed(p.context);
  if (p.predicate) {
    encode(w, *p.predicate);
  }
  w.prefixed(p.output);
  for (const Rows* rows : {&p.input, &p.x, &p.e, &p.l, &p.m}) {
    write_rows(w, *rows);
  }
  if (p.predicate) {
    write_rows(w, p.y);
  }
  write_rows(w, p.messages);
  return w.take();
}

Result<Proof> decode_proof(ByteSpan bytes) {
  ByteReader r(bytes);
  VOUCH_ASSIGN(const uint16_t version, read_version(r, kProofMagic, "a proof (.proof)"));
  const bool hides_output = version == kPredicateVersion;
  if (!hides_output && version != kFormatVersion) {
    return Error{version_refusal("a proof (.proof)", version) + ", and " +
                 version_text(kPredicateVersion) + " of hidden outputs"};
  }
  Proof p;
  r.read(p.model);
  p.shape = decode_proof_shape(r);
  if (!r.ok()) {
    return Error{"the proof is cut short or has bytes to spare"};
  }
  VOUCH_TRY(validate(p.shape));
  const uint8_t mode = r.u8();
  if (mode > 1) {
    return Error{"the proof's input mode is neither public nor hidden"};
  }
  p.input_public = mode == 1;
  if (p.input_public) {
    p.salts.resize(p.shape.pictures);
    for (Salt& salt : p.salts) {
      r.read(salt);
    }
  }
  p.context = read_bytes(r, kMaxContextBytes);
  if (hides_output) {
    VOUCH_ASSIGN(p.predicate, decode_predicate(r, p.shape.pictures));
  }
  p.output = read_bytes(r, hides_output ? kMaxResultBytes : kMaxOutputBytes);
  for (Rows* rows : {&p.input, &p.x, &p.e, &p.l, &p.m}) {
    *rows = read_rows(r);
  }
  if (hides_output) {
    p.y = read_rows(r);
  }
  p.messages = read_rows(r);
  if (!r.finished()) {
    return Error{"the proof is cut short or has bytes to spare"};
  }
  return p;
}

Bytes encode_input_opening(const InputOpening& opening) {
  ByteWriter w;
  write_frame(w, kInputOpeningMagic);
  w.raw(opening.input);
  w.raw(opening.salt);
  return w.take();
}

Result<InputOpening> decode_input_opening(ByteSpan bytes) {
  ByteReader r(bytes);
  VOUCH_TRY(read_frame(r, kInputOpeningMagic, "an input opening (.open)"));
  InputOpening opening;
  r.read(opening.input);
  r.read(opening.salt);
  if (!r.finished()) {
    return Error{"the input opening is cut short or has bytes to spare"};
  }
  return opening;
}

Bytes encode_count_opening(const CountOpening& opening) {
  ByteWriter w;
  write_frame(w, kCountOpeningMagic, kPredicateVersion);
  w.u32(opening.total);
  std::array<uint8_t, 32> blinder{};
  opening.blinder.encode(blinder);
  w.raw(blinder);
  return w.take();
}

Result<CountOpening> decode_count_opening(ByteSpan bytes) {
  ByteReader r(bytes);
  VOUCH_TRY(read_frame(r, kCountOpeningMagic, "an opening of counts (.count)", kPredicateVersion));
  CountOpening opening;
  opening.total = r.u32();
  std::array<uint8_t, 32> blinder{};
  r.read(blinder);
  const auto scalar = Scalar::decode(blinder);
  if (!r.finished() || !scalar) {
    return Error{"the opening of counts is cut short, has bytes to spare, or is not canonical"};
  }
  opening.blinder = *scalar;
  return opening;
}

Bytes encode_classes_opening(const ClassesOpening& opening) {
  ByteWriter w;
  write_frame(w, kClassesOpeningMagic, kPredicateVersion);
  w.u8(opening.label ? 1 : 0);
  w.raw(opening.identity);
  w.raw(opening.salt);
  w.u16(static_cast<uint16_t>(opening.classes.size()));
  for (const uint16_t c : opening.classes) {
    w.u16(c);
  }
  return w.take();
}

Result<ClassesOpening> decode_classes_opening(ByteSpan bytes) {
  ByteReader r(bytes);
  VOUCH_TRY(
      read_frame(r, kClassesOpeningMagic, "an opening of classes (.classes)", kPredicateVersion));
  ClassesOpening opening;
  const uint8_t what = r.u8();
  opening.label = what == 1;
  r.read(opening.identity);
  r.read(opening.salt);
  const uint16_t count = r.u16();
  for (size_t i = 0; i < count && r.ok(); ++i) {
    opening.classes.push_back(r.u16());
  }
  const auto& classes = opening.classes;
  const bool increasing =
      std::adjacent_find(classes.begin(), classes.end(), std::greater_equal<>()) == classes.end();
  if (!r.finished() || what > 1 || classes.empty() || !increasing ||
      (opening.label && classes.size() != 1)) {
    return Error{"the opening of classes is cut short, has bytes to spare, or is not canonical"};
  }
  return opening;
}

}  // namespace vouch
