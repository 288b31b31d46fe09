#include "verify/files.h"

#include <algorithm>
#include <string>

#include "base/format_version.h"

namespace vouch {
namespace {

constexpr uint32_t kMaxRows = 1U << 17;
constexpr uint32_t kMaxOutputBytes = 1U << 16;
constexpr uint32_t kMaxCircuitBytes = 1U << 20;

void write_frame(ByteWriter& w, std::string_view magic) {
  w.raw(ByteSpan(reinterpret_cast<const uint8_t*>(magic.data()), magic.size()));
  w.u16(kFormatVersion);
}

Result<void> read_frame(ByteReader& r, std::string_view magic, const std::string& what) {
  const ByteSpan found = r.raw(kMagicBytes);
  if (!r.ok() || !std::equal(found.begin(), found.end(), magic.begin(), magic.end())) {
    return Error{"this is not " + what};
  }
  if (const uint16_t version = r.u16(); version != kFormatVersion) {
    return Error{version_refusal(what, version)};
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
  write_frame(w, kProofMagic);
  w.raw(p.model);
  encode(w, p.shape);
  w.u8(p.input_public ? 1 : 0);
  if (p.input_public) {
    for (const Salt& salt : p.salts) {
      w.raw(salt);
    }
  }
  w.prefixed(p.context);
  w.prefixed(p.output);
  for (const Rows* rows : {&p.input, &p.x, &p.e, &p.l, &p.m, &p.messages}) {
    write_rows(w, *rows);
  }
  return w.take();
}

Result<Proof> decode_proof(ByteSpan bytes) {
  ByteReader r(bytes);
  VOUCH_TRY(read_frame(r, kProofMagic, "a proof (.proof)"));
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
  p.output = read_bytes(r, kMaxOutputBytes);
  for (Rows* rows : {&p.input, &p.x, &p.e, &p.l, &p.m, &p.messages}) {
    *rows = read_rows(r);
  }
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

}  // namespace vouch
