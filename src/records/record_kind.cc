#include "records/record_kind.h"

#include <algorithm>

namespace vouch {
namespace {

MaybeRefusal check_fields(const KindRules& kind, const Fields& fields) {
  if (fields.size() != kind.fields.size()) {
    return Refusal{Refused::kWrongBody, std::string("a ") + kind.name + " has " +
                                            std::to_string(kind.fields.size()) +
                                            " fields, this has " + std::to_string(fields.size())};
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    const FieldRule& rule = kind.fields[i];
    if (type_of(fields[i]) != rule.type || length_of(fields[i]) > rule.most) {
      return Refusal{Refused::kWrongBody, std::string("the field '") + rule.name + "' of a " +
                                              kind.name + " is no " + type_name(rule.type) +
                                              " or too long"};
    }
  }
  return {};
}

}  // namespace

const KindRules* ProtocolRules::find(uint16_t kind) const {
  const auto found = std::ranges::find(kinds, kind, &KindRules::kind);
  return found == kinds.end() ? nullptr : &*found;
}

MaybeRefusal check_protocol(const ProtocolRules& rules, const Session& session) {
  if (session.protocol == rules.name && session.version == rules.version) {
    return {};
  }
  return Refusal{Refused::kOtherProtocol, "it is a record of the protocol '" + session.protocol +
                                              "' version " + std::to_string(session.version) +
                                              ", not of '" + rules.name + "' version " +
                                              std::to_string(rules.version)};
}

MaybeRefusal check_kind(const ProtocolRules& rules, const Record& record) {
  const Session& session = record.session;
  if (auto refusal = check_protocol(rules, session)) {
    return refusal;
  }
  if (session.parties.size() != rules.roles.size()) {
    return Refusal{Refused::kOtherParties,
                   "the protocol has " + std::to_string(rules.roles.size()) + " parties, not " +
                       std::to_string(session.parties.size())};
  }
  const KindRules* kind = rules.find(record.kind);
  if (kind == nullptr) {
    return Refusal{Refused::kUnknownKind,
                   "the protocol has no record of kind " + std::to_string(record.kind)};
  }
  if ((kind->authors >> record.author & 1U) == 0) {
    return Refusal{Refused::kUnknownKind, std::string("a ") + kind->name + " is not for the " +
                                              rules.roles[record.author] + " to write"};
  }
  return check_fields(*kind, record.body);
}

}  // namespace vouch
