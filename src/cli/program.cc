#include "cli/program.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <new>

#include "cli/numbers.h"
#include "cli/printable.h"

namespace vouch {
namespace {

constexpr size_t kMaxThreads = 1024;

struct CommonOptions {
  bool json = false;
  bool quiet = false;
  size_t threads = 0;
};

void declare_common(const Program& program, CLI::App& app, CommonOptions& options) {
  const std::string group = "Options of every command";
  app.set_help_flag("-h,--help", "Show this help")->group(group);
  CLI::Option* json =
      app.add_flag("--json", options.json, "Print the result as one JSON object")->group(group);
  app.add_flag("-q,--quiet", options.quiet, "Print nothing but errors; the exit status tells")
      ->group(group)
      ->excludes(json);
  if (program.set_threads) {
    app.add_option("--threads", options.threads, "Threads to use; default: all cores")
        ->transform(whole_number(1, kMaxThreads))
        ->type_name("N")
        ->group(group);
  }
}

// With an implied command, "program x y" means "program command x y".
void name_command(const Program& program, std::vector<std::string>& arguments) {
  if (program.implied_command.empty()) {
    return;
  }
  const auto named = [&](const std::string& word) {
    return word == "--help" || word == "-h" || word == "--version" ||
           std::any_of(program.commands.begin(), program.commands.end(),
                       [&](const auto& command) { return word == command->name(); });
  };
  if (!arguments.empty() && !named(arguments.front())) {
    arguments.insert(arguments.begin(), program.implied_command);
  }
}

bool names_no_command(const Program& program, const std::vector<std::string>& arguments) {
  return !arguments.empty() && !arguments.front().starts_with('-') &&
         std::none_of(program.commands.begin(), program.commands.end(),
                      [&](const auto& command) { return arguments.front() == command->name(); });
}

int status(ExitStatus s) { return static_cast<int>(s); }

const char* word(ExitStatus s) {
  switch (s) {
    case ExitStatus::kAccepted:
      return "ok";
    case ExitStatus::kRejected:
      return "rejected";
    case ExitStatus::kError:
      return "error";
  }
  VOUCH_CHECK(false);
}

Result<ExitStatus> run_within_memory(Command& command, Output& output) {
  try {
    return command.run(output);
  } catch (const std::bad_alloc&) {
    return Error{"not enough memory"};
  }
}

Result<ExitStatus> prepare_and_run(const Program& program, Command& command, Output& output) {
  if (program.prepare) {
    VOUCH_TRY(program.prepare());
  }
  return run_within_memory(command, output);
}

int run_command(const Program& program, Command& command, const CommonOptions& options,
                std::ostream& out, std::ostream& problems) {
  Output output(out, problems, options.json, options.quiet);
  output.object()["command"] = command.name();
  output.object()["status"] = nullptr;  // a command may put its own word
  const Result<ExitStatus> result = prepare_and_run(program, command, output);
  ExitStatus end = ExitStatus::kError;
  if (result.ok()) {
    end = result.value();
  } else {
    output.error(result.error().message);
  }
  if (!result.ok() || output.object()["status"].is_null()) {
    output.object()["status"] = word(end);
  }
  if (!output.finish()) {
    problems << "vouch: error: the result could not be written\n";
    return status(ExitStatus::kError);
  }
  return status(end);
}

}  // namespace

int Program::run(std::vector<std::string> arguments, std::ostream& out,
                 std::ostream& problems) const {
  CLI::App app(about, name);
  app.footer(footer);
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", name + " " VOUCH_VERSION, "Show the version");
  app.require_subcommand(1);
  CommonOptions options;
  for (const auto& command : commands) {
    CLI::App* sub = app.add_subcommand(command->name(), command->about());
    sub->footer(command->footer());
    command->declare(*sub);
    declare_common(*this, *sub, options);
  }
  name_command(*this, arguments);
  const auto given = [&](const char* flag) {
    return std::find(arguments.begin(), arguments.end(), flag) != arguments.end();
  };
  const bool json = given("--json") && !given("--quiet") && !given("-q");
  try {
    if (names_no_command(*this, arguments)) {
      throw CLI::ValidationError("'" + printable(arguments.front()) + "' is no command");
    }
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& end) {
    if (app.exit(end, out, problems) == 0) {
      return 0;
    }
    if (json) {
      out << Json{{"status", "error"}, {"error", printable(end.what())}}.dump(2) << '\n';
    }
    return status(ExitStatus::kError);
  }
  if (options.threads != 0) {
    set_threads(options.threads);
  }
  const std::string chosen = app.get_subcommands().front()->get_name();
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const auto& c) { return chosen == c->name(); });
  return run_command(*this, **command, options, out, problems);
}

}  // namespace vouch
