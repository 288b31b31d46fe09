// A command-line program: one of several commands, each with its options, and what all have in
// common.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/exit_status.h"
#include "cli/output.h"

namespace CLI {
class App;
}

namespace vouch {

/// One command. Its members hold what its options were set to.
class Command {
 public:
  virtual ~Command() = default;
  /// Its name on the command line and one sentence about it.
  [[nodiscard]] virtual const char* name() const = 0;
  [[nodiscard]] virtual const char* about() const = 0;
  /// What follows the options in its help: examples, what is secret, what it relies on.
  [[nodiscard]] virtual const char* footer() const = 0;
  /// Adds its options and arguments.
  virtual void declare(CLI::App& app) = 0;
  /// Does it. An Error becomes ExitStatus::kError.
  [[nodiscard]] virtual Result<ExitStatus> run(Output& output) = 0;
};

struct Program {
  std::string name;
  std::string about;
  std::string footer;
  std::vector<std::unique_ptr<Command>> commands;
  /// The command that is meant when the first argument names none; may be empty.
  std::string implied_command;
  /// Asked before any command is run: an error of the environment is every command's. May be empty.
  std::function<Result<void>()> prepare;
  /// Sets the number of threads; without it there is no --threads.
  std::function<void(size_t)> set_threads;

  /// Parses the arguments (without the program's name), runs the command and returns the exit
  /// status.
  [[nodiscard]] int run(std::vector<std::string> arguments, std::ostream& out,
                        std::ostream& problems) const;
};

}  // namespace vouch
