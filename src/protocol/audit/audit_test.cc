// What a third says of an audit in which somebody announces what is none, or signs what is not due.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "protocol/arbitrate.h"
#include "protocol/audit/audit_work_file.h"
#include "protocol/audit/test_audit.h"
#include "verify/hidden_output.h"

namespace vouch {
namespace {

class AuditTest : public AuditCase {
 protected:
  // "consumer request: …", of the one deviation there is; "" if nobody deviated.
  [[nodiscard]] std::string at_fault() const {
    const Judgement judgement = arbitrate(bundle()).value().judgement;
    if (judgement.state != Judgement::State::kDeviation) {
      return state_name(judgement.state) + (": " + judgement.detail);
    }
    EXPECT_EQ(judgement.deviations.size(), 1U);
    const Deviation& found = judgement.deviations.front();
    const Exchange there = exchange();
    const auto record = std::ranges::find_if(there.records, [&](const SignedRecord& one) {
      return one.record().author == found.party &&
             audit_rules().find(one.record().kind)->name == found.step;
    });
    EXPECT_EQ(found.evidence, std::vector{record->digest()});
    return audit_rules().roles.at(found.party) + (" " + found.step) + ": " + found.detail;
  }
  // What is said of a request that is changed so.
  template <class Change>
  [[nodiscard]] std::string requested(const Change& change) const {
    std::filesystem::remove_all(path("bundle"));
    std::filesystem::remove(path("consumer"));
    Participant party = consumer();
    AuditRequest request = request_of(party.bundle(), AuditVariant::kPublic);
    change(request, party.bundle());
    say(std::move(party), request);
    return at_fault();
  }
  // All records, and another one behind them.
  [[nodiscard]] std::vector<SignedRecord> with_last(uint8_t author, const Saying& what) const {
    Exchange there = exchange();
    MemoryHistory history(there.session);
    for (const SignedRecord& record : there.records) {
      history.add(record);
    }
    there.records.push_back(
        signed_record({there.session, what.kind, author, ends_of(history).value(),
                       now_milliseconds(), what.body}));
    return there.records;
  }
  // The proofs' record, other than it was collected, from the provider's own list and count.
  template <class Change>
  void announce(const Change& change) const {
    with_work([&](const AuditWork& work) {
      for (uint64_t batch = 0; batch < 2; ++batch) {
        EXPECT_TRUE(prove_audit_batch(work, batch, UINT64_MAX).ok());
      }
      AuditProofs proofs = collect_audit_proofs(work).value();
      change(proofs, work.bundle);
      say(provider(), proofs);
    });
  }
  // Of all inputs, by the executor.
  [[nodiscard]] static uint64_t among_best_two() {
    const LabelOpening opening = decode_label_opening(labels(), 7, 5).value();
    uint64_t correct = 0;
    for (size_t i = 0; i < asked().pictures.size(); ++i) {
      const ProverModel& model = asked().model;
      const Bytes codes = prepare_document(model.circuit(), asked().pictures[i]).value();
      correct += holds(contains(2, {static_cast<uint16_t>(opening.classes[i])}),
                       model.executor().run(codes, false).value().output());
    }
    return correct;
  }
  static Digest put_large(const Bundle& bundle, size_t bytes) {
    return bundle.put(Bytes(bytes, 7)).value();
  }
};

bool begins(const std::string& text, const std::string& beginning) {
  return text.starts_with(beginning);
}

TEST_F(AuditTest, AWholeOneIsFulfilled) {
  whole();
  EXPECT_EQ(at_fault(), "fulfilled: ");
  EXPECT_EQ(said().report->correct, among_best_two());
}

TEST_F(AuditTest, AHiddenOneIsFulfilled) {
  whole(AuditVariant::kHidden);
  EXPECT_EQ(at_fault(), "fulfilled: ");
  EXPECT_EQ(said().report->correct, among_best_two());
  EXPECT_EQ(said().report->top1, 0U);
}

TEST_F(AuditTest, IsWaitedForStepByStep) {
  EXPECT_FALSE(judge_audit(Bundle::create(path("bundle")).value(), {}, {}, [] {}).ok());
  request();
  EXPECT_EQ(at_fault(), "waiting: the predictions of the provider");
  EXPECT_FALSE(judged().value().report);
  predict();
  EXPECT_EQ(at_fault(), "waiting: the proofs of the provider");
  EXPECT_FALSE(judged().value().report);
  prove();
  EXPECT_EQ(at_fault(), "waiting: the labels of the consumer");
  EXPECT_FALSE(judged().value().report);
  reveal();
  EXPECT_EQ(at_fault(), "waiting: the report of the consumer");
  EXPECT_TRUE(judged().value().report);
  verify();
  EXPECT_EQ(at_fault(), "waiting: the agreement of the provider");
  std::filesystem::remove(bundle().object_path(said().labels->opening));
  EXPECT_TRUE(begins(at_fault(), "incomplete: "));
}

TEST_F(AuditTest, ProofsAreAListOfOneABatch) {
  request();
  predict();
  announce([](AuditProofs& proofs, const Bundle& there) {
    const auto list = there.get_list(proofs.proof_list, 9, "").value();
    proofs.proof_list = there.put_list(std::span(list).first(1)).value();
  });
  EXPECT_EQ(at_fault(), "provider proofs: the list of proofs has 1 entries, not 2");
}

TEST_F(AuditTest, ProofsAreOfTheirBatch) {
  request();
  predict();
  announce([](AuditProofs& proofs, const Bundle& there) {
    auto list = there.get_list(proofs.proof_list, 9, "").value();
    std::swap(list[0], list[1]);
    proofs.proof_list = there.put_list(list).value();
  });
  EXPECT_TRUE(begins(at_fault(), "provider proofs: the proof of batch 0 is rejected: "));
}

TEST_F(AuditTest, TheCountIsThatOfTheProofs) {
  request(AuditVariant::kHidden);
  predict();
  reveal();
  announce([](AuditProofs& proofs, const Bundle& there) {
    CountOpening other = decode_count_opening(there.get(proofs.count, 999, "").value()).value();
    other.total += 1;
    proofs.count = there.put(encode_count_opening(other)).value();
  });
  EXPECT_TRUE(begins(at_fault(), "provider proofs: "));
}

TEST_F(AuditTest, TheCountIsAnOpening) {
  request(AuditVariant::kHidden);
  predict();
  reveal();
  announce([](AuditProofs& proofs, const Bundle& there) {
    proofs.count = there.put(Bytes{1, 2, 3}).value();
  });
  EXPECT_TRUE(begins(at_fault(), "provider proofs: "));
}

TEST_F(AuditTest, LabelsAreClassesOfTheModel) {
  LabelOpening opening = decode_label_opening(labels(), 7, 5).value();
  opening.classes[2] = 5;
  const Bytes bad = encode_label_opening(opening);
  Participant asks = consumer();
  AuditRequest asked_of = request_of(asks.bundle(), AuditVariant::kHidden);
  asked_of.labels = label_commitment(bad);
  say(std::move(asks), asked_of);
  predict();
  Participant party = consumer();
  const Digest object = party.bundle().put(bad).value();
  say(std::move(party), AuditLabels{object});
  EXPECT_TRUE(begins(at_fault(), "consumer labels: input 2 is said to be of class 5"));
}

TEST_F(AuditTest, WhatIsTooLargeIsTheFaultOfWhoAnnouncedIt) {
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle& there) {
                       request.commitment = put_large(there, kMaxModelPublicBytes + 1);
                     }),
                     "consumer request: the model's commitment has more than"));
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle& there) {
                       request.included = put_large(there, kMaxLogProofBytes + 1);
                     }),
                     "consumer request: the proof that the model was published has more than"));
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle& there) {
                       request.input_list = there.put_list(std::vector<Digest>(8)).value();
                     }),
                     "consumer request: the list of inputs has 8 entries, not 7"));
  EXPECT_EQ(requested([](AuditRequest& request, const Bundle& there) {
              request.input_list = there.put(Bytes(7 * sizeof(Digest) + 1)).value();
            }),
            "consumer request: the list of inputs is no list of digests");
}

