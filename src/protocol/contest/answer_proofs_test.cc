// Proofs of drawn answers, and what a provider could give in their place.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "protocol/contest/test_contest.h"

namespace vouch {
namespace {

using AnswerProofs = ContestCase;

TEST_F(AnswerProofs, AMissingProofIsNamed) {
  serve_honestly();
  until_disclosure(terms_in_the_past());
  AnswersProven none = proofs().said;
  none.proofs.clear();
  prove(none);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingProof);
}

TEST_F(AnswerProofs, AProofThatIsGoneIsAFaultOnceTheJudgeMissesIt) {
  serve_honestly();
  until_proofs(terms_in_the_past());
  const Digest object = find_body<AnswersProven>(provider().records())->proofs[0];
  std::filesystem::remove(bundle().object_path(object));
  EXPECT_EQ(state(), Judgement::State::kIncomplete);
  tell_time();
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingProof);
}

TEST_F(AnswerProofs, AnInvalidProofIsNamed) {
  serve_honestly();
  until_disclosure(terms());
  AnswersProven proven = proofs().said;
  Bytes file = bundle().get(proven.proofs[0], kMaxProofBytes, "").value();
  file.back() ^= 1;
  proven.proofs[0] = bundle().put(file).value();
  prove(proven);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kInvalidProof);
}

TEST_F(AnswerProofs, BytesInTheProofsPlaceAreInvalid) {
  serve_honestly();
  until_disclosure(terms());
  AnswersProven proven = proofs().said;
  proven.proofs[0] = bundle().put(Bytes{1}).value();
  prove(proven);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kInvalidProof);
}

// A proof of the answers that are drawn, as it would be for this session if `change` were nothing.
template <class Change>
Bytes proof_for(const Participant& party, const SessionStore& log, const Change& change) {
  const auto disclosed = find_body<ReceiptsDisclosed>(party.records());
  const auto terms = find_body<ContestOpened>(party.records());
  const auto revealed = find_body<NonceRevealed>(party.records());
  const DrawnAnswers drawn =
      read_drawn_answers(party.session(), *terms,
                         contest_seed(party.session(), *terms, disclosed->nonce, revealed->nonce),
                         *disclosed, party.bundle());
  const ProverModel& model = contested_model().model;
  ProveOptions options;
  options.hide_input = true;
  std::vector<Bytes> inputs;
  std::vector<Digest> receipts;
  for (const DrawnAnswer& answer : drawn.answers) {
    const Answered kept = answered_request(log, answer.receipt.request).value().value();
    inputs.push_back(kept.codes);
    options.salts.push_back(kept.salt);
    receipts.push_back(answer.record);
  }
  const Digest context = contest_context(party.session(), receipts);
  options.context.assign(context.begin(), context.end());
  change(options, inputs);
  options.shape =
      choose_shape(model.circuit(), Profile::kFast, static_cast<uint16_t>(inputs.size()));
  return encode_proof(prove(model, inputs, options, test_generators()).value().proof);
}

