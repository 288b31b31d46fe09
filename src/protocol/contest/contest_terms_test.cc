// Terms of a contest that can be accepted, and others.
#include "protocol/contest/contest_terms.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "protocol/contest/test_contest.h"

namespace vouch {
namespace {

using ContestTerms = ContestCase;

TEST_F(ContestTerms, TermsThatAreNoneAreTheContestersFault) {
  serve_honestly();
  const auto bad = [&](const auto& change) {
    std::filesystem::remove_all(path("bundle"));
    std::filesystem::remove(path("contester"));
    ContestOpened changed = terms();
    change(changed);
    open(changed);
    return fault_of(kContester);
  };
  EXPECT_EQ(bad([](ContestOpened& t) { t.count += 1; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.first = UINT64_MAX; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.count = 0; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.samples = 0; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.samples = kMostContested + 1; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.samples = 5; }), ContestFault::kBadTerms) << "too few";
  EXPECT_EQ(bad([](ContestOpened& t) { t.samples = 8; }), ContestFault::kBadTerms) << "too many";
  EXPECT_EQ(bad([](ContestOpened& t) { t.wrong = 0; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.missed = 1'000'000; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.inputs = 2; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.prove_by = t.disclose_by; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.accept_by = t.reveal_by; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.model[0] ^= 1; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.model_file = t.head; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.head = t.model_file; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([&](ContestOpened& t) {
              const Bytes receipt = log().record(0, 3).value().bytes();
              t.head = Bundle::create(path("bundle")).value().put(receipt).value();
            }),
            ContestFault::kBadTerms);
}

// Of a log of so many records that numbers of the terms alone are wrong.
TEST_F(ContestTerms, TermsSayWhatIsWrongWithThem) {
  Session publication = new_publication(test_key(1).public_key());
  const Bytes head = signed_record({publication,
                                    TreeHead::kKind,
                                    0,
                                    {{20000, Digest{1}}},
                                    1,
                                    fields_of(TreeHead{20000, Digest{2}})})
                         .bytes();
  const Session session{"contest", 1, SessionId{7}, parties()};
  const auto wrong_with = [&](const auto& change) -> std::string {
    ContestOpened terms;
    terms.model = contested_model().model.identity();
    terms.count = 20000;
    terms.wrong = 10'000;
    terms.missed = 50'000;
    terms.samples = planned_samples(terms).least;
    set_deadlines(terms, 1000);
    change(terms);
    const auto checked = check_terms(session, terms, head, contested_model().file);
    return checked.ok() ? "" : checked.error().message.substr(0, 22);
  };
  EXPECT_EQ(wrong_with([](ContestOpened&) {}), "");
  EXPECT_EQ(wrong_with([](ContestOpened& t) { t.count = 0; }), "the records to draw fr");
  const std::string samples = "there are 1 to 4096 an";
  EXPECT_EQ(wrong_with([](ContestOpened& t) { t.samples = 0; }), samples);
  EXPECT_EQ(wrong_with([](ContestOpened& t) {
              t.wrong = 500;
              t.samples = planned_samples(t).least;
              EXPECT_GT(t.samples, kMostContested);
            }),
            samples);
  const std::string deadlines = "the deadlines do not f";
  EXPECT_EQ(wrong_with([](ContestOpened& t) { t.reveal_by = t.disclose_by; }), deadlines);
  EXPECT_EQ(wrong_with([](ContestOpened& t) { t.prove_by = kCountLimit; }), deadlines);
  EXPECT_EQ(wrong_with([](ContestOpened& t) { t.prove_by = kCountLimit - 1; }), "");
}

TEST_F(ContestTerms, AModelWithAFalseBoundIsTheContestersFault) {
  serve_honestly();
  PublicModel model = decode_model_public(contested_model().file).value();
  model.bound.messages.back()[0] ^= 1;
  ContestOpened changed = terms();
  const Bytes file = encode_model_public(model);
  changed.model_file = file_digest(file);
  EXPECT_TRUE(Bundle::create(path("bundle")).value().put(file).ok());
  open(changed);
  EXPECT_EQ(fault_of(kContester), ContestFault::kBadTerms);
}

TEST_F(ContestTerms, TermsLeaveTimeForEachStep) {
  constexpr uint64_t kOpened = 1000;
  const auto windows = [&](uint64_t accept, uint64_t reveal, uint64_t disclose, uint64_t prove) {
    ContestOpened terms;
    terms.accept_by = kOpened + accept;
    terms.reveal_by = terms.accept_by + reveal;
    terms.disclose_by = terms.reveal_by + disclose;
    terms.prove_by = terms.disclose_by + prove;
    return terms;
  };
  const uint64_t day = kLeastWindow;
  const ContestOpened good = windows(day, day, day, day);
  EXPECT_TRUE(check_windows(good, kOpened, kOpened).ok());
  EXPECT_TRUE(check_windows(good, kOpened, good.accept_by - 1).ok());
  EXPECT_FALSE(check_windows(good, kOpened, good.accept_by).ok()) << "over";
  EXPECT_FALSE(check_windows(windows(day - 1, day, day, day), kOpened, kOpened).ok());
  EXPECT_FALSE(check_windows(windows(day, day - 1, day, day), kOpened, kOpened).ok());
  EXPECT_FALSE(check_windows(windows(day, day, day - 1, day), kOpened, kOpened).ok());
  EXPECT_FALSE(check_windows(windows(day, day, day, day - 1), kOpened, kOpened).ok());
  EXPECT_FALSE(check_windows(good, good.accept_by + 1, kOpened).ok()) << "opened after it";
}

}  // namespace
}  // namespace vouch
