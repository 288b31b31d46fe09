#include "records/log_proof.h"

#include "records/frame.h"

namespace vouch {
namespace {

struct TwoRecords {
  Bytes first;
  Bytes second;
  MerklePath path;
};

Bytes encode_two(std::string_view magic, const Bytes& first, const Bytes& second,
                 const MerklePath& path) {
  VOUCH_CHECK(path.size() <= kMaxMerklePath);
  ByteWriter out;
  write_frame(out, magic);
  out.prefixed(first);
  out.prefixed(second);
  out.u8(static_cast<uint8_t>(path.size()));
  for (const Digest& hash : path) {
    out.raw(hash);
  }
  return out.take();
}

Bytes read_bytes(ByteReader& in) {
  const ByteSpan bytes = in.prefixed(kMaxRecordBytes);
  return {bytes.begin(), bytes.end()};
}

Result<TwoRecords> decode_two(std::string_view magic, const std::string& what, ByteSpan bytes) {
  ByteReader in(bytes);
  VOUCH_TRY(read_frame(in, magic, what));
  TwoRecords two;
  two.first = read_bytes(in);
  two.second = read_bytes(in);
  const uint8_t hashes = in.u8();
  if (hashes > kMaxMerklePath) {
    return Error{what + " whose path is longer than any may be"};
  }
  two.path.resize(hashes);
  for (Digest& hash : two.path) {
    in.read(hash);
  }
  if (!in.finished()) {
    return Error{what + " that is cut short or has bytes to spare"};
  }
  return two;
}

TreeHead head_of(const SignedRecord& record) { return body_of<TreeHead>(record.record().body); }

Checked<SignedRecord> open_head(ByteSpan bytes, const PublicKey& publisher) {
  auto opened = open_published(bytes, publisher);
  if (opened.ok() && opened.value().record().kind != TreeHead::kKind) {
    return Refusal{Refused::kUnknownKind, "what should be a tree head is another record"};
  }
  return opened;
}

}  // namespace

Bytes encode_inclusion(const InclusionProof& proof) {
  return encode_two(kInclusionMagic, proof.record, proof.head, proof.path);
}

Result<InclusionProof> decode_inclusion(ByteSpan bytes) {
  VOUCH_ASSIGN(TwoRecords two, decode_two(kInclusionMagic, "a proof of inclusion", bytes));
  return InclusionProof{std::move(two.first), std::move(two.second), std::move(two.path)};
}

Bytes encode_consistency(const ConsistencyProof& proof) {
  return encode_two(kConsistencyMagic, proof.old_head, proof.head, proof.path);
}

Result<ConsistencyProof> decode_consistency(ByteSpan bytes) {
  VOUCH_ASSIGN(TwoRecords two, decode_two(kConsistencyMagic, "a proof of consistency", bytes));
  return ConsistencyProof{std::move(two.first), std::move(two.second), std::move(two.path)};
}

Checked<SignedRecord> open_published(ByteSpan bytes, const PublicKey& publisher) {
  auto opened = SignedRecord::open(bytes);
  if (!opened.ok()) {
    return opened.refusal();
  }
  const Record& record = opened.value().record();
  if (auto refusal = check_kind(publication_rules(), record)) {
    return *refusal;
  }
  if (opened.value().author() != publisher) {
    return Refusal{Refused::kOtherParties,
                   "it was published by " + fingerprint(opened.value().author())};
  }
  if (record.kind == TreeHead::kKind && head_of(opened.value()).size != record.sequence()) {
    return Refusal{Refused::kWrongBody, "the tree head has another size than its own number"};
  }
  return opened;
}

Checked<Included> check_inclusion(const InclusionProof& proof, const PublicKey& publisher) {
  auto record = open_published(proof.record, publisher);
  if (!record.ok()) {
    return record.refusal();
  }
  auto head = open_head(proof.head, publisher);
  if (!head.ok()) {
    return head.refusal();
  }
  if (record.value().record().session != head.value().record().session) {
    return Refusal{Refused::kOtherSession, "the record and the tree head are of different logs"};
  }
  const TreeHead tree = head_of(head.value());
  if (!check_inclusion(leaf_hash(proof.record), record.value().record().sequence(), tree.size,
                       proof.path, tree.root)) {
    return Refusal{Refused::kNotInLog,
                   "the path does not lead from the record, at its number, to the log's root"};
  }
  return Included{std::move(record).value(), std::move(head).value()};
}

Checked<Consistent> check_consistency(const ConsistencyProof& proof, const PublicKey& publisher) {
  auto old_head = open_head(proof.old_head, publisher);
  if (!old_head.ok()) {
    return old_head.refusal();
  }
  auto head = open_head(proof.head, publisher);
  if (!head.ok()) {
    return head.refusal();
  }
  if (old_head.value().record().session != head.value().record().session) {
    return Refusal{Refused::kOtherSession, "the tree heads are of different logs"};
  }
  const TreeHead old_tree = head_of(old_head.value());
  const TreeHead tree = head_of(head.value());
  if (old_tree.size == tree.size && proof.old_head != proof.head) {
    return Refusal{Refused::kForked,
                   "the publisher has signed two tree heads for the same number "
                   "of records: the two prove it"};
  }
  if (!check_consistency(old_tree.size, old_tree.root, tree.size, tree.root, proof.path)) {
    return Refusal{Refused::kNotAppendOnly,
                   "the path does not lead from the old tree head to the new one"};
  }
  return Consistent{std::move(old_head).value(), std::move(head).value()};
}

namespace {

// What is known of the log's end from a head: it is the last of so many records.
Checked<std::vector<ChainEnd>> end_known_from(ByteSpan head, const PublicKey& publisher,
                                              const Session& session) {
  if (head.empty()) {
    return std::vector<ChainEnd>();
  }
  auto opened = open_head(head, publisher);
  if (!opened.ok()) {
    return opened.refusal();
  }
  if (opened.value().record().session != session) {
    return Refusal{Refused::kOtherSession, "the known tree head is of another log"};
  }
  return std::vector<ChainEnd>{{opened.value().record().sequence() + 1, opened.value().digest()}};
}

MaybeRefusal check_heads(const std::vector<SignedRecord>& records) {
  MerkleTree tree;
  for (const SignedRecord& record : records) {
    if (record.record().kind == TreeHead::kKind) {
      const TreeHead head = head_of(record);
      if (head.size != tree.size() || head.root != tree.root()) {
        return Refusal{Refused::kWrongBody, "tree head " + std::to_string(tree.size()) +
                                                " is not that of the records before it"};
      }
    }
    tree.add(record.bytes());
  }
  return {};
}

}  // namespace

Checked<std::vector<SignedRecord>> check_log(const std::vector<ByteSpan>& records,
                                             const PublicKey& publisher, ByteSpan known_head) {
  if (records.empty()) {
    return Refusal{Refused::kMissing, "there are no records"};
  }
  const auto first = open_published(records[0], publisher);
  if (!first.ok()) {
    return first.refusal();
  }
  const Session& session = first.value().record().session;
  const auto known = end_known_from(known_head, publisher, session);
  if (!known.ok()) {
    return known.refusal();
  }
  auto checked = check_records(session, publication_rules(), records, known.value());
  if (!checked.ok()) {
    return checked;
  }
  if (auto refusal = check_heads(checked.value())) {
    return *refusal;
  }
  return checked;
}

}  // namespace vouch
