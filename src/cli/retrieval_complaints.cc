#include "cli/retrieval_complaints.h"

namespace vouch {
namespace {

constexpr const char* kComplaints = "complaints";

}  // namespace

// How many, and they: so that none is not the same as not verified.
Result<void> keep_complaints(SessionStore& store, std::span<const uint64_t> numbers) {
  ByteWriter out;
  out.u64(numbers.size());
  for (const uint64_t number : numbers) {
    out.u64(number);
  }
  return store.keep(kComplaints, out.bytes());
}

Result<std::vector<uint64_t>> kept_complaints(const SessionStore& store) {
  VOUCH_ASSIGN(const Bytes kept, store.kept(kComplaints));
  if (kept.empty()) {
    return Error{"the delivery was not verified yet: `vouch retrieval verify` comes first"};
  }
  ByteReader in(kept);
  std::vector<uint64_t> numbers;
  for (uint64_t left = in.u64(); left != 0 && in.ok(); --left) {
    numbers.push_back(in.u64());
  }
  return numbers;
}

}  // namespace vouch
