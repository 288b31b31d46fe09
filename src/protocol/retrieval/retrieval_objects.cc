#include "protocol/retrieval/retrieval_objects.h"

#include "protocol/retrieval/document.h"
#include "records/sealing.h"
#include "verify/files.h"

namespace vouch {
namespace {

constexpr size_t kMostListBytes = kMostDocuments * sizeof(Digest);

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

void add_if_missing(const Bundle& bundle, const NamedObject& object, std::vector<Digest>& missing) {
  if (!get(bundle, object).ok()) {
    missing.push_back(object.digest);
  }
}

}  // namespace

std::vector<Digest> missing_of_retrieval(const SignedRecord& record, const Bundle& bundle) {
  std::vector<Digest> missing;
  const NamedObjects named = objects_named_by(record.record());
  for (const NamedObject& object : named.objects) {
    add_if_missing(bundle, object, missing);
  }
  for (const NamedObject& list : named.lists) {
    add_if_missing(bundle, {list.digest, kMostListBytes, list.what}, missing);
    const auto objects = bundle.get_list(list.digest, kMostDocuments, list.what);
    if (!objects.ok() || list.most == 0) {
      continue;
    }
    for (const Digest& digest : objects.value()) {
      add_if_missing(bundle, {digest, list.most, list.what}, missing);
    }
  }
  return missing;
}

std::vector<Digest> missing_of_retrieval(std::span<const SignedRecord> records,
                                         const Bundle& bundle) {
  std::vector<Digest> missing;
  for (const SignedRecord& record : records) {
    const std::vector<Digest> own = missing_of_retrieval(record, bundle);
    missing.insert(missing.end(), own.begin(), own.end());
  }
  return missing;
}

}  // namespace vouch
