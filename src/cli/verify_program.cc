#include "cli/verify_program.h"

#include "cli/commands.h"
#include "cli/inspect_verifier_files.h"
#include "cli/kernel_choice.h"

namespace vouch {

Program verify_program() {
  Program program;
  program.name = "vouch-verify";
  program.about = "Checks proofs that a network with hidden weights gave an answer.";
  program.footer =
      "Without a command it means `verify`:\n"
      "  vouch-verify model.pub x.proof --input cat.png\n"
      "A file whose name is that of a command is written ./verify or ./inspect.\n"
      "\n"
      "Exit status: 0 accepted, 1 rejected, 2 error.";
  program.implied_command = "verify";
  program.prepare = choose_kernels;
  program.commands.push_back(verify_command());
  program.commands.push_back(inspect_command(verifier_file_inspectors()));
  return program;
}

}  // namespace vouch
