// For tests: a provider with a small model and a log of receipts, and a contest step by step.
#pragma once

#include "base/parallel.h"
#include "protocol/contest/contest_judge.h"
#include "protocol/contest/contest_work.h"
#include "protocol/nonce.h"
#include "prove/random_weights.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"
#include "records/test_records.h"
#include "records/test_store.h"

namespace vouch {

inline constexpr uint64_t kTestAnswers = 40;
/// So many of them are drawn, by terms().
inline constexpr uint64_t kTestSamples = 6;

/// Its output is a score for each of six classes.
inline Circuit contested_circuit() { return random_circuit(254, 4); }

/// A model and its public file, made once.
struct ContestedModel {
  ContestedModel()
      : model(contested_circuit(), random_weights(contested_circuit(), 1), ProverModel::Seed{1},
              test_generators()),
        file(encode_model_public(
            {model.commitment(), prove_weight_bound(model, test_generators())})) {}
  ProverModel model;
  Bytes file;
};

inline const ContestedModel& contested_model() {
  static const ContestedModel instance;
  return instance;
}

/// The provider is test_key(1), the contester (2), the judge (3).
class ContestCase : public TestDirectory {
 protected:
  void SetUp() override {
    TestDirectory::SetUp();
    SessionStore log =
        SessionStore::create(path("log"), new_publication(test_key(1).public_key()), 0).value();
    const ContestedModel& m = contested_model();
    EXPECT_TRUE(log.append(publication_rules(), test_key(1),
                           saying(ModelCommitted{m.model.identity(), file_digest(m.file)}), 1000)
                    .ok());
  }

  [[nodiscard]] SessionStore log() const { return SessionStore::open(path("log")).value(); }

  static Digest request_of(uint64_t which) {
    Digest request{};
    request[0] = static_cast<uint8_t>(which);
    request[1] = static_cast<uint8_t>(which >> 8);
    return request;
  }

  /// Answers requests 0, 1, …; of those that `is_wrong`, another answer than the model's.
  template <class IsWrong>
  void serve(const IsWrong& is_wrong, uint64_t answers = kTestAnswers) const {
    SessionStore store = log();
    const ProverModel& model = contested_model().model;
    for (uint64_t i = 0; i < answers; ++i) {
      Answered given =
          answer(model, request_of(i), random_input(model.circuit(), static_cast<uint32_t>(i)),
                 test_generators())
              .value();
      if (is_wrong(i)) {
        given.receipt.output.front() ^= 1;
      }
      EXPECT_TRUE(issue_receipt(store, test_key(1), given, 2000).ok());
    }
    EXPECT_TRUE(append_tree_head(store, test_key(1), 3000).ok());
  }
  void serve_honestly() const {
    serve([](uint64_t) { return false; });
  }

  [[nodiscard]] Bytes head() const { return newest_tree_head(log()).value().bytes(); }

  /// The contester's terms, with deadlines hours from now.
  [[nodiscard]] ContestOpened terms() const {
    ContestOpened terms;
    terms.model = contested_model().model.identity();
    terms.model_file = file_digest(contested_model().file);
    terms.head = file_digest(head());
    terms.count = kTestAnswers + 1;  // with the model's commitment
    terms.samples = kTestSamples;
    terms.wrong = 300'000;
    terms.missed = 100'000;
    set_deadlines(terms, now_milliseconds() + 3'600'000);
    return terms;
  }
  static void set_deadlines(ContestOpened& terms, uint64_t from) {
    terms.accept_by = from;
    terms.reveal_by = from + 1;
    terms.disclose_by = from + 2;
    terms.prove_by = from + 3;
  }
  /// All deadlines are over.
  [[nodiscard]] ContestOpened terms_in_the_past() const {
    ContestOpened past = terms();
    set_deadlines(past, now_milliseconds() - 3'600'000);
    return past;
  }

