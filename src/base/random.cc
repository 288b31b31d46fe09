#include "base/random.h"

#include <sodium.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/check.h"
#include "base/secret.h"

namespace vouch {
namespace {

constexpr std::string_view kDomain = "vouch secret randomness v1";
constexpr size_t kOsBytes = 64;

void read_system(std::span<uint8_t> out) {
  size_t got = 0;
  while (got < out.size()) {
    const ssize_t n = getrandom(out.data() + got, out.size() - got, 0);
    VOUCH_CHECK(n > 0 || errno == EINTR);
    got += n > 0 ? static_cast<size_t>(n) : 0;
  }
}

void hash_prefixed(crypto_hash_sha512_state& state, ByteSpan bytes) {
  ByteWriter length;
  length.u64(bytes.size());
  crypto_hash_sha512_update(&state, length.bytes().data(), length.bytes().size());
  crypto_hash_sha512_update(&state, bytes.data(), bytes.size());
}

}  // namespace

SecretRandom SecretRandom::from_system(ByteSpan secret, ByteSpan context) {
  std::array<uint8_t, kOsBytes> os{};
  read_system(os);
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  crypto_hash_sha512_update(&state, reinterpret_cast<const uint8_t*>(kDomain.data()),
                            kDomain.size());
  crypto_hash_sha512_update(&state, os.data(), os.size());
  hash_prefixed(state, secret);
  hash_prefixed(state, context);
  std::array<uint8_t, crypto_hash_sha512_BYTES> digest{};
  crypto_hash_sha512_final(&state, digest.data());
  SecretRandom out(std::span<const uint8_t>(digest).first<kSeedBytes>());
  secure_wipe(os);
  secure_wipe(state);
  secure_wipe(digest);
  return out;
}

SecretRandom::SecretRandom(std::span<const uint8_t, kSeedBytes> seed) {
  std::copy(seed.begin(), seed.end(), seed_.begin());
}

SecretRandom::SecretRandom(SecretRandom&& other) noexcept { *this = std::move(other); }

SecretRandom& SecretRandom::operator=(SecretRandom&& other) noexcept {
  if (this != &other) {
    seed_ = other.seed_;
    block_ = other.block_;
    next_block_ = other.next_block_;
    used_ = other.used_;
    secure_wipe(other.seed_);
    secure_wipe(other.block_);
    other.next_block_ = UINT64_MAX;  // refill() stops a use after the move
    other.used_ = kBlockBytes;
  }
  return *this;
}

SecretRandom::~SecretRandom() {
  secure_wipe(seed_);
  secure_wipe(block_);
}

void SecretRandom::refill() {
  VOUCH_CHECK(next_block_ != UINT64_MAX);
  std::array<uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
  for (size_t i = 0; i < nonce.size(); ++i) {
    nonce[i] = static_cast<uint8_t>(next_block_ >> (8 * i));
  }
  ++next_block_;
  crypto_stream_chacha20(block_.data(), block_.size(), nonce.data(), seed_.data());
  used_ = 0;
}

void SecretRandom::fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    if (used_ == kBlockBytes) {
      refill();
    }
    const size_t n = std::min(out.size(), kBlockBytes - used_);
    std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(used_), n, out.begin());
    secure_wipe(block_.data() + used_, n);
    used_ += n;
    out = out.subspan(n);
  }
}

SecretRandom SecretRandom::fork() {
  std::array<uint8_t, kSeedBytes> seed{};
  fill(seed);
  SecretRandom out(seed);
  secure_wipe(seed);
  return out;
}

}  // namespace vouch
