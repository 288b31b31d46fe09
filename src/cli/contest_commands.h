// The commands of receipts, contests and disputes, each in a file of its own.
#pragma once

#include <memory>

#include "cli/program.h"

namespace vouch {

/// `receipts issue LOG INPUT…`.
[[nodiscard]] std::unique_ptr<Command> receipts_issue_command();
/// `receipts check X.record --input FILE …`.
[[nodiscard]] std::unique_ptr<Command> receipts_check_command();
/// `receipts …`.
[[nodiscard]] std::unique_ptr<Command> receipts_command();

/// `contest open BUNDLE …`.
[[nodiscard]] std::unique_ptr<Command> contest_open_command();
/// `contest accept BUNDLE --log LOG`.
[[nodiscard]] std::unique_ptr<Command> contest_accept_command();
/// `contest reveal BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> contest_reveal_command();
/// `contest disclose BUNDLE --log LOG`.
[[nodiscard]] std::unique_ptr<Command> contest_disclose_command();
/// `contest prove BUNDLE --log LOG --model FILE.vouch`.
[[nodiscard]] std::unique_ptr<Command> contest_prove_command();
/// `contest verify BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> contest_verify_command();
/// `contest time BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> contest_time_command();
/// `contest verdict BUNDLE -o FILE.json`.
[[nodiscard]] std::unique_ptr<Command> contest_verdict_command();
/// `contest check BUNDLE --verdict FILE.json`.
[[nodiscard]] std::unique_ptr<Command> contest_check_command();

/// `arbitrate BUNDLE`.
[[nodiscard]] std::unique_ptr<Command> arbitrate_command();

}  // namespace vouch
