#include "protocol/contest/contest_terms.h"

#include "base/parallel.h"
#include "records/log_proof.h"

namespace vouch {
namespace {

Result<SignedRecord> open_head(const PublicKey& provider, const Bytes& file) {
  auto head = open_published(file, provider);
  if (!head.ok()) {
    return Error{"the signed root: " + head.refusal().detail};
  }
  if (head.value().record().kind != TreeHead::kKind) {
    return Error{"what is named as signed root is another record"};
  }
  return std::move(head).value();
}

// Its bound, too: proofs about a model with a false one are rejected, whoever published it.
Result<VerifierModel> open_model(const Digest& identity, const Bytes& file) {
  LoadedModel loaded = load_model(file);
  if (!loaded.model) {
    return Error{"the model commitment: " + loaded.verdict.detail};
  }
  if (loaded.model->identity != identity) {
    return Error{"the model commitment is that of another model"};
  }
  VOUCH_ASSIGN(const Generators generators,
               Generators::load(generators_needed(*loaded.model), parallel_for));
  if (const Verdict bound = check_bound(*loaded.model, generators); !bound.accepted()) {
    return Error{"the model commitment: " + bound.detail};
  }
  return std::move(*loaded.model);
}

Result<void> check_numbers(const ContestOpened& terms, uint64_t size) {
  if (terms.count == 0 || terms.first >= size || terms.count > size - terms.first) {
    return Error{"the records to draw from are not among the " + std::to_string(size) +
                 " under the signed root"};
  }
  if (terms.samples == 0 || terms.samples > kMostContested) {
    return Error{"there are 1 to " + std::to_string(kMostContested) + " answers to prove"};
  }
  if (terms.inputs > 1) {
    return Error{"inputs are shown (1) or not (0)"};
  }
  if (terms.accept_by >= terms.reveal_by || terms.reveal_by >= terms.disclose_by ||
      terms.disclose_by >= terms.prove_by || terms.prove_by >= kCountLimit) {
    return Error{"the deadlines do not follow each other"};
  }
  return {};
}

}  // namespace

Result<ContestSubject> check_terms(const Session& session, const ContestOpened& terms,
                                   const Bytes& head, const Bytes& model) {
  VOUCH_ASSIGN(SignedRecord root, open_head(session.parties.at(kProvider), head));
  VOUCH_TRY(check_numbers(terms, body_of<TreeHead>(root.record().body).size));
  VOUCH_ASSIGN(VerifierModel loaded, open_model(terms.model, model));
  return ContestSubject{std::move(root), std::move(loaded)};
}

}  // namespace vouch
