#include "cli/party_options.h"

#include <CLI/CLI.hpp>

#include "cli/exchange_report.h"
#include "cli/identity_files.h"

namespace vouch {
namespace {

// What is refused of what others said is noted and passed over.
Result<Checked<Participant>> taken_in(Participant participant, Output& output) {
  VOUCH_ASSIGN(const std::vector<Refusal> refused, participant.take_in());
  if (participant.lost_state()) {
    return Checked<Participant>(*participant.lost_state());
  }
  report_passed_over(refused, output);
  return Checked<Participant>(std::move(participant));
}

}  // namespace

void PartyOptions::declare(CLI::App& app, const std::string& role) {
  app.add_option("BUNDLE", paths_.bundle, "The directory that the parties exchange")->required();
  app.add_option("--key", key_path_, "The " + role + "'s secret key")
      ->required()
      ->type_name("FILE.key");
  app.add_option("--state", paths_.state,
                 "The " + role +
                     "'s own memory of this session, a file outside of the bundle; made "
                     "if it is not there, never to be restored from a copy")
      ->required()
      ->type_name("FILE");
}

Result<SecretKey> PartyOptions::key() const { return read_secret_key(key_path_); }

Result<Checked<Participant>> join_session(const Workflow& workflow, const PartyPaths& paths,
                                          SecretKey key, size_t role, Output& output) {
  VOUCH_ASSIGN(Checked<Participant> joined,
               Participant::join(workflow, paths, std::move(key), role));
  return joined.ok() ? taken_in(std::move(joined).value(), output) : std::move(joined);
}

Result<Checked<Participant>> PartyOptions::join(const Workflow& workflow, size_t role,
                                                Output& output) const {
  VOUCH_ASSIGN(SecretKey secret, key());
  return join_session(workflow, paths_, std::move(secret), role, output);
}

Result<Checked<Participant>> PartyOptions::begin(const Workflow& workflow,
                                                 std::vector<PublicKey> parties,
                                                 Output& output) const {
  VOUCH_ASSIGN(SecretKey secret, key());
  VOUCH_ASSIGN(Participant begun,
               Participant::begin(workflow, paths_, std::move(secret), std::move(parties)));
  return taken_in(std::move(begun), output);
}

}  // namespace vouch
