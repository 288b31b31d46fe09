#include "cli/proof_cost.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>

#include "base/parallel.h"
#include "cli/model_circuit.h"
#include "cli/numbers.h"
#include "evaluate/estimate.h"
#include "prove/profile.h"

namespace vouch {

void ProofCostOptions::declare(CLI::App& app) {
  CLI::Option* model =
      app.add_option("--model", model_path_,
                     "Tell what the proofs will cost: of this model (.vouch, .tflite, .onnx), here")
          ->type_name("FILE");
  app.add_option("--pictures", pictures_, "How many inputs one proof is about")
      ->transform(whole_number(1, 1024))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--proof-seconds", proof_seconds_,
                 "The same, from what one proof was measured to take here")
      ->check(real_number(1e-6, 1e9))
      ->type_name("S")
      ->excludes(model);
  app.add_option("--price", price_, "Of a core for an hour, in any currency")
      ->check(real_number(0.0, 1e9))
      ->type_name("P");
}

Result<std::optional<ProofCostOptions::OfOneProof>> ProofCostOptions::of_one_proof() const {
  if (proof_seconds_ != 0) {
    return std::optional(OfOneProof{proof_seconds_, {}});
  }
  if (model_path_.empty()) {
    return std::optional<OfOneProof>();
  }
  VOUCH_ASSIGN(const Circuit circuit, read_model_circuit(model_path_, model_));
  const ProofShape shape = choose_shape(circuit, Profile::kFast, static_cast<uint16_t>(pictures_));
  VOUCH_ASSIGN(const Estimate cost, estimate(circuit, shape, measure_speed()));
  return std::optional(OfOneProof{total_seconds(cost.prove_seconds), cost.proof_bytes});
}

Result<void> ProofCostOptions::report(uint64_t samples, Output& output) const {
  VOUCH_ASSIGN(const auto one, of_one_proof());
  if (!one) {
    return {};
  }
  const uint64_t proofs = (samples + pictures_ - 1) / pictures_;
  const double seconds = static_cast<double>(proofs) * one->seconds;
  const double core_hours = seconds * static_cast<double>(thread_count()) / 3600;
  Json& cost = output.object()["cost"] = {{"proofs", proofs},
                                          {"seconds", seconds},
                                          {"cores", thread_count()},
                                          {"core_hours", core_hours}};
  output.line(fmt::format("Proofs:   {}, of {} input{} each: {} here, on {} core{}",
                          count_text(proofs), pictures_, pictures_ == 1 ? "" : "s",
                          duration_text(seconds), thread_count(), thread_count() == 1 ? "" : "s"));
  if (one->bytes) {
    cost["bytes"] = proofs * *one->bytes;
    output.line("          " + size_text(proofs * *one->bytes));
  }
  if (price_ != 0) {
    cost["money"] = core_hours * price_;
    output.line(
        fmt::format("Money:    {:.2g} ({:.3g} core-hours)", core_hours * price_, core_hours));
  }
  return {};
}

std::string duration_text(double seconds) {
  constexpr double kMinute = 60;
  constexpr double kHour = 3600;
  if (seconds < kMinute) {
    return fmt::format("{:.2g} s", seconds);
  }
  const auto minutes = static_cast<uint64_t>(std::lround(seconds / kMinute));
  if (seconds < kHour) {
    return fmt::format("{} min", minutes);
  }
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace vouch
