// A finished audit, checked from scratch: what `audit check` is, and `audit purchase` relies on.
#pragma once

#include <CLI/CLI.hpp>
#include <array>

#include "cli/bundle_options.h"
#include "protocol/audit/audit_result.h"

namespace vouch {

class WholeAudit {
 public:
  /// The bundle, who the parties must be, and the root that the model must be published under.
  void declare(CLI::App& app);

  /// Reports what it finds. Nothing: the audit is rejected. Error: it is not finished.
  [[nodiscard]] Result<std::optional<AuditFindings>> check(double price, Output& output) const;

 private:
  [[nodiscard]] Result<MaybeRefusal> check_parties(const Session& session) const;
  [[nodiscard]] Result<MaybeRefusal> check_head(const AuditSubject& subject) const;

  BundleOptions options_;
  std::array<std::string, 2> expected_;
  std::string head_path_;
};

}  // namespace vouch
