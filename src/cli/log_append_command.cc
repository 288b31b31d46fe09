// `log append`: records for what is published.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <sstream>

#include "base/file.h"
#include "base/parallel.h"
#include "cli/context.h"
#include "cli/identity_files.h"
#include "cli/log_files.h"
#include "cli/printable.h"
#include "cli/record_commands.h"
#include "cli/record_report.h"
#include "verify/checked_model.h"

namespace vouch {
namespace {

constexpr size_t kMaxReceiptsBytes = size_t{1} << 28;

Result<Saying> model_saying(const std::string& path) {
  VOUCH_ASSIGN(const Bytes file, read_file(path, kMaxModelPublicBytes));
  const auto model = open_checked_model(file, parallel_for);
  if (!model.ok()) {
    return Error{printable(path) + ": " + model.error().message};
  }
  return saying(ModelCommitted{model.value().identity, file_digest(file)});
}

// COUNT:ROOT
Result<Saying> documents_saying(const std::string& text) {
  DocumentsCommitted documents;
  const char* end = text.data() + text.size();
  const auto [colon, error] = std::from_chars(text.data(), end, documents.count);
  if (error != std::errc() || colon == end || *colon != ':') {
    return Error{"--documents is COUNT:ROOT, not " + printable(text)};
  }
  VOUCH_ASSIGN(documents.root, parse_digest(std::string(colon + 1, end), "the root of documents"));
  return saying(documents);
}

Result<std::string> text_member(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name) || !object[name].is_string()) {
    return Error{fmt::format("there is no text \"{}\"", name)};
  }
  return object[name].get<std::string>();
}

Result<Saying> receipt_saying(const std::string& line) {
  const Json object = Json::parse(line, nullptr, false);
  Receipt receipt;
  for (const auto& [name, digest] :
       {std::pair("model", &receipt.model), std::pair("request", &receipt.request),
        std::pair("input", &receipt.input)}) {
    VOUCH_ASSIGN(const std::string digits, text_member(object, name));
    VOUCH_ASSIGN(*digest, parse_digest(digits, fmt::format("\"{}\"", name)));
  }
  VOUCH_ASSIGN(const std::string output, text_member(object, "output"));
  VOUCH_ASSIGN(receipt.output, parse_hex(output));
  return saying(receipt);
}

// One JSON object a line.
Result<void> read_receipts(const std::string& path, std::vector<Saying>& sayings) {
  VOUCH_ASSIGN(const Bytes file, read_file(path, kMaxReceiptsBytes));
  std::istringstream lines(std::string(file.begin(), file.end()));
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    auto receipt = receipt_saying(line);
    if (!receipt.ok()) {
      return Error{
          fmt::format("{}, line {}: {}", printable(path), number, receipt.error().message)};
    }
    sayings.push_back(std::move(receipt).value());
  }
  return {};
}

class LogAppendCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "append"; }
  [[nodiscard]] const char* about() const override { return "Sign records and append them"; }
  [[nodiscard]] const char* footer() const override {
    return "All of one command are appended, or none. What was appended before is not appended "
           "twice, so\n"
           "a command that was killed is run again. Receipts are one JSON object a line, with 64 "
           "hexadecimal\n"
           "digits each for \"model\", \"request\" (drawn at random by whoever asked) and "
           "\"input\" (its\n"
           "commitment's identity), and the \"output\" in hexadecimal.\n"
           "\n"
           "Examples:\n"
           "  vouch log append my.log --key me.key --model model.pub\n"
           "  vouch log append my.log --key me.key --documents 200:5f70…09 --receipts today.jsonl";
  }
  void declare(CLI::App& app) override {
    app.add_option("LOG", log_path_, "The log")->required();
    app.add_option("--key", key_path_, "The publisher's secret key")
        ->required()
        ->type_name("FILE.key");
    app.add_option("--model", model_paths_, "A model commitment that is published")
        ->type_name("FILE.pub");
    app.add_option("--documents", documents_,
                   "How many documents are committed to, and the digest of the commitments")
        ->type_name("COUNT:ROOT");
    app.add_option("--receipts", receipt_paths_, "Answers that were given out")
        ->type_name("FILE.jsonl");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const std::vector<Saying> sayings, read_sayings());
    VOUCH_ASSIGN(const SecretKey key, read_secret_key(key_path_));
    VOUCH_ASSIGN(SessionStore log, open_log(log_path_));
    std::vector<Appended> appended;
    VOUCH_TRY(log.atomically([&]() -> Result<void> {
      for (const Saying& next : sayings) {
        VOUCH_ASSIGN(Appended one, log.append(publication_rules(), key, next, now_milliseconds()));
        appended.push_back(std::move(one));
      }
      return {};
    }));
    VOUCH_TRY(report_log(log, log_path_, output));
    Json& list = output.object()["records"] = Json::array();
    for (const Appended& one : appended) {
      Json entry = record_summary(one.record);
      entry["new"] = one.is_new;
      list.push_back(std::move(entry));
      report_record_line(one.record, output);
      if (!one.is_new) {
        output.line("        was there before");
      }
    }
    return ExitStatus::kAccepted;
  }

 private:
  Result<std::vector<Saying>> read_sayings() const {
    std::vector<Saying> sayings;
    for (const std::string& path : model_paths_) {
      VOUCH_ASSIGN(Saying model, model_saying(path));
      sayings.push_back(std::move(model));
    }
    for (const std::string& text : documents_) {
      VOUCH_ASSIGN(Saying documents, documents_saying(text));
      sayings.push_back(std::move(documents));
    }
    for (const std::string& path : receipt_paths_) {
      VOUCH_TRY(read_receipts(path, sayings));
    }
    if (sayings.empty()) {
      return Error{"nothing to append: give --model, --documents or --receipts"};
    }
    return sayings;
  }

  std::string log_path_;
  std::string key_path_;
  std::vector<std::string> model_paths_;
  std::vector<std::string> documents_;
  std::vector<std::string> receipt_paths_;
};

}  // namespace

std::unique_ptr<Command> log_append_command() { return std::make_unique<LogAppendCommand>(); }

}  // namespace vouch
