#include "protocol/contest/contest_terms.h"

#include <algorithm>

#include "base/parallel.h"
#include "protocol/sample_plan.h"
#include "records/log_proof.h"
#include "verify/checked_model.h"

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
  VOUCH_ASSIGN(VerifierModel model, open_checked_model(file, parallel_for));
  if (model.identity != identity) {
    return Error{"the model commitment is that of another model"};
  }
  return model;
}

constexpr uint64_t kMillion = 1000000;  // terms have fractions in millionths

double fraction(uint64_t millionths) { return static_cast<double>(millionths) / kMillion; }

Result<void> check_samples(const ContestOpened& terms) {
  if (terms.samples == 0 || terms.samples > kMostContested) {
    return Error{"there are 1 to " + std::to_string(kMostContested) + " answers to prove"};
  }
  for (const uint64_t planned : {terms.wrong, terms.missed}) {
    if (planned == 0 || planned >= kMillion) {
      return Error{"the fraction to be found and the probability to miss it are between 0 and 1"};
    }
  }
  const SampleRange range = planned_samples(terms);
  if (terms.samples < range.least || terms.samples > range.most) {
    return Error{"the fraction to be found and the probability to miss it need " +
                 std::to_string(range.least) + " to " + std::to_string(range.most) +
                 " answers, not " + std::to_string(terms.samples)};
  }
  return {};
}

Result<void> check_numbers(const ContestOpened& terms, uint64_t size) {
  if (terms.count == 0 || terms.first >= size || terms.count > size - terms.first) {
    return Error{"the records to draw from are not among the " + std::to_string(size) +
                 " under the signed root"};
  }
  VOUCH_TRY(check_samples(terms));
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

SampleRange planned_samples(const ContestOpened& terms) {
  const double wrong = fraction(terms.wrong);
  const double missed = fraction(terms.missed);
  const uint64_t of_any = detecting_samples(wrong, missed);
  // The loop of the exact number ends with that of any number.
  return {detecting_samples_of(terms.count, wrong, missed), std::min(terms.count, of_any)};
}

Result<void> check_windows(const ContestOpened& terms, uint64_t opened, uint64_t now) {
  if (terms.accept_by <= now) {
    return Error{"the time to accept is over"};
  }
  uint64_t before = opened;
  for (const uint64_t deadline :
       {terms.accept_by, terms.reveal_by, terms.disclose_by, terms.prove_by}) {
    if (deadline < before || deadline - before < kLeastWindow) {
      return Error{"the terms leave less than " + std::to_string(kLeastWindow / 3600 / 1000) +
                   " hours for a step"};
    }
    before = deadline;
  }
  return {};
}

Result<ContestSubject> check_terms(const Session& session, const ContestOpened& terms,
                                   const Bytes& head, const Bytes& model) {
  VOUCH_ASSIGN(SignedRecord root, open_head(session.parties.at(kProvider), head));
  VOUCH_TRY(check_numbers(terms, body_of<TreeHead>(root.record().body).size));
  VOUCH_ASSIGN(VerifierModel loaded, open_model(terms.model, model));
  return ContestSubject{std::move(root), std::move(loaded)};
}

}  // namespace vouch
