#include <array>

#include "field/kernels/avx512.h"
#include "field/kernels/kernels.h"
#include "group/kernels/kernels.h"

namespace vouch::internal {
namespace {

constexpr std::array kTables = {
#ifdef VOUCH_HAS_AVX512
    &kAvx512IfmaGroupKernels,
#endif
    &kPortableGroupKernels,
};

}  // namespace

const GroupKernels& group_kernels() {
  for (const GroupKernels* table : kTables) {
    if (table->name == active_kernels_name()) {
      return *table;
    }
  }
  return kPortableGroupKernels;
}

}  // namespace vouch::internal
