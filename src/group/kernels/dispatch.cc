#include <array>

#include "field/kernels/avx512.h"
#include "field/kernels/kernels.h"
#include "group/kernels/avx2_features.h"
#include "group/kernels/kernels.h"

namespace vouch::internal {
namespace {

struct BackEnd {
  const GroupKernels* table;
  bool (*runs_here)();
};

// The best first.
constexpr std::array kBackEnds = {
#ifdef VOUCH_HAS_AVX512
    BackEnd{&kAvx512IfmaGroupKernels, has_avx512_ifma},
#endif
#ifdef VOUCH_HAS_AVX2
    BackEnd{&kAvx2FmaGroupKernels, has_avx2_fma},
#endif
    BackEnd{&kPortableGroupKernels, [] { return true; }},
};

}  // namespace

const GroupKernels& group_kernels() {
  for (const BackEnd& back_end : kBackEnds) {
    if (back_end.table->name == active_kernels_name() && back_end.runs_here()) {
      return *back_end.table;
    }
  }
  return kPortableGroupKernels;
}

std::vector<const GroupKernels*> available_group_kernels() {
  std::vector<const GroupKernels*> out;
  for (const BackEnd& back_end : kBackEnds) {
    if (back_end.runs_here()) {
      out.push_back(back_end.table);
    }
  }
  return out;
}

}  // namespace vouch::internal
