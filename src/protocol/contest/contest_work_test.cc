// What a provider's program refuses to do in a contest.
#include "protocol/contest/contest_work.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/hex.h"
#include "protocol/contest/contest_objects.h"
#include "protocol/contest/test_contest.h"
#include "records/database.h"

namespace vouch {
namespace {

class ContestWork : public ContestCase {
 protected:
  [[nodiscard]] std::string why_not_disclosed() const {
    Participant party = provider();
    const auto made = disclose_drawn(party, log());
    return made.ok() ? "" : made.error().message;
  }
  [[nodiscard]] std::string why_not_proven(const ProverModel& model) const {
    Participant party = provider();
    const auto made = prove_drawn(party, log(), model, {});
    return made.ok() ? "" : made.error().message;
  }
};

TEST_F(ContestWork, StepsComeInTheirOrder) {
  const ProverModel& model = contested_model().model;
  serve_honestly();
  open(terms());
  accept();
  EXPECT_EQ(why_not_disclosed(), "the contester has not revealed yet");
  EXPECT_EQ(why_not_proven(model), "the contester has not revealed yet");
  reveal();
  EXPECT_EQ(why_not_disclosed(), "");
  EXPECT_EQ(why_not_proven(model), "what is drawn has not been disclosed yet");
}

TEST_F(ContestWork, OnlyTheContestedModelIsProven) {
  serve_honestly();
  until_disclosure(terms());
  const ProverModel other(contested_circuit(), random_weights(contested_circuit(), 2),
                          ProverModel::Seed{2}, test_generators());
  EXPECT_EQ(why_not_proven(other), "the contest is about another model");
}

TEST_F(ContestWork, OnlyWhatIsDrawnIsProven) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed changed = disclosure();
  changed.records.pop_back();
  disclose(changed);
  EXPECT_TRUE(why_not_proven(contested_model().model).starts_with("what was disclosed: "));
}

TEST_F(ContestWork, AnswersWhoseInputsWereNotKeptCannotBeShown) {
  SessionStore store = log();
  const Digest model = contested_model().model.identity();
  for (uint64_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(store
                    .append(publication_rules(), test_key(1),
                            saying(Receipt{model, request_of(i), Digest{}, {}}), 2000)
                    .ok());
  }
  EXPECT_TRUE(append_tree_head(store, test_key(1), 3000).ok());
  ContestOpened shown = terms();
  shown.inputs = 1;
  shown.count = 5;
  shown.samples = planned_samples(shown).least;
  until_reveal(shown);
  EXPECT_EQ(why_not_disclosed(), "the log keeps no input of a receipt that is drawn");
}

TEST_F(ContestWork, RecordsThatAreDamagedAreNotDisclosed) {
  serve_honestly();
  until_reveal(terms());
  Database state = Database::open(path("log"), Database::IfMissing::kRefuse).value();
  ASSERT_TRUE(state.run("UPDATE records SET bytes = substr(bytes, 2) WHERE sequence < 40").ok());
  EXPECT_NE(why_not_disclosed().find("damaged"), std::string::npos) << why_not_disclosed();
}

TEST_F(ContestWork, AnInputHasTheModelsSize) {
  const auto given = answer(contested_model().model, request_of(1), Bytes{1}, test_generators());
  EXPECT_TRUE(given.error().message.starts_with("the input has 1 codes"));
}

TEST_F(ContestWork, ALogThatIsDamagedIsNoticed) {
  serve_honestly();
  SessionStore store = log();
  const std::string first = "answer " + hex_text(request_of(0));
  const Bytes of_another = store.kept("answer " + hex_text(request_of(1))).value();
  const Bytes good = store.kept(first).value();
  EXPECT_TRUE(answered_request(store, request_of(0)).ok());
  Bytes longer = good;
  longer.push_back(0);
  for (const Bytes& bad : {of_another, longer}) {
    EXPECT_TRUE(store.keep(first, bad).ok());
    EXPECT_FALSE(answered_request(store, request_of(0)).ok());
  }
}

// However often records name an object: it may be large.
TEST_F(ContestWork, AnObjectThatIsNamedOftenIsReadOnce) {
  const Bundle there = Bundle::create(path("bundle")).value();
  const Digest object = there.put(Bytes(100)).value();
  ObjectFinder finder(there);
  EXPECT_TRUE(finder.finds({object, 100, "it"}));
  std::filesystem::remove(there.object_path(object));
  EXPECT_TRUE(finder.finds({object, 100, "it"}));
  EXPECT_FALSE(finder.finds({object, 99, "it"})) << "of another size";
}

}  // namespace
}  // namespace vouch
