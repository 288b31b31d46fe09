#include "cli/audit_provider.h"

#include "base/hex.h"
#include "cli/printable.h"

namespace vouch {

Result<Judged<RequestedModel>> open_requested_model(const Bundle& bundle, const Session& session,
                                                    std::span<const SignedRecord> records,
                                                    const std::string& path) {
  const SignedRecord* said = find_record<AuditRequest>(records);
  if (said == nullptr) {
    return Error{"no audit was requested yet"};
  }
  if (const MaybeFault fault = check_deadline(*said)) {
    return Judged<RequestedModel>(*fault);
  }
  const auto request = body_of<AuditRequest>(said->record().body);
  VOUCH_ASSIGN(auto subject, open_audit_subject(bundle, session, request));
  if (!subject.ok()) {
    return Judged<RequestedModel>(subject.fault());
  }
  VOUCH_ASSIGN(ModelFile file, read_owned_model(path));
  if (file.model.identity() != request.model) {
    return Error{printable(path) + " is the model " + hex_text(file.model.identity()) +
                 ", the audit is about " + hex_text(request.model)};
  }
  return Judged<RequestedModel>(
      RequestedModel{std::move(file), said->digest(), std::move(subject).value()});
}

}  // namespace vouch
