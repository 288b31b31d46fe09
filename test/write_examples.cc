// A few small proofs that are kept in testdata/reference, so that what the second verifier
// (reference/) writes about them stays the same from build to build. Their circuits are its own:
//
//     python3 -m reference circuits CIRCUITS      writes CIRCUITS/NAME.circuit of each
//     write_examples CIRCUITS DIR                 writes DIR/NAME.pub, .proof, .input0 …, .open0 …
//
// Of predicates there are several proofs about one model; NAME.count is of all of a model that
// count, NAME.classes0 …, .label0 … open predictions and labels.
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <random>

#include "base/check.h"
#include "base/file.h"
#include "prove/profile.h"
#include "prove/prove.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"
#include "verify/files.h"
#include "verify/hidden_output.h"

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

/// A model, and the proofs about it.
class Writer {
 public:
  Writer(fs::path directory, const std::string& name, const Circuit& circuit, uint32_t seed)
      : directory_(std::move(directory)),
        model_(circuit, fitting_weights(circuit, seed), {static_cast<uint8_t>(seed)},
               test_generators()) {
    put(name + ".pub",
        encode_model_public({model_.commitment(), prove_weight_bound(model_, test_generators())}));
  }

  /// Inputs are random, from `seed` on. What the count of the proof opens to, if it has one.
  std::optional<CountOpening> write(const std::string& name, uint32_t seed,
                                    const ProveOptions& options) const {
    std::vector<Bytes> inputs;
    for (uint32_t i = 0; i < options.shape.pictures; ++i) {
      inputs.push_back(random_codes(model_.circuit(), seed + i));
    }
    const ProveResult result = prove(model_, inputs, options, test_generators()).value();
    const Bytes proof = encode_proof(result.proof);
    put(name + ".proof", proof);
    for (uint32_t i = 0; i < options.shape.pictures; ++i) {
      put(name + ".input" + std::to_string(i), inputs[i]);
      if (options.hide_input) {
        const auto rows = rows_of_input(result.proof.input, options.shape.pictures, i);
        put(name + ".open" + std::to_string(i),
            encode_input_opening({input_identity(rows), result.salts[i]}));
      }
    }
    if (options.hidden_output) {
      write_classes(name, *options.hidden_output, result);
    }
    std::printf("%-24s kappa %u, %u inputs, %zu bytes\n", name.c_str(),
                unsigned{options.shape.kappa}, unsigned{options.shape.pictures}, proof.size());
    return result.count;
  }

 private:
  /// Openings of committed labels and predictions.
  void write_classes(const std::string& name, const HiddenOutput& hidden,
                     const ProveResult& result) const {
    const auto write = [&](const char* ending, size_t i, bool label,
                           const std::vector<uint16_t>& classes, const Salt& salt) {
      const auto opening =
          commit_classes_vartime(model_.circuit(), label, classes, salt, test_generators());
      put(name + ending + std::to_string(i), encode_classes_opening(opening.value()));
    };
    for (size_t i = 0; i < hidden.labels.size(); ++i) {
      write(".label", i, true, {hidden.labels[i].label}, hidden.labels[i].salt);
    }
    for (size_t i = 0; i < result.predictions.size(); ++i) {
      write(".classes", i, false, result.predictions[i].classes, result.predictions[i].salt);
    }
  }

  void put(const std::string& name, ByteSpan bytes) const {
    VOUCH_CHECK(write_file((directory_ / name).string(), bytes, FileAccess::kPublic).ok());
  }

  fs::path directory_;
  ProverModel model_;
};

ProveOptions with_output(bool hidden, const std::string& context, const ProofShape& shape) {
  ProveOptions options;
  options.shape = shape;
  options.hide_input = hidden;
  options.context = Bytes(context.begin(), context.end());
  return options;
}

void write_outputs(const fs::path& directory, const std::function<Circuit(const char*)>& circuit) {
  const auto write = [&](const char* name, uint32_t seed, const ProveOptions& options) {
    Writer(directory, name, circuit(name), seed).write(name, 100 * seed, options);
  };
  const auto of_profile = [&](const char* name, Profile profile) {
    return choose_shape(circuit(name), profile, 1);
  };
  write("fast", 1, with_output(false, "order 66", of_profile("fast", Profile::kFast)));
  write("small", 2, with_output(true, "", of_profile("small", Profile::kSmall)));
  write("two", 3, with_output(true, "two", {6, {4, 2}, 2}));
  write("tiny", 4, with_output(false, "", {5, {1, 1}, 2}));
  write("exact", 6, with_output(true, "exact", of_profile("exact", Profile::kSmall)));
  write("exact_tiny", 7, with_output(false, "", {9, {3, 2}, 2}));
}

