// For tests: a retrieval step by step, as honest parties take them; by default of seven small
// pictures, by a small classifier.
#pragma once

#include <algorithm>
#include <random>

#include "base/file.h"
#include "base/parallel.h"
#include "picture/new_picture.h"
#include "picture/png.h"
#include "protocol/nonce.h"
#include "protocol/retrieval/retrieval_sample.h"
#include "protocol/retrieval/retrieval_work.h"
#include "prove/profile.h"
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

inline Predicate contains(uint8_t top, std::vector<uint16_t> classes) {
  Predicate predicate;
  predicate.kind = Predicate::Kind::kContains;
  predicate.top = top;
  predicate.classes = std::move(classes);
  return predicate;
}

/// Whether it is true of these codes, by the definition: c is among the first n if fewer than n
/// classes come before it.
inline bool holds(const Predicate& predicate, const Bytes& codes) {
  return std::ranges::any_of(predicate.classes, [&](uint16_t c) {
    size_t before = 0;
    for (size_t other = 0; other < codes.size(); ++other) {
      before += codes[other] > codes[c] || (codes[other] == codes[c] && other < c) ? 1 : 0;
    }
    return before < predicate.top;
  });
}

/// A model with its files, documents, and what is asked of them.
struct TestQuestion {
  TestQuestion(ProverModel asked, Predicate what, uint64_t documents_each,
               std::vector<Bytes> documents, const Generators& generators)
      : model(std::move(asked)),
        secret(encode_model_file(
            model, {"small", "test", std::vector<std::string>(model.circuit().ops.size()), {}})),
        commitment(
            encode_model_public({model.commitment(), prove_weight_bound(model, generators)})),
        predicate(std::move(what)),
        each(documents_each),
        pictures(std::move(documents)) {
    for (const Bytes& picture : pictures) {
      const Bytes codes = prepare_document(model.circuit(), picture).value();
      matches.push_back(holds(predicate, model.executor().run(codes, false).value().output()));
    }
  }
  ProverModel model;
  Bytes secret;
  Bytes commitment;
  Predicate predicate;
  uint64_t each;
  std::vector<Bytes> pictures;
  std::vector<bool> matches;
};

inline Bytes small_picture(uint64_t which) { return write_png(new_picture(which, 8, 8)); }

inline TestQuestion small_question(uint32_t seed) {
  std::vector<Bytes> pictures;
  for (uint64_t i = 0; i < kTestDocuments; ++i) {
    pictures.push_back(small_picture(i));
  }
  return {ProverModel(asked_circuit(), asked_weights(seed),
                      ProverModel::Seed{static_cast<uint8_t>(seed)}, test_generators()),
          contains(1, {1, 4}), 3, std::move(pictures), test_generators()};
}

/// The commitment of a model that reads so large pictures that no proof can be about five of them.
inline const Bytes& commitment_for_large_pictures() {
  static const Bytes instance = [] {
    Circuit circuit = asked_circuit();
    constexpr uint16_t kSide = 1182;  // four times 3·1182² codes are fewer than 2^24
    circuit.preparation.rows = kSide;
    circuit.preparation.columns = kSide;
    circuit.tensors[0].shape = {3, 1, kSide, kSide};
    Window& window = circuit.ops[0].window;  // one place of 4 × 4 is looked at
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = -512;
    window.stride_rows = window.stride_columns = 512;
    circuit.input_kappa = 14;
    const ProverModel model(circuit, asked_weights(1), ProverModel::Seed{1}, test_generators());
    return encode_model_public({model.commitment(), prove_weight_bound(model, test_generators())});
  }();
  return instance;
}

/// The requester is test_key(1), the responder (2), the judge (3).
class RetrievalCase : public TestDirectory {
 protected:
  void SetUp() override {
    TestDirectory::SetUp();
    std::filesystem::create_directory(path("documents"));
    for (uint64_t i = 0; i < asked().pictures.size(); ++i) {
      EXPECT_TRUE(write_file(document_path(i), asked().pictures[i], FileAccess::kPublic).ok());
    }
  }

  [[nodiscard]] virtual const TestQuestion& asked() const {
    static const TestQuestion instance = small_question(1);
    return instance;
  }

  /// Names in the order of the numbers.
  [[nodiscard]] std::string document_path(uint64_t number) const {
    return path("documents") + "/" + std::to_string(1000 + number);
  }
  [[nodiscard]] std::vector<uint64_t> numbers(bool that_match) const {
    std::vector<uint64_t> all;
    for (uint64_t i = 0; i < asked().matches.size(); ++i) {
      if (asked().matches[i] == that_match) {
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
    EXPECT_TRUE(party.take_in().value().empty());
    return party;
  }
  [[nodiscard]] Participant requester() const { return join("requester", kRequester); }
  [[nodiscard]] Participant judge() const { return join("judge", kRetrievalJudge); }

  [[nodiscard]] Bundle bundle() const { return Bundle::open(path("bundle")).value(); }
  [[nodiscard]] Exchange exchange() const {
    return read_exchange(bundle(), retrieval_workflow()).value().value();
  }
  [[nodiscard]] DocumentFiles files() const {
    return DocumentFiles::open(SessionStore::open(path("responder")).value(), path("documents"))
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
  static RetrievalQuestion question_of(const TestQuestion& asked, uint64_t sample) {
    return {asked.secret, asked.commitment, asked.predicate, asked.each, sample};
  }
  [[nodiscard]] RetrievalRequest request_of(Participant& party, uint64_t sample = 2) const {
    return ask(party, question_of(asked(), sample)).value();
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
    const RetrievalSubject about = subject();
    const DocumentFiles documents = files();
    const CommittedInputs committed =
        commit_inputs({asked().model, party.bundle(), party.session(), about, documents}, [] {
        }).value();
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
    const RetrievalSubject about = subject();
    const DocumentFiles documents = files();
    const RetrievalWork work{asked().model, party.bundle(), party.session(), about, documents};
    const std::vector<uint64_t> left = batches_left(work, answers(), {}).value();
    for (const uint64_t batch : left) {
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
    return hand_over(party.bundle(), files(), subject().commitments, which, parties()[to]).value();
  }
  void deliver() const { deliver(numbers(true)); }
  void deliver(const std::vector<uint64_t>& which) const {
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
    return vouch::due_to_judge(party, outcome()).value();
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
    say(judge(), find_of_opened(outcome(), there, key).value());
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
    EXPECT_FALSE(found.evidence.empty());
    EXPECT_EQ(outcome.judgement.deviations.front().detail.find("()"), std::string::npos);
    EXPECT_EQ(std::ranges::count(found.evidence, Digest{}), 0);
    for (const RetrievalFaultFound& other : outcome.faults) {
      EXPECT_EQ(other.step, found.step) << "later steps are not looked at";
    }
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
    const auto refused = party.take_in().value();
    EXPECT_TRUE(refused.empty()) << refused.front().detail;
    return party;
  }
};

}  // namespace vouch
