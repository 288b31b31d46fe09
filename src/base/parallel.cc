#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace vouch {
namespace {

size_t available_cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) {
    return 1;
  }
  return static_cast<size_t>(std::max(1, CPU_COUNT(&set)));
}

std::atomic<size_t> g_threads{0};
thread_local bool t_inside = false;

// One loop at a time: threads take ranges from a shared counter until none is left. Whoever wakes
// up after that is not waited for: a short loop is over before another thread has got up.
class Pool {
 public:
  static Pool& instance() {
    static Pool pool;
    return pool;
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void run(size_t n, size_t grain, const std::function<void(size_t, size_t)>& body) {
    const std::lock_guard<std::mutex> one_loop(loop_mutex_);
    ensure_workers(thread_count() - 1);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      body_ = &body;
      n_ = n;
      grain_ = grain;
      next_ = 0;
      open_ = true;
      ++generation_;
    }
    wake_.notify_all();
    work();
    std::unique_lock<std::mutex> lock(mutex_);
    open_ = false;
    done_.wait(lock, [&] { return active_ == 0; });
    if (thrown_) {
      std::rethrow_exception(std::exchange(thrown_, nullptr));
    }
  }

  ~Pool() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (auto& w : workers_) {
      w.join();
    }
  }

 private:
  Pool() = default;

  void ensure_workers(size_t n) {
    try {
      while (workers_.size() < n) {
        workers_.emplace_back([this, seen = generation_]() mutable { serve(seen); });
      }
    } catch (
        const std::exception&) {  // no more threads, or no memory for one: as many as there are
    }
  }

  void serve(size_t seen) {
    for (;;) {
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return stop_ || (open_ && generation_ != seen); });
        if (stop_) {
          return;
        }
        seen = generation_;
        ++active_;
      }
      work();
      const std::lock_guard<std::mutex> lock(mutex_);
      if (--active_ == 0) {
        done_.notify_one();
      }
    }
  }

  void work() {
    t_inside = true;
    try {
      for (;;) {
        const size_t begin = next_.fetch_add(grain_);
        if (begin >= n_) {
          break;
        }
        (*body_)(begin, std::min(begin + grain_, n_));
      }
    } catch (...) {
      next_ = n_;
      const std::lock_guard<std::mutex> lock(mutex_);
      thrown_ = std::current_exception();
    }
    t_inside = false;
  }

  std::mutex loop_mutex_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> workers_;
  const std::function<void(size_t, size_t)>* body_ = nullptr;
  size_t n_ = 0;
  size_t grain_ = 1;
  std::atomic<size_t> next_{0};
  size_t active_ = 0;  // workers in the loop
  bool open_ = false;  // whether workers may still enter it
  size_t generation_ = 0;
  std::exception_ptr thrown_;
  bool stop_ = false;
};

}  // namespace

size_t thread_count() {
  const size_t n = g_threads;
  return n != 0 ? n : available_cores();
}

void set_thread_count(size_t threads) { g_threads = threads; }

size_t balanced_grain(size_t n, size_t unit) {
  return unit * std::clamp<size_t>(n / unit / (4 * thread_count()), 1, 16);
}

void parallel_for(size_t n, size_t grain, const std::function<void(size_t, size_t)>& body) {
  grain = std::max<size_t>(grain, 1);
  if (n == 0) {
    return;
  }
  if (t_inside || n <= grain || thread_count() == 1) {
    for (size_t begin = 0; begin < n; begin += grain) {
      body(begin, std::min(begin + grain, n));
    }
    return;
  }
  Pool::instance().run(n, grain, body);
}

}  // namespace vouch
