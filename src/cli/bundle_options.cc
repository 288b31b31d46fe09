#include "cli/bundle_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/hex.h"
#include "cli/exchange_report.h"

namespace vouch {

void SessionOption::declare(CLI::App& app) {
  app.add_option("--session", digits_,
                 "Which session, if files tell of several; default: that of most files")
      ->type_name("ID");
}

Result<SessionFilter> SessionOption::wanted() const {
  if (digits_.empty()) {
    return SessionFilter(any_session);
  }
  const auto id = parse_hex(digits_);
  if (!id.ok() || id.value().size() != sizeof(SessionId)) {
    return Error{"--session wants the 64 hexadecimal digits of a session"};
  }
  return SessionFilter([wanted = id.value()](const Session& session) {
    return std::ranges::equal(session.id, wanted);
  });
}

void BundleOptions::declare(CLI::App& app) {
  app.add_option("BUNDLE", path_, "The directory that the parties exchange")->required();
  session_.declare(app);
}

Result<Checked<Exchange>> BundleOptions::read(const Bundle& bundle, const Workflow& workflow,
                                              Output& output) const {
  VOUCH_ASSIGN(const SessionFilter wanted, session_.wanted());
  VOUCH_ASSIGN(auto exchange, read_exchange(bundle, workflow, wanted));
  if (exchange.ok()) {
    report_passed_over(exchange.value().refused, output);
  }
  return exchange;
}

}  // namespace vouch
