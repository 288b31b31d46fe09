#include "cli/vouch_program.h"

#include <array>
#include <iterator>

#include "base/parallel.h"
#include "cli/commands.h"
#include "cli/contest_commands.h"
#include "cli/inspect_owner_files.h"
#include "cli/inspect_record_files.h"
#include "cli/inspect_verifier_files.h"
#include "cli/kernel_choice.h"
#include "cli/plan_commands.h"
#include "cli/record_commands.h"
#include "cli/retrieval_commands.h"

namespace vouch {
namespace {

FileInspectors all_inspectors() {
  FileInspectors all = verifier_file_inspectors();
  for (FileInspectors& more : std::array{record_file_inspectors(), owner_file_inspectors()}) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

Program vouch_program() {
  Program program;
  program.name = "vouch";
  program.about = "Proves that a network with hidden weights gave an answer.";
  program.footer =
      "The owner:     vouch compile model.tflite -o model.vouch        (secret)\n"
      "               vouch commit model.vouch -o model.pub            (for everybody)\n"
      "               vouch prove model.vouch cat.png -o x.proof\n"
      "Anybody else:  vouch verify model.pub x.proof --input cat.png\n"
      "\n"
      "Exit status: 0 done or accepted, 1 a proof was rejected, 2 error.\n"
      "`vouch COMMAND --help` tells the options of a command, with examples.";
  program.prepare = choose_kernels;
  program.commands.push_back(compile_command());
  program.commands.push_back(commit_command());
  program.commands.push_back(run_command());
  program.commands.push_back(estimate_command());
  program.commands.push_back(evaluate_command());
  program.commands.push_back(prove_command());
  program.commands.push_back(label_command());
  program.commands.push_back(verify_command());
  program.commands.push_back(inspect_command(all_inspectors()));
  program.commands.push_back(identity_command());
  program.commands.push_back(log_command());
  program.commands.push_back(audit_command());
  program.commands.push_back(receipts_command());
  program.commands.push_back(contest_command());
  program.commands.push_back(retrieval_command());
  program.commands.push_back(arbitrate_command());
  program.commands.push_back(incentives_command());
  program.commands.push_back(operators_command());
  program.commands.push_back(new_model_command());
  program.commands.push_back(new_picture_command());
  program.set_threads = set_thread_count;
  return program;
}

}  // namespace vouch
