// What somebody names who looks at a session and is none of its parties: a bundle, and which
// session of it.
#pragma once

#include <string>

#include "cli/output.h"
#include "protocol/exchange.h"

namespace CLI {
class App;
}

namespace vouch {

/// The option --session.
class SessionOption {
 public:
  void declare(CLI::App& app);
  /// Any session if the option is not given.
  [[nodiscard]] Result<SessionFilter> wanted() const;

 private:
  std::string digits_;
};

/// BUNDLE and --session.
class BundleOptions {
 public:
  void declare(CLI::App& app);
  [[nodiscard]] Result<Bundle> bundle() const { return Bundle::open(path_); }
  [[nodiscard]] Result<SessionFilter> wanted() const { return session_.wanted(); }
  /// What the bundle says of a session of the protocol. What is passed over is reported.
  [[nodiscard]] Result<Checked<Exchange>> read(const Bundle& bundle, const Workflow& workflow,
                                               Output& output) const;

 private:
  std::string path_;
  SessionOption session_;
};

}  // namespace vouch
