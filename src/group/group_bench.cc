// The group: single operations, and multi-scalar multiplications by size and kind of scalar.
#include <benchmark/benchmark.h>

#include <vector>

#include "field/random_scalar.h"
#include "group/edwards_formulas.h"
#include "group/fixed_base.h"
#include "group/generators.h"
#include "group/msm.h"

namespace vouch {
namespace {

std::span<const NielsPoint> generators(size_t n) {
  static const NielsTable G = internal::derive_generators(size_t{1} << 15, {});
  return std::span(G).first(n);
}

std::vector<Scalar> scalars(size_t n) {
  SecretRandom random(std::array<uint8_t, 32>{1});
  std::vector<Scalar> out(n);
  random_scalars(random, out);
  return out;
}

void set_items(benchmark::State& state, size_t n) {
  state.counters["per_item"] =
      benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsIterationInvariantRate |
                                                     benchmark::Counter::kInvert);
}

void field_multiply(benchmark::State& state) {
  internal::Field25519 x = Point::generator().x();
  const internal::Field25519 y = Point::generator().y();
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(x = x * y);
  }
}
BENCHMARK(field_multiply);

void add(benchmark::State& state) {
  Point p = Point::generator();
  const Point q = p.doubled();
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(p += q);
  }
}
BENCHMARK(add);

void add_niels(benchmark::State& state) {
  Point p = Point::generator();
  const NielsPoint q = generators(1)[0];
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(p = internal::add_niels(p, q));
  }
}
BENCHMARK(add_niels);

void doubled(benchmark::State& state) {
  Point p = Point::generator();
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(p = p.doubled());
  }
}
BENCHMARK(doubled);

void decode(benchmark::State& state) {
  const auto encoding = Generators::derive("G", 5).encode();
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(Point::decode(encoding));
  }
}
BENCHMARK(decode);

void encode(benchmark::State& state) {
  const Point p = Generators::derive("G", 5);
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(p.encode());
  }
}
BENCHMARK(encode);

void derive_generator(benchmark::State& state) {
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(Generators::derive("G", 5));
  }
}
BENCHMARK(derive_generator);

void multiply(benchmark::State& state) {
  const Scalar s = scalars(1)[0];
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(Point::generator().multiply(s));
  }
}
BENCHMARK(multiply);

void multiply_vartime(benchmark::State& state) {
  const Scalar s = scalars(1)[0];
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(Point::generator().multiply_vartime(s));
  }
}
BENCHMARK(multiply_vartime);

void fixed_base(benchmark::State& state) {
  const FixedBase table(Point::generator());
  const Scalar s = scalars(1)[0];
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(table.multiply(s));
  }
}
BENCHMARK(fixed_base);

void load_generators(benchmark::State& state) {
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(Generators::load(size_t{1} << 15));
  }
}
BENCHMARK(load_generators)->Unit(benchmark::kMillisecond);

void msm(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  const auto s = scalars(n);
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(msm_vartime(s, generators(n)));
  }
  set_items(state, n);
}
BENCHMARK(msm)->RangeMultiplier(2)->Range(1, 1 << 15)->Unit(benchmark::kMicrosecond);

// Codes 0…255, as in a row of activations.
void msm_codes(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  std::vector<int32_t> x(n);
  const auto s = scalars(n);
  for (size_t i = 0; i < n; ++i) {
    x[i] = static_cast<int32_t>(s[i].limbs[0] & 255);
  }
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(msm_small_vartime(generators(n), std::span<const int32_t>(x)));
  }
  set_items(state, n);
}
BENCHMARK(msm_codes)->Arg(1 << 14)->Arg(1 << 15)->Unit(benchmark::kMicrosecond);

// Sixteen generators to one, as after four rounds of folding.
void collapse(benchmark::State& state) {
  const auto length = static_cast<size_t>(state.range(0));
  const auto k = scalars(16);
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(collapse_vartime(k, generators(16 * length), length));
  }
  set_items(state, length);
}
BENCHMARK(collapse)->Arg(64)->Arg(1 << 11)->Unit(benchmark::kMicrosecond);

// One entry in `range(1)` is not zero and has up to 17 bits and a sign, as in a row of E.
void msm_sparse(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  const auto s = scalars(n);
  std::vector<int32_t> x(n);
  for (size_t i = 0; i < n; ++i) {
    const bool zero = s[i].limbs[1] % static_cast<uint64_t>(state.range(1)) != 0;
    x[i] = zero ? 0 : static_cast<int32_t>(s[i].limbs[0] & 0x3ffff) - 0x20000;
  }
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(msm_small_vartime(generators(n), std::span<const int32_t>(x)));
  }
  set_items(state, n);
}
BENCHMARK(msm_sparse)
    ->Args({1 << 15, 1})
    ->Args({1 << 15, 4})
    ->Args({1 << 15, 32})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vouch
