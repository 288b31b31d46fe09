// The steps of an audit, each in a file of its own.
#pragma once

#include <memory>

#include "cli/program.h"

namespace vouch {

/// `audit request BUNDLE …`: the consumer asks.
[[nodiscard]] std::unique_ptr<Command> audit_request_command();
/// `audit predict BUNDLE …`: the provider commits to all predictions.
[[nodiscard]] std::unique_ptr<Command> audit_predict_command();
/// `audit prove BUNDLE …`: and proves them.
[[nodiscard]] std::unique_ptr<Command> audit_prove_command();
/// `audit reveal BUNDLE …`: the consumer opens the labels.
[[nodiscard]] std::unique_ptr<Command> audit_reveal_command();
/// `audit verify BUNDLE …`: and checks everything, and signs the report.
[[nodiscard]] std::unique_ptr<Command> audit_verify_command();
/// `audit sign BUNDLE …`: as the provider does.
[[nodiscard]] std::unique_ptr<Command> audit_sign_command();
/// `audit check BUNDLE`: anybody checks everything.
[[nodiscard]] std::unique_ptr<Command> audit_check_command();
/// `audit purchase BUNDLE …`: whether a delivered model is the audited one.
[[nodiscard]] std::unique_ptr<Command> audit_purchase_command();
/// `audit status BUNDLE`: what was said, and whose turn it is.
[[nodiscard]] std::unique_ptr<Command> audit_status_command();

}  // namespace vouch
