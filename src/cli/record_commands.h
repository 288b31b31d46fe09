// The commands about identities and records, each in a file of its own.
#pragma once

#include <memory>

#include "cli/program.h"

namespace vouch {

/// `identity new -o FILE.key`.
[[nodiscard]] std::unique_ptr<Command> identity_new_command();
/// `identity show FILE`.
[[nodiscard]] std::unique_ptr<Command> identity_show_command();
/// `identity …`.
[[nodiscard]] std::unique_ptr<Command> identity_command();

/// `log new LOG --key FILE.key`.
[[nodiscard]] std::unique_ptr<Command> log_new_command();
/// `log append LOG --key FILE.key …`.
[[nodiscard]] std::unique_ptr<Command> log_append_command();
/// `log root LOG --key FILE.key -o FILE.record`.
[[nodiscard]] std::unique_ptr<Command> log_root_command();
/// `log prove LOG …`.
[[nodiscard]] std::unique_ptr<Command> log_prove_command();
/// `log export LOG -o FILE.records`.
[[nodiscard]] std::unique_ptr<Command> log_export_command();
/// `log check FILE --publisher IDENTITY`.
[[nodiscard]] std::unique_ptr<Command> log_check_command();
/// `log …`.
[[nodiscard]] std::unique_ptr<Command> log_command();

}  // namespace vouch
