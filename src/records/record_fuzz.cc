// Arbitrary bytes as records, lists of them, proofs about logs, and keys: refused, or the one
// encoding of what they are; what is wrong with a proof is told. The first byte is which of them,
// and whether a record is signed here, so that what is behind the signature is reached too.
#include <algorithm>
#include <bit>
#include <optional>
#include <span>

#include "records/key_file.h"
#include "records/log_proof.h"
#include "records/record_list.h"
#include "records/test_records.h"

namespace {

using namespace vouch;  // NOLINT(google-build-using-namespace)

void check_record(ByteSpan bytes) {
  const auto opened = SignedRecord::open(bytes);
  if (!opened.ok()) {
    VOUCH_CHECK(!opened.refusal().detail.empty());
    return;
  }
  const SignedRecord& record = opened.value();
  VOUCH_CHECK(std::ranges::equal(record.bytes(), bytes));
  const SecretKey key = test_key(1);
  if (key.public_key() == record.author()) {
    VOUCH_CHECK(SignedRecord::sign(record.record(), key).value().bytes() == record.bytes());
  }
  (void)check_next(MemoryHistory(trial_session()), trial_rules(), record).value();
  (void)check_kind(publication_rules(), record.record());
}

// As the first party of the trial, if that is whom they name.
void check_signed_record(ByteSpan unsigned_record) {
  check_record(signed_by_hand(Bytes(unsigned_record.begin(), unsigned_record.end()), test_key(1)));
}

void check_list(ByteSpan bytes) {
  const auto records = decode_record_list(bytes);
  if (!records.ok()) {
    return;
  }
  std::vector<Bytes> copies;
  for (const ByteSpan record : records.value()) {
    copies.emplace_back(record.begin(), record.end());
  }
  VOUCH_CHECK(std::ranges::equal(encode_record_list(copies), bytes));
  (void)check_records(trial_session(), trial_rules(), records.value());
}

void check_proofs(ByteSpan bytes) {
  const PublicKey key = test_key(1).public_key();
  if (const auto proof = decode_inclusion(bytes); proof.ok()) {
    VOUCH_CHECK(std::ranges::equal(encode_inclusion(proof.value()), bytes));
    (void)check_inclusion(proof.value(), key);
  }
  if (const auto proof = decode_consistency(bytes); proof.ok()) {
    VOUCH_CHECK(std::ranges::equal(encode_consistency(proof.value()), bytes));
    (void)check_consistency(proof.value(), key);
  }
}

void check_keys(ByteSpan bytes) {
  if (const auto key = decode_secret_key(bytes); key.ok()) {
    VOUCH_CHECK(std::ranges::equal(encode_secret_key(key.value()), bytes));
  }
  if (const auto key = decode_identity(bytes); key.ok()) {
    VOUCH_CHECK(std::ranges::equal(encode_identity(key.value()), bytes));
  }
}

using Path = std::span<const Digest>;

Path without_last(Path path) { return path.first(path.size() - 1); }

// The root that a path leads to, by the definition of RFC 9162, 2.1.3.1; nothing if it has another
// length. Contract: m < n.
std::optional<Digest> included_root(const Digest& leaf, uint64_t m, uint64_t n, Path path) {
  if (n == 1) {
    return path.empty() ? std::optional(leaf) : std::nullopt;
  }
  if (path.empty()) {
    return {};
  }
  const uint64_t k = std::bit_floor(n - 1);
  const auto half = m < k ? included_root(leaf, m, k, without_last(path))
                          : included_root(leaf, m - k, n - k, without_last(path));
  if (!half) {
    return {};
  }
  return m < k ? node_hash(*half, path.back()) : node_hash(path.back(), *half);
}

// The old and the new root, by that of 2.1.4.1. Contract: 0 < m <= n.
std::optional<std::pair<Digest, Digest>> both_roots(const Digest& old_root, uint64_t m, uint64_t n,
                                                    Path path, bool whole = true) {
  if (m == n) {
    if (path.size() != (whole ? 0 : 1)) {
      return {};
    }
    const Digest& hash = whole ? old_root : path.front();
    return std::pair(hash, hash);
  }
  if (path.empty()) {
    return {};
  }
  const uint64_t k = std::bit_floor(n - 1);
  const Digest& other = path.back();
  if (m <= k) {
    auto roots = both_roots(old_root, m, k, without_last(path), whole);
    return roots ? std::optional(std::pair(roots->first, node_hash(roots->second, other)))
                 : std::nullopt;
  }
  auto roots = both_roots(old_root, m - k, n - k, without_last(path), false);
  return roots ? std::optional(
                     std::pair(node_hash(other, roots->first), node_hash(other, roots->second)))
               : std::nullopt;
}

Digest flipped(Digest hash) {
  hash[0] ^= 1;
  return hash;
}

// Paths of hostile hashes, for hostile sizes, against the definitions.
void check_paths(ByteSpan bytes) {
  ByteReader in(bytes);
  const uint64_t m = in.u64();
  const uint64_t n = in.u64();
  Digest first{};
  in.read(first);
  MerklePath path(std::min(in.remaining() / sizeof(Digest), kMaxMerklePath));
  for (Digest& hash : path) {
    in.read(hash);
  }
  const auto root = m < n ? included_root(first, m, n, path) : std::nullopt;
  VOUCH_CHECK(check_inclusion(first, m, n, path, root.value_or(first)) == root.has_value());
  VOUCH_CHECK(!root || !check_inclusion(first, m, n, path, flipped(*root)));
  if (m == 0) {
    return;
  }
  const auto roots = m <= n ? both_roots(first, m, n, path) : std::nullopt;
  const auto [old_root, new_root] = roots.value_or(std::pair(first, first));
  VOUCH_CHECK(check_consistency(m, old_root, n, new_root, path) == roots.has_value());
  VOUCH_CHECK(!check_consistency(m, old_root, n, flipped(new_root), path));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const ByteSpan bytes(data + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      check_record(bytes);
      break;
    case 1:
      check_signed_record(bytes);
      break;
    case 2:
      check_list(bytes);
      break;
    case 3:
      check_proofs(bytes);
      break;
    case 4:
      check_keys(bytes);
      break;
    default:
      check_paths(bytes);
  }
  return 0;
}
