// SIGKILL at any instant: nothing that was confirmed is lost, nothing is there twice or half, and
// running the same again goes on.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <random>

#include "records/publication_log.h"
#include "records/test_records.h"
#include "records/test_store.h"

namespace vouch {
namespace {

using KillTest = TestDirectory;

constexpr uint64_t kBatch = 3;

Receipt receipt_of(uint64_t which) {
  Digest request{};
  for (size_t i = 0; i < 8; ++i) {
    request[i] = static_cast<uint8_t>(which >> (8 * i));
  }
  return {Digest{1}, request, Digest{3}, Bytes(300, 7)};
}

Result<SessionStore> create_log(const std::string& path) {
  Session session = new_publication(test_key(1).public_key());
  session.id = SessionId{5};
  return SessionStore::create(path, session, 0);
}

// Batch number `which`: kBatch receipts and a private note of how far it is.
Result<void> append_batch(SessionStore& store, uint64_t which) {
  return store.atomically([&]() -> Result<void> {
    for (uint64_t i = 0; i < kBatch; ++i) {
      VOUCH_TRY(store.append(publication_rules(), test_key(1),
                             saying(receipt_of(which * kBatch + i)), 1000));
    }
    return store.keep("done", Bytes{static_cast<uint8_t>(which + 1)});
  });
}

// Whole batches, in order, each once, as many as the note says; the tree is theirs.
void expect_sound(const SessionStore& store, uint64_t at_least, uint64_t at_most) {
  const auto verified = store.verify(publication_rules());
  ASSERT_TRUE(verified.ok()) << verified.error().message;
  const uint64_t count = store.count(0).value();
  EXPECT_EQ(count % kBatch, 0U) << "half a batch";
  EXPECT_GE(count / kBatch, at_least) << "lost";
  EXPECT_LE(count / kBatch, at_most) << "too many";
  const Bytes note = store.kept("done").value();
  EXPECT_EQ(note.empty() ? 0U : note[0], (count / kBatch) & 0xff);
  for (uint64_t i = 0; i < count; ++i) {
    const auto receipt = body_of<Receipt>(store.record(0, i).value().record().body);
    ASSERT_EQ(receipt.request, receipt_of(i).request) << "not in its place";
  }
}

// A process that runs `work`, which tells by its argument each time that something is confirmed.
class Writer {
 public:
  using Work = std::function<bool(const std::function<void()>& confirm)>;
  explicit Writer(const Work& work) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      const char byte = 1;
      const bool done = work([&] { exit_unless(write(ends[1], &byte, 1) == 1); });
      _exit(done ? 0 : 1);
    }
    close(ends[1]);
    confirmed_ = ends[0];
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { close(confirmed_); }

  void kill_it() const { kill(pid_, SIGKILL); }
  // Waits for its end. Whether it was killed; if not it must have done its work.
  bool was_killed() const {
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "it failed by itself";
    return WIFSIGNALED(status);
  }
  // How often it has confirmed. After its end.
  [[nodiscard]] uint64_t confirmed() const {
    uint64_t count = 0;
    for (char byte = 0; read(confirmed_, &byte, 1) == 1;) {
      ++count;
    }
    return count;
  }

 private:
  static void exit_unless(bool ok) {
    if (!ok) {
      _exit(2);
    }
  }
  pid_t pid_ = 0;
  int confirmed_ = -1;
};

// Microseconds that a batch takes here.
double batch_time(const std::string& path) {
  constexpr int kRuns = 5;
  SessionStore store = create_log(path).value();
  const auto begin = std::chrono::steady_clock::now();
  for (uint64_t batch = 0; batch < kRuns; ++batch) {
    EXPECT_TRUE(append_batch(store, batch).ok());
  }
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
             .count() /
         kRuns;
}

TEST_F(KillTest, AtRandomInstants) {
  constexpr int kRounds = 200;
  // A writer begins, appends some batches and is killed in one of them.
  const double longest = 5000 + 5 * batch_time(path("first"));
  ASSERT_TRUE(create_log(path("log")).ok());
  std::mt19937 random(1);
  uint64_t confirmed = 0;
  int kills = 0;
  uint64_t batches = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Writer writer([&](const std::function<void()>& confirm) {
      auto store = SessionStore::open(path("log"));
      while (store.ok()) {
        const Bytes note = store.value().kept("done").value();
        if (!append_batch(store.value(), note.empty() ? 0 : note[0]).ok()) {
          return false;
        }
        confirm();
      }
      return false;
    });
    usleep(static_cast<useconds_t>(std::uniform_real_distribution<>(0, longest)(random)));
    writer.kill_it();
    kills += writer.was_killed() ? 1 : 0;
    const uint64_t before = confirmed;
    confirmed += writer.confirmed();
    auto store = SessionStore::open(path("log"));
    ASSERT_TRUE(store.ok()) << store.error().message;
    // A batch may be there whose confirmation was not told any more; from then on it counts.
    ASSERT_NO_FATAL_FAILURE(expect_sound(store.value(), confirmed, confirmed + 1));
    batches += store.value().count(0).value() / kBatch - before;
    confirmed = store.value().count(0).value() / kBatch;
    if (confirmed > 12) {  // to verify it all takes its time
      std::filesystem::remove(path("log"));
      ASSERT_TRUE(create_log(path("log")).ok());
      confirmed = 0;
    }
  }
  EXPECT_EQ(kills, kRounds);
  EXPECT_GT(batches, uint64_t{kRounds} / 2) << "most writers were killed before they wrote";
}

