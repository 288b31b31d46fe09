// Which documents are opened to the judge: some of those that are withheld, drawn by random bytes
// of both sides when everything else is fixed, and those of the delivery that are complained about.
#pragma once

#include <span>

#include "protocol/retrieval/retrieval_records.h"

namespace vouch {

/// What commits a party to its random bytes.
[[nodiscard]] Digest retrieval_nonce_commitment(const Session& session, RetrievalRole role,
                                                const Digest& nonce);

/// What is drawn from and by.
struct SampleTerms {
  Digest requester_nonce{};
  Digest responder_nonce{};
  Digest delivery{};                   ///< digest of the record
  std::span<const uint64_t> withheld;  ///< numbers, increasing
  uint64_t sample = 0;                 ///< all, if there are no more
};
/// Numbers, increasing.
[[nodiscard]] std::vector<uint64_t> draw_sample(const Session& session, const SampleTerms& terms);

/// All that is opened to the judge, increasing: the sample, and what is complained about, which is
/// none of it.
[[nodiscard]] std::vector<uint64_t> merge_numbers(std::span<const uint64_t> sample,
                                                  std::span<const uint64_t> complaints);

[[nodiscard]] Bytes encode_complaints(std::span<const uint64_t> numbers);
/// Error: they are not some of `delivered` (increasing), each once, in order.
[[nodiscard]] Result<std::vector<uint64_t>> decode_complaints(ByteSpan complaints,
                                                              std::span<const uint64_t> delivered);

}  // namespace vouch
