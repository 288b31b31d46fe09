// The group's back-end for AVX-512 IFMA: the lanes' algorithms on eight lanes.
#include "group/kernels/avx512_field25519.h"

#ifdef VOUCH_HAS_AVX512

#include "group/kernels/kernels.h"
#include "group/kernels/lane_collapse.h"
#include "group/kernels/lane_powers.h"
#include "group/kernels/lane_windows.h"

namespace vouch::internal {

constinit const GroupKernels kAvx512IfmaGroupKernels = {
    .name = "avx512_ifma",
    .bucket_cost = 3.2,
    .window_sum = avx512::window_sum,
    .collapse = avx512::collapse,
    .power_p_minus_5_over_8 = avx512::power_p_minus_5_over_8};

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
