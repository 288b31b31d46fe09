// Products and quotients of float32 scales, rounded once.
//
// A finite float32 is m·2^e with an integer m < 2^24, so 2^s·f·Πs_i/(d·n) is a quotient of integers
// of at most 80 and 56 bits times a power of two. It is computed in those integers: the folded
// weights are the same on every machine, compiler and rounding mode.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace vouch {

/// 2^shift · factor · Π numerators / (denominator · count), rounded to the nearest integer, halves
/// away from zero. At most two numerators; they are finite and ≥ 0, the denominator finite and > 0;
/// |factor| ≤ 2^31, 1 ≤ count < 2^32, shift ≤ 24. Nothing if the result's magnitude is 2^62 or
/// more.
[[nodiscard]] std::optional<int64_t> round_ratio(unsigned shift, int64_t factor,
                                                 std::span<const float> numerators,
                                                 float denominator, uint64_t count = 1);

}  // namespace vouch
