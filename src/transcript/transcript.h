// Fiat–Shamir: the verifier's coins are hashes of everything that was said before. Normative.
//
// The state S is 64 bytes. H is SHA-512; integers are little-endian; ‖ joins. Every operation is
//
//     S ← H(S ‖ u8 kind ‖ u32 len(label) ‖ label ‖ u64 len(data) ‖ data)
//
//   start      S = 64 zero bytes, then kind 0, label = the protocol's name, no data
//   absorb     kind 1, data = the bytes
//   challenge  kind 2, data = u32 counter, from 0; then the challenge is the integer
//              H(S ‖ u8 3), little-endian, mod ℓ. If its value is forbidden there, again with the
//              counter one up.
//   bytes      kind 4, data = u64 n; then block i (i = 0, 1, …) is H(S ‖ u8 5 ‖ u64 i), and the
//              answer is the first n bytes of the blocks: for long challenges (bit vectors).
//
// Kinds and lengths make the whole history an injective encoding: two histories that differ
// anywhere give unrelated challenges. A challenge changes the state too, so no two are equal.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/bytes.h"
#include "field/scalar.h"

namespace vouch {

/// Copyable: a prover forks its randomness from a copy of the state. Not secret, not wiped.
class Transcript {
 public:
  static constexpr size_t kStateBytes = 64;
  static constexpr size_t kEncodedPointBytes = 32;

  explicit Transcript(std::string_view protocol);

  void absorb(std::string_view label, ByteSpan data);
  void absorb(std::string_view label, std::string_view text);
  void absorb_u64(std::string_view label, uint64_t x);
  /// 32 bytes, the canonical encoding.
  void absorb_scalar(std::string_view label, const Scalar& s);
  /// n·32 bytes in one message.
  void absorb_scalars(std::string_view label, std::span<const Scalar> s);
  /// The 32 bytes of a point's encoding, as sent.
  void absorb_point(std::string_view label, std::span<const uint8_t, kEncodedPointBytes> encoding);

  /// A scalar whose distance from uniform is 2^-259.
  [[nodiscard]] Scalar challenge(std::string_view label);
  /// A challenge that `forbidden` does not hold of: drawn again until then. The forbidden set must
  /// be small (a few values of 2^252), or this does not end.
  [[nodiscard]] Scalar challenge_except(std::string_view label,
                                        const std::function<bool(const Scalar&)>& forbidden);
  /// A challenge that is not 0.
  [[nodiscard]] Scalar challenge_nonzero(std::string_view label);
  /// n uniform bytes.
  [[nodiscard]] Bytes challenge_bytes(std::string_view label, size_t n);

  /// The state, as context for hedged randomness (base/random.h) and for tests.
  [[nodiscard]] std::span<const uint8_t, kStateBytes> state() const { return state_; }

 private:
  enum class Kind : uint8_t {
    kStart = 0,
    kAbsorb = 1,
    kChallenge = 2,
    kScalar = 3,
    kBytes = 4,
    kBlock = 5
  };
  void update(Kind kind, std::string_view label, ByteSpan data);

  std::array<uint8_t, kStateBytes> state_{};
};

}  // namespace vouch
