// `receipts issue`: answers, at once, with receipts in the log.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/file.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "cli/contest_commands.h"
#include "cli/context.h"
#include "cli/identity_files.h"
#include "cli/input.h"
#include "cli/log_files.h"
#include "cli/owned_model.h"
#include "cli/printable.h"
#include "protocol/contest/receipt_service.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

constexpr size_t kAtOnce = 64;  // receipts a transaction, each of which waits for the disk

class ReceiptsIssueCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "issue"; }
  [[nodiscard]] const char* about() const override {
    return "Answer inputs at once, with signed receipts";
  }
  [[nodiscard]] const char* footer() const override {
    return "Runs the model, commits to each input, signs the receipt into the log, and writes for "
           "the customer\n"
           "NAME.record, the receipt, and NAME.open, which opens the commitment (for him alone). "
           "The log keeps\n"
           "the inputs, to prove answers later. --request is drawn at random by the customer; of "
           "several inputs\n"
           "each has a request of its own, derived from it and the input. A command that was "
           "killed "
           "is run\n"
           "again: what was answered is not answered twice.\n"
           "\n"
           "Examples:\n"
           "  vouch receipts issue my.log cat.png --key me.key --model model.vouch -o out/ \\\n"
           "    --request 5f70…09\n"
           "  vouch receipts issue my.log pictures/ --key me.key --model model.vouch -o out/";
  }
  void declare(CLI::App& app) override {
    app.add_option("LOG", log_path_, "The provider's log")->required();
    app.add_option("INPUT", input_paths_, "Pictures or codes, or directories of them")
        ->required()
        ->type_name("INPUT...");
    app.add_option("--key", key_path_, "The provider's secret key")
        ->required()
        ->type_name("FILE.key");
    app.add_option("--model", model_path_, "The compiled model")
        ->required()
        ->type_name("FILE.vouch");
    app.add_option("-o,--output", output_path_, "Directory for what the customer gets")
        ->required()
        ->type_name("DIR");
    app.add_option("--request", request_, "The customer's random 64 hexadecimal digits")
        ->type_name("HEX");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const std::vector<std::string> paths, all_inputs());
    VOUCH_ASSIGN(const SecretKey key, read_secret_key(key_path_));
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    VOUCH_ASSIGN(SessionStore log, open_log(log_path_));
    VOUCH_TRY(make_directory());
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(generators_for_inputs(file.model), parallel_for));
    const auto start = std::chrono::steady_clock::now();
    size_t fresh = 0;
    for (size_t first = 0; first < paths.size(); first += kAtOnce) {
      const auto some = std::span(paths).subspan(first, std::min(kAtOnce, paths.size() - first));
      VOUCH_ASSIGN(const size_t made, issue_some(log, key, file.model, some, generators));
      fresh += made;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    VOUCH_TRY(report_log(log, log_path_, output));
    output.object()["model"] = hex_text(file.model.identity());
    output.object()["receipts"] = paths.size();
    output.object()["new"] = fresh;
    output.object()["seconds"] = took.count();
    output.line(fmt::format("Receipts: {}, {} of them new, in {:.3g} s", paths.size(), fresh,
                            took.count()));
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] Result<std::vector<std::string>> all_inputs() const {
    std::vector<std::string> all;
    for (const std::string& path : input_paths_) {
      std::error_code failed;
      if (!fs::is_directory(path, failed)) {
        all.push_back(path);
        continue;
      }
      std::vector<std::string> inside;
      for (fs::directory_iterator at(path, failed), end; !failed && at != end;
           at.increment(failed)) {
        if (at->is_regular_file(failed)) {
          inside.push_back(at->path().string());
        }
      }
      if (failed) {
        return Error{printable(path) + ": " + failed.message()};
      }
      std::ranges::sort(inside);
      all.insert(all.end(), inside.begin(), inside.end());
    }
    return check_names(std::move(all));
  }

  // Files for the customer are named after the inputs.
  static Result<std::vector<std::string>> check_names(std::vector<std::string> paths) {
    std::vector<std::string> names;
    std::ranges::transform(paths, std::back_inserter(names),
                           [](const std::string& p) { return fs::path(p).filename().string(); });
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
      return Error{"two inputs have the name " + printable(*twice)};
    }
    if (paths.empty()) {
      return Error{"there are no inputs"};
    }
    return paths;
  }

  [[nodiscard]] Result<void> make_directory() const {
    std::error_code failed;
    fs::create_directories(output_path_, failed);
    return failed ? Result<void>(Error{printable(output_path_) + ": " + failed.message()})
                  : Result<void>();
  }

  // What the customer drew; without it, or of several inputs, one that is the same each time.
  [[nodiscard]] Result<Digest> request_of(const SessionStore& log, ByteSpan codes,
                                          const std::string& name, bool single) const {
    Digest base{};
    if (!request_.empty()) {
      VOUCH_ASSIGN(base, parse_digest(request_, "--request"));
      if (single) {
        return base;
      }
    }
    ByteWriter message;
    message.raw(log.session().id);
    message.raw(base);
    message.prefixed(name);
    message.prefixed(codes);
    return labelled_digest("vouch derived request v1", message.bytes());
  }

  Result<size_t> issue_some(SessionStore& log, const SecretKey& key, const ProverModel& model,
                            std::span<const std::string> paths, const Generators& generators) {
    std::vector<Answered> answers;
    for (const std::string& path : paths) {
      VOUCH_ASSIGN(Bytes codes, read_input(path, model.circuit()));
      const std::string name = fs::path(path).filename().string();
      VOUCH_ASSIGN(const Digest request,
                   request_of(log, codes, name, input_paths_.size() == 1 && paths.size() == 1));
      VOUCH_ASSIGN(std::optional<Answered> before, answered_request(log, request));
      if (before && before->codes == codes) {
        answers.push_back(std::move(*before));
      } else {
        VOUCH_ASSIGN(Answered now, answer(model, request, std::move(codes), generators));
        answers.push_back(std::move(now));
      }
    }
    std::vector<Appended> receipts;
    VOUCH_TRY(log.atomically([&]() -> Result<void> {
      for (const Answered& answered : answers) {
        VOUCH_ASSIGN(Appended one, issue_receipt(log, key, answered, now_milliseconds()));
        receipts.push_back(std::move(one));
      }
      return {};
    }));
    for (size_t i = 0; i < paths.size(); ++i) {
      VOUCH_TRY(hand_out(paths[i], answers[i], receipts[i].record));
    }
    return static_cast<size_t>(std::ranges::count_if(receipts, &Appended::is_new));
  }

  [[nodiscard]] Result<void> hand_out(const std::string& path, const Answered& answered,
                                      const SignedRecord& receipt) const {
    const std::string name = (fs::path(output_path_) / fs::path(path).filename()).string();
    Bytes opening = encode_input_opening({answered.receipt.input, answered.salt});
    const WipedAtEnd wiped(opening);
    VOUCH_TRY(write_file(name + ".open", opening, FileAccess::kOwnerOnly));
    return write_file(name + ".record", receipt.bytes(), FileAccess::kPublic);
  }

  std::string log_path_;
  std::vector<std::string> input_paths_;
  std::string key_path_;
  std::string model_path_;
  std::string output_path_;
  std::string request_;
};

}  // namespace

std::unique_ptr<Command> receipts_issue_command() {
  return std::make_unique<ReceiptsIssueCommand>();
}

}  // namespace vouch
