// The small-integer kernels of the AVX-512 back-end; contracts in kernels.h.
#pragma once

#include "field/kernels/slot_combination.h"
#include "field/product_sum.h"

namespace vouch::internal {

template <class Int>
SmallProductSum avx512_dot_small(const Scalar* s, const Int* x, size_t n);

template <class Int>
void avx512_add_small_combination(SmallProductSum* acc, const Scalar* s, size_t rows, const Int* x,
                                  size_t stride, size_t n);

void avx512_reduce_sums(Scalar* dst, const SmallProductSum* sums, size_t n);

void avx512_combine_small_i32(Scalar* dst, const Scalar& c, const Scalar* s,
                              const int32_t* const* x, size_t terms, size_t n);

void avx512_combine_slots(Scalar* dst, const SlotCombination& form, const SlotIntegers& slots,
                          size_t n);
void avx512_combine_slot_fractions(Scalar* P_out, Scalar* Q_out, const SlotCombination& P,
                                   const SlotCombination& Q, const SlotIntegers& slots, size_t n);

}  // namespace vouch::internal
