// One proof of a fixed network on fixed weights by one thread, and what each of its steps took: as
// JSON, the arithmetic by kind where it is counted (VOUCH_COUNT). Whoever runs it measures the
// time.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "base/work.h"
#include "prove/profile.h"
#include "prove/prove.h"
#include "prove/random_network.h"

namespace vouch {
namespace {

using Json = nlohmann::ordered_json;

// MobileNetV2 for 96 × 96 pixels with half of the channels.
constexpr uint32_t kSize = 96;
constexpr uint32_t kDivisor = 2;
constexpr uint32_t kSeed = 1;

/// The network and its weights, with as many clamps as a trained one has: with and without ReLU.
WeightedCircuit fixed_network() {
  WeightedCircuit network = random_mobile_network(kSize, kDivisor, kSeed);
  Circuit& c = network.circuit;
  c.tables = {ActivationTable::clamp(17, 0, 255)};
  for (size_t i = 1; i < c.tensors.size(); ++i) {
    c.tensors[i].table = 0;
    c.tensors[i].zero_point = i % 2 == 0 ? 0 : 128;
  }
  choose_model_rows(network.circuit);
  return network;
}

/// The work since it was last asked.
class WorkMeter {
 public:
  WorkCounts read() {
    const WorkCounts done = work_done();
    const WorkCounts since = done - last_;
    last_ = done;
    return since;
  }

 private:
  WorkCounts last_;
};

Json as_json(const WorkCounts& work) {
  Json counts;
  for (size_t k = 0; k < kWorkKinds; ++k) {
    counts[kWorkNames[k]] = work.count[k];
  }
  counts["equivalents"] = work.equivalents();
  return counts;
}

Json measure() {
  set_thread_count(1);
  Json steps;
  WorkMeter meter;
  std::string current = "model";
  const auto begin = [&](const char* next) {
    steps[current] = as_json(meter.read());
    current = next;
  };

  WeightedCircuit network = fixed_network();
  ProveOptions options;
  options.shape = choose_shape(network.circuit, Profile::kFast, 1);
  options.step = begin;
  const std::vector<Bytes> inputs{random_codes(network.circuit.tensors[0].shape.elements(), kSeed)};
  begin("generators");
  const Generators generators =
      Generators::load(generators_needed(network.circuit, options.shape).value()).value();
  begin("commit");
  const ProverModel model(std::move(network.circuit), std::move(network.weights), {kSeed},
                          generators);
  const ProveResult result = prove(model, inputs, options, generators).value();
  begin("end");
  return {{"counted", kWorkIsCounted},
          {"proof_bytes", encode_proof(result.proof).size()},
          {"steps", steps}};
}

}  // namespace
}  // namespace vouch

int main() {
  std::puts(vouch::measure().dump(1).c_str());
  return 0;
}
