#include "protocol/retrieval/retrieval_judge.h"

#include <algorithm>
#include <array>

#include "base/secret.h"
#include "protocol/judge_clock.h"
#include "protocol/retrieval/retrieval_objects.h"
#include "protocol/retrieval/retrieval_sample.h"
#include "records/sealing.h"

namespace vouch {
namespace {

constexpr const char* kNoList = "the list that is named has not the form of one";

// Goes through the steps in their order, to the first that anybody deviates in, that is not done
// yet, or that cannot be judged because objects are missing. A step returns whether it goes on.
class RetrievalExamination {
 public:
  RetrievalExamination(const Exchange& exchange, const Bundle& bundle, const OpenDocument& open,
                       const std::function<void()>& tick)
      : exchange_(exchange),
        bundle_(bundle),
        open_(open),
        tick_(tick),
        clock_(exchange.records),
        said_(retrieval_said(exchange.records)) {
    outcome_.judgement.session = exchange.session;
  }

  Result<RetrievalOutcome> run() {
    for (const auto step :
         {&RetrievalExamination::examine_subject, &RetrievalExamination::examine_inputs,
          &RetrievalExamination::examine_proofs, &RetrievalExamination::examine_delivery,
          &RetrievalExamination::examine_reveal, &RetrievalExamination::examine_opening,
          &RetrievalExamination::examine_finding}) {
      VOUCH_ASSIGN(const bool goes_on, (this->*step)());
      if (!goes_on || !outcome_.faults.empty()) {
        return finish();
      }
    }
    outcome_.judgement.state = Judgement::State::kFulfilled;
    return finish();
  }

 private:
  Result<bool> examine_subject() {
    if (!said_.documents) {
      return wait_for<RetrievalDocuments>(kResponder);
    }
    if (!said_.request) {
      return wait_for<RetrievalRequest>(kRequester);
    }
    VOUCH_ASSIGN(OpenedSubject opened, open_subject(bundle_, *said_.documents, *said_.request));
    if (opened.fault == RetrievalFault::kBadDocuments) {
      return deviates<RetrievalDocuments>(kResponder, opened.fault, opened.detail);
    }
    if (opened.fault != RetrievalFault::kNone) {
      return deviates<RetrievalRequest>(kRequester, opened.fault, opened.detail);
    }
    if (!opened.subject) {
      return incomplete(opened.detail);
    }
    outcome_.subject = std::move(opened.subject);
    return said_.approval ? true : wait_for<RetrievalApproval>(kRetrievalJudge);
  }

  Result<bool> examine_inputs() {
    VOUCH_ASSIGN(const bool there,
                 is_there<RetrievalInputs>(kResponder, 1, said_.approval->answer_by,
                                           RetrievalFault::kNotAnswered));
    if (!there) {
      return false;
    }
    auto inputs = bundle_.find_list(said_.inputs->inputs, kMostDocuments, "the list of inputs");
    if (!inputs.ok()) {
      return missing<RetrievalInputs>(said_.inputs->inputs, {}, said_.approval->answer_by,
                                      "the list of inputs");
    }
    if (!inputs.value()) {
      return deviates<RetrievalInputs>(kResponder, RetrievalFault::kMissingDocument, kNoList);
    }
    outcome_.inputs = *std::move(inputs).value();
    if (const auto fault = check_inputs(*outcome_.subject, outcome_.inputs)) {
      add_fault<RetrievalInputs>(kResponder, *fault);
    }
    return true;
  }

  Result<bool> examine_proofs() {
    VOUCH_ASSIGN(const bool there,
                 is_there<RetrievalProofs>(kResponder, 2, said_.approval->answer_by,
                                           RetrievalFault::kNotProven));
    if (!there) {
      return false;
    }
    const auto list = bundle_.find_list(said_.proofs->proofs, kMostDocuments, "the list of proofs");
    if (!list.ok()) {
      return missing<RetrievalProofs>(said_.proofs->proofs, {}, said_.approval->answer_by,
                                      "the list of proofs");
    }
    if (!list.value()) {
      return deviates<RetrievalProofs>(kResponder, RetrievalFault::kMissingProof, kNoList);
    }
    VOUCH_ASSIGN(ProvenBits proven,
                 check_announced_proofs(bundle_, *outcome_.subject,
                                        {exchange_.session, said_.inputs->inputs, outcome_.inputs},
                                        *list.value(), tick_));
    if (!examine_proof_faults(proven.faults)) {
      return false;
    }
    outcome_.bits = std::move(proven.bits);
    outcome_.matching = documents_with(outcome_.bits, 1);
    return true;
  }

