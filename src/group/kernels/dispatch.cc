#include "group/kernels/kernels.h"

namespace vouch::internal {

const GroupKernels& group_kernels() { return kPortableGroupKernels; }

}  // namespace vouch::internal