// Numbers just beyond their limits, and just within them where nothing else is wrong.
TEST_F(AuditTest, RequestsHaveNumbersWithinTheirLimits) {
  const auto with = [&](uint64_t AuditRequest::*number, uint64_t value) {
    return requested([&](AuditRequest& request, const Bundle&) { request.*number = value; });
  };
  const std::string variant = "consumer request: it asks for a variant";
  EXPECT_TRUE(begins(with(&AuditRequest::variant, 0), variant));
  EXPECT_TRUE(begins(with(&AuditRequest::variant, 3), variant));
  const std::string inputs = "consumer request: it has no inputs, or more";
  EXPECT_TRUE(begins(with(&AuditRequest::inputs, 0), inputs));
  EXPECT_TRUE(begins(with(&AuditRequest::inputs, kMostAuditInputs + 1), inputs));
  EXPECT_TRUE(begins(with(&AuditRequest::inputs, kMostAuditInputs), "consumer request: the list"));
  const std::string batch = "consumer request: its batches";
  EXPECT_TRUE(begins(with(&AuditRequest::batch, 0), batch));
  EXPECT_TRUE(begins(with(&AuditRequest::batch, kMostAuditBatch + 1), batch));
  EXPECT_TRUE(begins(with(&AuditRequest::batch, kMostAuditBatch), "waiting"));
  const std::string fraction = "consumer request: its margin or confidence";
  for (const auto number : {&AuditRequest::margin, &AuditRequest::confidence}) {
    EXPECT_TRUE(begins(with(number, 0), fraction));
    EXPECT_TRUE(begins(with(number, kMillion), fraction));
    EXPECT_TRUE(begins(with(number, kMillion - 1), "waiting"));
  }
  const std::string top = "consumer request: the model has no classes";
  EXPECT_TRUE(begins(with(&AuditRequest::top, 0), top));
  EXPECT_TRUE(begins(with(&AuditRequest::top, 5), top));
  EXPECT_TRUE(begins(with(&AuditRequest::top, 256), top));
  EXPECT_TRUE(begins(with(&AuditRequest::top, 4), "waiting"));
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle&) {
                       request.variant = static_cast<uint64_t>(AuditVariant::kHidden);
                       request.top = 256;
                     }),
                     "consumer request: hidden predictions are of 255"));
  EXPECT_TRUE(begins(with(&AuditRequest::deadline, 1), "consumer request: its deadline"));
}

