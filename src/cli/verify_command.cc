// `verify`: whether a proof is valid, and what it then says.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "base/file.h"
#include "base/parallel.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/input.h"
#include "cli/inspect_command.h"
#include "cli/predicate_options.h"
#include "cli/predicate_report.h"
#include "cli/printable.h"
#include "cli/step_times.h"
#include "verify/batch.h"
#include "verify/hidden_output.h"
#include "verify/verify.h"

namespace vouch {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

class VerifyCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "verify"; }
  [[nodiscard]] const char* about() const override {
    return "Check a proof: exit status 0 accepted, 1 rejected, 2 error";
  }
  [[nodiscard]] const char* footer() const override {
    return "An accepted proof says: whoever made it knows weights that open the model commitment "
           "and\n"
           "an input that opens the input commitment, such that this network, run on that input,\n"
           "gives this output. Which picture that was is checked only with --input, and for what\n"
           "occasion the proof was made only with --context.\n"
           "\n"
           "A proof may hide the output and say only this of it: class (the class of highest "
           "score),\n"
           "top:N (the set of the N first), contains:N:LIST (one of LIST, 3,17 or @FILE, is among "
           "the N\n"
           "first), score:CLASS:REAL (that class has this score or more), label:N (the input's "
           "label is\n"
           "among the N first). --predicate checks that it says what was asked.\n"
           "\n"
           "Examples:\n"
           "  verify model.pub x.proof --input cat.png --labels labels.txt\n"
           "  verify model.pub x.proof --context 'order 4711'\n"
           "  verify model.pub x.proof --input cat.png --opening x.open     (a hidden input)\n"
           "  verify model.pub a.proof b.proof --input a.png --input b.png  (many cost less each)\n"
           "  verify model.pub ab.proof --input a.png --input b.png         (a proof of two "
           "inputs)\n"
           "  verify model.pub x.proof --predicate contains:5:281,282       (a hidden output)\n"
           "  verify model.pub a.proof b.proof --predicate label:1 --label 3 --label 5 --count "
           "ab.count";
  }

  void declare(CLI::App& app) override {
    app.add_option("MODEL.pub", model_path_, "The model commitment")->required();
    app.add_option("X.proof", proof_paths_, "The proof, or several of them")->required();
    CLI::Option* input =
        app.add_option(
               "--input", input_paths_,
               "Check that the proof is about this picture or tensor; once for each input of "
               "each proof, in their order")
            ->type_name("FILE")
            ->allow_extra_args(false)
            ->take_all();
    app.add_option(
           "--opening", opening_paths_,
           "The opening of a hidden input, from `prove`; once for each input that is hidden")
        ->type_name("X.open")
        ->allow_extra_args(false)
        ->take_all()
        ->needs(input);
    app.add_flag("--timings", timings_, "Show time and memory of every step");
    context_.declare(app, "Check that the proof was made for this context");
    CLI::Option* predicate = predicate_.declare(
        app, "Check that this, and nothing else, is said of the hidden output (below)");
    app.add_option("--label-opening", label_paths_,
                   "Check that an input's committed label is this one; once for each input")
        ->type_name("X.classes")
        ->allow_extra_args(false)
        ->take_all()
        ->needs(predicate)
        ->excludes("--label");
    app.add_option("--prediction", prediction_paths_,
                   "Check that an input's committed first classes are these; once for each input")
        ->type_name("X.classes")
        ->allow_extra_args(false)
        ->take_all();
    app.add_option("--count", count_path_,
                   "Check, and show, of how many inputs of all proofs together it is true")
        ->type_name("X.count");
    answer_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    StepTimes times;
    if (timings_) {
      times.measure_memory();
    }
    times.begin("files");
    VOUCH_ASSIGN(const Bytes model_file, read_file(model_path_, kMaxModelPublicBytes));
    VOUCH_ASSIGN(std::vector<Question> questions, read_questions(model_file));
    times.begin("model");
    const LoadedModel loaded = load_model(model_file);
    if (!loaded.verdict.accepted()) {
      return rejected(loaded.verdict, "the model commitment", output, output.object());
    }
    const VerifierModel& model = *loaded.model;
    VOUCH_TRY(answer_.prepare(model.circuit));
    times.begin("pictures");
    set_expectations(model, times, questions);
    VOUCH_TRY(expect_hidden(model.circuit, questions));
    times.begin("generators");
    size_t needed = count_path_.empty() ? 0 : 1;
    for (const Question& question : questions) {
      needed = std::max(needed, generators_needed(model, question.proof));
    }
    VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
    times.begin("decoding");
    const auto start = Clock::now();
    const std::vector<Verification> results = answer(model, questions, generators);
    output.object()["milliseconds"] = milliseconds_since(start);
    times.end();
    VOUCH_TRY(check_problems(questions, results));
    ExitStatus status = report_all(model, questions, results, output);
    if (status == ExitStatus::kAccepted && !count_path_.empty()) {
      VOUCH_ASSIGN(status, check_count_of(results, generators, output));
    }
    if (timings_) {
      times.report_table(output);
    }
    return status;
  }

 private:
  using Paths = std::span<const std::string>;
  struct Question {
    Bytes proof;
    Paths inputs;
    Expectation expectation;
    std::optional<Error> problem;  ///< why the inputs cannot be compared, if they cannot
  };

  [[nodiscard]] Result<std::vector<Question>> read_questions(ByteSpan model_file) const {
    std::vector<Question> questions(proof_paths_.size());
    std::vector<std::optional<size_t>> inputs;
    std::vector<std::optional<size_t>> openings;
    for (size_t i = 0; i < questions.size(); ++i) {
      VOUCH_ASSIGN(questions[i].proof, read_file(proof_paths_[i], kMaxProofBytes));
      VOUCH_TRY(check_kinds(model_file, questions[i].proof, proof_paths_[i]));
      const auto proof = decode_proof(questions[i].proof);
      inputs.push_back(proof.ok() ? std::optional<size_t>(proof.value().shape.pictures)
                                  : std::nullopt);
      openings.push_back(proof.ok() && proof.value().input_public ? 0 : inputs.back());
    }
    VOUCH_ASSIGN(const std::vector<Paths> input_shares, share_out(input_paths_, inputs, "input"));
    VOUCH_ASSIGN(const std::vector<Paths> opening_shares,
                 share_out(opening_paths_, openings, "opening"));
    for (size_t i = 0; i < questions.size(); ++i) {
      questions[i].inputs = input_shares[i];
      VOUCH_ASSIGN(questions[i].expectation.context, context_.bytes(kMaxContextBytes));
      VOUCH_ASSIGN(questions[i].expectation.openings, read_openings(opening_shares[i]));
    }
    return questions;
  }

  // Each proof's share of the files, in order: as many as it says that it is about. Whether it is
  // about these is then checked; whoever lies about the number gets no other question asked but the
  // one that the report shows. A single proof gets all. Where one cannot be read at all, and will
  // be rejected, all get the same number.
  static Result<std::vector<Paths>> share_out(Paths paths,
                                              const std::vector<std::optional<size_t>>& wanted,
                                              const char* option) {
    const size_t proofs = wanted.size();
    std::vector<Paths> shares(proofs);
    if (paths.empty()) {
      return shares;
    }
    const bool known = std::all_of(wanted.begin(), wanted.end(), [](const auto& n) { return n; });
    std::vector<size_t> counts(proofs, paths.size() / proofs);
    if (known && proofs > 1) {
      std::transform(wanted.begin(), wanted.end(), counts.begin(),
                     [](const auto& n) { return *n; });
    }
    if (std::accumulate(counts.begin(), counts.end(), size_t{0}) != paths.size()) {
      return known ? Error{fmt::format("--{} is given {} times, but the proofs are about {}: it is "
                                       "needed once for each, in the proofs' order",
                                       option, paths.size(), fmt::join(counts, " + "))}
                   : Error{fmt::format("--{} is given {} times, which {} proofs cannot share",
                                       option, paths.size(), proofs)};
    }
    for (size_t i = 0, first = 0; i < proofs; first += counts[i++]) {
      shares[i] = paths.subspan(first, counts[i]);
    }
    return shares;
  }

  // Pictures are decoded only for proofs that pass the cheap checks.
  void set_expectations(const VerifierModel& model, StepTimes& times,
                        std::vector<Question>& questions) const {
    for (size_t i = 0; i < questions.size(); ++i) {
      if (!questions[i].inputs.empty() && check_frame(model, questions[i].proof).accepted()) {
        expect_inputs(model.circuit, proof_paths_[i], questions[i]);
      }
    }
    if (questions.size() == 1) {
      questions[0].expectation.step = [&times](const char* step) { times.begin(step); };
    }
  }

  // Contract: the proof decodes.
  static void expect_inputs(const Circuit& circuit, const std::string& proof_path,
                            Question& question) {
    const Proof proof = decode_proof(question.proof).value();
    std::vector<Bytes>& inputs = question.expectation.inputs;
    if (question.inputs.size() != proof.shape.pictures) {
      inputs.resize(question.inputs.size());  // their number alone will be compared
      return;
    }
    if (!proof.input_public && question.expectation.openings.empty()) {
      question.problem =
          Error{printable(proof_path) +
                ": its input is hidden: --input needs the --opening that the prover kept"};
      return;
    }
    for (const std::string& path : question.inputs) {
      auto input = read_input(path, circuit);
      if (!input.ok()) {
        question.problem = input.error();
        inputs.clear();
        return;
      }
      inputs.push_back(std::move(input).value());
    }
  }

  // What is expected of hidden outputs, proof by proof. The number of inputs is the proof's own
  // word, as in share_out.
  [[nodiscard]] Result<void> expect_hidden(const Circuit& circuit,
                                           std::vector<Question>& questions) const {
    VOUCH_ASSIGN(const std::vector<Digest> labels, read_classes(circuit, label_paths_, true));
    VOUCH_ASSIGN(const std::vector<Digest> predictions,
                 read_classes(circuit, prediction_paths_, false));
    size_t first = 0;
    for (Question& question : questions) {
      const auto proof = decode_proof(question.proof);
      const size_t count = proof.ok() ? proof.value().shape.pictures : 0;
      Expectation& expected = question.expectation;
      if (predicate_.given()) {
        VOUCH_ASSIGN(Predicate predicate, predicate_.predicate(circuit, first, count));
        predicate.count = !count_path_.empty();
        expected.predicate = std::move(predicate);
      }
      VOUCH_ASSIGN(expected.labels, share_of(labels, first, count, "label-opening"));
      VOUCH_ASSIGN(expected.predictions, share_of(predictions, first, count, "prediction"));
      first += count;
    }
    VOUCH_TRY(check_number(predicate_.labels().size(), first, "label"));
    VOUCH_TRY(check_number(labels.size(), first, "label-opening"));
    return check_number(predictions.size(), first, "prediction");
  }

  static Result<void> check_number(size_t given, size_t inputs, const char* option) {
    if (given > inputs) {
      return Error{fmt::format("--{} is given {} times, but the proofs are about {} inputs", option,
                               given, inputs)};
    }
    return {};
  }

  static Result<std::vector<Digest>> share_of(const std::vector<Digest>& all, size_t first,
                                              size_t count, const char* option) {
    if (!all.empty() && all.size() < first + count) {
      return Error{fmt::format("--{} is given {} times, and is needed once for each input", option,
                               all.size())};
    }
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(all.empty() ? 0 : first);
    return std::vector<Digest>(begin, begin + static_cast<std::ptrdiff_t>(all.empty() ? 0 : count));
  }

  static Result<std::vector<Digest>> read_classes(const Circuit& circuit, Paths paths,
                                                  bool labels) {
    std::vector<Digest> identities;
    if (paths.empty()) {
      return identities;
    }
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(size_t{1} << circuit.input_kappa, parallel_for));
    for (const std::string& path : paths) {
      VOUCH_ASSIGN(const Bytes file, read_file(path, kMaxProofBytes));
      const auto opening = decode_classes_opening(file);
      if (!opening.ok()) {
        return Error{printable(path) + ": " + opening.error().message};
      }
      if (opening.value().label != labels || !opens(opening.value(), circuit, generators)) {
        return Error{fmt::format("{}: this is not the opening of a {} of this model",
                                 printable(path), labels ? "label" : "prediction")};
      }
      identities.push_back(opening.value().identity);
    }
    return identities;
  }

  [[nodiscard]] Result<ExitStatus> check_count_of(const std::vector<Verification>& results,
                                                  const Generators& generators,
                                                  Output& output) const {
    VOUCH_ASSIGN(const Bytes file, read_file(count_path_, kMaxProofBytes));
    const auto opening = decode_count_opening(file);
    if (!opening.ok()) {
      return Error{printable(count_path_) + ": " + opening.error().message};
    }
    std::vector<Encoding> counts;
    size_t inputs = 0;
    for (const Verification& result : results) {
      if (!result.claim->hidden || !result.claim->hidden->count) {
        return rejected({Reason::kStatement, "not every proof has a committed count"}, "the count",
                        output, output.object());
      }
      counts.push_back(*result.claim->hidden->count);
      inputs += result.claim->inputs.size();
    }
    const Verdict verdict = check_count(counts, opening.value(), generators);
    if (!verdict.accepted()) {
      return rejected(verdict, "the count", output, output.object());
    }
    output.object()["count"] = opening.value().total;
    output.object()["count_of"] = inputs;
    output.line(fmt::format("Count:    true of {} of {} inputs", opening.value().total, inputs));
    return ExitStatus::kAccepted;
  }

  // What cannot be compared says nothing against a proof, and nothing for it.
  [[nodiscard]] static Result<void> check_problems(const std::vector<Question>& questions,
                                                   const std::vector<Verification>& results) {
    for (size_t i = 0; i < questions.size(); ++i) {
      if (results[i].verdict.accepted() && questions[i].problem) {
        return *questions[i].problem;
      }
    }
    return {};
  }

  [[nodiscard]] static std::vector<Verification> answer(const VerifierModel& model,
                                                        const std::vector<Question>& questions,
                                                        const Generators& generators) {
    if (questions.size() == 1) {
      return {
          verify(model, questions[0].proof, questions[0].expectation, generators, parallel_for)};
    }
    std::vector<BatchItem> items;
    items.reserve(questions.size());
    for (const Question& question : questions) {
      items.push_back({&model, question.proof, &question.expectation});
    }
    return verify_batch(items, generators, parallel_for);
  }

  // Arguments that were mixed up are not a rejected proof.
  [[nodiscard]] Result<void> check_kinds(ByteSpan model, ByteSpan proof,
                                         const std::string& proof_path) const {
    const bool proof_first = begins_with(model, kProofMagic);
    if (proof_first || begins_with(proof, kModelPublicMagic)) {
      return Error{
          fmt::format("{} is a {}: the model commitment comes first, then proofs: verify "
                      "MODEL.pub X.proof",
                      printable(proof_first ? model_path_ : proof_path),
                      proof_first ? "proof" : "model commitment")};
    }
    return {};
  }

  [[nodiscard]] static Result<std::vector<InputOpening>> read_openings(Paths paths) {
    std::vector<InputOpening> openings;
    for (const std::string& path : paths) {
      VOUCH_ASSIGN(const Bytes file, read_file(path, kMaxProofBytes));
      const auto opening = decode_input_opening(file);
      if (!opening.ok()) {
        return Error{printable(path) + ": " + opening.error().message};
      }
      openings.push_back(opening.value());
    }
    return openings;
  }

  // One proof is told by itself; of several, each in its turn.
  ExitStatus report_all(const VerifierModel& model, const std::vector<Question>& questions,
                        const std::vector<Verification>& results, Output& output) const {
    const bool one = results.size() == 1;
    auto status = ExitStatus::kAccepted;
    Json proofs = Json::array();
    for (size_t i = 0; i < results.size(); ++i) {
      const std::string path = printable(proof_paths_[i]);
      Json& object = one ? output.object() : proofs.emplace_back(Json::object());
      if (!one) {
        output.line(path + ":");
        object["proof"] = path;
      }
      if (results[i].verdict.accepted()) {
        report(model, *results[i].claim, questions[i].inputs, output, object);
      } else {
        object["status"] = "rejected";
        status = rejected(results[i].verdict, "the proof", output, object);
      }
    }
    if (!one) {
      output.object()["status"] = status == ExitStatus::kAccepted ? "accepted" : "rejected";
      output.object()["proofs"] = std::move(proofs);
    }
    return status;
  }

  [[nodiscard]] static ExitStatus rejected(const Verdict& verdict, const char* what, Output& output,
                                           Json& object) {
    const std::string detail = printable(verdict.detail);
    output.line(fmt::format("REJECTED: {} ({}): {}", what, reason_name(verdict.reason), detail));
    object["reason"] = reason_name(verdict.reason);
    object["detail"] = detail;
    return ExitStatus::kRejected;
  }

  // A single input's answer is told in the object itself, those of several in its list "inputs".
  void report(const VerifierModel& model, const Claim& claim, Paths inputs, Output& output,
              Json& object) const {
    object["status"] = "accepted";
    object["model"] = hex_text(model.identity);
    object["input_public"] = claim.input_public;
    object["input_checked"] = !inputs.empty();
    object["context"] = hex_text(claim.context);
    object["context_checked"] = context_.given();
    output.line("ACCEPTED");
    output.line("Model:    " + hex_text(model.identity));
    output.line("Context:  " + context_line(claim));
    if (claim.hidden) {
      report_predicate(claim.hidden->predicate, model.circuit, output, object);
      object["predicate_checked"] = predicate_.given();
      if (claim.hidden->count) {
        object["count_commitment"] = hex_text(*claim.hidden->count);
      }
    }
    for (size_t i = 0; i < claim.inputs.size(); ++i) {
      Json& own = claim.inputs.size() == 1 ? object : object["inputs"].emplace_back(Json::object());
      own["input"] = hex_text(claim.inputs[i]);
      output.line("Input:    " + input_text(claim, i, inputs));
      if (claim.hidden) {
        report_hidden(*claim.hidden, i, output, own);
        continue;
      }
      output.line("Output:");
      answer_.report(model.circuit, claim.outputs[i], output, own);
    }
  }

  static void report_hidden(const PredicateClaim& hidden, size_t i, Output& output, Json& object) {
    report_result(hidden.predicate, hidden.result, i, output, object);
    if (!hidden.predictions.empty()) {
      object["prediction"] = hex_text(hidden.predictions[i]);
    }
    if (!hidden.labels.empty()) {
      object["label"] = hex_text(hidden.labels[i]);
      output.line(
          fmt::format("Label:    commitment {} (--label-opening checks whose it is: a "
                      "prover may have committed to any)",
                      hex_text(hidden.labels[i])));
    }
  }

  [[nodiscard]] static std::string input_text(const Claim& claim, size_t i, Paths inputs) {
    if (!inputs.empty()) {
      return printable(inputs[i]);
    }
    return fmt::format("for input commitment {} ({})", hex_text(claim.inputs[i]),
                       claim.input_public ? "--input FILE checks which input that is" : "hidden");
  }

  [[nodiscard]] std::string context_line(const Claim& claim) const {
    const std::string text = claim.context.empty() ? "none" : context_text(claim.context);
    return text + (context_.given() ? ", as expected" : ", not checked");
  }

  std::string model_path_;
  std::vector<std::string> proof_paths_;
  std::vector<std::string> input_paths_;
  std::vector<std::string> opening_paths_;
  std::vector<std::string> label_paths_;
  std::vector<std::string> prediction_paths_;
  std::string count_path_;
  PredicateOptions predicate_;
  bool timings_ = false;
  ContextOptions context_;
  AnswerOptions answer_;
};

}  // namespace

std::unique_ptr<Command> verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace vouch
