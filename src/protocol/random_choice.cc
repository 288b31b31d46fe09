#include "protocol/random_choice.h"

#include <sodium.h>

#include "base/check.h"

namespace vouch {

uint64_t RandomChoice::next() {
  VOUCH_CHECK(chosen_ < count_);
  const uint64_t from = chosen_ + below(count_ - chosen_);
  const uint64_t choice = at(from);
  moved_[from] = at(chosen_);
  moved_.erase(chosen_++);  // nobody looks there again
  return choice;
}

uint64_t RandomChoice::below(uint64_t bound) {
  const uint64_t excess = (UINT64_MAX % bound + 1) % bound;  // 2^64 mod bound
  uint64_t drawn = word();
  while (drawn > UINT64_MAX - excess) {
    drawn = word();
  }
  return drawn % bound;
}

uint64_t RandomChoice::word() {
  if (used_ == kWords) {
    ByteWriter message;
    message.prefixed(std::string_view("vouch random choice v1"));
    message.raw(seed_);
    message.u64(blocks_++);
    std::array<uint8_t, crypto_hash_sha512_BYTES> hash{};
    crypto_hash_sha512(hash.data(), message.bytes().data(), message.bytes().size());
    ByteReader in(hash);
    for (uint64_t& next : words_) {
      next = in.u64();
    }
    used_ = 0;
  }
  return words_[used_++];
}

uint64_t RandomChoice::at(uint64_t place) const {
  const auto found = moved_.find(place);
  return found == moved_.end() ? place : found->second;
}

}  // namespace vouch
