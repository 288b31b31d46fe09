#include "cli/audit_judgement.h"

#include <fmt/format.h>

#include <chrono>

#include "cli/audit_provider.h"
#include "cli/audit_report.h"
#include "cli/progress_options.h"
#include "cli/proof_cost.h"

namespace vouch {

Result<Judged<AuditFindings>> judge_and_report(const Bundle& bundle, const Session& session,
                                               std::span<const SignedRecord> records, double price,
                                               Output& output) {
  const auto start = std::chrono::steady_clock::now();
  Progress progress("audit", 0, progress_options(output));
  progress.phase("verifying");
  VOUCH_ASSIGN(auto judged, judge_audit(bundle, session, records, [&] { progress.tick(); }));
  progress.finish();
  if (judged.ok()) {
    const AuditFindings& findings = judged.value();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    report_audit_subject(findings.subject, output);
    output.object()["verify_seconds"] = took.count();
    output.line("Verified: in " + duration_text(took.count()));
    if (const auto proofs = find_body<AuditProofs>(records)) {
      report_audit_cost(findings.subject.request, *proofs, price, output);
    }
    if (findings.report) {
      report_audit_result(findings.subject.request, *findings.report, output);
    }
  }
  return judged;
}

}  // namespace vouch
