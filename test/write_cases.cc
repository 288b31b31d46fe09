// Proofs of small networks of all kinds, changed in many ways, and what the verifier says of each:
// for the second verifier (reference/), which must say the same.
//
//     write_cases DIR      writes DIR/cases.json and the files that it names
//
// A case is a model commitment and a proof, each perhaps with one byte changed ("change":
// [position, difference]), what the caller expects (context in hexadecimal, inputs, openings), and
// the verdict.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "base/file.h"
#include "models.h"
#include "prove/prove.h"
#include "prove/random_network.h"
#include "prove/random_weights.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"

namespace vouch {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kNetworks = 7;
constexpr uint32_t kExact = 7;  // the one with exact rounding
constexpr size_t kChangesOfAProof = 16;
constexpr size_t kChangesOfAModel = 4;

struct Change {
  size_t at = 0;
  uint8_t difference = 0;
};

std::string hex(ByteSpan bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", unsigned{byte});
    text += digits;
  }
  return text;
}

/// A proof with everything that belongs to it, and its files.
struct Case {
  Bytes model;
  Bytes proof;
  std::vector<Bytes> inputs;
  std::vector<Bytes> openings;
  Bytes context;
  std::string name;
  size_t factor_at = 0;  ///< where f* stands in the proof
};

WeightedCircuit make_network(uint32_t seed) {
  if (seed == kExact) {
    return with_exact_rounding(with_small_tables(random_network(seed)));
  }
  const Circuit circuit = random_circuit(seed, 4 + seed % 5);
  return {circuit, random_weights(circuit, seed)};
}

/// Half of the shapes bind several variables a message, half of the proofs hide their inputs, a
/// third are about several.
Case make_case(uint32_t seed) {
  WeightedCircuit network = make_network(seed);
  Circuit& circuit = network.circuit;
  circuit.input_kappa = 5;
  const ProverModel model(circuit, network.weights, {static_cast<uint8_t>(seed)},
                          test_generators());
  ProveOptions options;
  options.shape = seed % 2 == 0 ? ProofShape{5, {1, 1}, 1} : ProofShape{6, {8, 3}, 1};
  if (seed == kExact) {
    options.shape.kappa = 12;  // its tables are longer
  }
  options.shape.pictures = static_cast<uint16_t>(seed % 3 == 0 ? 3 : 1);
  options.hide_input = seed % 4 < 2;
  options.context = Bytes(seed % 3, static_cast<uint8_t>('a' + seed));

  Case made;
  for (uint32_t i = 0; i < options.shape.pictures; ++i) {
    made.inputs.push_back(random_input(circuit, 100 * seed + i));
  }
  const ProveResult result = prove(model, made.inputs, options, test_generators()).value();
  for (uint32_t i = 0; options.hide_input && i < options.shape.pictures; ++i) {
    const auto rows = rows_of_input(result.proof.input, options.shape.pictures, i);
    made.openings.push_back(encode_input_opening({input_identity(rows), result.salts[i]}));
  }
  made.model =
      encode_model_public({model.commitment(), prove_weight_bound(model, test_generators())});
  made.proof = encode_proof(result.proof);
  made.context = options.context;
  // f*, g*, h*, mask, mask form, blinder, 2 a round, 4 at the end.
  made.factor_at = made.proof.size() - 32 * (10 + 2 * result.messages.at("fold left"));
  made.name = "network" + std::to_string(seed);
  return made;
}

/// What a caller of verify asks.
struct Question {
  std::optional<Change> of_model;
  std::optional<Change> of_proof;
  std::optional<Bytes> context;
  std::vector<std::string> inputs;
  std::vector<std::string> openings;
};

class Writer {
 public:
  explicit Writer(std::filesystem::path directory) : directory_(std::move(directory)) {}

  void file(const std::string& name, ByteSpan bytes) {
    VOUCH_CHECK(write_file((directory_ / name).string(), bytes, FileAccess::kPublic).ok());
    files_[name] = Bytes(bytes.begin(), bytes.end());
  }