  // A proof that is not there is a fault when the judge says so; the others are faults as they are.
  bool examine_proof_faults(const std::vector<DocumentFault>& faults) {
    for (const DocumentFault& fault : faults) {
      if (!is_missing_object(fault)) {
        add_fault<RetrievalProofs>(kResponder, fault);
      }
    }
    const bool list_is_missed = clock_.missed(*find_record<RetrievalProofs>(exchange_.records),
                                              std::array<Digest, 1>{said_.proofs->proofs},
                                              said_.approval->answer_by) != nullptr;
    for (const DocumentFault& fault : faults) {
      if (is_missing_object(fault)) {
        static_cast<void>(missing<RetrievalProofs>(fault.object, said_.proofs->proofs,
                                                   said_.approval->answer_by, "a proof"));
        if (list_is_missed) {
          break;  // one shows it as well as the others, of which there may be a million
        }
      }
    }
    return faults.empty();
  }

  static bool is_missing_object(const DocumentFault& fault) {
    return fault.fault == RetrievalFault::kMissingProof && fault.object != Digest{};
  }

  Result<bool> examine_delivery() {
    VOUCH_ASSIGN(const bool there,
                 is_there<RetrievalDelivery>(kResponder, 3, said_.approval->answer_by,
                                             RetrievalFault::kNotDelivered));
    if (!there) {
      return false;
    }
    if (!read_due<RetrievalDelivery>(*said_.delivery, outcome_.matching, said_.approval->answer_by,
                                     outcome_.delivered)) {
      return false;
    }
    for (const DueDocument& due : outcome_.delivered) {
      if (!look_into<RetrievalDelivery>(due)) {
        outcome_.unopened.push_back(due.number);
      }
    }
    return true;
  }

  Result<bool> examine_reveal() {
    VOUCH_ASSIGN(const bool there,
                 is_there<RetrievalReveal>(kRequester, 1, said_.approval->reveal_by,
                                           RetrievalFault::kNotRevealed));
    if (!there) {
      return false;
    }
    if (retrieval_nonce_commitment(exchange_.session, kRequester, said_.reveal->nonce) !=
        said_.request->nonce) {
      return deviates<RetrievalReveal>(kRequester, RetrievalFault::kOtherNonce);
    }
    auto complaints = decode_complaints(said_.reveal->complaints, outcome_.matching);
    if (!complaints.ok()) {
      return deviates<RetrievalReveal>(kRequester, RetrievalFault::kBadComplaint,
                                       complaints.error().message);
    }
    outcome_.complaints = std::move(complaints).value();
    return true;
  }

  Result<bool> examine_opening() {
    VOUCH_ASSIGN(const bool there,
                 is_there<RetrievalOpening>(kResponder, 4, said_.approval->open_by,
                                            RetrievalFault::kNotOpened));
    if (!there) {
      return false;
    }
    if (retrieval_nonce_commitment(exchange_.session, kResponder, said_.opening->nonce) !=
        said_.inputs->nonce) {
      return deviates<RetrievalOpening>(kResponder, RetrievalFault::kOtherNonceShown);
    }
    const std::vector<uint64_t> withheld = documents_with(outcome_.bits, 0);
    outcome_.sample =
        draw_sample(exchange_.session, {said_.reveal->nonce, said_.opening->nonce,
                                        find_record<RetrievalDelivery>(exchange_.records)->digest(),
                                        withheld, said_.request->sample});
    if (!read_due<RetrievalOpening>(*said_.opening,
                                    merge_numbers(outcome_.sample, outcome_.complaints),
                                    said_.approval->open_by, outcome_.opened)) {
      return false;
    }
    examine_opened();
    return said_.finding || examine_handed_to_judge();
  }

  // Until the judge has said what he finds: what he cannot look at as it is not there is a fault
  // only if his clock says that it was not there in time.
  bool examine_handed_to_judge() {
    bool all = true;
    for (const DueDocument& due : outcome_.opened) {
      if (!get(bundle_, {due.sealed, kMaxObjectBytes, "a sealed document"}).ok()) {
        all = false;
        static_cast<void>(missing<RetrievalOpening>(due.sealed, said_.opening->sealed,
                                                    said_.approval->open_by, "a sealed document"));
      }
    }
    return all;
  }

  // What was delivered has to be opened to the judge as the same document.
  void examine_opened() {
    for (const DueDocument& due : outcome_.opened) {
      const auto delivered =
          std::ranges::find(outcome_.delivered, due.number, &DueDocument::number);
      if (delivered != outcome_.delivered.end() && delivered->document != due.document) {
        add_fault<RetrievalOpening>(kResponder, {RetrievalFault::kOtherDocument, due.number,
                                                 number_text(due.number), due.document});
      } else {
        static_cast<void>(look_into<RetrievalOpening>(due));
      }
    }
  }

