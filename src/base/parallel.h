// Parallel loops over one process-wide pool of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace vouch {

/// Number of threads that parallel_for uses, ≥ 1. Default: the cores this process may run on.
[[nodiscard]] size_t thread_count();

/// Sets that number (0 = default). Not thread-safe; call before the first loop.
void set_thread_count(size_t threads);

/// Work whose result is wanted later: done by a thread of the pool while it has no loop to work at,
/// or by whoever wants the result if none has begun. Loops inside it run serially in the pool.
class Beside {
 public:
  /// What `task` refers to must stay valid until finish() or the end of this object.
  explicit Beside(std::function<void()> task);
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  /// A task that nobody has begun is left out.
  ~Beside();

  /// Returns when the task has been done; throws what it has thrown. To be called once.
  void finish();

 private:
  friend class Pool;
  struct Task;
  std::shared_ptr<Task> task_;
};

/// A grain for parallel_for over n items that are worked on `unit` at a time: up to 16 units, but
/// few enough for four ranges a thread.
[[nodiscard]] size_t balanced_grain(size_t n, size_t unit);

/// Runs body(begin, end) over disjoint ranges that cover [0, n), each of about `grain` items, on
/// the pool and the calling thread; returns when all are done. A call from inside a body runs
/// serially. Which thread runs which range is not fixed: bodies write to disjoint places. If bodies
/// throw, ranges not begun are left out, and one of the exceptions is thrown here when all threads
/// have stopped. Threads that the system does not give are done without.
void parallel_for(size_t n, size_t grain, const std::function<void(size_t, size_t)>& body);

}  // namespace vouch
