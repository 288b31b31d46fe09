#include "protocol/contest/contest_judge.h"

#include <algorithm>
#include <array>

#include "protocol/contest/answer_proofs.h"
#include "protocol/contest/contest_terms.h"
#include "protocol/judge_clock.h"

namespace vouch {
namespace {

// Goes through the steps in their order, to the first that anybody deviates in, that is not done
// yet, or that cannot be judged because objects are missing. A step returns whether it goes on.
class ContestExamination {
 public:
  ContestExamination(const Exchange& exchange, const Bundle& bundle)
      : exchange_(exchange), bundle_(bundle), clock_(exchange.records) {
    outcome_.judgement.session = exchange.session;
  }

  Result<ContestOutcome> run() {
    terms_ = find_body<ContestOpened>(exchange_.records);
    if (!terms_) {
      return wait("the contest has not been opened");
    }
    for (const auto step :
         {&ContestExamination::examine_terms, &ContestExamination::examine_acceptance,
          &ContestExamination::examine_reveal, &ContestExamination::examine_disclosure,
          &ContestExamination::examine_proofs}) {
      VOUCH_ASSIGN(const bool goes_on, (this->*step)());
      if (!goes_on) {
        return finish();
      }
    }
    conclude();
    return finish();
  }

 private:
  Result<bool> examine_terms() {
    const auto head = get(bundle_, head_object(*terms_));
    const auto model = get(bundle_, model_object(*terms_));
    if (!head.ok()) {
      return missing<ContestOpened>(kContester, ContestFault::kMissingTerms, 0, terms_->head,
                                    terms_->accept_by, head.error().message);
    }
    if (!model.ok()) {
      return missing<ContestOpened>(kContester, ContestFault::kMissingTerms, 0, terms_->model_file,
                                    terms_->accept_by, model.error().message);
    }
    auto subject = check_terms(exchange_.session, *terms_, head.value(), model.value());
    if (!subject.ok()) {
      return deviates<ContestOpened>(kContester, ContestFault::kBadTerms, subject.error().message);
    }
    subject_ = std::move(subject).value();
    return true;
  }

  Result<bool> examine_acceptance() {
    // Terms are the contester's alone until they are accepted, so nothing that they demand, their
    // deadline for accepting least of all, makes a provider guilty who has not. Who reveals after a
    // late acceptance has taken it as it is: it is the provider who would gain by its being void.
    const bool there = find_record<ContestAccepted>(exchange_.records) != nullptr;
    const bool late = clock_.missed(kProvider, 0, terms_->accept_by) != nullptr;
    if (late && find_record<NonceRevealed>(exchange_.records) == nullptr) {
      outcome_.judgement.detail =
          there ? "nothing: the provider accepted too late, and nobody is bound"
                : "nothing: the provider did not accept in time, and nobody is bound";
      return false;
    }
    return there ? Result<bool>(true) : wait_for<ContestAccepted>(kProvider);
  }

  Result<bool> examine_reveal() {
    VOUCH_ASSIGN(const bool there, is_there<NonceRevealed>(kContester, 1, terms_->reveal_by,
                                                           ContestFault::kNotRevealed));
    if (!there) {
      return false;
    }
    const Digest nonce = body<NonceRevealed>().nonce;
    if (nonce_commitment(exchange_.session, kContester, nonce) != terms_->commitment) {
      return deviates<NonceRevealed>(kContester, ContestFault::kOtherNonce);
    }
    return true;
  }

  Result<bool> examine_disclosure() {
    VOUCH_ASSIGN(const bool there, is_there<ReceiptsDisclosed>(kProvider, 1, terms_->disclose_by,
                                                               ContestFault::kNotDisclosed));
    if (!there) {
      return false;
    }
    const auto disclosed = body<ReceiptsDisclosed>();
    if (nonce_commitment(exchange_.session, kProvider, disclosed.nonce) !=
        body<ContestAccepted>().commitment) {
      return deviates<ReceiptsDisclosed>(kProvider, ContestFault::kOtherNonceShown);
    }
    const Digest seed =
        contest_seed(exchange_.session, *terms_, disclosed.nonce, body<NonceRevealed>().nonce);
    drawn_ = read_drawn_answers(exchange_.session, *terms_, seed, disclosed, bundle_);
    return examine_drawn(disclosed);
  }

