#include "protocol/retrieval/retrieval_objects.h"

#include <algorithm>
#include <set>

#include "protocol/retrieval/document.h"
#include "records/sealing.h"
#include "verify/files.h"

namespace vouch {
namespace {

struct NamedObjects {
  std::vector<NamedObject> objects;
  std::vector<NamedObject> lists;  // `most`: of each object of the list; 0: it lists no objects
};

NamedObjects objects_named_by(const Record& record) {
  switch (record.kind) {
    case RetrievalDocuments::kKind:
      return {{}, {{body_of<RetrievalDocuments>(record.body).commitments, 0, "commitments"}}};
    case RetrievalRequest::kKind: {
      const auto request = body_of<RetrievalRequest>(record.body);
      return {{{request.commitment, kMaxModelPublicBytes, "the model commitment"},
               {request.for_responder, kMaxObjectBytes, "the sealed model"},
               {request.for_judge, kMaxObjectBytes, "the sealed model"}},
              {}};
    }
    case RetrievalInputs::kKind:
      return {{}, {{body_of<RetrievalInputs>(record.body).inputs, 0, "identities"}}};
    case RetrievalProofs::kKind:
      return {{}, {{body_of<RetrievalProofs>(record.body).proofs, kMaxProofBytes, "a proof"}}};
    case RetrievalDelivery::kKind: {
      const auto delivery = body_of<RetrievalDelivery>(record.body);
      return {{},
              {{delivery.documents, 0, "digests"},
               {delivery.sealed, kMaxOpenedBytes + kSealingBytes, "a sealed document"}}};
    }
    case RetrievalOpening::kKind: {
      const auto opening = body_of<RetrievalOpening>(record.body);
      return {{},
              {{opening.documents, 0, "digests"},
               {opening.sealed, kMaxOpenedBytes + kSealingBytes, "a sealed document"}}};
    }
    default:
      return {};
  }
}

// No list has more objects than there are documents.
size_t most_due(std::span<const SignedRecord> records) {
  const auto documents = find_body<RetrievalDocuments>(records);
  return documents ? std::min(documents->count, kMostDocuments) : 0;
}

void add_missing_of_list(const Bundle& bundle, const NamedObject& list, size_t most,
                         ObjectFinder& finder, std::set<Digest>& missing) {
  const auto objects = bundle.find_list(list.digest, most, list.what);
  if (!objects.ok()) {
    missing.insert(list.digest);
    return;
  }
  if (!objects.value() || list.most == 0) {
    return;
  }
  std::set<Digest> own;
  for (const Digest& digest : *objects.value()) {
    if (!missing.contains(digest) && !finder.finds({digest, list.most, list.what})) {
      own.insert(digest);
    }
    if (own.size() > kMostMissingOfList) {
      own = {list.digest};
      break;
    }
  }
  missing.merge(own);
}

}  // namespace

std::optional<Repeated> first_repeated(std::span<const Digest> digests) {
  std::map<Digest, uint64_t> seen;
  for (uint64_t i = 0; i < digests.size(); ++i) {
    const auto [before, is_new] = seen.emplace(digests[i], i);
    if (!is_new) {
      return Repeated{before->second, i};
    }
  }
  return {};
}

std::vector<Digest> missing_of_retrieval(std::span<const SignedRecord> records,
                                         const Bundle& bundle) {
  const size_t most = most_due(records);
  ObjectFinder finder(bundle);
  std::set<Digest> missing;
  for (const SignedRecord& record : records) {
    const NamedObjects named = objects_named_by(record.record());
    for (const NamedObject& object : named.objects) {
      if (!finder.finds(object)) {
        missing.insert(object.digest);
      }
    }
    for (const NamedObject& list : named.lists) {
      add_missing_of_list(bundle, list, most, finder, missing);
    }
  }
  return {missing.begin(), missing.end()};
}

}  // namespace vouch
