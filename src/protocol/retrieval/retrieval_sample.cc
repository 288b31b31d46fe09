#include "protocol/retrieval/retrieval_sample.h"

#include <algorithm>

#include "protocol/random_choice.h"

namespace vouch {

Digest retrieval_nonce_commitment(const Session& session, RetrievalRole role, const Digest& nonce) {
  ByteWriter message;
  write_session(message, session);
  message.u8(role);
  message.raw(nonce);
  return labelled_digest("vouch retrieval nonce v1", message.bytes());
}

std::vector<uint64_t> draw_sample(const Session& session, const SampleTerms& terms) {
  ByteWriter message;
  write_session(message, session);
  message.raw(terms.delivery);
  message.raw(terms.requester_nonce);
  message.raw(terms.responder_nonce);
  RandomChoice choice(labelled_digest("vouch retrieval seed v1", message.bytes()),
                      terms.withheld.size());
  std::vector<uint64_t> drawn;
  while (drawn.size() < std::min<uint64_t>(terms.sample, terms.withheld.size())) {
    drawn.push_back(terms.withheld[choice.next()]);
  }
  std::ranges::sort(drawn);
  return drawn;
}

std::vector<uint64_t> merge_numbers(std::span<const uint64_t> sample,
                                    std::span<const uint64_t> complaints) {
  std::vector<uint64_t> numbers;
  std::ranges::merge(sample, complaints, std::back_inserter(numbers));
  return numbers;
}

Bytes encode_complaints(std::span<const uint64_t> numbers) {
  ByteWriter out;
  for (const uint64_t number : numbers) {
    out.u32(static_cast<uint32_t>(number));
  }
  return out.take();
}

Result<std::vector<uint64_t>> decode_complaints(ByteSpan complaints,
                                                std::span<const uint64_t> delivered) {
  const Error wrong{"the complaints are not about some of the documents that are due, in order"};
  if (complaints.size() % sizeof(uint32_t) != 0) {
    return wrong;
  }
  ByteReader in(complaints);
  std::vector<uint64_t> numbers;
  while (in.remaining() != 0) {
    const uint64_t number = in.u32();
    if (!std::ranges::binary_search(delivered, number) ||
        (!numbers.empty() && number <= numbers.back())) {
      return wrong;
    }
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace vouch
