// Logs on the command line.
#pragma once

#include <string>

#include "cli/output.h"
#include "records/publication_log.h"

namespace vouch {

/// Opens a log. Error: no such file, or not a log.
[[nodiscard]] Result<SessionStore> open_log(const std::string& path);

/// Its size and publisher: a line and members "log", "session", "publisher", "size".
[[nodiscard]] Result<void> report_log(const SessionStore& log, const std::string& path,
                                      Output& output);

}  // namespace vouch
