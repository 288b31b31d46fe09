// A contest whose parties are killed at any instant, again and again: it comes to the same end.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <set>

#include "protocol/contest/test_contest.h"

namespace vouch {
namespace {

// Kills it after so many microseconds, if it has not ended by then.
bool was_killed(pid_t child, useconds_t after) {
  usleep(after);
  kill(child, SIGKILL);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  EXPECT_TRUE(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << "it failed by itself";
  return killed;
}

class ContestKillTest : public ContestCase {
 protected:
  // Every step of everybody, from the first on, whatever was done before.
  void all_steps(const ContestOpened& terms) const {
    if (find_record<ContestOpened>(contester().records()) == nullptr) {
      open(terms);
    }
    EXPECT_TRUE(contester().publish().ok());  // killed after it was said, before it was written
    accept();
    reveal();
    disclose(disclosure());
    prove(proofs_one_by_one());
    claim(ContestFault::kNone);
  }
  // So that there are several.
  [[nodiscard]] AnswersProven proofs_one_by_one() const {
    Participant party = provider();
    ByteWriter one;
    one.u64(1);
    EXPECT_TRUE(party.store().keep("answers a proof", one.bytes()).ok());
    return prove_drawn(party, log(), contested_model().model, {}).value().said;
  }
  // Whether it came to its end before it was killed.
  [[nodiscard]] bool run_and_kill(const ContestOpened& terms, useconds_t after) const {
    const pid_t child = fork();
    if (child == 0) {
      set_thread_count(1);  // the other threads are the parent's
      all_steps(terms);
      _exit(HasFailure() ? 1 : 0);
    }
    return !was_killed(child, after);
  }
  [[nodiscard]] size_t objects() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(path("bundle/objects")), {}));
  }
};

TEST_F(ContestKillTest, AtRandomInstants) {
  serve_honestly();
  const ContestOpened asked = terms();
  std::mt19937 random(3);
  int kills = 0;
  useconds_t longest = 20'000;
  while (!run_and_kill(asked, std::uniform_int_distribution<useconds_t>(0, longest)(random))) {
    ++kills;
    longest += longest / 20;  // slow machines come to the end as well
  }
  EXPECT_GE(kills, 5);
  const ContestOutcome found = outcome();
  EXPECT_EQ(found.judgement.state, Judgement::State::kFulfilled) << found.judgement.detail;
  EXPECT_EQ(contester().records().size(), 6U);
  const auto proven = find_body<AnswersProven>(contester().records());
  EXPECT_EQ(std::set<Digest>(proven->proofs.begin(), proven->proofs.end()).size(), 6U);
  // What a kill can leave is a proof that was made and not noted yet, one a kill.
  const size_t needed = 2 + found.drawn.size() + proven->proofs.size();
  EXPECT_GE(objects(), needed);
  EXPECT_LE(objects(), needed + static_cast<size_t>(kills));
}

// Receipts, appended some at a time.
TEST_F(ContestKillTest, ReceiptsAreIssuedOnce) {
  int kills = 0;
  useconds_t longest = 2'000;
  std::mt19937 random(4);
  for (bool done = false; !done;) {
    const pid_t child = fork();
    if (child == 0) {
      set_thread_count(1);
      serve_honestly();
      _exit(HasFailure() ? 1 : 0);
    }
    done = !was_killed(child, std::uniform_int_distribution<useconds_t>(0, longest)(random));
    longest += longest / 20;
    kills += done ? 0 : 1;
  }
  EXPECT_GE(kills, 2);
  const SessionStore store = log();
  EXPECT_TRUE(store.verify(publication_rules()).ok());
  EXPECT_EQ(store.count(0).value(), kTestAnswers + 2);
  for (uint64_t i = 0; i < kTestAnswers; ++i) {
    EXPECT_TRUE(answered_request(store, request_of(i)).value());
  }
}

}  // namespace
}  // namespace vouch