  [[nodiscard]] std::vector<PublicKey> parties() const {
    return {test_key(1).public_key(), test_key(2).public_key(), test_key(3).public_key()};
  }
  [[nodiscard]] Participant contester() const {
    Participant party = Participant::begin(contest_workflow(), {path("bundle"), path("contester")},
                                           test_key(2), parties())
                            .value();
    EXPECT_TRUE(party.take_in().value().empty());
    return party;
  }
  [[nodiscard]] Participant join(const char* name, ContestRole role) const {
    Participant party = Participant::join(contest_workflow(), {path("bundle"), path(name)},
                                          test_key(static_cast<uint8_t>(role + 1)), role)
                            .value()
                            .value();
    const auto refused = party.take_in().value();
    EXPECT_TRUE(refused.empty()) << refused.front().detail;
    return party;
  }
  [[nodiscard]] Participant provider() const { return join("provider", kProvider); }
  [[nodiscard]] Participant judge() const { return join("judge", kJudge); }

  void open(ContestOpened terms) const {
    Participant party = contester();
    EXPECT_TRUE(party.bundle().put(head()).ok());
    EXPECT_TRUE(party.bundle().put(contested_model().file).ok());
    terms.commitment =
        nonce_commitment(party.session(), kContester, own_nonce(party.store()).value());
    said(party.say(terms));
  }
  void accept() const {
    Participant party = provider();
    said(party.say(ContestAccepted{
        nonce_commitment(party.session(), kProvider, own_nonce(party.store()).value())}));
  }
  void reveal() const {
    Participant party = contester();
    said(party.say(NonceRevealed{own_nonce(party.store()).value()}));
  }
  [[nodiscard]] ReceiptsDisclosed disclosure() const {
    Participant party = provider();
    return disclose_drawn(party, log()).value();
  }
  void disclose(const ReceiptsDisclosed& disclosed) const { said(provider().say(disclosed)); }
  [[nodiscard]] ProvenAnswers proofs() const {
    Participant party = provider();
    return prove_drawn(party, log(), contested_model().model, {}).value();
  }
  void prove(const AnswersProven& proven) const { said(provider().say(proven)); }
  void claim(ContestFault fault) const {
    said(contester().say(FaultClaimed{static_cast<uint64_t>(fault), 0}));
  }
  void tell_time() const {
    Participant party = judge();
    const uint64_t now = now_milliseconds();
    said(party.say(TimeTold{now, missing_objects(party.records(), party.bundle())}));
  }

  void until_reveal(const ContestOpened& terms) const {
    open(terms);
    accept();
    reveal();
  }
  void until_disclosure(const ContestOpened& terms) const {
    until_reveal(terms);
    disclose(disclosure());
  }
  void until_proofs(const ContestOpened& terms) const {
    until_disclosure(terms);
    prove(proofs().said);
  }

  [[nodiscard]] Bundle bundle() const { return Bundle::open(path("bundle")).value(); }
  [[nodiscard]] ContestOutcome outcome() const {
    const auto exchange = read_exchange(bundle(), contest_workflow()).value();
    EXPECT_TRUE(exchange.ok()) << exchange.refusal().detail;
    return examine_contest(exchange.value(), bundle()).value();
  }
  /// The one kind of fault that is found, by this party; kNone if it is something else.
  [[nodiscard]] ContestFault fault_of(ContestRole party) const {
    const ContestOutcome found = outcome();
    EXPECT_EQ(found.judgement.state, Judgement::State::kDeviation) << found.judgement.detail;
    if (found.faults.empty() || found.faults[0].party != party) {
      return ContestFault::kNone;
    }
    for (const FaultFound& fault : found.faults) {
      EXPECT_EQ(fault.fault, found.faults[0].fault);
      EXPECT_FALSE(fault.evidence.empty());
    }
    EXPECT_EQ(found.judgement.deviations[0].detail.find("()"), std::string::npos);
    return found.faults[0].fault;
  }
  [[nodiscard]] Judgement::State state() const { return outcome().judgement.state; }

 private:
  static void said(const Result<SignedRecord>& record) {
    EXPECT_TRUE(record.ok()) << record.error().message;
  }
};

}  // namespace vouch
