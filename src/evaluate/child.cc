#include "evaluate/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"

extern char** environ;

namespace vouch {
namespace {

constexpr size_t kMostKept = size_t{1} << 16;

struct Pipe {
  int read = -1;
  int write = -1;

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(read);
    close_end(write);
  }
  [[nodiscard]] bool open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
      return false;
    }
    read = ends[0];
    write = ends[1];
    return true;
  }
  static void close_end(int& end) {
    if (end >= 0) {
      close(end);
    }
    end = -1;
  }
};

// Reads what there is; what exceeds the limit is read and dropped, so that the child goes on.
void drain(int& from, std::string& into) {
  std::array<char, 4096> block{};
  const ssize_t n = read(from, block.data(), block.size());
  if (n > 0) {
    into.append(block.data(), std::min(static_cast<size_t>(n), kMostKept - into.size()));
  } else if (n == 0 || errno != EINTR) {
    Pipe::close_end(from);
  }
}

void collect(Pipe& output, Pipe& problems, ChildEnd& end) {
  while (output.read >= 0 || problems.read >= 0) {
    std::array<pollfd, 2> watched = {{{output.read, POLLIN, 0}, {problems.read, POLLIN, 0}}};
    if (poll(watched.data(), watched.size(), -1) < 0) {
      VOUCH_CHECK(errno == EINTR);
      continue;
    }
    if (watched[0].revents != 0) {
      drain(output.read, end.output);
    }
    if (watched[1].revents != 0) {
      drain(problems.read, end.problems);
    }
  }
}

// posix_spawn's list of what becomes of the child's standard files.
class Actions {
 public:
  Actions(const Pipe& output, const Pipe& problems) {
    VOUCH_CHECK(posix_spawn_file_actions_init(&actions_) == 0);
    VOUCH_CHECK(
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0);
    VOUCH_CHECK(posix_spawn_file_actions_adddup2(&actions_, output.write, STDOUT_FILENO) == 0);
    VOUCH_CHECK(posix_spawn_file_actions_adddup2(&actions_, problems.write, STDERR_FILENO) == 0);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Result<ChildEnd> run_child(const std::vector<std::string>& argv) {
  VOUCH_CHECK(!argv.empty());
  Pipe output;
  Pipe problems;
  if (!output.open() || !problems.open()) {
    return Error{argv[0] + ": " + std::strerror(errno)};
  }
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  const Actions actions(output, problems);
  pid_t child = -1;
  const int failed =
      posix_spawnp(&child, pointers[0], actions.get(), nullptr, pointers.data(), environ);
  if (failed != 0) {
    return Error{argv[0] + ": " + std::strerror(failed)};
  }
  Pipe::close_end(output.write);
  Pipe::close_end(problems.write);
  ChildEnd end;
  collect(output, problems, end);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    VOUCH_CHECK(errno == EINTR);
  }
  constexpr int kSignals = 128;
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : kSignals + WTERMSIG(status);
  return end;
}

}  // namespace vouch
