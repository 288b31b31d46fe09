// What a third party says of a session, for people and programs.
#pragma once

#include "cli/output.h"
#include "protocol/judgement.h"

namespace vouch {

/// {protocol, version, session, parties, state, detail, at_fault, deviations}.
[[nodiscard]] Json judgement_json(const Judgement& judgement, const ProtocolRules& rules);

/// The same as lines that a judge can read.
void report_judgement(const Judgement& judgement, const ProtocolRules& rules, Output& output);

/// Both, the object as the member "judgement".
void tell_judgement(const Judgement& judgement, const ProtocolRules& rules, Output& output);

}  // namespace vouch
