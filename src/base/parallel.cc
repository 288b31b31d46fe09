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

struct Beside::Task {
  std::function<void()> body;
  std::exception_ptr thrown;
  bool done = false;
};

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

}  // namespace

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

  void offer(const std::shared_ptr<Beside::Task>& task) {
    const std::lock_guard<std::mutex> one_loop(loop_mutex_);
    ensure_workers(thread_count() - 1);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      offers_.push_back(task);
    }
    wake_.notify_one();
  }

  /// Takes an offer back; false if a worker has taken it.
  bool withdraw(const std::shared_ptr<Beside::Task>& task) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::erase(offers_, task) != 0;
  }

  void wait_for(const Beside::Task& task) {
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [&] { return task.done; });
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
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      const auto entered = [&] { return !open_ || generation_ == seen; };
      wake_.wait(lock, [&] { return stop_ || !entered() || !offers_.empty(); });
      if (stop_) {
        return;
      }
      if (entered()) {
        const auto task = offers_.front();
        offers_.erase(offers_.begin());
        lock.unlock();
        run_beside(*task);
        lock.lock();
        task->done = true;
        done_.notify_all();
        continue;
      }
      seen = generation_;
      ++active_;
      lock.unlock();
      work();
      lock.lock();
      if (--active_ == 0) {
        done_.notify_all();
      }
    }
  }

  static void run_beside(Beside::Task& task) {
    t_inside = true;
    try {
      task.body();
    } catch (...) {
      task.thrown = std::current_exception();
    }
    t_inside = false;
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
  std::vector<std::shared_ptr<Beside::Task>> offers_;
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

Beside::Beside(std::function<void()> task) : task_(std::make_shared<Task>()) {
  task_->body = std::move(task);
  if (thread_count() > 1) {
    Pool::instance().offer(task_);
  }
}

Beside::~Beside() {
  if (task_ && thread_count() > 1 && !Pool::instance().withdraw(task_)) {
    Pool::instance().wait_for(*task_);
  }
}

void Beside::finish() {
  const std::shared_ptr<Task> task = std::move(task_);
  if (thread_count() == 1 || Pool::instance().withdraw(task)) {
    task->body();
    return;
  }
  Pool::instance().wait_for(*task);
  if (task->thrown) {
    std::rethrow_exception(task->thrown);
  }
}

}  // namespace vouch
