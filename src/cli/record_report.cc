#include "cli/record_report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "cli/context.h"
#include "protocol/known_protocols.h"

namespace vouch {
namespace {

constexpr size_t kMostShown = 32;  // bytes of a field in a line; JSON has all

const KindRules* rules_of_record(const Record& record) {
  const ProtocolRules* rules = find_rules(record.session);
  return rules == nullptr || check_kind(*rules, record) ? nullptr : rules->find(record.kind);
}

Json json_of(uint64_t number) { return number; }
Json json_of(const std::string& text) { return text; }
Json json_of(const Digest& digest) { return hex_text(digest); }
Json json_of(const Bytes& bytes) { return hex_text(bytes); }
Json json_of(const std::vector<Digest>& digests) {
  Json list = Json::array();
  for (const Digest& digest : digests) {
    list.push_back(hex_text(digest));
  }
  return list;
}

std::string text_of(const Field& field) {
  switch (type_of(field)) {
    case FieldType::kNumber:
      return std::to_string(std::get<uint64_t>(field));
    case FieldType::kText:
      return std::get<std::string>(field);
    case FieldType::kDigests:
      return fmt::format("{} digests", length_of(field));
    case FieldType::kDigest:
      return hex_text(std::get<Digest>(field));
    case FieldType::kBytes: {
      const ByteSpan bytes(std::get<Bytes>(field));
      return bytes.size() <= kMostShown
                 ? hex_text(bytes)
                 : fmt::format("{}… ({} bytes)", hex_text(bytes.first(kMostShown)), bytes.size());
    }
  }
  VOUCH_CHECK(false);
}

void report_fields(const Record& record, Output& output, Json& object) {
  const KindRules* rules = rules_of_record(record);
  Json& body = object["body"] = Json::object();
  for (size_t i = 0; i < record.body.size(); ++i) {
    const Field& field = record.body[i];
    const std::string name = rules != nullptr ? rules->fields[i].name : fmt::format("field {}", i);
    body[name] = std::visit([](const auto& value) { return json_of(value); }, field);
    output.line(fmt::format("  {:<10} {}", name + ":", text_of(field)));
  }
}

}  // namespace

std::string kind_text(const Record& record) {
  const KindRules* rules = rules_of_record(record);
  return rules != nullptr ? rules->name : fmt::format("kind {}", record.kind);
}

std::string time_text(uint64_t milliseconds) {
  const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(seconds));
}

void report_record_line(const SignedRecord& record, Output& output) {
  output.line(fmt::format("{:>6}  {}  {:<20}  {}", record.record().sequence(),
                          time_text(record.record().time), kind_text(record.record()),
                          hex_text(record.digest())));
}

Json record_summary(const SignedRecord& record) {
  return {{"record", record.record().sequence()},
          {"kind", kind_text(record.record())},
          {"time", record.record().time},
          {"digest", hex_text(record.digest())}};
}

void report_record(const SignedRecord& signed_record, Output& output, Json& object) {
  const Record& record = signed_record.record();
  object.update(record_summary(signed_record));
  object["protocol"] = record.session.protocol;
  object["protocol_version"] = record.session.version;
  object["session"] = hex_text(record.session.id);
  object["author"] = hex_text(signed_record.author());
  output.line(fmt::format("Protocol: {} {}", record.session.protocol, record.session.version));
  output.line("Session:  " + hex_text(record.session.id));
  Json& parties = object["parties"] = Json::array();
  for (size_t i = 0; i < record.session.parties.size(); ++i) {
    const PublicKey& key = record.session.parties[i];
    parties.push_back({{"key", hex_text(key)}, {"seen", record.seen[i].count}});
    output.line(fmt::format("{} {} ({} records before this one)",
                            i == record.author ? "Author:  " : "Party:   ", hex_text(key),
                            record.seen[i].count));
  }
  output.line(fmt::format("Record:   number {}, of {}", record.sequence(), time_text(record.time)));
  output.line("Digest:   " + hex_text(signed_record.digest()));
  output.line("It says:  " + kind_text(record));
  report_fields(record, output, object);
}

}  // namespace vouch