TEST_F(AuditTest, RequestsAreAboutAPublishedModel) {
  const auto published = [&](const ModelCommitted& committed) {
    return requested([&](AuditRequest& request, const Bundle& there) {
      request.included = there.put(publication(committed)).value();
    });
  };
  const Digest identity = asked().model.identity();
  const Digest file = file_digest(asked().commitment);
  EXPECT_TRUE(begins(published({identity, file}), "waiting"));
  const std::string another = "consumer request: the provider published another";
  EXPECT_TRUE(begins(published({identity, Digest{1}}), another));
  EXPECT_TRUE(begins(published({Digest{1}, file}), another));
  const auto included = [&](const Bytes& bytes) {
    return requested([&](AuditRequest& request, const Bundle& there) {
      request.included = there.put(bytes).value();
    });
  };
  EXPECT_TRUE(begins(included({1, 2, 3}), "consumer request: "));
  InclusionProof others = decode_inclusion(publication({identity, file})).value();
  others.head.back() ^= 1;
  EXPECT_TRUE(begins(included(encode_inclusion(others)), "consumer request: the model was not"));
  MemoryHistory log(new_publication(test_key(1).public_key()));
  const SignedRecord receipt = signed_record(next_record(log, 0, Receipt{identity, {}, file, {}}));
  log.add(receipt);
  const SignedRecord head =
      signed_record(next_record(log, 0, TreeHead{1, leaf_hash(receipt.bytes())}));
  EXPECT_TRUE(begins(included(encode_inclusion({receipt.bytes(), head.bytes(), {}})),
                     "consumer request: what was published is no model"));
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle&) { request.model[0] ^= 1; }),
                     "consumer request: the commitment is that of another"));
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle& there) {
                       request.commitment = there.put(Bytes{1, 2}).value();
                     }),
                     "consumer request: the model's commitment is none"));
}

// The commitment of a model of this output, of pictures of 4 × 4.
Bytes commitment_of(const Shape& output) {
  Circuit circuit = asked_circuit();
  circuit.tensors[1].shape = output;
  Window& window = circuit.ops[0].window;
  window.kernel_rows = static_cast<uint16_t>(5 - output.rows);
  window.kernel_columns = static_cast<uint16_t>(5 - output.columns);
  OpWeights own;
  own.weights.assign(size_t{3} * output.channels * window.kernel_rows * window.kernel_columns, 1);
  own.biases.assign(output.channels, 0);
  const ProverModel model(circuit, {own}, ProverModel::Seed{1}, test_generators());
  return encode_model_public({model.commitment(), prove_weight_bound(model, test_generators())});
}

