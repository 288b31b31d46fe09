// Small networks proven and verified, singly and as a batch, on four threads: for tools that watch
// a program while it runs (valgrind, the thread sanitizer).
#include <cstdio>

#include "base/parallel.h"
#include "prove/prove.h"
#include "prove/random_weights.h"
#include "prove/weight_bound_prover.h"
#include "verify/batch.h"

namespace vouch {
namespace {

constexpr uint32_t kNetworks = 3;

struct Made {
  VerifierModel model;
  Bytes proof;
  Expectation expectation;
};

// One hides its input, one has two.
Made make(uint32_t seed, const Generators& generators) {
  const Circuit circuit = random_circuit(seed, 4);
  const ProverModel model(circuit, random_weights(circuit, seed), {static_cast<uint8_t>(seed)},
                          generators);
  ProveOptions options;
  options.shape = {6, {8, 3}, static_cast<uint16_t>(seed == 2 ? 2 : 1)};
  options.hide_input = seed == 1;
  options.context = {'x', static_cast<uint8_t>(seed)};
  // Of one of them, that its weights are bounded.
  LoadedModel loaded = seed == 0 ? load_model(encode_model_public(
                                       {model.commitment(), prove_weight_bound(model, generators)}))
                                 : load_commitment(model.commitment());
  Made out{std::move(*loaded.model), {}, {}};
  for (uint16_t i = 0; i < options.shape.pictures; ++i) {
    out.expectation.inputs.push_back(random_input(circuit, seed + i));
  }
  const ProveResult result = prove(model, out.expectation.inputs, options, generators).value();
  out.proof = encode_proof(result.proof);
  out.expectation.context = options.context;
  if (options.hide_input) {
    out.expectation.openings = {{input_identity(result.proof.input), result.salts[0]}};
  }
  return out;
}

int run() {
  set_thread_count(4);
  const Generators generators = Generators::load(size_t{5} << 12, parallel_for).value();
  std::vector<Made> made;
  for (uint32_t seed = 0; seed < kNetworks; ++seed) {
    made.push_back(make(seed, generators));
  }
  std::vector<BatchItem> items;
  bool good = true;
  for (Made& m : made) {
    items.push_back({&m.model, m.proof, &m.expectation});
    good = good &&
           verify(m.model, m.proof, m.expectation, generators, parallel_for).verdict.accepted();
  }
  for (const Verification& v : verify_batch(items, generators, parallel_for)) {
    good = good && v.verdict.accepted();
  }
  made[0].proof.back() ^= 1;
  good = good && !verify(made[0].model, made[0].proof, {}, generators).verdict.accepted();
  std::puts(good ? "good" : "a verdict is wrong");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace vouch

int main() { return vouch::run(); }
