// What the provider's steps of an audit have in common.
#pragma once

#include "cli/owned_model.h"
#include "cli/party_options.h"
#include "protocol/audit/audit_prover.h"

namespace vouch {

struct RequestedModel {
  ModelFile file;
  Digest request;  ///< of its record
  AuditSubject subject;
};

/// The model in the file at `path`, and what the request asks about it. Fault: the request is no
/// possible one. Error: it is about another model.
[[nodiscard]] Result<Judged<RequestedModel>> open_requested_model(
    const Bundle& bundle, const Session& session, std::span<const SignedRecord> records,
    const std::string& path);

}  // namespace vouch