TEST_F(AuditTest, ModelsHaveClassesWithRoomForAllPredictions) {
  const auto about = [&](const Bytes& commitment, uint64_t inputs, AuditVariant variant) {
    return requested([&](AuditRequest& request, const Bundle& there) {
      request.model = load_model(commitment).model->identity;
      request.commitment = there.put(commitment).value();
      request.included = there.put(publication({request.model, request.commitment})).value();
      request.inputs = inputs;
      request.variant = static_cast<uint64_t>(variant);
    });
  };
  const std::string none = "consumer request: the model has no classes";
  EXPECT_TRUE(begins(about(commitment_of({5, 1, 2, 1}), 7, AuditVariant::kPublic), none));
  EXPECT_TRUE(begins(about(commitment_of({5, 1, 1, 2}), 7, AuditVariant::kPublic), none));
  const Bytes many = commitment_of({257, 1, 1, 1});
  EXPECT_TRUE(begins(about(many, 7, AuditVariant::kPublic), "waiting"));
  EXPECT_TRUE(begins(about(many, kMostAuditInputs, AuditVariant::kPublic),
                     "consumer request: no object has room"));
  EXPECT_TRUE(begins(about(many, kMostAuditInputs, AuditVariant::kHidden),
                     "consumer request: the list of inputs has 7 entries"));
}

// Else a provider would owe what nobody can do.
TEST_F(AuditTest, BatchesAreOfInputsThatAProofCanBeAbout) {
  const auto with = [&](uint64_t batch) {
    return requested([&](AuditRequest& request, const Bundle& there) {
      request.commitment = there.put(commitment_for_large_pictures()).value();
      request.model = load_model(commitment_for_large_pictures()).model->identity;
      request.included = there.put(publication({request.model, request.commitment})).value();
      request.batch = batch;
    });
  };
  EXPECT_TRUE(begins(with(4), "waiting"));
  EXPECT_TRUE(begins(with(5), "consumer request: no proof can be about a batch of 5"));
  EXPECT_TRUE(begins(with(1024), "consumer request: no proof can be about a batch of 7"));
}

TEST_F(AuditTest, PredictionsAreOneForEachInput) {
  request();
  Participant party = provider();
  const Digest object = party.bundle().put(Bytes(7 * 5 - 1)).value();
  say(std::move(party), AuditPredictions{object});
  EXPECT_EQ(at_fault(), "provider predictions: they are not one for each input");
}

TEST_F(AuditTest, HiddenPredictionsAreOneForEachInput) {
  request(AuditVariant::kHidden);
  Participant party = provider();
  const Digest object = party.bundle().put_list(std::vector<Digest>(6)).value();
  say(std::move(party), AuditPredictions{object});
  EXPECT_EQ(at_fault(), "provider predictions: the list of predictions has 6 entries, not 7");
  reveal();
  EXPECT_EQ(at_fault(), "provider predictions: the list of predictions has 6 entries, not 7");
}

TEST_F(AuditTest, LabelsAreThoseThatWereCommittedTo) {
  request(AuditVariant::kHidden);
  predict();
  Participant party = consumer();
  Bytes others = labels();
  others[0] ^= 1;
  const Digest object = party.bundle().put(others).value();
  say(std::move(party), AuditLabels{object});
  EXPECT_EQ(at_fault(), "consumer labels: they do not open what the request committed to");
}

TEST_F(AuditTest, InputsAreThoseOfTheModel) {
  Participant party = consumer();
  AuditRequest asked_of = request_of(party.bundle(), AuditVariant::kPublic);
  std::vector<Digest> inputs = party.bundle().get_list(asked_of.input_list, 9, "").value();
  inputs[3] = party.bundle().put(Bytes{1, 2, 3}).value();
  asked_of.input_list = party.bundle().put_list(inputs).value();
  say(std::move(party), asked_of);
  const auto loaded = load_audit_inputs(bundle(), subject(), {2, 2}).value();
  ASSERT_FALSE(loaded.ok());
  EXPECT_TRUE(begins(loaded.fault().detail, "input 3: "));
  EXPECT_TRUE(load_audit_inputs(bundle(), subject(), {4, 2}).value().ok());
  std::vector<Digest> large = inputs;
  large[5] = put_large(bundle(), kMaxPictureBytes + 1);
  AuditSubject other = subject();
  other.inputs = large;
  const auto too_large = load_audit_inputs(bundle(), other, {5, 1}).value();
  EXPECT_TRUE(begins(too_large.fault().detail, "input 5 has more than"));
  const auto predicted = predict_audit(this->asked().model, bundle(), {}, subject(), [] {}).value();
  EXPECT_TRUE(begins(predicted.fault().detail, "input 3: "));
  Participant answers = provider();
  const Digest predictions = answers.bundle().put(Bytes(7 * 5)).value();
  say(std::move(answers), AuditPredictions{predictions});
  with_work([&](const AuditWork& work) {
    EXPECT_TRUE(begins(prove_audit_batch(work, 0, UINT64_MAX).error().message, "input 3: "));
    const std::string made = path("work/0.made");
    EXPECT_TRUE(write_file(made, encode_made_proof({1, {2}, {}}), FileAccess::kOwnerOnly).ok());
    EXPECT_TRUE(begins(batches_to_prove(work, {}).error().message, "input 3: "));
  });
  Participant proves = provider();
  const Digest proof = proves.bundle().put(Bytes{1}).value();
  const Digest list = proves.bundle().put_list(std::vector{proof, proof}).value();
  say(std::move(proves), AuditProofs{list, {}, 1});
  EXPECT_TRUE(begins(at_fault(), "consumer request: input 3: "));
}

