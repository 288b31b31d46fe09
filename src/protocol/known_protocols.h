// The protocols of which this program knows the records.
#pragma once

#include "records/record_kind.h"

namespace vouch {

/// The rules that a session's records are checked and shown by, or null.
[[nodiscard]] const ProtocolRules* find_rules(const Session& session);

}  // namespace vouch
