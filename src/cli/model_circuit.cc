#include "cli/model_circuit.h"

#include <algorithm>
#include <random>

#include "base/file.h"
#include "cli/inspect_command.h"
#include "cli/owned_model.h"
#include "cli/printable.h"
#include "model/read_model.h"
#include "network/shapes.h"
#include "prove/profile.h"

namespace vouch {

Result<std::vector<Sample>> noise_samples(const Network& network) {
  constexpr size_t kSamples = 2;
  std::mt19937 random(1);
  std::uniform_real_distribution<float> reals(0, 1);
  std::vector<Sample> samples(kSamples);
  for (Sample& sample : samples) {
    for (const uint32_t input : network.inputs) {
      std::vector<float>& values = sample.emplace_back(element_count(network.tensors[input].shape));
      std::generate(values.begin(), values.end(), [&] { return reals(random); });
    }
  }
  return samples;
}

Result<Circuit> read_model_circuit(const std::string& path, const ModelOptions& model_options) {
  VOUCH_ASSIGN(const Bytes file, read_file(path, kMaxModelSecretBytes));
  if (begins_with(file, kModelSecretMagic)) {
    VOUCH_ASSIGN(const ModelFile owned, read_owned_model(path));
    VOUCH_ASSIGN(const CompileOptions wanted, model_options.options());
    if (wanted.rounding == Rounding::kExact && !owned.model.circuit().exact()) {
      return Error{printable(path) +
                   ": it is compiled already, with fast rounding; give the model "
                   "it was compiled from"};
    }
    return owned.model.circuit();
  }
  VOUCH_ASSIGN(CompileOptions options, model_options.options());
  if (!options.samples) {
    options.samples = noise_samples;
  }
  auto compiled = compile_model(file, options);
  if (!compiled.ok()) {
    return Error{printable(path) + ": " + compiled.error().message};
  }
  choose_model_rows(compiled.value().circuit);
  return std::move(compiled.value().circuit);
}

}  // namespace vouch
