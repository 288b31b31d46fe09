// The seam between the argument and what the processor is good at: array operations on contiguous
// scalars, one table of them for each back-end, chosen once at run time.
//
// A back-end is one file that fills a table (portable.cc) and one line in dispatch.cc. Every entry
// of a table is set. Results are canonical scalars, the same from every back-end; kernels_test.cc
// holds each against the plain formulas below. For all: a count may be 0; dst may be the first
// source (the same address), and must overlap nothing else; no branch depends on a value.
//
// f(t) of a pair of entries is the line through them: f(t) = f[2j] + t·(f[2j+1] − f[2j]).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "field/kernels/slot_combination.h"
#include "field/product_sum.h"
#include "field/scalar.h"

namespace vouch {

struct FieldKernels {
  /// What VOUCH_KERNELS calls it.
  std::string_view name;

  /// dst[i] = src[2i] + z·(src[2i+1] − src[2i]) for i < pairs.
  void (*fold_pairs)(Scalar* dst, const Scalar* src, size_t pairs, const Scalar& z);
  /// The same for arrays of which `src` holds two, entry by entry: even[i] and odd[i] are the folds
  /// of src[4i], src[4i+2] and of src[4i+1], src[4i+3]. Neither may be src.
  void (*fold_quads)(Scalar* even, Scalar* odd, const Scalar* src, size_t pairs, const Scalar& z);
  /// Folds g ≤ 4 (kMostFolded) variables of f at once, in place, z[0] the lowest: of each block of
  /// 2^g entries one is left; what lies behind them is indeterminate.
  void (*fold_blocks)(Scalar* f, size_t blocks, const Scalar* z, unsigned g);
  static constexpr unsigned kMostFolded = 4;
  /// dst[i] = a[i]·b[i], a[i] + b[i], a[i] − b[i], s·a[i].
  void (*multiply)(Scalar* dst, const Scalar* a, const Scalar* b, size_t n);
  void (*add)(Scalar* dst, const Scalar* a, const Scalar* b, size_t n);
  void (*subtract)(Scalar* dst, const Scalar* a, const Scalar* b, size_t n);
  void (*scale)(Scalar* dst, const Scalar* a, const Scalar& s, size_t n);
  /// dst[i] += s·a[i].
  void (*add_scaled)(Scalar* dst, const Scalar* a, const Scalar& s, size_t n);
  /// Σ a[i]·b[i].
  Scalar (*inner_product)(const Scalar* a, const Scalar* b, size_t n);

  /// P_out[i] = P[2i]·Q[2i+1] + P[2i+1]·Q[2i], Q_out[i] = Q[2i]·Q[2i+1]: one layer of a tree of
  /// fractions. P_out may be P and Q_out may be Q.
  void (*combine_fractions)(Scalar* P_out, Scalar* Q_out, const Scalar* P, const Scalar* Q,
                            size_t pairs);

  /// Σ eq[i]·(P0[i]·Q1[i] + Q0[i]·M[i]).
  Scalar (*fraction_sum)(const Scalar* P0, const Scalar* Q0, const Scalar* M, const Scalar* Q1,
                         const Scalar* eq, size_t n);

  /// Σ eq[j]·(ΔP_0·ΔQ_1 + ΔQ_0·(ΔP_1 + λ·ΔQ_1)), Δ being the difference between nodes 2j + 1 and 2j
  /// whose children 0 and 1 follow each other in P and Q: ΔP_0 = P[4j+2] − P[4j], and so on.
  Scalar (*fraction_slopes)(const Scalar* P, const Scalar* Q, const Scalar& lambda,
                            const Scalar* eq, size_t pairs);

  /// sums[0] += Σ_j g_j(0), sums[1] += Σ_j g_j(2), over arrays of 2·pairs entries (eq: pairs), with
  ///   fraction_round  g_j(t) = eq[j]·(P0(t)·Q1(t) + Q0(t)·M(t))
  ///   product_round   g_j(t) = eq[j]·A(t)·B(t)
  void (*fraction_round)(const Scalar* P0, const Scalar* Q0, const Scalar* M, const Scalar* Q1,
                         const Scalar* eq, size_t pairs, Scalar sums[2]);
  void (*product_round)(const Scalar* A, const Scalar* B, const Scalar* eq, size_t pairs,
                        Scalar sums[2]);
  /// sums[0] += Σ_j eq[j]·F[2j], sums[1] += Σ_j eq[j]·F[2j+1].
  void (*eq_round)(const Scalar* F, const Scalar* eq, size_t pairs, Scalar sums[2]);

  /// Blocks of 2^g entries as multilinear polynomials of g ≤ 6 variables (kMostVariables):
  /// sums[t] += Σ_blocks A(t)·B(t) for the 3^g points t of {0,1,2}^g, t_0 fastest.
  void (*product_grid)(const Scalar* A, const Scalar* B, size_t blocks, unsigned g, Scalar* sums);
  static constexpr unsigned kMostVariables = 6;

