// Multi-scalar multiplication Σ s_i·P_i. The time of all of these depends on the scalars; they are
// for public scalars, and for secrets whose timing nobody outside the prover's machine can see.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "group/ristretto.h"

namespace vouch {

/// Runs body(begin, end) over ranges that cover [0, n): parallel_for of base/parallel.h fits. None
/// means: on this thread.
using MsmExecutor =
    std::function<void(size_t n, size_t grain, const std::function<void(size_t, size_t)>& body)>;

/// Σ s_i·P_i over a table of generators: few terms by interleaved non-adjacent forms (Straus), many
/// by buckets over signed windows (Pippenger). Zero scalars cost next to nothing. Sizes must agree.
/// The windows are shared out by the executor.
[[nodiscard]] Point msm_vartime(std::span<const Scalar> s, std::span<const NielsPoint> points,
                                const MsmExecutor& executor = {});

/// The same over points in extended coordinates (decoded commitments).
[[nodiscard]] Point msm_vartime(std::span<const Scalar> s, std::span<const Point> points,
                                const MsmExecutor& executor = {});

/// Σ x_i·P_i for small signed integers: one bucket addition a nonzero entry as long as the largest
/// |x| has few bits (rows of 8-bit codes), a few for larger ones. Any values are allowed. The
/// integers' span may be shorter than the points', whose rest is then unused.
[[nodiscard]] Point msm_small_vartime(std::span<const NielsPoint> points,
                                      std::span<const int32_t> x);
[[nodiscard]] Point msm_small_vartime(std::span<const NielsPoint> points,
                                      std::span<const int64_t> x);
[[nodiscard]] Point msm_small_vartime(std::span<const NielsPoint> points,
                                      std::span<const uint8_t> x);

/// Many small sums with the same scalars, as where generators are folded several rounds at once:
/// out[i] = Σ_j k_j·points[i + j·length] for i < length; points past the end of the span are absent
/// (the identity).
[[nodiscard]] std::vector<NielsPoint> collapse_vartime(std::span<const Scalar> k,
                                                       std::span<const NielsPoint> points,
                                                       size_t length);
/// The same for begin ≤ i < end ≤ length only, to share the work out; best by multiples of eight.
[[nodiscard]] std::vector<NielsPoint> collapse_vartime(std::span<const Scalar> k,
                                                       std::span<const NielsPoint> points,
                                                       size_t length, size_t begin, size_t end);

}  // namespace vouch
