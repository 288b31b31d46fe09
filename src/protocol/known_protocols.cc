#include "protocol/known_protocols.h"

#include <algorithm>
#include <array>

#include "protocol/audit/audit_records.h"
#include "protocol/contest/contest_records.h"
#include "protocol/retrieval/retrieval_records.h"

namespace vouch {

const ProtocolRules* find_rules(const Session& session) {
  const std::array known{&publication_rules(), &audit_rules(), &contest_rules(),
                         &retrieval_rules()};
  const auto found = std::ranges::find_if(
      known, [&](const ProtocolRules* rules) { return !check_protocol(*rules, session); });
  return found == known.end() ? nullptr : *found;
}

}  // namespace vouch
