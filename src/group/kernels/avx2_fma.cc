// The group's back-end for AVX2 and FMA: the lanes' algorithms on four lanes.
#include "group/kernels/avx2_field25519.h"

#ifdef VOUCH_HAS_AVX2

#include "group/kernels/kernels.h"
#include "group/kernels/lane_collapse.h"
#include "group/kernels/lane_powers.h"
#include "group/kernels/lane_windows.h"

namespace vouch::internal {

constinit const GroupKernels kAvx2FmaGroupKernels = {
    .name = "avx2",
    .bucket_cost = 3.2,
    .window_sum = avx2::window_sum,
    .collapse = avx2::collapse,
    .power_p_minus_5_over_8 = avx2::power_p_minus_5_over_8};

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX2