  Result<bool> examine_drawn(const ReceiptsDisclosed& disclosed) {
    outcome_.drawn = drawn_.drawn;
    if (drawn_.fault == ContestFault::kMissingReceipt && drawn_.object != Digest{}) {
      return missing<ReceiptsDisclosed>(kProvider, ContestFault::kMissingReceipt,
                                        drawn_.drawn.size() - 1, drawn_.object, terms_->disclose_by,
                                        drawn_.detail);
    }
    if (drawn_.fault != ContestFault::kNone) {
      add_fault<ReceiptsDisclosed>(kProvider, drawn_.fault, drawn_.drawn.size() - 1, drawn_.detail,
                                   drawn_.object);
      return false;
    }
    std::ranges::transform(drawn_.answers, std::back_inserter(outcome_.answers),
                           &DrawnAnswer::record);
    if (disclosed.inputs.size() != (terms_->inputs != 0 ? drawn_.answers.size() : 0)) {
      return deviates<ReceiptsDisclosed>(kProvider, ContestFault::kMissingInput,
                                         "not as many inputs are named as the terms demand");
    }
    return true;
  }

  Result<bool> examine_proofs() {
    VOUCH_ASSIGN(const bool there,
                 is_there<AnswersProven>(kProvider, 2, terms_->prove_by, ContestFault::kNotProven));
    if (!there) {
      return false;
    }
    VOUCH_ASSIGN(
        const std::vector<AnswerFault> faults,
        check_answer_proofs(exchange_.session, *terms_, subject_->model, drawn_.answers,
                            body<ReceiptsDisclosed>().inputs, body<AnswersProven>(), bundle_));
    for (const AnswerFault& fault : faults) {
      if (!fault.absent) {
        add_answer_fault(fault);
      }
    }
    for (const AnswerFault& fault : faults) {
      if (fault.absent) {
        examine_missing(fault);
      }
    }
    outcome_.proven = faults.empty() ? drawn_.answers.size() : 0;
    return faults.empty();
  }

  void add_answer_fault(const AnswerFault& fault) {
    add_fault<AnswersProven>(kProvider, fault.fault, fault.item, fault.detail, fault.object);
    if (fault.item < drawn_.answers.size()) {
      outcome_.faults.back().evidence.push_back(drawn_.answers[fault.item].record);
    }
  }

  void examine_missing(const AnswerFault& fault) {
    const bool is_input = fault.fault == ContestFault::kMissingInput;
    static_cast<void>(
        is_input ? missing<ReceiptsDisclosed>(kProvider, fault.fault, fault.item, fault.object,
                                              terms_->disclose_by, fault.detail)
                 : missing<AnswersProven>(kProvider, fault.fault, fault.item, fault.object,
                                          terms_->prove_by, fault.detail));
  }

  // Proofs of fewer answers than were agreed upon, of none even, are not what was agreed upon.
  void conclude() {
    if (drawn_.answers.size() < terms_->samples) {
      incomplete("the " + std::to_string(drawn_.answers.size()) +
                 " answers that were found among the records drawn are proven, but " +
                 std::to_string(terms_->samples) + " were agreed upon");
    } else {
      outcome_.judgement.state = Judgement::State::kFulfilled;
    }
    examine_claim();
  }

  void examine_claim() {
    const auto claim = find_body<FaultClaimed>(exchange_.records);
    if (claim && claim->fault != 0) {
      add_fault<FaultClaimed>(kContester, ContestFault::kFalseClaim, claim->item,
                              "all answers are proven", {});
    }
  }

