#include "base/work.h"

#include <deque>
#include <mutex>

namespace vouch {
namespace {

std::mutex g_mutex;
std::deque<WorkCounts> g_counts;  // of every thread there was: they stay where they are

}  // namespace

#ifdef VOUCH_COUNT
WorkCounts* internal::new_work_counts() {
  const std::lock_guard<std::mutex> lock(g_mutex);
  return &g_counts.emplace_back();
}
#endif

WorkCounts work_done() {
  const std::lock_guard<std::mutex> lock(g_mutex);
  WorkCounts sum;
  for (const WorkCounts& counts : g_counts) {
    sum += counts;
  }
  return sum;
}

}  // namespace vouch
