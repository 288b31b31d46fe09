#include "protocol/contest/contest_objects.h"

#include <set>

#include "base/hex.h"
#include "records/log_proof.h"
#include "verify/files.h"

namespace vouch {
namespace {

constexpr size_t kMostInputBytes = size_t{1} << 26;  // more codes than any circuit reads

std::vector<NamedObject> objects_of(const SignedRecord& signed_record) {
  const Record& record = signed_record.record();
  std::vector<NamedObject> objects;
  if (record.kind == ContestOpened::kKind) {
    const auto terms = body_of<ContestOpened>(record.body);
    objects = {model_object(terms), head_object(terms)};
  } else if (record.kind == ReceiptsDisclosed::kKind) {
    const auto disclosed = body_of<ReceiptsDisclosed>(record.body);
    for (const Digest& digest : disclosed.records) {
      objects.push_back(record_object(digest));
    }
    for (const Digest& digest : disclosed.inputs) {
      objects.push_back(input_object(digest));
    }
  } else if (record.kind == AnswersProven::kKind) {
    for (const Digest& digest : body_of<AnswersProven>(record.body).proofs) {
      objects.push_back(proof_object(digest));
    }
  }
  return objects;
}

}  // namespace

NamedObject model_object(const ContestOpened& terms) {
  return {terms.model_file, kMaxModelPublicBytes, "the model commitment"};
}
NamedObject head_object(const ContestOpened& terms) {
  return {terms.head, kMaxRecordBytes, "the signed root"};
}
NamedObject record_object(const Digest& digest) {
  return {digest, kMaxLogProofBytes, "a record that is drawn"};
}
NamedObject input_object(const Digest& digest) { return {digest, kMostInputBytes, "an input"}; }
NamedObject proof_object(const Digest& digest) { return {digest, kMaxProofBytes, "a proof"}; }

Result<Bytes> get(const Bundle& bundle, const NamedObject& object) {
  auto bytes = bundle.get(object.digest, object.most, object.what);
  return bytes.ok() ? std::move(bytes) : absent(object);
}

Error absent(const NamedObject& object) {
  return Error{std::string(object.what) + ", object " + hex_text(object.digest) +
               ", is missing, damaged or too large"};
}

bool ObjectFinder::finds(const NamedObject& object) {
  const auto [found, is_new] = found_.emplace(std::pair(object.digest, object.most), false);
  if (is_new) {
    found->second = get(bundle_, object).ok();
  }
  return found->second;
}

std::vector<Digest> missing_objects(std::span<const SignedRecord> records, const Bundle& bundle) {
  ObjectFinder finder(bundle);
  std::set<Digest> missing;
  for (const SignedRecord& record : records) {
    for (const NamedObject& object : objects_of(record)) {
      if (!finder.finds(object)) {
        missing.insert(object.digest);
      }
    }
  }
  return {missing.begin(), missing.end()};
}

}  // namespace vouch
