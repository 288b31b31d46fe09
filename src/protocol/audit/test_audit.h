// For tests: an audit step by step, as honest parties take them, of the small classifier that
// retrievals are tested with.
#pragma once

#include "protocol/audit/audit_prover.h"
#include "protocol/retrieval/test_retrieval.h"
#include "records/log_proof.h"

namespace vouch {

/// The provider is test_key(1), the consumer (2).
class AuditCase : public TestDirectory {
 protected:
  static const TestQuestion& asked() {
    static const TestQuestion instance = small_question(1);
    return instance;
  }
  static std::vector<PublicKey> parties() {
    return {test_key(1).public_key(), test_key(2).public_key()};
  }

  [[nodiscard]] Participant consumer() const {
    return taken_in(Participant::begin(audit_workflow(), {path("bundle"), path("consumer")},
                                       test_key(2), parties())
                        .value());
  }
  [[nodiscard]] Participant provider() const {
    return taken_in(Participant::join(audit_workflow(), {path("bundle"), path("provider")},
                                      test_key(1), kAuditProvider)
                        .value()
                        .value());
  }
  [[nodiscard]] Bundle bundle() const { return Bundle::open(path("bundle")).value(); }
  [[nodiscard]] Exchange exchange() const {
    return read_exchange(bundle(), audit_workflow()).value().value();
  }
  [[nodiscard]] AuditSaid said() const { return audit_said(exchange().records); }
  [[nodiscard]] Judged<AuditFindings> judged() const {
    const Exchange there = exchange();
    return judge_audit(bundle(), there.session, there.records, [] {}).value();
  }

  /// That the model's commitment was published.
  static Bytes publication(const ModelCommitted& committed) {
    MemoryHistory log(new_publication(test_key(1).public_key()));
    const SignedRecord record = signed_record(next_record(log, 0, committed));
    log.add(record);
    const Digest root = leaf_hash(record.bytes());
    return encode_inclusion(
        {record.bytes(), signed_record(next_record(log, 0, TreeHead{1, root})).bytes(), {}});
  }
  /// Of every input; the salt is zeros.
  static Bytes labels() {
    LabelOpening opening;
    for (size_t i = 0; i < asked().pictures.size(); ++i) {
      opening.classes.push_back(static_cast<uint32_t>(i % 5));
    }
    return encode_label_opening(opening);
  }
  [[nodiscard]] static AuditRequest request_of(const Bundle& bundle, AuditVariant variant) {
    AuditRequest request;
    request.variant = static_cast<uint64_t>(variant);
    request.model = asked().model.identity();
    request.commitment = bundle.put(asked().commitment).value();
    request.included = bundle.put(publication({request.model, request.commitment})).value();
    std::vector<Digest> inputs;
    for (const Bytes& picture : asked().pictures) {
      inputs.push_back(bundle.put(picture).value());
    }
    request.inputs = inputs.size();
    request.input_list = bundle.put_list(inputs).value();
    request.labels = label_commitment(labels());
    request.top = 2;
    request.batch = 4;
    request.margin = 50'000;
    request.confidence = 950'000;
    request.deadline = now_milliseconds() + 3'600'000;
    return request;
  }

  // Steps.
  template <class Body>
  static void say(Participant party, const Body& body) {
    const auto said = party.say(body);
    EXPECT_TRUE(said.ok()) << said.error().message;
  }
  void request(AuditVariant variant = AuditVariant::kPublic) const {
    Participant party = consumer();
    const AuditRequest body = request_of(party.bundle(), variant);
    say(std::move(party), body);
  }
  void predict() const {
    Participant party = provider();
    const Bytes predictions =
        predict_audit(asked().model, party.bundle(), request_digest(), subject(), [] {})
            .value()
            .value();
    const Digest object = party.bundle().put(predictions).value();
    say(std::move(party), AuditPredictions{object});
  }
  // What the provider's machines work on.
  template <class Use>
  void with_work(const Use& use) const {
    const Exchange there = exchange();
    const AuditSaid before = audit_said(there.records);
    const Bundle files = bundle();
    const AuditSubject about = subject();
    const AuditEvidence evidence = open_audit_evidence(files, about, *before.predictions,
                                                       before.labels ? &*before.labels : nullptr)
                                       .value()
                                       .value();
    use(AuditWork{asked().model, files, there.session, request_digest(), about, evidence,
                  path("work")});
  }
  void prove() const {
    with_work([&](const AuditWork& work) {
      for (uint64_t batch = 0; batch < batch_count(work.subject.request); ++batch) {
        const auto made = prove_audit_batch(work, batch, UINT64_MAX);
        EXPECT_TRUE(made.ok()) << made.error().message;
      }
      say(provider(), collect_audit_proofs(work).value());
    });
  }
  void reveal() const {
    Participant party = consumer();
    const Digest object = party.bundle().put(labels()).value();
    say(std::move(party), AuditLabels{object});
  }
  void verify() const { say(consumer(), *judged().value().report); }
  void sign() const {
    say(provider(), AuditAgreement{find_record<AuditReport>(exchange().records)->digest()});
  }
  void whole(AuditVariant variant = AuditVariant::kPublic) const {
    request(variant);
    predict();
    if (variant == AuditVariant::kHidden) {
      reveal();
      prove();
    } else {
      prove();
      reveal();
    }
    verify();
    sign();
  }

  [[nodiscard]] AuditSubject subject() const {
    const Exchange there = exchange();
    return open_audit_subject(bundle(), there.session, *said().request).value().value();
  }

 private:
  [[nodiscard]] Digest request_digest() const {
    return find_record<AuditRequest>(exchange().records)->digest();
  }
  static Participant taken_in(Participant party) {
    EXPECT_TRUE(party.take_in().value().empty());
    return party;
  }
};

}  // namespace vouch
