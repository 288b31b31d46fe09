// A few small proofs that are kept in testdata/reference, so that what the second verifier
// (reference/) writes about them stays the same from build to build. Their circuits are its own:
//
//     python3 -m reference circuits CIRCUITS      writes CIRCUITS/NAME.circuit of each
//     write_examples CIRCUITS DIR                 writes DIR/NAME.pub, .proof, .input0 …, .open0 …
#include <cstdio>
#include <filesystem>
#include <map>
#include <random>

#include "base/check.h"
#include "base/file.h"
#include "prove/profile.h"
#include "prove/prove.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"
#include "verify/files.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

/// The largest sum of absolute values in a row of an axis' matrix.
int64_t most_along(const AxisMap& map) {
  std::map<int64_t, int64_t> rows;
  for (const AxisRun& run : map.runs) {
    for (int64_t k = 0; k < run.count; ++k) {
      rows[run.out + k * run.out_step] += std::abs(run.coefficient);
    }
  }
  int64_t most = map.runs.empty() ? 1 : 0;
  for (const auto& [row, sum] : rows) {
    most = std::max(most, sum);
  }
  return most;
}

/// |A − b| is at most this times the largest weight and 255.
int64_t most_read(const Circuit& circuit, const Op& op) {
  const int64_t taps = int64_t{op.window.kernel_rows} * op.window.kernel_columns;
  int64_t read = 0;
  switch (op.kind) {
    case OpKind::kConv2d:
      return taps * circuit.tensors[op.inputs[0]].shape.channels;
    case OpKind::kDepthwiseConv2d:
      return taps;
    case OpKind::kLinearMap:
      for (const MapTerm& term : op.terms) {
        read += most_along(term.maps[0]) * most_along(term.maps[1]) * most_along(term.maps[2]);
      }
      return read;
    case OpKind::kProduct:
      return 255;
  }
  return 0;
}

struct Range {
  int64_t lo;
  int64_t hi;
};

/// Within which an operator's biases may lie, and how far from them its accumulators.
struct Fitting {
  Range biases;
  int64_t reach;
};

/// With fast rounding biases of −50…150 codes; the table has a margin of 256 codes around its own.
/// With exact rounding anywhere in the middle third of what has windows: those beyond the codes are
/// met too.
Fitting fitting(const Circuit& circuit, size_t tensor) {
  if (!circuit.exact()) {
    const int64_t unit = int64_t{1} << circuit.shift;
    const int64_t codes = (int64_t{1} << circuit.table_of(tensor).bits) - 256;
    return {{-50 * unit, 150 * unit}, unit * codes};
  }
  const WindowTable& table = circuit.windows_of(tensor);
  const int64_t begin = table.begin(circuit.limbs());
  const int64_t end = table.end(circuit.limbs());
  const int64_t margin = (end - begin) / 3;
  return {{begin + margin, end - 1 - margin}, margin};
}

/// Weights and biases that drive no value out of its table.
Weights fitting_weights(const Circuit& circuit, uint32_t seed) {
  std::mt19937_64 random(seed);
  const auto within = [&](const Range& range) {
    const auto count = static_cast<uint64_t>(range.hi - range.lo + 1);
    return range.lo + static_cast<int64_t>(random() % count);
  };
  Weights weights(circuit.ops.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    const Fitting fits = fitting(circuit, i + 1);
    const int64_t most = fits.reach / (255 * most_read(circuit, circuit.ops[i]));
    VOUCH_CHECK(most > 0);
    const WeightCounts counts = weight_counts(circuit, i);
    for (uint64_t k = 0; k < counts.weights; ++k) {
      weights[i].weights.push_back(within({-most, most}));
    }
    for (uint64_t k = 0; k < counts.biases; ++k) {
      weights[i].biases.push_back(within(fits.biases));
    }
  }
  return weights;
}

Bytes random_codes(const Circuit& circuit, uint32_t seed) {
  std::mt19937_64 random(seed);
  Bytes codes(circuit.input().shape.elements());
  for (uint8_t& code : codes) {
    code = static_cast<uint8_t>(random());
  }
  return codes;
}

Circuit read_circuit(const fs::path& path) {
  const Bytes bytes = read_file(path.string(), size_t{1} << 20).value();
  ByteReader reader(bytes);
  Circuit circuit = decode_circuit(reader).value();
  VOUCH_CHECK(reader.finished());
  return circuit;
}

struct Example {
  const char* name;
  uint32_t seed;
  bool hidden;
  std::string context;
};

void write(const fs::path& directory, const Example& example, const Circuit& circuit,
           const ProofShape& shape) {
  const ProverModel model(circuit, fitting_weights(circuit, example.seed),
                          {static_cast<uint8_t>(example.seed)}, test_generators());
  ProveOptions options;
  options.shape = shape;
  options.hide_input = example.hidden;
  options.context = Bytes(example.context.begin(), example.context.end());
  std::vector<Bytes> inputs;
  for (uint32_t i = 0; i < shape.pictures; ++i) {
    inputs.push_back(random_codes(circuit, 100 * example.seed + i));
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

void write_all(const fs::path& circuits, const fs::path& directory) {
  const auto circuit = [&](const char* name) {
    return read_circuit(circuits / (std::string(name) + ".circuit"));
  };
  const Circuit fast = circuit("fast");
  write(directory, {"fast", 1, false, "order 66"}, fast, choose_shape(fast, Profile::kFast, 1));
  const Circuit small = circuit("small");
  write(directory, {"small", 2, true, ""}, small, choose_shape(small, Profile::kSmall, 1));
  write(directory, {"two", 3, true, "two"}, circuit("two"), {6, {4, 2}, 2});
  write(directory, {"tiny", 4, false, ""}, circuit("tiny"), {5, {1, 1}, 2});
  const Circuit exact = circuit("exact");
  write(directory, {"exact", 6, true, "exact"}, exact, choose_shape(exact, Profile::kSmall, 1));
  write(directory, {"exact_tiny", 7, false, ""}, circuit("exact_tiny"), {9, {3, 2}, 2});
}

}  // namespace
}  // namespace vouch

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: write_examples CIRCUITS DIR\n", stderr);
    return 2;
  }
  std::filesystem::create_directories(argv[2]);
  vouch::write_all(argv[1], argv[2]);
  return 0;
}