// SQLite's system calls that change files, of which number `kill_at` is done by half, and then no
// more happens. (A half is what a kill can leave of a write; a kill between two calls is as one
// before the next, or after the half of nothing.)
int calls = 0;
int kill_at = 0;

bool is_last() { return ++calls == kill_at; }

[[noreturn]] void end_here() {
  kill(getpid(), SIGKILL);
  _exit(3);
}

ssize_t half_write(int file, const void* data, size_t size) {
  if (is_last()) {
    static_cast<void>(!write(file, data, size / 2));
    end_here();
  }
  return write(file, data, size);
}

ssize_t half_pwrite(int file, const void* data, size_t size, off_t at) {
  if (is_last()) {
    static_cast<void>(!pwrite(file, data, size / 2, at));
    end_here();
  }
  return pwrite(file, data, size, at);
}

int no_truncate(int file, off_t size) {
  if (is_last()) {
    end_here();
  }
  return ftruncate(file, size);
}

int no_unlink(const char* name) {
  if (is_last()) {
    end_here();
  }
  return unlink(name);
}

void kill_at_call(int number) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  const std::pair<const char*, sqlite3_syscall_ptr> replaced[] = {
      {"write", reinterpret_cast<sqlite3_syscall_ptr>(half_write)},
      {"pwrite", reinterpret_cast<sqlite3_syscall_ptr>(half_pwrite)},
      {"pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(half_pwrite)},
      {"ftruncate", reinterpret_cast<sqlite3_syscall_ptr>(no_truncate)},
      {"unlink", reinterpret_cast<sqlite3_syscall_ptr>(no_unlink)}};
  for (const auto& [name, function] : replaced) {
    EXPECT_EQ(vfs->xSetSystemCall(vfs, name, function), SQLITE_OK) << name;
  }
  calls = 0;
  kill_at = number;
}

// Runs `work` with a kill at its first, second, … call until it comes to its end; `check` gets the
// number of confirmations. Returns how many kills there were.
int kill_at_every_call(const Writer::Work& work, const std::function<void(uint64_t)>& check) {
  for (int number = 1;; ++number) {
    const Writer writer([&](const std::function<void()>& confirm) {
      kill_at_call(number);
      return work(confirm);
    });
    const bool killed = writer.was_killed();
    check(writer.confirmed());
    if (!killed || testing::Test::HasFailure()) {
      return number - 1;
    }
  }
}

TEST_F(KillTest, AtEveryWriteOfAnAppend) {
  const auto prepare = [&] {
    std::filesystem::remove(path("log"));
    SessionStore store = create_log(path("log")).value();
    ASSERT_TRUE(append_batch(store, 0).ok());
  };
  prepare();
  const int kills = kill_at_every_call(
      [&](const std::function<void()>& confirm) {
        auto store = SessionStore::open(path("log"));
        for (uint64_t batch = 0; batch < 3 && store.ok(); ++batch) {
          if (!append_batch(store.value(), batch).ok()) {
            return false;
          }
          confirm();
        }
        return store.ok();
      },
      [&](uint64_t confirmed) {
        auto store = SessionStore::open(path("log"));
        ASSERT_TRUE(store.ok()) << store.error().message;
        // Batch 0 was there before.
        ASSERT_NO_FATAL_FAILURE(
            expect_sound(store.value(), std::max<uint64_t>(confirmed, 1), confirmed + 1));
        for (uint64_t batch = 0; batch < 3; ++batch) {  // the same command again
          ASSERT_TRUE(append_batch(store.value(), batch).ok());
        }
        ASSERT_NO_FATAL_FAILURE(expect_sound(store.value(), 3, 3));
        prepare();
      });
  EXPECT_GT(kills, 20);
}

TEST_F(KillTest, AtEveryWriteOfTheCreation) {
  const int kills = kill_at_every_call(
      [&](const std::function<void()>& confirm) {
        if (!create_log(path("log")).ok()) {
          return false;
        }
        confirm();
        return true;
      },
      [&](uint64_t confirmed) {
        const bool there = SessionStore::open(path("log")).ok();
        EXPECT_TRUE(there || confirmed == 0);
        EXPECT_EQ(create_log(path("log")).ok(), !there) << "what was not created is";
        SessionStore store = SessionStore::open(path("log")).value();
        EXPECT_TRUE(append_batch(store, 0).ok());
        std::filesystem::remove(path("log"));
      });
  EXPECT_GT(kills, 5);
}

}  // namespace
}  // namespace vouch
