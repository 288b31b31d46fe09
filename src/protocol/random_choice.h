// A random choice that anybody computes again from its seed: numbers of 0 … n−1, none twice, every
// sequence as likely as every other if the seed is random. The shuffle of Fisher and Yates:
//
//     w_0, w_1, …   the u64 of SHA-512(prefixed("vouch random choice v1") ‖ seed ‖ u64 0), then of
//                   … ‖ u64 1, and so on, eight each
//     below(b)      the next w that is less than 2^64 − (2^64 mod b), mod b: all equally likely
//     a             0, 1, …, n−1
//     choice j      r = j + below(n − j); a_j and a_r are exchanged; a_j
#pragma once

#include <array>
#include <unordered_map>

#include "records/digest.h"

namespace vouch {

class RandomChoice {
 public:
  RandomChoice(const Digest& seed, uint64_t count) : seed_(seed), count_(count) {}
  /// The next number. Contract: there is one, at most `count` in all.
  [[nodiscard]] uint64_t next();

 private:
  static constexpr size_t kWords = 8;  // of a hash
  [[nodiscard]] uint64_t below(uint64_t bound);
  [[nodiscard]] uint64_t word();
  [[nodiscard]] uint64_t at(uint64_t place) const;

  Digest seed_;
  uint64_t count_;
  uint64_t chosen_ = 0;
  std::unordered_map<uint64_t, uint64_t> moved_;  // where a differs from 0, 1, …
  std::array<uint64_t, kWords> words_{};
  uint64_t blocks_ = 0;
  size_t used_ = kWords;
};

}  // namespace vouch