ProveOptions with_predicate(bool hidden, const ProofShape& shape, const Predicate& predicate) {
  ProveOptions options = with_output(hidden, "predicate", shape);
  options.hidden_output = HiddenOutput{predicate, {}, {}};
  for (uint16_t i = 0; predicate.commits_labels() && i < shape.pictures; ++i) {
    options.hidden_output->labels.push_back(
        {static_cast<uint16_t>(5 * i % 7), {static_cast<uint8_t>(i)}});
  }
  return options;
}

Predicate members(uint8_t n) {
  Predicate predicate;
  predicate.top = n;
  return predicate;
}

Predicate contains(bool count, uint8_t n, std::vector<uint16_t> classes) {
  Predicate predicate = members(n);
  predicate.kind = Predicate::Kind::kContains;
  predicate.count = count;
  predicate.classes = std::move(classes);
  return predicate;
}

Predicate score(bool count, uint16_t of, uint8_t threshold) {
  Predicate predicate;
  predicate.kind = Predicate::Kind::kScore;
  predicate.count = count;
  predicate.classes = {of};
  predicate.threshold = threshold;
  return predicate;
}

Predicate label(bool count, uint8_t n, std::vector<uint16_t> labels) {
  Predicate predicate = members(n);
  predicate.kind = Predicate::Kind::kLabel;
  predicate.count = count;
  predicate.label = std::move(labels);
  return predicate;
}

Predicate hidden_label(bool count, uint8_t n) {
  Predicate predicate = label(count, n, {});
  predicate.labels = Predicate::Labels::kCommitted;
  return predicate;
}

/// All kinds, of one input and of several.
void write_predicates(const fs::path& directory,
                      const std::function<Circuit(const char*)>& circuit) {
  std::vector<CountOpening> counts;
  uint32_t seed = 800;
  const auto write = [&](const Writer& writer, const char* name, const ProveOptions& options) {
    if (const auto count = writer.write(name, seed += 10, options)) {
      counts.push_back(*count);
    }
  };
  const Writer fast(directory, "ranked", circuit("ranked"), 8);
  write(fast, "members", with_predicate(false, {5, {6, 2}, 3}, members(3)));
  write(fast, "contains",
        with_predicate(true, {6, {8, 3}, 1}, contains(false, 2, {0, 3, 7, 11, 17})));
  write(fast, "contains_count",
        with_predicate(false, {7, {24, 4}, 2}, contains(true, 4, {1, 2, 16, 17})));
  write(fast, "score", with_predicate(true, {4, {9, 3}, 2}, score(false, 4, 110)));
  write(fast, "score_count", with_predicate(true, {8, {6, 2}, 5}, score(true, 17, 90)));
  write(fast, "label", with_predicate(false, {9, {12, 4}, 3}, label(false, 6, {0, 9, 9})));
  write(fast, "label_count", with_predicate(true, {6, {7, 2}, 4}, label(true, 5, {17, 2, 2, 0})));
  write(fast, "hidden_label", with_predicate(true, {10, {4, 2}, 2}, hidden_label(false, 9)));
  write(fast, "hidden_label_count", with_predicate(false, {8, {10, 3}, 3}, hidden_label(true, 7)));
  const Bytes opening = encode_count_opening(add_counts(counts));
  const std::string path = (directory / "ranked.count").string();
  VOUCH_CHECK(write_file(path, opening, FileAccess::kPublic).ok());
  const Writer exact(directory, "exact_ranked", circuit("exact_ranked"), 9);
  write(exact, "exact_members", with_predicate(true, {9, {7, 3}, 2}, members(1)));
  write(exact, "exact_score_count", with_predicate(false, {11, {12, 4}, 3}, score(true, 0, 128)));
  write(exact, "exact_hidden_label_count",
        with_predicate(true, {6, {7, 2}, 1}, hidden_label(true, 3)));
}

}  // namespace
}  // namespace vouch

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: write_examples CIRCUITS DIR\n", stderr);
    return 2;
  }
  std::filesystem::create_directories(argv[2]);
  const auto circuit = [&](const char* name) {
    return vouch::read_circuit(std::filesystem::path(argv[1]) / (std::string(name) + ".circuit"));
  };
  vouch::write_outputs(argv[2], circuit);
  vouch::write_predicates(argv[2], circuit);
  return 0;
}
