// Time of the integer network alone, on networks of MobileNetV2's shapes (1.0 at 224 pixels: 300
// million multiply-adds; 0.5 at 96 pixels).
#include <benchmark/benchmark.h>

#include "base/parallel.h"
#include "prove/executor.h"
#include "prove/random_network.h"

namespace vouch {
namespace {

// Arguments: size, channel divisor, threads (0 = all), keep the trace.
void run_mobile_network(benchmark::State& state) {
  set_thread_count(static_cast<size_t>(state.range(2)));
  const WeightedCircuit network = random_mobile_network(static_cast<uint32_t>(state.range(0)),
                                                        static_cast<uint32_t>(state.range(1)), 1);
  const Executor executor(network.circuit, network.weights);
  const auto input = random_codes(network.circuit.input().shape.elements(), 1);
  for (auto _ : state) {
    const Result<Trace> trace = executor.run(input, state.range(3) != 0);
    if (!trace.ok()) {
      state.SkipWithError(trace.error().message.c_str());
      break;
    }
    benchmark::DoNotOptimize(trace.value().output().data());
  }
  set_thread_count(0);
}
BENCHMARK(run_mobile_network)
    ->Args({224, 1, 1, 1})
    ->Args({224, 1, 0, 1})
    ->Args({224, 1, 0, 0})
    ->Args({96, 2, 0, 1})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void prepare_mobile_network(benchmark::State& state) {
  const WeightedCircuit network = random_mobile_network(224, 1, 1);
  for (auto _ : state) {
    const Executor executor(network.circuit, network.weights);
    benchmark::DoNotOptimize(&executor);
  }
}
BENCHMARK(prepare_mobile_network)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vouch
