// Arbitrary bytes as a proof (.proof): refused, or the one encoding of it. What the verifier makes
// of what it holds is prove/verifier_fuzz.cc's.
#include <algorithm>

#include "base/check.h"
#include "verify/files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const vouch::ByteSpan bytes(data, size);
  if (const auto proof = vouch::decode_proof(bytes); proof.ok()) {
    VOUCH_CHECK(std::ranges::equal(vouch::encode_proof(proof.value()), bytes));
  }
  return 0;
}
