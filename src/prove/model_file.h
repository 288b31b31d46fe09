// The .vouch file: a model with everything that its owner has. Secret.
//
//   "VOUCHSEC"  u16 version, 1.3
//   prefixed    circuit descriptor (encode_circuit)
//   32 bytes    seed of the blinders
//   rows        of W, then rows of b: u32 count, then 32 bytes each
//   integers    of W, then of b, for each operator: u8 width, then that many bytes each in two's
//               complement; how many follows from the circuit
//   metadata    prefixed file name, prefixed source, u32 count and prefixed names of layers, u32
//               count and prefixed notes
//   inputs      u16 count, 0 if it is not known what their codes stand for, and of each its
//               prefixed name, u8 axes and u32 extents, u32 scale (float32), u8 zero-point, u8 1 if
//               the model's file has int8, u32 first, u8 digits and u32 extent and step of each
//               (prove/input_meaning.h)
//   32 bytes    checksum: BLAKE2b-256 of the BLAKE2b-256 of every 2^18 bytes before it, the last
//               ones perhaps fewer
//
// Version 1.2, which is read as well, has no inputs, and as checksum the first half of SHA-512.
// Everything is little-endian; "prefixed" is a u32 length and then the bytes. `width` is the
// smallest that holds all integers of its list, at most 6: weights and biases are below 2^47 (with
// exact rounding 8, 2^51 and 2^61). The checksum finds damage, not malice: whoever can change the
// file can make a model of his own anyway, whose identity is then another one, or whose proofs no
// verifier accepts.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "prove/input_meaning.h"
#include "prove/prove.h"

namespace vouch {

constexpr std::string_view kModelSecretMagic = "VOUCHSEC";
/// 2^28 weights, the most that a network may have, take 1.6 GB.
constexpr size_t kMaxModelSecretBytes = size_t{1} << 31;

/// What the owner may want to know of a model and no verifier needs. Foreign text, not printable as
/// it is. Longer texts are cut to kMaxTextBytes when they are written, more notes than kMaxNotes
/// are left out, and more inputs than kMaxInputs all are.
struct ModelMetadata {
  static constexpr size_t kMaxTextBytes = 1024;
  static constexpr size_t kMaxNotes = 1024;
  static constexpr size_t kMaxInputs = 1024;
  std::string file_name;                  ///< of the model it was compiled from, no directories
  std::string source;                     ///< "TensorFlow Lite, schema 3, 66 operators"
  std::vector<std::string> layer_names;   ///< one an operator
  std::vector<std::string> notes;         ///< what the compiler said
  std::vector<InputMeaning> inputs = {};  ///< of real numbers; empty if that is not known
  bool operator==(const ModelMetadata&) const = default;
};

struct ModelFile {
  ProverModel model;
  ModelMetadata metadata;
};

/// Contract: one layer name an operator; weights and biases in [−2^47, 2^47); inputs lie within the
/// circuit's.
[[nodiscard]] Bytes encode_model_file(const ProverModel& model, const ModelMetadata& metadata);

/// Takes hostile bytes and accepts one encoding of a model in each version. Memory is at most some
/// 20 times the file's size and what the descriptor's limits allow (circuit/circuit.h). Rows are
/// not compared with the weights: that takes as long as committing again.
[[nodiscard]] Result<ModelFile> decode_model_file(ByteSpan bytes);

}  // namespace vouch
