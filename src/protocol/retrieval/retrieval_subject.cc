#include "protocol/retrieval/retrieval_subject.h"

#include <algorithm>

#include "base/parallel.h"
#include "protocol/retrieval/retrieval_objects.h"

namespace vouch {
namespace {

// What a step found: nothing that stops, missing objects, or a fault.
struct Step {
  bool goes_on = false;
  RetrievalFault fault = RetrievalFault::kNone;
  std::string detail;
};

// What a subject is made of, as far as it is read.
struct Parts {
  std::vector<Digest> commitments;
  std::optional<VerifierModel> model;
  Predicate predicate;
};

Step goes_on() { return {true, RetrievalFault::kNone, ""}; }
Step lacks(const NamedObject& object) {
  return {false, RetrievalFault::kNone, absent(object).message};
}
Step refuses(RetrievalFault fault, std::string detail) { return {false, fault, std::move(detail)}; }

Step open_commitments(const Bundle& bundle, const RetrievalDocuments& documents, Parts& parts) {
  if (documents.count == 0) {
    return refuses(RetrievalFault::kBadDocuments, "there are no documents");
  }
  auto commitments =
      bundle.find_list(documents.commitments, kMostDocuments, "the list of commitments");
  if (!commitments.ok()) {
    return lacks({documents.commitments, 0, "the list of commitments"});
  }
  if (!commitments.value()) {
    return refuses(RetrievalFault::kBadDocuments, "the commitments have not the form of a list");
  }
  if (commitments.value()->size() != documents.count) {
    return refuses(RetrievalFault::kBadDocuments,
                   "there are " + std::to_string(commitments.value()->size()) + " commitments to " +
                       std::to_string(documents.count) + " documents");
  }
  if (documents_root(*commitments.value()) != documents.root) {
    return refuses(RetrievalFault::kBadDocuments, "the root is not that of the commitments");
  }
  parts.commitments = *std::move(commitments).value();
  return goes_on();
}

const char* wrong_numbers(const RetrievalRequest& request) {
  if (request.each == 0 || request.each > kMostDocumentsEach) {
    return "a proof would be about no documents, or about more than 1024";
  }
  return request.sample > kMostOpened ? "more than 4096 documents would be opened" : nullptr;
}

Step open_model(const Bundle& bundle, uint64_t documents, const RetrievalRequest& request,
                Parts& parts) {
  const auto file = bundle.find(request.commitment, kMaxModelPublicBytes, "the model commitment");
  if (!file.ok()) {
    return lacks({request.commitment, 0, "the model commitment"});
  }
  if (!file.value()) {
    return refuses(RetrievalFault::kBadRequest, "the model commitment is too large");
  }
  LoadedModel loaded = load_model(*file.value());
  if (!loaded.model) {
    return refuses(RetrievalFault::kBadRequest, "the model commitment: " + loaded.verdict.detail);
  }
  if (loaded.model->identity != request.model) {
    return refuses(RetrievalFault::kBadRequest, "the model commitment is that of another model");
  }
  if (loaded.model->circuit.preparation.rows == 0) {
    return refuses(RetrievalFault::kBadRequest, "the model reads no pictures");
  }
  const auto pictures = static_cast<uint32_t>(std::min(request.each, documents));
  if (const auto valid = validate(with_pictures(loaded.model->circuit, pictures)); !valid.ok()) {
    return refuses(RetrievalFault::kBadRequest, "no proof can be about " +
                                                    std::to_string(pictures) +
                                                    " documents: " + valid.error().message);
  }
  parts.model = std::move(loaded.model);
  return goes_on();
}

Step open_request(const Bundle& bundle, uint64_t documents, const RetrievalRequest& request,
                  Parts& parts) {
  if (const char* wrong = wrong_numbers(request)) {
    return refuses(RetrievalFault::kBadRequest, wrong);
  }
  Step model = open_model(bundle, documents, request, parts);
  if (!model.goes_on) {
    return model;
  }
  auto predicate = retrieval_predicate(request.predicate, parts.model->circuit);
  if (!predicate.ok()) {
    return refuses(RetrievalFault::kBadRequest, predicate.error().message);
  }
  parts.predicate = std::move(predicate).value();
  return goes_on();
}

}  // namespace

Result<Predicate> retrieval_predicate(ByteSpan encoded, const Circuit& circuit) {
  ByteReader in(encoded);
  VOUCH_ASSIGN(Predicate predicate, decode_predicate(in, 1));
  if (!in.finished()) {
    return Error{"the predicate has bytes behind its end"};
  }
  VOUCH_TRY(validate(predicate, circuit, 1));
  const bool is_bit =
      predicate.kind == Predicate::Kind::kContains || predicate.kind == Predicate::Kind::kScore;
  if (!is_bit || predicate.count) {
    return Error{"the predicate is not one that is true or false of each document by itself"};
  }
  return predicate;
}

Result<OpenedSubject> open_subject(const Bundle& bundle, const RetrievalDocuments& documents,
                                   const RetrievalRequest& request) {
  Parts parts;
  Step step = open_commitments(bundle, documents, parts);
  if (step.goes_on) {
    step = open_request(bundle, documents.count, request, parts);
  }
  if (!step.goes_on) {
    return OpenedSubject{{}, step.fault, std::move(step.detail)};
  }
  const VerifierModel& model = *parts.model;
  VOUCH_ASSIGN(
      Generators generators,
      Generators::load(std::max(generators_needed(model), generators_for_input(model.columns)),
                       parallel_for));
  if (const Verdict bound = check_bound(model, generators); !bound.accepted()) {
    return OpenedSubject{{}, RetrievalFault::kBadRequest, "the model commitment: " + bound.detail};
  }
  return OpenedSubject{RetrievalSubject{documents.count, std::move(parts.commitments), request,
                                        std::move(*parts.model), std::move(parts.predicate),
                                        std::make_shared<const Generators>(std::move(generators))},
                       RetrievalFault::kNone, ""};
}

}  // namespace vouch
