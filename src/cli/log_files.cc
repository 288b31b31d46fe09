#include "cli/log_files.h"

#include <fmt/format.h>

#include "cli/context.h"
#include "cli/printable.h"

namespace vouch {

Result<SessionStore> open_log(const std::string& path) {
  VOUCH_ASSIGN(SessionStore log, SessionStore::open(path));
  if (const auto is_log = require_publication(log); !is_log.ok()) {
    return Error{path + ": " + is_log.error().message};
  }
  return log;
}

Result<void> report_log(const SessionStore& log, const std::string& path, Output& output) {
  VOUCH_ASSIGN(const uint64_t size, log.count(log.self()));
  Json& object = output.object();
  object["log"] = printable(path);
  object["session"] = hex_text(log.session().id);
  object["publisher"] = hex_text(log.own_key());
  object["size"] = size;
  output.line(fmt::format("{}: {} record{} of {}", printable(path), size, size == 1 ? "" : "s",
                          fingerprint(log.own_key())));
  return {};
}

}  // namespace vouch
