// Arithmetic on secrets, under valgrind, which is told that the secrets are uninitialised: it then
// reports every branch and every address that depends on one.
//
//     valgrind --error-exitcode=9 constant_time [vartime]
//
// With `vartime`, something that is not constant-time, which has to be reported.
#include <sodium.h>
#include <valgrind/memcheck.h>

#include <cstdio>
#include <string_view>

#include "base/check.h"
#include "field/kernels/kernels.h"
#include "field/random_scalar.h"
#include "group/fixed_base.h"
#include "group/msm.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

constexpr size_t kCount = 33;  // no multiple of a vector's lanes

template <class T>
std::vector<T> hide(std::vector<T> values) {
  VALGRIND_MAKE_MEM_UNDEFINED(values.data(), values.size() * sizeof(T));
  return values;
}

// What is no secret any more, once it is printed or sent.
template <class T>
void publish(const T& value) {
  VALGRIND_MAKE_MEM_DEFINED(&value, sizeof value);
}

std::vector<Scalar> secret_scalars(uint8_t number) {
  SecretRandom random = test_random(number);
  return hide(random_point(random, 2 * kCount));
}

template <class Int>
std::vector<Int> secret_integers() {
  std::vector<Int> out(2 * kCount);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<Int>((i * 0x9e3779b9) >> 3U);
  }
  return hide(std::move(out));
}

void scalars() {
  std::vector<Scalar> a = secret_scalars(1);
  const std::vector<Scalar> b = secret_scalars(2);
  const auto integers = secret_integers<int64_t>();
  a[0] = a[1] * b[1] + (a[2] - b[2]).square() - a[3].doubled() + b[3].inverse();
  a[1] = sum_of_products(a[0], b[0], a[2], -b[2]) + Scalar::from_i64(integers[0]);
  invert_all(a);
  std::array<uint8_t, Scalar::kWideBytes> wide{};
  VALGRIND_MAKE_MEM_UNDEFINED(wide.data(), wide.size());
  publish((Scalar::reduce_wide(wide) + a[0]).bytes());
}

void points() {
  const std::vector<Scalar> s = secret_scalars(3);
  const FixedBase base(Point::generator());
  Point sum = base.multiply(s[0]) + Point::generator().multiply(s[1]);
  sum = (sum.doubled() - base.multiply(s[2])).multiply(s[3]);
  publish(sum.encode());
  publish(to_niels(std::array{sum, sum})[0]);
}

void kernels_on_secrets() {
  const FieldKernels& k = kernels();
  const auto a = secret_scalars(4);
  const auto b = secret_scalars(5);
  const auto c = secret_scalars(6);
  std::vector<Scalar> out(2 * kCount);
  std::vector<Scalar> other(2 * kCount);
  Scalar sums[2];
  k.fold_pairs(out.data(), a.data(), kCount, c[0]);
  k.multiply(out.data(), a.data(), b.data(), 2 * kCount);
  k.add(out.data(), a.data(), b.data(), 2 * kCount);
  k.subtract(out.data(), a.data(), b.data(), 2 * kCount);
  k.scale(out.data(), a.data(), c[0], 2 * kCount);
  k.add_scaled(out.data(), a.data(), c[0], 2 * kCount);
  out[0] = k.inner_product(a.data(), b.data(), 2 * kCount);
  k.combine_fractions(out.data(), other.data(), a.data(), b.data(), kCount);
  k.fraction_round(a.data(), b.data(), a.data(), c.data(), c.data(), kCount, sums);
  k.product_round(a.data(), b.data(), c.data(), kCount, sums);
  k.eq_round(a.data(), c.data(), kCount, sums);
  std::array<Scalar, 9> grid;
  k.product_grid(a.data(), b.data(), kCount / 2, 2, grid.data());
  out = a;
  k.fold_blocks(out.data(), kCount / 2, c.data(), 2);
  k.fold_quads(out.data(), other.data(), a.data(), kCount / 2, c[0]);
  out[0] = k.fraction_slopes(a.data(), b.data(), c[0], c.data(), kCount / 2);
}

void slots_on_secrets() {
  const auto s = secret_scalars(9);
  std::vector<uint8_t> X = secret_integers<uint8_t>();
  std::vector<int32_t> V = secret_integers<int32_t>();
  std::vector<uint32_t> R(V.begin(), V.end());
  for (size_t i = 0; i < V.size(); ++i) {
    V[i] >>= 7;
    R[i] >>= 8;
  }
  SlotCombination form{s[0], {}, 1, (1 << 24) + 255};
  form.parts[0].columns = 31;
  std::copy_n(s.begin() + 1, SlotCombination::kColumns, form.parts[0].s.begin());
  std::vector<Scalar> P(V.size());
  std::vector<Scalar> Q(V.size());
  const SlotIntegers slots{X.data(), V.data(), R.data()};
  kernels().combine_slots(P.data(), form, slots, V.size());
  kernels().combine_slot_fractions(P.data(), Q.data(), form, form, slots, V.size() / 2);
  publish(P[0].bytes());
}

template <class Int>
void small_kernels_on_secrets() {
  const auto s = secret_scalars(7);
  const auto x = secret_integers<Int>();
  std::vector<SmallProductSum> sums(kCount);
  add_small_multiples(sums.data(), s[0], x.data(), kCount);
  add_small_combination(sums.data(), s.data(), 2, x.data(), kCount, kCount);
  sums[0] = dot_small(s.data(), x.data(), kCount);
  publish(sums[0].reduce());
}

void run_on_secrets() {
  scalars();
  points();
  kernels_on_secrets();
  slots_on_secrets();
  small_kernels_on_secrets<int32_t>();
  small_kernels_on_secrets<int64_t>();
  small_kernels_on_secrets<uint8_t>();
}

void run_vartime() {
  const std::vector<Scalar> s = secret_scalars(8);
  publish(Point::generator().multiply_vartime(s[0]));
}

}  // namespace
}  // namespace vouch

int main(int argc, char** argv) {
  if (RUNNING_ON_VALGRIND == 0) {
    std::fputs("constant_time: to be run under valgrind\n", stderr);
    return 2;
  }
  VOUCH_CHECK(sodium_init() >= 0);
  if (argc > 1 && std::string_view(argv[1]) == "vartime") {
    vouch::run_vartime();
    return 0;
  }
  for (const std::string_view name : vouch::available_kernels()) {
    VOUCH_CHECK(vouch::select_kernels(name).ok());
    vouch::run_on_secrets();
  }
  return 0;
}