  Result<bool> examine_finding() {
    if (!said_.finding) {
      return wait_for<RetrievalFinding>(kRetrievalJudge);
    }
    const Bytes& faults = said_.finding->faults;
    const auto is_finding = [](uint8_t fault) {
      return fault == 0 || is_document_fault(RetrievalFault{fault});
    };
    if (faults.size() != outcome_.opened.size() || !std::ranges::all_of(faults, is_finding)) {
      return deviates<RetrievalFinding>(kRetrievalJudge, RetrievalFault::kBadFinding);
    }
    for (size_t i = 0; i < faults.size(); ++i) {
      if (faults[i] != 0) {
        const DueDocument& due = outcome_.opened[i];
        add_fault<RetrievalFinding>(
            kResponder, {RetrievalFault{faults[i]}, due.number,
                         number_text(due.number) + ", as the judge found", due.document});
      }
    }
    return true;
  }

  // The documents that a record announces, which have to be `numbers`.
  template <class Body>
  bool read_due(const Body& body, const std::vector<uint64_t>& numbers, uint64_t deadline,
                std::vector<DueDocument>& due) {
    const auto documents = bundle_.find_list(body.documents, kMostDocuments, "the list of digests");
    const auto sealed = bundle_.find_list(body.sealed, kMostDocuments, "the list of documents");
    if ((documents.ok() && !documents.value()) || (sealed.ok() && !sealed.value())) {
      return deviates<Body>(kResponder, RetrievalFault::kWrongSet, kNoList);
    }
    if (!documents.ok() || !sealed.ok()) {
      const bool first = !documents.ok();
      return missing<Body>(first ? body.documents : body.sealed, {}, deadline,
                           first ? "the list of digests" : "the list of documents");
    }
    if (documents.value()->size() != numbers.size() || sealed.value()->size() != numbers.size()) {
      return deviates<Body>(kResponder, RetrievalFault::kWrongSet,
                            std::to_string(documents.value()->size()) + " are opened, " +
                                std::to_string(numbers.size()) + " are due");
    }
    if (const auto repeated = first_repeated(*documents.value())) {
      return repeats<Body>(RetrievalFault::kOtherDocument, numbers, *repeated,
                           (*documents.value())[repeated->again]);
    }
    if (const auto repeated = first_repeated(*sealed.value())) {  // they are different documents
      return repeats<Body>(RetrievalFault::kNotReadable, numbers, *repeated,
                           (*sealed.value())[repeated->again]);
    }
    for (size_t i = 0; i < numbers.size(); ++i) {
      due.push_back({numbers[i], (*documents.value())[i], (*sealed.value())[i]});
    }
    return true;
  }

  template <class Body>
  bool repeats(RetrievalFault fault, const std::vector<uint64_t>& numbers, const Repeated& repeated,
               const Digest& object) {
    add_fault<Body>(kResponder, {fault, numbers[repeated.again],
                                 number_text(numbers[repeated.before]) + " and " +
                                     number_text(numbers[repeated.again]) + " are the same object",
                                 object});
    return false;
  }

  // Whether whoever looks could.
  template <class Body>
  bool look_into(const DueDocument& due) {
    auto document = open_(due.document, due.sealed);
    if (!document) {
      return false;
    }
    const WipedAtEnd wiped(*document);
    const RetrievalSubject& subject = *outcome_.subject;
    const RetrievalFault fault =
        check_opened_document(subject.committer(), *document, due.number,
                              subject.commitments[due.number], outcome_.inputs[due.number]);
    if (fault != RetrievalFault::kNone) {
      add_fault<Body>(kResponder, {fault, due.number, number_text(due.number), due.document});
    }
    return true;
  }

  static std::string number_text(uint64_t number) { return "document " + std::to_string(number); }

  // Whether the record of a step is there; else that it is awaited, or too late.
  template <class Body>
  Result<bool> is_there(RetrievalRole party, uint64_t sequence, uint64_t deadline,
                        RetrievalFault absent) {
    const SignedRecord* told = clock_.missed(party, sequence, deadline);
    const bool there = find_record<Body>(exchange_.records) != nullptr;
    if (told != nullptr) {
      add_fault<Body>(party, {there ? RetrievalFault::kLate : absent, 0, "", told->digest()});
      return false;
    }
    return there ? true : wait_for<Body>(party);
  }

