// Nanoseconds an item for the field: single operations and, for every back-end, the kernels.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "field/kernels/kernels.h"
#include "field/random_scalar.h"

namespace vouch {
namespace {

constexpr size_t kItems = 1 << 12;

std::vector<Scalar> draw(size_t n, uint8_t tag) {
  SecretRandom random(std::array<uint8_t, 32>{tag});
  std::vector<Scalar> out(n);
  random_scalars(random, out);
  return out;
}

void set_items(benchmark::State& state, size_t n) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(n));
  state.counters["per_item"] =
      benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsIterationInvariantRate |
                                                     benchmark::Counter::kInvert);
}

void multiply_latency(benchmark::State& state) {
  Scalar x = draw(1, 1)[0];
  const Scalar y = draw(1, 2)[0];
  while (state.KeepRunning()) {
    for (size_t i = 0; i < kItems; ++i) {
      x *= y;
    }
    benchmark::DoNotOptimize(x);
  }
  set_items(state, kItems);
}
BENCHMARK(multiply_latency);

void inverse(benchmark::State& state) {
  Scalar x = draw(1, 1)[0];
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(x = x.inverse());
  }
}
BENCHMARK(inverse);

struct Operands {
  std::vector<Scalar> a = draw(2 * kItems, 1);
  std::vector<Scalar> b = draw(2 * kItems, 2);
  std::vector<Scalar> c = draw(2 * kItems, 3);
  std::vector<Scalar> d = draw(2 * kItems, 4);
  std::vector<Scalar> eq = draw(kItems, 5);
  std::vector<Scalar> out = draw(kItems, 6);
  std::vector<Scalar> out2 = draw(kItems, 7);
  std::vector<int32_t> x32 = std::vector<int32_t>(kItems);
  std::vector<int64_t> x64 = std::vector<int64_t>(kItems);
  std::vector<uint8_t> x8 = std::vector<uint8_t>(kItems);
  std::vector<int32_t> V = std::vector<int32_t>(kItems);
  std::vector<uint32_t> R = std::vector<uint32_t>(kItems);
  std::vector<SmallProductSum> small = std::vector<SmallProductSum>(kItems);
  Scalar sums[2];
  Scalar grid[81];

  Operands() {
    for (size_t i = 0; i < kItems; ++i) {
      x64[i] = static_cast<int64_t>(a[i].limbs[0]) >> 17;
      x32[i] = static_cast<int32_t>(x64[i]) >> 12;
      x8[i] = static_cast<uint8_t>(x64[i]);
      V[i] = x32[i] >> 4;
      R[i] = static_cast<uint32_t>(x64[i]) >> 12;
    }
  }
};

using Run = void (*)(const FieldKernels&, Operands&);
struct Kernel {
  const char* name;
  Run run;
};