// What was predicted is another output than the one that is proven.
TEST_F(AuditTest, ProofsAreOfThePredictions) {
  request();
  predict();
  prove();
  reveal();
  const AuditSaid honest = said();
  Bytes predictions = bundle().get(honest.predictions->predictions, 99, "").value();
  predictions[6 * 5 + 1] ^= 1;
  const Exchange before = exchange();
  MemoryHistory history(before.session);
  std::vector<Bytes> records;
  const auto add = [&](const Record& record) {
    const SignedRecord made =
        SignedRecord::sign(record, test_key(static_cast<uint8_t>(record.author + 1))).value();
    history.add(made);
    records.push_back(made.bytes());
  };
  const uint64_t now = now_milliseconds();
  add(before.records[0].record());
  add(next_record(history, kAuditProvider, AuditPredictions{bundle().put(predictions).value()},
                  now));
  add(next_record(history, kAuditProvider, *honest.proofs, now));
  std::filesystem::remove(bundle().records_path("consumer"));
  EXPECT_TRUE(bundle().put_records("provider", records).ok());
  EXPECT_TRUE(begins(at_fault(),
                     "provider proofs: the proof of batch 1 is rejected: statement: it proves "
                     "another output for input 6"))
      << at_fault();
}

TEST_F(AuditTest, ReportsAndAgreementsAreChecked) {
  request();
  predict();
  prove();
  reveal();
  const AuditReport report = *judged().value().report;
  for (const auto number : {&AuditReport::inputs, &AuditReport::correct, &AuditReport::top1,
                            &AuditReport::top5, &AuditReport::lower, &AuditReport::upper}) {
    AuditReport other = report;
    other.*number += 2;
    const auto records = with_last(kAuditConsumer, saying(other));
    const auto judged_of = judge_audit(bundle(), exchange().session, records, [] {}).value();
    ASSERT_FALSE(judged_of.ok());
    EXPECT_EQ(judged_of.fault().detail, "its numbers are not those of the audit");
  }
  verify();
  const auto records = with_last(kAuditProvider, saying(AuditAgreement{Digest{1}}));
  EXPECT_EQ(judge_audit(bundle(), exchange().session, records, [] {}).value().fault().detail,
            "it is about another report");
}

TEST_F(AuditTest, ALargeProofIsTheProviders) {
  request();
  predict();
  Participant party = provider();
  const Digest large = put_large(party.bundle(), kMaxProofBytes + 1);
  const Digest list = party.bundle().put_list(std::vector{large, large}).value();
  say(std::move(party), AuditProofs{list, {}, 1});
  EXPECT_TRUE(begins(at_fault(), "provider proofs: the proof of batch 0 has more than"));
}

// It keeps nobody from the next step, and convicts who signed it.
TEST_F(AuditTest, ARecordOutOfTurnStopsNobodyAndConvicts) {
  request();
  const Exchange before = exchange();
  MemoryHistory history(before.session);
  history.add(before.records[0]);
  const SignedRecord early =
      signed_record(next_record(history, kAuditConsumer, AuditLabels{}, now_milliseconds()));
  EXPECT_TRUE(
      bundle().put_records("consumer", {early.bytes(), {1, 2}, before.records[0].bytes()}).ok());
  Participant party =
      Participant::join(audit_workflow(), {path("bundle"), path("provider")}, test_key(1), 0)
          .value()
          .value();
  EXPECT_EQ(party.take_in().value().size(), 2U);
  EXPECT_EQ(party.records().size(), 1U);
  say(std::move(party), AuditPredictions{});
  const Arbitration found = arbitrate(bundle()).value();
  EXPECT_EQ(found.exchange.records.size(), 2U);
  ASSERT_EQ(found.judgement.deviations.size(), 1U);
  EXPECT_EQ(found.judgement.deviations[0].reason, "out of turn");
  EXPECT_EQ(found.judgement.deviations[0].party, kAuditConsumer);
  EXPECT_EQ(found.judgement.deviations[0].evidence, std::vector{early.digest()});
}

}  // namespace
}  // namespace vouch