  // Whether the record of a step is there; else that it is awaited, or too late.
  template <class Body>
  Result<bool> is_there(ContestRole party, uint64_t sequence, uint64_t deadline,
                        ContestFault absent) {
    const SignedRecord* told = clock_.missed(party, sequence, deadline);
    const bool there = find_record<Body>(exchange_.records) != nullptr;
    if (told != nullptr) {
      add_fault<Body>(party, there ? ContestFault::kLate : absent, 0, "", told->digest());
      return false;
    }
    if (!there) {
      return wait_for<Body>(party);
    }
    return true;
  }

  // An object that is not in the bundle: a fault if the judge tells that it was not in time.
  template <class Body>
  bool missing(ContestRole party, ContestFault fault, uint64_t item, const Digest& object,
               uint64_t deadline, const std::string& detail) {
    const SignedRecord& record = *find_record<Body>(exchange_.records);
    const SignedRecord* told = clock_.missed(record, std::array<Digest, 1>{object}, deadline);
    if (told == nullptr) {
      return incomplete(detail);
    }
    add_fault<Body>(party, fault, item, detail, object);
    outcome_.faults.back().evidence.push_back(told->digest());
    return false;
  }

  template <class Body>
  bool deviates(ContestRole party, ContestFault fault, const std::string& detail = "") {
    add_fault<Body>(party, fault, 0, detail, {});
    return false;
  }

  // `shown`: what shows it, besides the step's record.
  template <class Body>
  void add_fault(ContestRole party, ContestFault fault, uint64_t item, const std::string& detail,
                 const Digest& shown) {
    FaultFound found{fault, party, Body::kKind, item, detail, {}};
    if (const SignedRecord* record = find_record<Body>(exchange_.records)) {
      found.evidence.push_back(record->digest());
    }
    if (shown != Digest{}) {
      found.evidence.push_back(shown);
    }
    outcome_.faults.push_back(std::move(found));
    outcome_.judgement.state = Judgement::State::kDeviation;
  }

  bool incomplete(const std::string& detail) {
    if (outcome_.judgement.state != Judgement::State::kDeviation) {
      outcome_.judgement.state = Judgement::State::kIncomplete;
      outcome_.judgement.detail = detail;
    }
    return false;
  }

  template <class Body>
  bool wait_for(ContestRole party) {
    outcome_.judgement.detail =
        std::string("the ") + Body::kName + " of the " + contest_rules().roles[party];
    return false;
  }

  Result<ContestOutcome> wait(const std::string& detail) {
    outcome_.judgement.detail = detail;
    return finish();
  }

  template <class Body>
  [[nodiscard]] Body body() const {
    return find_body<Body>(exchange_.records).value();
  }

  ContestOutcome finish() {
    for (const FaultFound& fault : outcome_.faults) {
      std::string detail = fault_text(fault.fault);
      if (!fault.detail.empty()) {
        detail += " (" + fault.detail + ")";
      }
      outcome_.judgement.deviations.push_back({fault.party, contest_rules().find(fault.step)->name,
                                               fault_name(fault.fault), std::move(detail),
                                               fault.evidence});
    }
    return std::move(outcome_);
  }

  const Exchange& exchange_;
  const Bundle& bundle_;
  JudgeClock clock_;
  std::optional<ContestOpened> terms_;
  std::optional<ContestSubject> subject_;
  DrawnAnswers drawn_;
  ContestOutcome outcome_;
};

}  // namespace

Result<ContestOutcome> examine_contest(const Exchange& exchange, const Bundle& bundle) {
  if (auto convicted = judge_offences(exchange, contest_rules())) {
    ContestOutcome outcome;
    outcome.judgement = *std::move(convicted);
    return outcome;
  }
  return ContestExamination(exchange, bundle).run();
}

Result<Judgement> judge_contest(const Exchange& exchange, const Bundle& bundle) {
  VOUCH_ASSIGN(ContestOutcome outcome, examine_contest(exchange, bundle));
  return std::move(outcome.judgement);
}

}  // namespace vouch
