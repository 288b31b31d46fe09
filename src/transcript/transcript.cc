#include "transcript/transcript.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"

namespace vouch {
namespace {

template <class Integer>
std::array<uint8_t, sizeof(Integer)> little_endian(Integer x) {
  std::array<uint8_t, sizeof(Integer)> out{};
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<uint8_t>(x >> (8 * i));
  }
  return out;
}

ByteSpan as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class Sha512 {
 public:
  Sha512() { crypto_hash_sha512_init(&state_); }
  Sha512& add(ByteSpan bytes) {
    crypto_hash_sha512_update(&state_, bytes.data(), bytes.size());
    return *this;
  }
  std::array<uint8_t, crypto_hash_sha512_BYTES> finish() {
    std::array<uint8_t, crypto_hash_sha512_BYTES> out{};
    crypto_hash_sha512_final(&state_, out.data());
    return out;
  }

 private:
  crypto_hash_sha512_state state_{};
};

}  // namespace

Transcript::Transcript(std::string_view protocol) { update(Kind::kStart, protocol, {}); }

void Transcript::update(Kind kind, std::string_view label, ByteSpan data) {
  VOUCH_CHECK(label.size() <= UINT32_MAX);
  const std::array<uint8_t, 1> kind_byte = {static_cast<uint8_t>(kind)};
  state_ = Sha512()
               .add(state_)
               .add(kind_byte)
               .add(little_endian(static_cast<uint32_t>(label.size())))
               .add(as_bytes(label))
               .add(little_endian(uint64_t{data.size()}))
               .add(data)
               .finish();
}

void Transcript::absorb(std::string_view label, ByteSpan data) {
  update(Kind::kAbsorb, label, data);
}

void Transcript::absorb(std::string_view label, std::string_view text) {
  absorb(label, as_bytes(text));
}

void Transcript::absorb_u64(std::string_view label, uint64_t x) { absorb(label, little_endian(x)); }

void Transcript::absorb_scalar(std::string_view label, const Scalar& s) {
  absorb(label, s.bytes());
}

void Transcript::absorb_scalars(std::string_view label, std::span<const Scalar> s) {
  Bytes bytes(s.size() * Scalar::kBytes);
  for (size_t i = 0; i < s.size(); ++i) {
    s[i].encode(
        std::span<uint8_t, Scalar::kBytes>(bytes.data() + i * Scalar::kBytes, Scalar::kBytes));
  }
  absorb(label, bytes);
}

void Transcript::absorb_point(std::string_view label,
                              std::span<const uint8_t, kEncodedPointBytes> encoding) {
  absorb(label, ByteSpan(encoding));
}

Scalar Transcript::challenge_except(std::string_view label,
                                    const std::function<bool(const Scalar&)>& forbidden) {
  for (uint32_t counter = 0;; ++counter) {
    VOUCH_CHECK(counter < 1000);  // a forbidden set of any sensible size is hit once in 2^240 runs
    update(Kind::kChallenge, label, little_endian(counter));
    const std::array<uint8_t, 1> kind_byte = {static_cast<uint8_t>(Kind::kScalar)};
    const Scalar drawn = Scalar::reduce_wide(Sha512().add(state_).add(kind_byte).finish());
    if (!forbidden(drawn)) {
      return drawn;
    }
  }
}

Scalar Transcript::challenge(std::string_view label) {
  return challenge_except(label, [](const Scalar&) { return false; });
}

Scalar Transcript::challenge_nonzero(std::string_view label) {
  return challenge_except(label, [](const Scalar& s) { return s.is_zero(); });
}

Bytes Transcript::challenge_bytes(std::string_view label, size_t n) {
  update(Kind::kBytes, label, little_endian(uint64_t{n}));
  const std::array<uint8_t, 1> kind_byte = {static_cast<uint8_t>(Kind::kBlock)};
  Bytes out;
  out.reserve(n);
  for (uint64_t i = 0; out.size() < n; ++i) {
    const auto block = Sha512().add(state_).add(kind_byte).add(little_endian(i)).finish();
    const size_t take = std::min(block.size(), n - out.size());
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(take));
  }
  return out;
}

}  // namespace vouch
