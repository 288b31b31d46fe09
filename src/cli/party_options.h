// What a party of a session names on the command line: bundle, key, state.
#pragma once

#include <string>

#include "cli/output.h"
#include "protocol/participant.h"

namespace CLI {
class App;
}

namespace vouch {

/// Takes part as party `role` in the session of the bundle, and takes in what others said. What is
/// none of it is reported, and passed over. Refused: the state was lost, or there is no session.
[[nodiscard]] Result<Checked<Participant>> join_session(const Workflow& workflow,
                                                        const PartyPaths& paths, SecretKey key,
                                                        size_t role, Output& output);

class PartyOptions {
 public:
  /// `role` is told in the help: "provider".
  void declare(CLI::App& app, const std::string& role);
  [[nodiscard]] Result<Checked<Participant>> join(const Workflow& workflow, size_t role,
                                                  Output& output) const;
  /// Begins a session, in which the key's owner is one of `parties`, or goes on with it; likewise.
  [[nodiscard]] Result<Checked<Participant>> begin(const Workflow& workflow,
                                                   std::vector<PublicKey> parties,
                                                   Output& output) const;
  [[nodiscard]] Result<SecretKey> key() const;
  [[nodiscard]] const std::string& bundle() const { return paths_.bundle; }

 private:
  PartyPaths paths_;
  std::string key_path_;
};

}  // namespace vouch
