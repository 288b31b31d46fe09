// For tests: seven small pictures, a small classifier that asks about them, and a retrieval step by
// step, as honest parties take them.
#pragma once

#include <random>

#include "base/file.h"
#include "base/parallel.h"
#include "picture/new_picture.h"
#include "picture/png.h"
#include "protocol/contest/nonce.h"
#include "protocol/retrieval/retrieval_sample.h"
#include "protocol/retrieval/retrieval_work.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"
#include "records/sealing.h"
#include "records/test_records.h"
#include "records/test_store.h"

namespace vouch {

inline constexpr uint64_t kTestDocuments = 7;

inline Circuit asked_circuit() {
  Circuit c;
  c.shift = 8;
  c.model_kappa = 5;
  c.input_kappa = 5;
  c.preparation = {4, 4, 1000};
  c.tables = {ActivationTable::clamp(12, 0, 255)};
  c.tensors = {{{3, 1, 4, 4}, 128, 0}, {{5, 1, 1, 1}, 128, 0}};
  c.ops = {{OpKind::kConv2d, {0}, {4, 4}, {}}};
  return c;
}

/// |A| ≤ 48·255·60 + 2^15 < 2^20.
inline Weights asked_weights(uint32_t seed) {
  std::mt19937 random(seed);
  OpWeights own;
  for (size_t i = 0; i < 5 * 48; ++i) {
    own.weights.push_back(static_cast<int64_t>(random() % 121) - 60);
  }
  own.biases.assign(5, 128 * 256);
  return {own};
}

/// A model and its files, made once.
struct AskedModel {
  explicit AskedModel(uint32_t seed)
      : model(asked_circuit(), asked_weights(seed), ProverModel::Seed{static_cast<uint8_t>(seed)},
              test_generators()),
        secret(encode_model_file(model, {"small", "test", {"layer"}, {}})),
        commitment(encode_model_public(
            {model.commitment(), prove_weight_bound(model, test_generators())})) {}
  ProverModel model;
  Bytes secret;
  Bytes commitment;
};

inline const AskedModel& asked_model() {
  static const AskedModel instance(1);
  return instance;
}

/// The best of five classes is 1 or 4.
inline Predicate asked_predicate() {
  Predicate predicate;
  predicate.kind = Predicate::Kind::kContains;
  predicate.classes = {1, 4};
  return predicate;
}

/// The requester is test_key(1), the responder (2), the judge (3).
class RetrievalCase : public TestDirectory {
 protected:
  void SetUp() override {
    TestDirectory::SetUp();
    std::filesystem::create_directory(path("documents"));
    for (uint64_t i = 0; i < kTestDocuments; ++i) {
      EXPECT_TRUE(write_file(document_path(i), picture(i), FileAccess::kPublic).ok());
    }
  }

  static Bytes picture(uint64_t which) { return write_png(new_picture(which, 8, 8)); }
  [[nodiscard]] std::string document_path(uint64_t number) const {
    return path("documents") + "/" + std::to_string(number) + ".png";
  }

  static bool matches(uint64_t number) {
    const Circuit& circuit = asked_model().model.circuit();
    const Bytes codes = prepare_document(circuit, picture(number)).value();
    const Bytes out = asked_model().model.executor().run(codes, false).value().output();
    const auto best = std::ranges::max_element(out) - out.begin();
    return best == 1 || best == 4;
  }
  static std::vector<uint64_t> numbers(bool that_match) {
    std::vector<uint64_t> all;
    for (uint64_t i = 0; i < kTestDocuments; ++i) {
      if (matches(i) == that_match) {
        all.push_back(i);
      }
    }
    return all;
  }

  [[nodiscard]] static std::vector<PublicKey> parties() {
    return {test_key(1).public_key(), test_key(2).public_key(), test_key(3).public_key()};
  }
  [[nodiscard]] Participant responder() const {
    Participant party =
        Participant::begin(retrieval_workflow(), {path("bundle"), path("responder")}, test_key(2),
                           parties())
            .value();
    EXPECT_FALSE(party.take_in().value());
    return party;
  }
  [[nodiscard]] Participant requester() const { return join("requester", kRequester); }
  [[nodiscard]] Participant judge() const { return join("judge", kRetrievalJudge); }

  [[nodiscard]] Bundle bundle() const { return Bundle::open(path("bundle")).value(); }
  [[nodiscard]] Exchange exchange() const {
    return read_exchange(bundle(), retrieval_workflow()).value().value();
  }
  [[nodiscard]] DocumentFiles files() const {
    return DocumentFiles::open(
               SessionStore::open(path("responder")).value(),
               path("documents"))
        .value();
  }
  [[nodiscard]] RetrievalSaid said() const { return retrieval_said(exchange().records); }
  [[nodiscard]] RetrievalSubject subject() const {
    return open_subject(bundle(), *said().documents, *said().request).value().subject.value();
  }
  [[nodiscard]] RetrievalAnswers answers() const {
    const Digest list = said().inputs->inputs;
    return {exchange().session, list, bundle().get_list(list, kMostDocuments, "").value()};
  }
  [[nodiscard]] std::vector<Digest> list(const Digest& name) const {
    return bundle().get_list(name, kMostDocuments, "a list").value();
  }

