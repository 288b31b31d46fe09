// `estimate`: what a proof will cost here, before one is made.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "cli/circuit_report.h"
#include "cli/commands.h"
#include "cli/model_circuit.h"
#include "cli/model_options.h"
#include "cli/numbers.h"
#include "evaluate/estimate.h"
#include "prove/profile.h"

namespace vouch {
namespace {

const std::map<std::string, Profile>& profile_names() {
  static const std::map<std::string, Profile> names{{"fast", Profile::kFast},
                                                    {"small", Profile::kSmall}};
  return names;
}

class EstimateCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "estimate"; }
  [[nodiscard]] const char* about() const override {
    return "Tell what proofs of a model will cost on this machine";
  }
  [[nodiscard]] const char* footer() const override {
    return "Bytes are exact. Times are those of a cost model whose constants were fitted to "
           "measured\n"
           "proofs, and scaled by some kernels' speed, measured for a moment: on an idle machine "
           "they\n"
           "are within a quarter of what is measured then. A float model without --samples is "
           "given\n"
           "noise for its ranges.\n"
           "\n"
           "Examples:\n"
           "  vouch estimate mobilenet.tflite\n"
           "  vouch estimate model.vouch --profile small --pictures 8 --json";
  }

  void declare(CLI::App& app) override {
    app.add_option("MODEL", model_path_, "A model (.tflite, .onnx), or a compiled one (.vouch)")
        ->required();
    app.add_option("--profile", profile_, "fast: quick to make and to check; small: fewest bytes")
        ->check(CLI::IsMember(profile_names()))
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option("--pictures", pictures_, "How many inputs one proof is about")
        ->transform(whole_number(1, 1024))
        ->type_name("N")
        ->capture_default_str();
    app.add_flag("--counts", counts_, "Tell as well what is counted, and the kernels' speed");
    model_.declare_public(app);
    model_.declare_quantisation(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Circuit circuit, read_model_circuit(model_path_, model_));
    const ProofShape shape =
        choose_shape(circuit, profile_names().at(profile_), static_cast<uint16_t>(pictures_));
    const MachineSpeed speed = measure_speed();
    VOUCH_ASSIGN(const Estimate cost, estimate(circuit, shape, speed));
    report(circuit, cost, output);
    if (counts_) {
      report_counts(cost, speed, output);
    }
    return ExitStatus::kAccepted;
  }

 private:
  void report(const Circuit& circuit, const Estimate& cost, Output& output) const {
    const auto count = [&](Count c) {
      return static_cast<uint64_t>(cost.counts[static_cast<size_t>(c)]);
    };
    const double prove = total_seconds(cost.prove_seconds);
    const double verify = total_seconds(cost.verify_seconds);
    Json& object = output.object();
    object["profile"] = profile_;
    object["pictures"] = pictures_;
    object["activations"] = count(Count::kActivations);
    object["parameters"] = count(Count::kWeights);
    object["prove_seconds"] = prove;
    object["prove_memory_bytes"] = cost.prove_memory;
    object["proof_bytes"] = cost.proof_bytes;
    object["model_public_bytes"] = cost.model_public_bytes;
    object["verify_seconds"] = verify;
    object["prove_steps"] = cost.prove_seconds;
    object["verify_steps"] = cost.verify_seconds;
    output.line("Network:     " + circuit_size_text(circuit));
    output.line(fmt::format("Activations: {}", count_text(count(Count::kActivations))));
    output.line(
        fmt::format("Prove:       about {:.2f} s and {}", prove, size_text(cost.prove_memory)));
    output.line(fmt::format("Proof:       {} bytes, of {} input{}", count_text(cost.proof_bytes),
                            pictures_, pictures_ == 1 ? "" : "s"));
    output.line(fmt::format("Commitment:  {} bytes", count_text(cost.model_public_bytes)));
    output.line(fmt::format("Verify:      about {:.0f} ms", 1000 * verify));
  }

  static void report_counts(const Estimate& cost, const MachineSpeed& speed, Output& output) {
    Json& counts = output.object()["counts"] = Json::object();
    for (size_t c = 0; c < kCounts; ++c) {
      counts[kCountNames[c]] = cost.counts[c];
      output.line(fmt::format("  {:<14} {:.0f}", kCountNames[c], cost.counts[c]));
    }
    Json& ns = output.object()["nanoseconds"] = Json::object();
    const auto tell = [&](const char* kernel, double nanoseconds) {
      ns[kernel] = nanoseconds;
      output.line(fmt::format("  {:<14} {:.1f} ns", kernel, nanoseconds));
    };
    tell("fixed", 1);
    tell("field", speed.field_ns);
    tell("group", speed.group_ns);
    tell("square", speed.square_ns);
    tell("serial", speed.serial_ns);
    tell("integer", speed.integer_ns);
  }

  std::string model_path_;
  std::string profile_ = "fast";
  uint64_t pictures_ = 1;
  bool counts_ = false;
  ModelOptions model_;
};

}  // namespace

std::unique_ptr<Command> estimate_command() { return std::make_unique<EstimateCommand>(); }

}  // namespace vouch
