#include "cli/evaluation_report.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/printable.h"

namespace vouch {
namespace {

constexpr size_t kClassesForTop5 = 10;
constexpr size_t kNameWidth = 36;

double share(uint64_t count, uint64_t of) {
  return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
}

std::string percent(uint64_t count, uint64_t of) {
  return fmt::format("{:.1f} %", 100 * share(count, of));
}

class EvaluationReport {
 public:
  EvaluationReport(const Evaluation& evaluation, Output& output)
      : e_(evaluation), output_(output) {}

  void tell() {
    Json& object = output_.object();
    object["inputs"] = e_.inputs;
    object["labelled"] = e_.labelled;
    object["outputs"] = e_.outputs;
    object["output_step"] = e_.step;
    output_.line(fmt::format("Inputs:    {}, {} of them with a label", e_.inputs, e_.labelled));
    tell_accuracy("proven", e_.proven);
    if (e_.original) {
      object["original_as_probabilities"] = e_.original_as_probabilities;
      tell_other("original", *e_.original);
    }
    if (e_.reference) {
      object["reference_as_probabilities"] = e_.as_probabilities;
      tell_other("reference", *e_.reference);
    }
    if (!e_.layers.empty()) {
      tell_layers();
    }
  }

 private:
  void tell_accuracy(const char* who, const Accuracy& accuracy) {
    if (e_.labelled == 0) {
      return;
    }
    Json& object = output_.object()[who];
    object["top1"] = share(accuracy.top1, e_.labelled);
    std::string line =
        fmt::format("{:<10} top-1 {}", std::string(who) + ":", percent(accuracy.top1, e_.labelled));
    if (e_.outputs >= kClassesForTop5) {
      object["top5"] = share(accuracy.top5, e_.labelled);
      line += ", top-5 " + percent(accuracy.top5, e_.labelled);
    }
    output_.line(line);
  }

  void tell_other(const char* who, const OutputErrors& other) {
    tell_accuracy(who, other.accuracy);
    Json& object = output_.object()[who];
    object["same_top1"] = share(other.same_top1, e_.inputs);
    if (e_.labelled != 0) {
      object["lost"] = other.lost;
      object["won"] = other.won;
      output_.line(fmt::format(
          "  against the {}: {} answers lost, {} won (by chance alone they differ by about {:.0f})",
          who, other.lost, other.won, std::sqrt(static_cast<double>(other.lost + other.won))));
    }
    object["mean_error"] = other.mean();
    object["largest_error"] = other.largest;
    object["within_a_step"] = share(other.within_step, other.elements);
    output_.line(fmt::format(
        "  against the {}: same top-1 {}; error of outputs {:.4g} on average, {:.4g} at most; "
        "{} within a step ({:.4g})",
        who, percent(other.same_top1, e_.inputs), other.mean(), other.largest,
        percent(other.within_step, other.elements), e_.step));
  }

  void tell_layers() {
    output_.line(fmt::format(
        "Layers, on {} inputs: |error| against exact arithmetic, in steps of each layer's codes",
        e_.layer_inputs));
    output_.line(fmt::format("  {:<{}} {:>10} | {:^23} | {:^15} | {:^15} |", "", kNameWidth, "",
                             "measured", "expected", "bound"));
    output_.line(
        fmt::format("  {:<{}} {:>10} | {:>7} {:>7} {:>7} | {:>7} {:>7} | {:>7} {:>7} | {:>7}",
                    "layer", kNameWidth, "step", "mean", "rms", "largest", "rms", "6 sigma",
                    "6 sigma", "worst", "cut off"));
    output_.object()["layer_inputs"] = e_.layer_inputs;
    Json& list = output_.object()["layers"] = Json::array();  // the last key: others would move it
    for (const LayerError& layer : e_.layers) {
      const std::string name = printable(layer.name);
      list.push_back({{"name", name},
                      {"step", layer.step},
                      {"mean_error", layer.mean()},
                      {"rms_error", layer.root_mean_square()},
                      {"largest_error", layer.largest},
                      {"expected_rms", layer.expected},
                      {"expected_6_sigma", layer.expected_largest},
                      {"statistical_bound", layer.statistical},
                      {"worst_case_bound", layer.worst_case},
                      {"cut_off", share(layer.cut_off, layer.count)}});
      const size_t kept = name.size() > kNameWidth ? name.size() - kNameWidth : 0;
      output_.line(fmt::format(
          "  {:<{}} {:>10.4g} | {:>7.3f} {:>7.3f} {:>7.2f} | {:>7.3f} {:>7.2f} | {:>7.2f} {:>7.1f} "
          "| {:>7}",
          name.substr(kept), kNameWidth, layer.step, layer.mean(), layer.root_mean_square(),
          layer.largest, layer.expected, layer.expected_largest, layer.statistical,
          layer.worst_case, percent(layer.cut_off, layer.count)));
    }
    output_.line(
        "  (Bounds follow from steps and weights alone, before the run: `worst` holds for every\n"
        "   input, by interval arithmetic; `6 sigma` is statistical, a root of a sum of squares, "
        "and\n   no guarantee. Expected is the same sum less what clamps cut off in these runs.)");
  }

  const Evaluation& e_;
  Output& output_;
};

}  // namespace

void report_evaluation(const Evaluation& evaluation, Output& output) {
  EvaluationReport(evaluation, output).tell();
}

}  // namespace vouch
