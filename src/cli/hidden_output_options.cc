#include "cli/hidden_output_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "circuit/pictures.h"
#include "cli/numbered_path.h"
#include "cli/printable.h"
#include "verify/hidden_output.h"

namespace vouch {

void HiddenOutputOptions::declare(CLI::App& app) {
  CLI::Option* predicate =
      predicate_.declare(app, "Keep the output hidden and prove only this of it (below)");
  app.add_option("--label-opening", label_paths_,
                 "A committed label in --label's place, from `label`; once for each input")
      ->type_name("X.classes")
      ->allow_extra_args(false)
      ->take_all()
      ->needs(predicate)
      ->excludes("--label");
  app.add_option("--count", count_path_,
                 "Hide of which inputs it is true as well, and write what opens the number of "
                 "them (secret)")
      ->type_name("X.count")
      ->needs(predicate);
  app.add_option("--prediction", prediction_path_,
                 "Write what opens each input's committed first N classes (secret)")
      ->type_name("X.classes")
      ->needs(predicate);
}

Result<void> HiddenOutputOptions::prepare(const Circuit& circuit, size_t inputs) {
  if (!given()) {
    return {};
  }
  VOUCH_ASSIGN(const Predicate predicate, parse_predicate_of_all(circuit, inputs));
  if (!prediction_path_.empty() && !predicate.ranks()) {
    return Error{"--prediction: this predicate does not rank classes, so none are committed"};
  }
  if (!predicate.commits_labels()) {
    return label_paths_.empty() ? Result<void>{}
                                : Error{"--label-opening is for --predicate label:N only"};
  }
  if (label_paths_.size() != inputs) {
    return Error{
        fmt::format("--predicate label:N needs --label or --label-opening once for each "
                    "of {} inputs",
                    inputs)};
  }
  VOUCH_ASSIGN(const Generators generators,
               Generators::load(size_t{1} << circuit.input_kappa, parallel_for));
  for (const std::string& path : label_paths_) {
    VOUCH_ASSIGN(const Bytes file, read_file(path, size_t{1} << 20));
    const auto opening = decode_classes_opening(file);
    if (!opening.ok()) {
      return Error{printable(path) + ": " + opening.error().message};
    }
    if (!opening.value().label || !opens(opening.value(), circuit, generators)) {
      return Error{printable(path) + ": this is not the opening of a label of this model"};
    }
    labels_.push_back({opening.value().classes[0], opening.value().salt});
  }
  return {};
}

Result<Predicate> HiddenOutputOptions::parse_predicate_of_all(const Circuit& circuit,
                                                              size_t inputs) const {
  VOUCH_ASSIGN(Predicate predicate, predicate_.predicate(circuit, 0, inputs));
  if (predicate.label.size() != predicate_.labels().size()) {
    return Error{fmt::format("--label is given {} times, but there are {} inputs",
                             predicate_.labels().size(), inputs)};
  }
  predicate.count = !count_path_.empty();
  VOUCH_TRY(validate(predicate, with_pictures(circuit, static_cast<uint32_t>(inputs)), inputs));
  return predicate;
}

Result<std::optional<HiddenOutput>> HiddenOutputOptions::hidden_output(const Circuit& circuit,
                                                                       size_t first,
                                                                       size_t count) const {
  if (!given()) {
    return std::optional<HiddenOutput>{};
  }
  HiddenOutput hidden;
  VOUCH_ASSIGN(hidden.predicate, predicate_.predicate(circuit, first, count));
  hidden.predicate.count = !count_path_.empty();
  if (!labels_.empty()) {
    const auto begin = labels_.begin() + static_cast<std::ptrdiff_t>(first);
    hidden.labels.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  return std::optional(std::move(hidden));
}

std::string HiddenOutputOptions::prediction_path(size_t input, size_t inputs) const {
  return prediction_path_.empty() ? "" : numbered_path(prediction_path_, input + 1, inputs);
}

std::vector<std::string> HiddenOutputOptions::outputs(size_t inputs) const {
  std::vector<std::string> paths{count_path_};
  for (size_t i = 0; i < inputs; ++i) {
    paths.push_back(prediction_path(i, inputs));
  }
  return paths;
}

Result<void> HiddenOutputOptions::write(const Circuit& circuit, const ProveResult& result,
                                        size_t first, size_t inputs, const Generators& generators) {
  if (result.count) {
    const std::array both{count_, *result.count};
    count_ = add_counts(both);
  }
  for (size_t i = 0; i < result.predictions.size() && !prediction_path_.empty(); ++i) {
    VOUCH_ASSIGN(const ClassesOpening opening,
                 commit_classes_vartime(circuit, false, result.predictions[i].classes,
                                        result.predictions[i].salt, generators));
    Bytes file = encode_classes_opening(opening);
    const WipedAtEnd wiped(file);
    VOUCH_TRY(write_file(prediction_path(first + i, inputs), file, FileAccess::kOwnerOnly));
  }
  return {};
}

Result<void> HiddenOutputOptions::finish(Output& output) const {
  if (count_path_.empty()) {
    return {};
  }
  Bytes file = encode_count_opening(count_);
  const WipedAtEnd wiped(file);
  VOUCH_TRY(write_file(count_path_, file, FileAccess::kOwnerOnly));
  output.object()["count"] = count_.total;
  output.line(fmt::format("Count:    {}, which {} shows to whoever is to know it", count_.total,
                          printable(count_path_)));
  return {};
}

}  // namespace vouch
