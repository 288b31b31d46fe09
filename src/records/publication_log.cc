#include "records/publication_log.h"

#include <algorithm>

namespace vouch {
namespace {

TreeHead tree_of(const SignedRecord& head) { return body_of<TreeHead>(head.record().body); }

}  // namespace

Result<void> require_publication(const SessionStore& store) {
  const ProtocolRules& rules = publication_rules();
  const Session& session = store.session();
  if (session.protocol != rules.name || session.version != rules.version ||
      session.parties.size() != rules.roles.size()) {
    return Error{"it is the state of another protocol's session, '" + session.protocol +
                 "', and no log"};
  }
  return {};
}

Result<Appended> append_tree_head(SessionStore& store, const SecretKey& key, uint64_t now) {
  return store.atomically([&]() -> Result<Appended> {
    VOUCH_ASSIGN(const uint64_t size, store.count(store.self()));
    if (size != 0) {
      VOUCH_ASSIGN(SignedRecord last, store.record(store.self(), size - 1));
      if (last.record().kind == TreeHead::kKind) {
        return Appended{std::move(last), false};
      }
    }
    VOUCH_ASSIGN(const Digest root, merkle_root(store.nodes(), size));
    return store.append(publication_rules(), key, saying(TreeHead{size, root}), now);
  });
}

Result<SignedRecord> newest_tree_head(const SessionStore& store) {
  VOUCH_ASSIGN(const auto number, store.newest(store.self(), TreeHead::kKind));
  if (!number) {
    return Error{"the log has no signed root yet"};
  }
  return store.record(store.self(), *number);
}

Result<SignedRecord> own_tree_head(const SessionStore& store, ByteSpan head) {
  auto opened = open_published(head, store.own_key());
  if (!opened.ok()) {
    return Error{"the signed root: " + opened.refusal().detail};
  }
  const Record& record = opened.value().record();
  VOUCH_ASSIGN(const uint64_t count, store.count(store.self()));
  if (record.kind != TreeHead::kKind || record.sequence() >= count) {
    return Error{"the signed root is none, or newer than this log's"};
  }
  VOUCH_ASSIGN(const SignedRecord there, store.record(store.self(), record.sequence()));
  if (there.digest() != opened.value().digest()) {
    return Error{"the signed root is not of this log"};
  }
  return std::move(opened).value();
}

Result<InclusionProof> prove_included(const SessionStore& store, uint64_t index) {
  VOUCH_ASSIGN(const SignedRecord head, newest_tree_head(store));
  return prove_included(store, index, head);
}

Result<InclusionProof> prove_included(const SessionStore& store, uint64_t index,
                                      const SignedRecord& head) {
  const uint64_t size = tree_of(head).size;
  if (index >= size) {
    return Error{"record " + std::to_string(index) + " is not among the " + std::to_string(size) +
                 " that the signed root covers"};
  }
  VOUCH_ASSIGN(const SignedRecord record, store.record(store.self(), index));
  VOUCH_ASSIGN(MerklePath path, prove_inclusion(store.nodes(), index, size));
  return InclusionProof{record.bytes(), head.bytes(), std::move(path)};
}

Result<ConsistencyProof> prove_consistent(const SessionStore& store, ByteSpan old_head) {
  VOUCH_ASSIGN(const SignedRecord head, newest_tree_head(store));
  VOUCH_ASSIGN(const SignedRecord old, own_tree_head(store, old_head));
  const uint64_t old_size = tree_of(old).size;
  if (old_size > tree_of(head).size) {
    return Error{"the old signed root is newer than this log's"};
  }
  VOUCH_ASSIGN(MerklePath path, prove_consistency(store.nodes(), old_size, tree_of(head).size));
  return ConsistencyProof{old.bytes(), head.bytes(), std::move(path)};
}

}  // namespace vouch
