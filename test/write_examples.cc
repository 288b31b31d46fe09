// A few small proofs that are kept in testdata/reference, so that what the second verifier
// (reference/) writes about them stays the same from build to build.
//
//     write_examples DIR      writes DIR/NAME.pub, .proof, .input0 …, .open0 … of each
#include <cstdio>
#include <filesystem>
#include <random>

#include "base/check.h"
#include "base/file.h"
#include "prove/profile.h"
#include "prove/prove.h"
#include "prove/random_weights.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"
#include "verify/files.h"

namespace vouch {
namespace {

/// Small tables make small proofs: V within ±2^9.
Circuit small_circuit(uint32_t seed, size_t ops) {
  std::mt19937_64 random(seed);
  Circuit circuit = random_circuit(seed, ops);
  circuit.shift = 8;
  circuit.input_kappa = 5;
  circuit.tables = {ActivationTable::clamp(9, 0, 255), ActivationTable::clamp(9, 90, 255),
                    ActivationTable::clamp(9, 30, 180), random_table(9, random)};
  return circuit;
}

/// random_weights() keep V within ±2^13. A product's weight of ±1 keeps it within ±2^8.
Weights small_weights(const Circuit& circuit, uint32_t seed) {
  Weights weights = random_weights(circuit, seed);
  for (size_t i = 0; i < weights.size(); ++i) {
    OpWeights& op = weights[i];
    for (int64_t& w : op.weights) {
      w = circuit.ops[i].kind == OpKind::kProduct ? (w < 0 ? -1 : 1) : w / 16;
    }
    for (int64_t& b : op.biases) {
      b /= 4;
    }
  }
  return weights;
}

/// One operator on two codes.
Circuit tiny_circuit() {
  Circuit circuit;
  circuit.shift = 4;
  circuit.model_kappa = 4;
  circuit.input_kappa = 4;
  circuit.tables = {ActivationTable::clamp(9, 10, 200)};
  circuit.tensors = {{{2, 1, 1, 1}, 3, 0}, {{2, 1, 1, 1}, 100, 0}};
  circuit.ops = {{OpKind::kConv2d, {0}, {}, {}}};
  return circuit;
}

struct Example {
  const char* name;
  uint32_t seed;
  bool hidden;
  std::string context;
};

void write(const std::filesystem::path& directory, const Example& example, const Circuit& circuit,
           const ProofShape& shape) {
  const ProverModel model(circuit, small_weights(circuit, example.seed),
                          {static_cast<uint8_t>(example.seed)}, test_generators());
  ProveOptions options;
  options.shape = shape;
  options.hide_input = example.hidden;
  options.context = Bytes(example.context.begin(), example.context.end());
  std::vector<Bytes> inputs;
  for (uint32_t i = 0; i < shape.pictures; ++i) {
    inputs.push_back(random_input(circuit, 100 * example.seed + i));
  }
  const ProveResult result = prove(model, inputs, options, test_generators()).value();

  const auto put = [&](const std::string& ending, ByteSpan bytes) {
    const std::string path = (directory / (example.name + ending)).string();
    VOUCH_CHECK(write_file(path, bytes, FileAccess::kPublic).ok());
  };
  const Bytes proof = encode_proof(result.proof);
  put(".pub",
      encode_model_public({model.commitment(), prove_weight_bound(model, test_generators())}));
  put(".proof", proof);
  for (uint32_t i = 0; i < shape.pictures; ++i) {
    put(".input" + std::to_string(i), inputs[i]);
    if (options.hide_input) {
      const auto rows = rows_of_input(result.proof.input, shape.pictures, i);
      put(".open" + std::to_string(i),
          encode_input_opening({input_identity(rows), result.salts[i]}));
    }
  }
  std::printf("%-8s kappa %u, %u inputs, %zu bytes\n", example.name, unsigned{shape.kappa},
              unsigned{shape.pictures}, proof.size());
}

void write_all(const std::filesystem::path& directory) {
  const Circuit fast = small_circuit(1, 6);
  write(directory, {"fast", 1, false, "order 66"}, fast, choose_shape(fast, Profile::kFast, 1));
  const Circuit small = small_circuit(2, 5);
  write(directory, {"small", 2, true, ""}, small, choose_shape(small, Profile::kSmall, 1));
  write(directory, {"two", 3, true, "two"}, small_circuit(3, 4), {6, {4, 2}, 2});
  write(directory, {"tiny", 4, false, ""}, tiny_circuit(), {5, {1, 1}, 2});
}

}  // namespace
}  // namespace vouch

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_examples DIR\n", stderr);
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  vouch::write_all(argv[1]);
  return 0;
}