  /// acc[i] += s·x[i] without reduction; field/product_sum.h says how often that may be done. Here
  /// and below 64-bit integers are in [−2^51, 2^51).
  void (*add_small_multiples_i32)(SmallProductSum* acc, const Scalar& s, const int32_t* x,
                                  size_t n);
  void (*add_small_multiples_i64)(SmallProductSum* acc, const Scalar& s, const int64_t* x,
                                  size_t n);
  void (*add_small_multiples_u8)(SmallProductSum* acc, const Scalar& s, const uint8_t* x, size_t n);
  /// The same with many scalars at once: acc[i] += Σ_{r<rows} s[r]·x[r·stride + i] for i < n.
  void (*add_small_combination_i32)(SmallProductSum* acc, const Scalar* s, size_t rows,
                                    const int32_t* x, size_t stride, size_t n);
  void (*add_small_combination_i64)(SmallProductSum* acc, const Scalar* s, size_t rows,
                                    const int64_t* x, size_t stride, size_t n);
  void (*add_small_combination_u8)(SmallProductSum* acc, const Scalar* s, size_t rows,
                                   const uint8_t* x, size_t stride, size_t n);
  /// Σ s[i]·x[i] without reduction.
  SmallProductSum (*dot_small_i32)(const Scalar* s, const int32_t* x, size_t n);
  SmallProductSum (*dot_small_i64)(const Scalar* s, const int64_t* x, size_t n);
  SmallProductSum (*dot_small_u8)(const Scalar* s, const uint8_t* x, size_t n);
  /// dst[i] = sums[i].reduce().
  void (*reduce_sums)(Scalar* dst, const SmallProductSum* sums, size_t n);

  /// dst[i] = c + Σ_{k<terms} s[k]·x[k][i] for i < n; terms ≤ 8 (kMostTerms).
  void (*combine_small_i32)(Scalar* dst, const Scalar& c, const Scalar* s, const int32_t* const* x,
                            size_t terms, size_t n);
  static constexpr size_t kMostTerms = 8;

  /// dst[i] = the combination's value on slots planes·i … planes·i + planes − 1, for i < n.
  void (*combine_slots)(Scalar* dst, const SlotCombination& form, const SlotIntegers& slots,
                        size_t n);
  /// combine_fractions of the fractions P/Q of slots 2i and 2i + 1, for i < n. Both forms are those
  /// of a single slot: planes is 1, and parts[0] the only one.
  void (*combine_slot_fractions)(Scalar* P_out, Scalar* Q_out, const SlotCombination& P,
                                 const SlotCombination& Q, const SlotIntegers& slots, size_t n);
};

/// The active table. The first call, unless select_kernels() came before, follows the environment
/// variable VOUCH_KERNELS, else takes the best that this processor can run; if the variable names
/// none, it says so and exits with status 2. Thread-safe.
[[nodiscard]] const FieldKernels& kernels();

/// Makes the named back-end active; "" means: as VOUCH_KERNELS says, else the best. An error if
/// there is none of that name, or if this processor cannot run it. Not while kernels are running.
Result<void> select_kernels(std::string_view name);

/// The name of the active back-end.
[[nodiscard]] std::string_view active_kernels_name();

/// The names of the back-ends that this processor can run, the best first; "portable" is the last.
[[nodiscard]] std::vector<std::string_view> available_kernels();

// Overloads of the small-integer kernels by the type of x.
inline void add_small_multiples(SmallProductSum* acc, const Scalar& s, const int32_t* x, size_t n) {
  kernels().add_small_multiples_i32(acc, s, x, n);
}
inline void add_small_multiples(SmallProductSum* acc, const Scalar& s, const int64_t* x, size_t n) {
  kernels().add_small_multiples_i64(acc, s, x, n);
}
inline void add_small_multiples(SmallProductSum* acc, const Scalar& s, const uint8_t* x, size_t n) {
  kernels().add_small_multiples_u8(acc, s, x, n);
}
inline void add_small_combination(SmallProductSum* acc, const Scalar* s, size_t rows,
                                  const int32_t* x, size_t stride, size_t n) {
  kernels().add_small_combination_i32(acc, s, rows, x, stride, n);
}
inline void add_small_combination(SmallProductSum* acc, const Scalar* s, size_t rows,
                                  const int64_t* x, size_t stride, size_t n) {
  kernels().add_small_combination_i64(acc, s, rows, x, stride, n);
}
inline void add_small_combination(SmallProductSum* acc, const Scalar* s, size_t rows,
                                  const uint8_t* x, size_t stride, size_t n) {
  kernels().add_small_combination_u8(acc, s, rows, x, stride, n);
}
[[nodiscard]] inline SmallProductSum dot_small(const Scalar* s, const int32_t* x, size_t n) {
  return kernels().dot_small_i32(s, x, n);
}
[[nodiscard]] inline SmallProductSum dot_small(const Scalar* s, const int64_t* x, size_t n) {
  return kernels().dot_small_i64(s, x, n);
}
[[nodiscard]] inline SmallProductSum dot_small(const Scalar* s, const uint8_t* x, size_t n) {
  return kernels().dot_small_u8(s, x, n);
}

namespace internal {
extern const FieldKernels kPortableFieldKernels;
#if defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
extern const FieldKernels kAvx2FieldKernels;
extern const FieldKernels kAvx512IfmaFieldKernels;
#endif
}  // namespace internal

}  // namespace vouch
