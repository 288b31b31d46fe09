// Kinds of records. A protocol defines each in one place, as a struct:
//
//     struct Receipt {
//       static constexpr uint16_t kKind = 3;               // within the protocol
//       static constexpr const char* kName = "receipt";
//       static constexpr uint32_t kAuthors = 1;            // bit i: party i may write it
//       Digest model{};
//       Bytes output;
//       template <class Self, class Visit>
//       static void each_field(Self& self, Visit&& visit) {
//         visit("model", self.model);
//         visit("output", self.output, kMaxOutput);        // at most so long
//       }
//     };
//
// and lists them in its ProtocolRules, by which records are checked and shown.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "records/record.h"

namespace vouch {

struct FieldRule {
  const char* name;
  FieldType type;
  uint32_t most;  ///< length_of
};

struct KindRules {
  uint16_t kind;
  const char* name;
  uint32_t authors;
  std::vector<FieldRule> fields;
};

struct ProtocolRules {
  const char* name;
  uint16_t version;
  std::vector<const char*> roles;  ///< of the parties, in their order
  std::vector<KindRules> kinds;

  /// The rules of a kind, or null.
  [[nodiscard]] const KindRules* find(uint16_t kind) const;
};

/// Whether it is a session of the protocol, in its version.
[[nodiscard]] MaybeRefusal check_protocol(const ProtocolRules& rules, const Session& session);

/// Whether the record is one of the protocol: its version, number of parties, kind, author, fields.
[[nodiscard]] MaybeRefusal check_kind(const ProtocolRules& rules, const Record& record);

/// The rules of the kind that `Body` is.
template <class Body>
[[nodiscard]] KindRules rules_of() {
  KindRules rules{Body::kKind, Body::kName, Body::kAuthors, {}};
  const Body body;
  Body::each_field(body, [&](const char* name, const auto& value, uint32_t most = 1) {
    rules.fields.push_back({name, type_of(Field(value)), most});
  });
  return rules;
}

template <class Body>
[[nodiscard]] Fields fields_of(const Body& body) {
  Fields fields;
  Body::each_field(body, [&](const char* /*name*/, const auto& value, uint32_t /*most*/ = 1) {
    fields.emplace_back(value);
  });
  return fields;
}

/// Contract: the fields obey rules_of<Body> (check_kind).
template <class Body>
[[nodiscard]] Body body_of(const Fields& fields) {
  Body body;
  size_t i = 0;
  Body::each_field(body, [&]<class Value>(const char* /*name*/, Value& value, uint32_t = 1) {
    value = std::get<Value>(fields.at(i++));
  });
  VOUCH_CHECK(i == fields.size());
  return body;
}

}  // namespace vouch