  // An object that is not in the bundle: a fault if the judge tells that it was not in time, or if
  // it is one of a list of which he tells that too many were not (retrieval_objects.h).
  template <class Body>
  bool missing(const Digest& object, const std::optional<Digest>& list, uint64_t deadline,
               const char* what) {
    const std::string detail = absent({object, 0, what}).message;
    const SignedRecord& record = *find_record<Body>(exchange_.records);
    const SignedRecord* told = list
                                   ? clock_.missed(record, std::array{object, *list}, deadline)
                                   : clock_.missed(record, std::array<Digest, 1>{object}, deadline);
    if (told == nullptr) {
      return incomplete(detail);
    }
    add_fault<Body>(kResponder, {RetrievalFault::kMissingObject, 0, detail, object});
    outcome_.faults.back().evidence.push_back(told->digest());
    return false;
  }

  template <class Body>
  bool deviates(RetrievalRole party, RetrievalFault fault, const std::string& detail = "") {
    add_fault<Body>(party, {fault, 0, detail, {}});
    return false;
  }

  template <class Body>
  void add_fault(RetrievalRole party, const DocumentFault& fault) {
    RetrievalFaultFound found{fault.fault, party, Body::kKind, fault.item, fault.detail, {}};
    if (const SignedRecord* record = find_record<Body>(exchange_.records)) {
      found.evidence.push_back(record->digest());
    }
    if (fault.object != Digest{}) {
      found.evidence.push_back(fault.object);
    }
    outcome_.faults.push_back(std::move(found));
  }

  bool incomplete(const std::string& detail) {
    outcome_.judgement.state = Judgement::State::kIncomplete;
    outcome_.judgement.detail = detail;
    return false;
  }

  template <class Body>
  bool wait_for(RetrievalRole party) {
    outcome_.judgement.detail =
        std::string("the ") + Body::kName + " of the " + retrieval_rules().roles[party];
    return false;
  }

  RetrievalOutcome finish() {
    if (!outcome_.faults.empty()) {
      outcome_.judgement.state = Judgement::State::kDeviation;
      outcome_.judgement.detail.clear();
    }
    for (const RetrievalFaultFound& fault : outcome_.faults) {
      std::string detail = fault_text(fault.fault);
      if (!fault.detail.empty()) {
        detail += " (" + fault.detail + ")";
      }
      outcome_.judgement.deviations.push_back(
          {fault.party, retrieval_rules().find(fault.step)->name, fault_name(fault.fault),
           std::move(detail), fault.evidence});
    }
    return std::move(outcome_);
  }

  const Exchange& exchange_;
  const Bundle& bundle_;
  const OpenDocument& open_;
  const std::function<void()>& tick_;
  JudgeClock clock_;
  RetrievalSaid said_;
  RetrievalOutcome outcome_;
};

}  // namespace

OpenDocument documents_laid_open(const Bundle& bundle) {
  return [&bundle](const Digest& document, const Digest& /*sealed*/) -> std::optional<Bytes> {
    auto bytes = bundle.get(document, kMaxOpenedBytes, "an opened document");
    return bytes.ok() ? std::optional(std::move(bytes).value()) : std::nullopt;
  };
}

std::optional<Bytes> open_announced(const SecretKey& key, const Digest& document, ByteSpan sealed) {
  auto opened = open_sealed(key, sealed);
  if (!opened.ok()) {
    return std::nullopt;
  }
  if (file_digest(opened.value()) != document) {
    secure_wipe(opened.value());
    return std::nullopt;
  }
  return std::move(opened).value();
}

OpenDocument documents_sealed_to(const SecretKey& key, const Bundle& bundle) {
  return [&](const Digest& document, const Digest& sealed) -> std::optional<Bytes> {
    const auto bytes = bundle.get(sealed, kMaxOpenedBytes + kSealingBytes, "a sealed document");
    if (!bytes.ok()) {
      return std::nullopt;
    }
    return open_announced(key, document, bytes.value());
  };
}

Result<RetrievalOutcome> examine_retrieval(const Exchange& exchange, const Bundle& bundle,
                                           const OpenDocument& open,
                                           const std::function<void()>& tick) {
  if (auto convicted = judge_offences(exchange, retrieval_rules())) {
    RetrievalOutcome outcome;
    outcome.judgement = *std::move(convicted);
    return outcome;
  }
  return RetrievalExamination(exchange, bundle, open, tick).run();
}

Result<Judgement> judge_retrieval(const Exchange& exchange, const Bundle& bundle) {
  VOUCH_ASSIGN(RetrievalOutcome outcome,
               examine_retrieval(exchange, bundle, documents_laid_open(bundle)));
  return std::move(outcome.judgement);
}

}  // namespace vouch