  void ask(const Case& about, const Question& question) {
    Json json{{"model", about.name + ".pub"}, {"proof", about.name + ".proof"}};
    const Bytes model = changed(about.model, question.of_model, json, "change_model");
    const Bytes proof = changed(about.proof, question.of_proof, json, "change_proof");
    Expectation expectation;
    if (question.context) {
      json["context"] = hex(*question.context);
      expectation.context = question.context;
    }
    for (const std::string& name : question.inputs) {
      json["inputs"].push_back(name);
      expectation.inputs.push_back(files_.at(name));
    }
    for (const std::string& name : question.openings) {
      json["openings"].push_back(name);
      expectation.openings.push_back(decode_input_opening(files_.at(name)).value());
    }
    const Verification v = models_.verify(model, proof, expectation);
    json["verdict"] = reason_name(v.verdict.reason);
    for (size_t i = 0; v.verdict.accepted() && i < v.claim->inputs.size(); ++i) {
      json["claim"].push_back(
          {{"input", hex(v.claim->inputs[i])}, {"output", hex(v.claim->outputs[i])}});
    }
    ++counts_[json["verdict"]];
    cases_.push_back(std::move(json));
  }

  void finish() {
    const std::string text = Json{{"cases", cases_}}.dump(1);
    file("cases.json", Bytes(text.begin(), text.end()));
    for (const auto& [verdict, count] : counts_) {
      std::printf("%5zu %s\n", count, verdict.c_str());
    }
  }

 private:
  static Bytes changed(Bytes bytes, const std::optional<Change>& change, Json& json,
                       const char* key) {
    if (change) {
      bytes.at(change->at) ^= change->difference;
      json[key] = {change->at, change->difference};
    }
    return bytes;
  }

  std::filesystem::path directory_;
  Models models_{test_generators()};
  std::map<std::string, Bytes> files_;
  std::map<std::string, size_t> counts_;
  Json cases_;
};

Change random_change(size_t size, std::mt19937_64& random) {
  return {random() % size, static_cast<uint8_t>(1 + random() % 255)};
}

std::vector<std::string> write_each(Writer& writer, const std::string& name, const char* ending,
                                    const std::vector<Bytes>& files) {
  std::vector<std::string> names;
  for (size_t i = 0; i < files.size(); ++i) {
    names.push_back(name + "_" + std::to_string(i) + ending);
    writer.file(names.back(), files[i]);
  }
  return names;
}

void write(Writer& writer, uint32_t seed) {
  const Case about = make_case(seed);
  writer.file(about.name + ".pub", about.model);
  writer.file(about.name + ".proof", about.proof);
  const auto inputs = write_each(writer, about.name, ".bin", about.inputs);
  const auto openings = write_each(writer, about.name, ".open", about.openings);
  auto reversed = inputs;
  std::reverse(reversed.begin(), reversed.end());

  writer.ask(about, {});
  writer.ask(about, {{}, {}, about.context, inputs, openings});
  writer.ask(about, {{}, {}, Bytes{'x'}, {}, {}});
  writer.ask(about, {{}, {}, {}, inputs, {}});
  writer.ask(about, {{}, {}, {}, reversed, openings});
  writer.ask(about, {{}, {}, {}, {inputs[0], inputs[0]}, openings});

  std::mt19937_64 random(seed);
  constexpr size_t kFrame = 10 + 32 + 5 + 1;
  for (size_t at = 0; at < kFrame; at += 1 + random() % 6) {
    writer.ask(about, {{}, Change{at, static_cast<uint8_t>(1 + random() % 3)}, {}, {}, {}});
  }
  for (size_t i = 0; i < kChangesOfAProof; ++i) {
    writer.ask(about, {{}, random_change(about.proof.size(), random), {}, {}, {}});
  }
  // The last messages are scalars: a low byte changed leaves most of them canonical.
  for (size_t i = 1; i <= 5; ++i) {
    writer.ask(about, {{}, Change{about.proof.size() - 32 * i, 1}, {}, {}, {}});
  }
  writer.ask(about, {{}, Change{about.factor_at, 1}, {}, {}, {}});
  for (size_t i = 0; i < kChangesOfAModel; ++i) {
    writer.ask(about, {random_change(about.model.size(), random), {}, {}, {}, {}});
  }
}

}  // namespace
}  // namespace vouch

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_cases DIR\n", stderr);
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  vouch::Writer writer(argv[1]);
  for (uint32_t seed = 1; seed <= vouch::kNetworks; ++seed) {
    vouch::write(writer, seed);
  }
  writer.finish();
  return 0;
}