TEST_F(AnswerProofs, AProofForSomethingElseIsNamed) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes other = proof_for(provider(), log(), [](ProveOptions& options, auto&) {
    options.context = {'o', 'r', 'd', 'e', 'r'};
  });
  prove({kTestSamples, {bundle().put(other).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherContext);
}

TEST_F(AnswerProofs, OfManyProofsEachIsChecked) {
  serve([](uint64_t) { return true; });
  ContestOpened many = terms();
  many.wrong = 64'000;
  many.samples = planned_samples(many).most;
  ASSERT_GT(many.samples, 32U) << "more than are in memory at a time";
  until_disclosure(many);
  ByteWriter one;
  one.u64(1);
  ASSERT_TRUE(provider().store().keep("answers a proof", one.bytes()).ok());
  AnswersProven proven = proofs().said;
  ASSERT_EQ(proven.proofs.size(), many.samples);
  proven.proofs[7] = proven.proofs[3];
  std::filesystem::remove(bundle().object_path(proven.proofs[3]));
  prove(proven);
  const std::vector<FaultFound> faults = outcome().faults;
  ASSERT_EQ(faults.size(), many.samples - 1) << "but for the one that is missing";
  for (size_t i = 0; i < faults.size(); ++i) {
    EXPECT_EQ(faults[i].item, i + (i < 3 ? 0 : 1));
    EXPECT_EQ(faults[i].fault,
              faults[i].item == 7 ? ContestFault::kOtherContext : ContestFault::kWrongOutput);
  }
}

TEST_F(AnswerProofs, AProofOfOtherInputsIsNamed) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes other = proof_for(provider(), log(), [](ProveOptions&, auto& inputs) {
    inputs[3] = random_input(contested_model().model.circuit(), 77);
  });
  prove({kTestSamples, {bundle().put(other).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherInput);
  EXPECT_EQ(outcome().faults[0].item, 3U);
}

TEST_F(AnswerProofs, TheSameInputCommittedToAnewIsAnother) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes other = proof_for(provider(), log(),
                                [](ProveOptions& options, auto&) { options.salts[1] = Salt{1}; });
  prove({kTestSamples, {bundle().put(other).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherInput);
}

TEST_F(AnswerProofs, AProofOfFewerAnswersIsNamed) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes fewer = proof_for(provider(), log(), [](ProveOptions& options, auto& inputs) {
    inputs.pop_back();
    options.salts.pop_back();
  });
  prove({kTestSamples, {bundle().put(fewer).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingProof);
}

// A disclosure of inputs that are to be shown.
class ShownInputs : public ContestCase {
 protected:
  template <class Change>
  void disclose_changed(const Change& change) const {
    serve_honestly();
    ContestOpened shown = terms();
    shown.inputs = 1;
    until_reveal(shown);
    ReceiptsDisclosed disclosed = disclosure();
    change(disclosed.inputs);
    disclose(disclosed);
  }
  template <class Change>
  [[nodiscard]] ContestFault fault_with(const Change& change) const {
    disclose_changed(change);
    prove(proofs().said);
    return fault_of(kProvider);
  }
};

TEST_F(ShownInputs, ThatAreNoneAreMissing) {
  disclose_changed([](std::vector<Digest>& inputs) { inputs.clear(); });
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingInput);
}

TEST_F(ShownInputs, AreThoseThatWereCommittedTo) {
  EXPECT_EQ(fault_with([](std::vector<Digest>& inputs) { std::swap(inputs[0], inputs[1]); }),
            ContestFault::kOtherInput);
}

TEST_F(ShownInputs, HaveTheModelsSize) {
  EXPECT_EQ(
      fault_with([&](std::vector<Digest>& inputs) { inputs[0] = bundle().put(Bytes{1}).value(); }),
      ContestFault::kOtherInput);
}

// What is more than the input is no part of its commitment.
TEST_F(ShownInputs, HaveNothingBehindThem) {
  EXPECT_EQ(fault_with([&](std::vector<Digest>& inputs) {
              Bytes longer = bundle().get(inputs[0], kMaxObjectBytes, "").value();
              longer.push_back(0);
              inputs[0] = bundle().put(longer).value();
            }),
            ContestFault::kOtherInput);
}

TEST_F(AnswerProofs, AProofIsOfAPossibleNumberOfAnswers) {
  serve_honestly();
  until_disclosure(terms());
  AnswersProven proven = proofs().said;
  ASSERT_EQ(proven.proofs.size(), 1U);
  proven.each = AnswersProven::kMostEach + 1;
  prove(proven);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingProof);
}

TEST_F(AnswerProofs, AProofIsOfSomeAnswer) {
  serve_honestly();
  until_disclosure(terms());
  prove({0, {}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingProof);
}

TEST_F(AnswerProofs, AnInputThatIsGoneIsAFaultOnceTheJudgeMissesIt) {
  serve_honestly();
  ContestOpened shown = terms_in_the_past();
  shown.inputs = 1;
  until_proofs(shown);
  const Digest object = find_body<ReceiptsDisclosed>(provider().records())->inputs[2];
  std::filesystem::remove(bundle().object_path(object));
  EXPECT_EQ(state(), Judgement::State::kIncomplete);
  tell_time();
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingInput);
}

TEST_F(AnswerProofs, AProofThatHidesAnInputThatIsToBeShownIsNamed) {
  serve_honestly();
  ContestOpened shown = terms();
  shown.inputs = 1;
  until_disclosure(shown);
  const Bytes hiding = proof_for(provider(), log(), [](ProveOptions&, auto&) {});
  prove({kTestSamples, {bundle().put(hiding).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherInput);
  EXPECT_NE(outcome().judgement.deviations[0].detail.find("(the proof hides its input)"),
            std::string::npos);
}

TEST_F(AnswerProofs, AProofThatHidesItsOutputIsInvalid) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes hiding = proof_for(provider(), log(), [](ProveOptions& options, auto&) {
    options.hidden_output.emplace();
    options.hidden_output->predicate.kind = Predicate::Kind::kMembers;
    options.hidden_output->predicate.top = 1;
  });
  prove({kTestSamples, {bundle().put(hiding).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kInvalidProof);
  EXPECT_EQ(outcome().faults[0].detail, "it hides its output");
}

}  // namespace
}  // namespace vouch
