#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "field/kernels/avx2_scalars.h"
#include "field/kernels/avx512.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

struct BackEnd {
  const FieldKernels* table;
  bool (*runs_here)();
};

// The best first.
constexpr std::array kBackEnds = {
#ifdef VOUCH_HAS_AVX512
    BackEnd{&internal::kAvx512IfmaFieldKernels, internal::has_avx512_ifma},
#endif
#ifdef VOUCH_HAS_AVX2
    BackEnd{&internal::kAvx2FieldKernels, internal::has_avx2},
#endif
    BackEnd{&internal::kPortableFieldKernels, [] { return true; }},
};

std::atomic<const FieldKernels*> g_active{nullptr};

Result<const FieldKernels*> find(std::string_view name) {
  std::string known;
  for (const BackEnd& back_end : kBackEnds) {
    if (!back_end.runs_here()) {
      continue;
    }
    if (name.empty() || name == back_end.table->name) {
      return back_end.table;
    }
    known += (known.empty() ? "" : ", ") + std::string(back_end.table->name);
  }
  return Error{"no kernels named '" + std::string(name) + "' on this machine; there are: " + known};
}

}  // namespace

Result<void> select_kernels(std::string_view name) {
  if (name.empty()) {
    const char* forced = std::getenv("VOUCH_KERNELS");
    name = forced != nullptr ? forced : "";
  }
  VOUCH_ASSIGN(const FieldKernels* table, find(name));
  g_active = table;
  return {};
}

const FieldKernels& kernels() {
  const FieldKernels* active = g_active.load(std::memory_order_acquire);
  if (active == nullptr) [[unlikely]] {
    const Result<void> selected = select_kernels("");
    if (!selected) {
      std::fprintf(stderr, "VOUCH_KERNELS: %s\n", selected.error().message.c_str());
      std::exit(2);
    }
    active = g_active.load(std::memory_order_acquire);
  }
  return *active;
}

std::string_view active_kernels_name() { return kernels().name; }

std::vector<std::string_view> available_kernels() {
  std::vector<std::string_view> names;
  for (const BackEnd& back_end : kBackEnds) {
    if (back_end.runs_here()) {
      names.push_back(back_end.table->name);
    }
  }
  return names;
}

}  // namespace vouch