  // Honest steps, and the same with something changed before it is said.
  template <class Body>
  void say(Participant party, const Body& body) const {
    const auto said = party.say(body);
    EXPECT_TRUE(said.ok()) << said.error().message;
  }
  void commit() const {
    Participant party = responder();
    const RetrievalDocuments body = commit_documents(party, path("documents")).value();
    say(std::move(party), body);
  }
  [[nodiscard]] RetrievalRequest request_of(Participant& party, uint64_t sample = 2) const {
    return ask(party, {asked_model().secret, asked_model().commitment, asked_predicate(), 3, sample})
        .value();
  }
  void request(uint64_t sample = 2) const {
    Participant party = requester();
    const RetrievalRequest body = request_of(party, sample);
    say(std::move(party), body);
  }
  void approve(uint64_t from = now_milliseconds() + 3'600'000) const {
    say(judge(), RetrievalApproval{from, from + 1, from + 2});
  }
  [[nodiscard]] RetrievalInputs inputs_of(Participant& party) const {
    const RetrievalSubject asked = subject();
    const DocumentFiles documents = files();
    const CommittedInputs committed =
        commit_inputs({asked_model().model, party.bundle(), party.session(), asked, documents},
                      [] {})
            .value();
    return {committed.list, retrieval_nonce_commitment(party.session(), kResponder,
                                                       own_nonce(party.store()).value())};
  }
  void answer() const {
    Participant party = responder();
    const RetrievalInputs body = inputs_of(party);
    say(std::move(party), body);
  }
  /// All steps up to the responder's inputs.
  void ask_all(uint64_t sample = 2) const {
    commit();
    request(sample);
    approve();
    answer();
  }
  [[nodiscard]] RetrievalProofs proofs_of(const Participant& party) const {
    const RetrievalSubject asked = subject();
    const DocumentFiles documents = files();
    const RetrievalWork work{asked_model().model, party.bundle(), party.session(), asked, documents};
    for (const uint64_t batch : batches_left(work, answers(), {}).value()) {
      const auto proven = prove_documents(work, answers(), batch, UINT64_MAX);
      EXPECT_TRUE(proven.ok()) << proven.error().message;
    }
    return collect_proofs(work, answers()).value();
  }
  void prove_all() const {
    const Participant party = responder();
    say(responder(), proofs_of(party));
  }
  [[nodiscard]] HandedOver handed(const std::vector<uint64_t>& which, RetrievalRole to) const {
    const Participant party = responder();
    return hand_over(party.bundle(), files(), subject().commitments, which, parties()[to])
        .value();
  }
  void deliver(const std::vector<uint64_t>& which = numbers(true)) const {
    const HandedOver over = handed(which, kRequester);
    say(responder(), RetrievalDelivery{over.documents, over.sealed});
  }
  void reveal(const std::vector<uint64_t>& complaints = {}) const {
    Participant party = requester();
    const Digest nonce = own_nonce(party.store()).value();
    say(std::move(party), RetrievalReveal{nonce, encode_complaints(complaints)});
  }
  /// What the responder has to open, before he says so.
  [[nodiscard]] std::vector<uint64_t> due_to_judge() const {
    Participant party = responder();
    const std::vector<uint64_t> withheld = numbers(false);
    RetrievalOutcome outcome;
    outcome.sample = draw_sample(
        party.session(), {said().reveal->nonce, own_nonce(party.store()).value(),
                          find_record<RetrievalDelivery>(party.records())->digest(), withheld,
                          said().request->sample});
    outcome.complaints = decode_complaints(said().reveal->complaints, numbers(true)).value();
    return numbers_to_open(outcome);
  }
  void open() const { open_as(handed(due_to_judge(), kRetrievalJudge)); }
  void open_as(const HandedOver& over) const {
    Participant party = responder();
    const Digest nonce = own_nonce(party.store()).value();
    say(std::move(party), RetrievalOpening{nonce, over.documents, over.sealed});
  }
  void find() const {
    const SecretKey key = test_key(3);
    const Bundle there = bundle();
    say(judge(), find_of_opened(outcome(), documents_sealed_to(key, there)));
  }
  /// All steps up to the delivery.
  void deliver_all(uint64_t sample = 2) const {
    ask_all(sample);
    prove_all();
    deliver();
  }
  /// Those after it.
  void finish(const std::vector<uint64_t>& complaints = {}) const {
    reveal(complaints);
    open();
    find();
  }

  /// As a third sees it.
  [[nodiscard]] RetrievalOutcome outcome() const {
    const Bundle there = bundle();
    return examine_retrieval(exchange(), there, documents_laid_open(there)).value();
  }
  /// As the requester does.
  [[nodiscard]] RetrievalOutcome outcome_to_requester() const {
    const Bundle there = bundle();
    const SecretKey key = test_key(1);
    return examine_retrieval(exchange(), there, documents_sealed_to(key, there)).value();
  }
  /// Exactly this fault of this party.
  static void expect_fault(const RetrievalOutcome& outcome, RetrievalFault fault,
                           RetrievalRole party, uint64_t item = 0) {
    EXPECT_EQ(outcome.judgement.state, Judgement::State::kDeviation) << outcome.judgement.detail;
    ASSERT_FALSE(outcome.faults.empty());
    const RetrievalFaultFound& found = outcome.faults.front();
    EXPECT_EQ(found.fault, fault) << fault_name(found.fault) << ": " << found.detail;
    EXPECT_EQ(found.party, party);
    EXPECT_EQ(found.item, item);
    EXPECT_EQ(outcome.judgement.deviations.front().reason, fault_name(fault));
  }
  void expect_fault(RetrievalFault fault, RetrievalRole party, uint64_t item = 0) const {
    expect_fault(outcome(), fault, party, item);
  }

 private:
  [[nodiscard]] Participant join(const char* name, RetrievalRole role) const {
    Participant party = Participant::join(retrieval_workflow(), {path("bundle"), path(name)},
                                          test_key(static_cast<uint8_t>(role + 1)), role)
                            .value()
                            .value();
    const auto refusal = party.take_in().value();
    EXPECT_FALSE(refusal) << refusal->detail;
    return party;
  }
};

}  // namespace vouch
