// vouch-verify: the verifier alone. It has no prover, no model readers and no threads in it.
#include <iostream>

#include "cli/commands.h"
#include "cli/inspect_verifier_files.h"

int main(int argc, char** argv) {
  vouch::Program program;
  program.name = "vouch-verify";
  program.about = "Checks proofs that a network with hidden weights gave an answer.";
  program.footer =
      "Without a command it means `verify`:\n"
      "  vouch-verify model.pub x.proof --input cat.png";
  program.implied_command = "verify";
  program.commands.push_back(vouch::verify_command());
  program.commands.push_back(vouch::inspect_command(vouch::verifier_file_inspectors()));
  return program.run({argv + (argc > 0 ? 1 : 0), argv + argc}, std::cout, std::cerr);
}