constexpr Kernel kKernels[] = {
    {"multiply", [](const FieldKernels& k,
                    Operands& o) { k.multiply(o.out.data(), o.a.data(), o.b.data(), kItems); }},
    {"add", [](const FieldKernels& k,
               Operands& o) { k.add(o.out.data(), o.a.data(), o.b.data(), kItems); }},
    {"add_scaled", [](const FieldKernels& k,
                      Operands& o) { k.add_scaled(o.out.data(), o.a.data(), o.b[0], kItems); }},
    {"inner_product",
     [](const FieldKernels& k, Operands& o) {
       o.sums[0] = k.inner_product(o.a.data(), o.b.data(), kItems);
     }},
    {"fold_pairs", [](const FieldKernels& k,
                      Operands& o) { k.fold_pairs(o.out.data(), o.a.data(), kItems, o.b[0]); }},
    {"combine_fractions",
     [](const FieldKernels& k, Operands& o) {
       k.combine_fractions(o.out.data(), o.out2.data(), o.a.data(), o.b.data(), kItems);
     }},
    {"fraction_sum",
     [](const FieldKernels& k, Operands& o) {
       o.sums[0] =
           k.fraction_sum(o.a.data(), o.b.data(), o.c.data(), o.d.data(), o.eq.data(), kItems);
     }},
    {"fraction_round",
     [](const FieldKernels& k, Operands& o) {
       k.fraction_round(o.a.data(), o.b.data(), o.c.data(), o.d.data(), o.eq.data(), kItems,
                        o.sums);
     }},
    {"product_round",
     [](const FieldKernels& k, Operands& o) {
       k.product_round(o.a.data(), o.b.data(), o.eq.data(), kItems, o.sums);
     }},
    {"fold_blocks", [](const FieldKernels& k,
                       Operands& o) { k.fold_blocks(o.out.data(), kItems / 16, o.b.data(), 4); }},
    {"product_grid",
     [](const FieldKernels& k, Operands& o) {
       k.product_grid(o.a.data(), o.b.data(), kItems / 8, 4, o.grid);
     }},
    {"eq_round", [](const FieldKernels& k,
                    Operands& o) { k.eq_round(o.a.data(), o.eq.data(), kItems, o.sums); }},
    {"add_small_multiples_u8",
     [](const FieldKernels& k, Operands& o) {
       k.add_small_multiples_u8(o.small.data(), o.a[0], o.x8.data(), kItems);
     }},
    {"add_small_multiples_i32",
     [](const FieldKernels& k, Operands& o) {
       k.add_small_multiples_i32(o.small.data(), o.a[0], o.x32.data(), kItems);
     }},
    {"add_small_multiples_i64",
     [](const FieldKernels& k, Operands& o) {
       k.add_small_multiples_i64(o.small.data(), o.a[0], o.x64.data(), kItems);
     }},
    {"add_small_combination_u8",
     [](const FieldKernels& k, Operands& o) {
       k.add_small_combination_u8(o.small.data(), o.a.data(), 16, o.x8.data(), kItems / 16,
                                  kItems / 16);
     }},
    {"add_small_combination_i32",
     [](const FieldKernels& k, Operands& o) {
       k.add_small_combination_i32(o.small.data(), o.a.data(), 16, o.x32.data(), kItems / 16,
                                   kItems / 16);
     }},
    {"add_small_combination_i64",
     [](const FieldKernels& k, Operands& o) {
       k.add_small_combination_i64(o.small.data(), o.a.data(), 16, o.x64.data(), kItems / 16,
                                   kItems / 16);
     }},
    {"dot_small_i32",
     [](const FieldKernels& k, Operands& o) {
       o.small[0] = k.dot_small_i32(o.a.data(), o.x32.data(), kItems);
     }},
    {"combine_small_i32_3_terms",
     [](const FieldKernels& k, Operands& o) {
       const int32_t* x[] = {o.x32.data(), o.x32.data() + 1, o.x32.data() + 2};
       k.combine_small_i32(o.out.data(), o.b[0], o.a.data(), x, 3, kItems - 2);
     }},
    {"combine_slots",
     [](const FieldKernels& k, Operands& o) {
       SlotCombination form{.constant = o.b[0], .parts = {}, .planes = 1, .offset = 1 << 20};
       form.parts[0].columns = 31;
       std::copy_n(o.a.begin(), SlotCombination::kColumns, form.parts[0].s.begin());
       k.combine_slots(o.out.data(), form, {o.x8.data(), o.V.data(), o.R.data()}, kItems);
     }},
    {"dot_small_i64",
     [](const FieldKernels& k, Operands& o) {
       o.small[0] = k.dot_small_i64(o.a.data(), o.x64.data(), kItems);
     }},
};

void run_kernel(benchmark::State& state, std::string_view back_end, Run run) {
  if (!select_kernels(back_end)) {
    state.SkipWithError("this machine cannot run it");
    return;
  }
  static Operands operands;
  while (state.KeepRunning()) {
    run(kernels(), operands);
    benchmark::ClobberMemory();
  }
  set_items(state, kItems);
}

const bool kRegistered = [] {
  for (const std::string_view back_end : available_kernels()) {
    for (const Kernel& kernel : kKernels) {
      benchmark::RegisterBenchmark((std::string(back_end) + "/" + kernel.name).c_str(), run_kernel,
                                   back_end, kernel.run);
    }
  }
  return true;
}();

}  // namespace
}  // namespace vouch
