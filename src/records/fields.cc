#include "records/fields.h"

#include <algorithm>

namespace vouch {
namespace {

template <FieldType kType>
using ValueOf = std::variant_alternative_t<static_cast<size_t>(kType) - 1, Field>;
static_assert(std::is_same_v<ValueOf<FieldType::kNumber>, uint64_t>);
static_assert(std::is_same_v<ValueOf<FieldType::kDigest>, Digest>);
static_assert(std::is_same_v<ValueOf<FieldType::kBytes>, Bytes>);
static_assert(std::is_same_v<ValueOf<FieldType::kText>, std::string>);
static_assert(std::is_same_v<ValueOf<FieldType::kDigests>, std::vector<Digest>>);

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

void write_value(ByteWriter& out, uint64_t number) { out.u64(number); }
void write_value(ByteWriter& out, const Digest& digest) { out.raw(digest); }
void write_value(ByteWriter& out, const Bytes& bytes) { out.prefixed(bytes); }
void write_value(ByteWriter& out, const std::string& text) {
  VOUCH_CHECK(is_plain(text));
  out.prefixed(text);
}
void write_value(ByteWriter& out, const std::vector<Digest>& digests) {
  VOUCH_CHECK(digests.size() <= kMaxFieldBytes / sizeof(Digest));
  out.u32(static_cast<uint32_t>(digests.size()));
  for (const Digest& digest : digests) {
    out.raw(digest);
  }
}

Digest read_digest(ByteReader& in) {
  Digest digest{};
  in.read(digest);
  return digest;
}

std::vector<Digest> read_digests(ByteReader& in) {
  std::vector<Digest> digests(in.count(kMaxFieldBytes / sizeof(Digest), sizeof(Digest)));
  for (Digest& digest : digests) {
    digest = read_digest(in);
  }
  return digests;
}

Result<Field> read_field(ByteReader& in) {
  switch (static_cast<FieldType>(in.u8())) {
    case FieldType::kNumber:
      return Field(in.u64());
    case FieldType::kDigest:
      return Field(read_digest(in));
    case FieldType::kBytes: {
      const ByteSpan bytes = in.prefixed(kMaxFieldBytes);
      return Field(Bytes(bytes.begin(), bytes.end()));
    }
    case FieldType::kText: {
      std::string text = in.text(kMaxFieldBytes);
      if (!is_plain(text)) {
        return Error{"a field's text is not printable ASCII"};
      }
      return Field(std::move(text));
    }
    case FieldType::kDigests:
      return Field(read_digests(in));
  }
  return Error{in.ok() ? "a field of an unknown type" : "a field is cut short"};
}

}  // namespace

FieldType type_of(const Field& field) { return static_cast<FieldType>(field.index() + 1); }

const char* type_name(FieldType type) {
  switch (type) {
    case FieldType::kNumber:
      return "number";
    case FieldType::kDigest:
      return "digest";
    case FieldType::kBytes:
      return "bytes";
    case FieldType::kText:
      return "text";
    case FieldType::kDigests:
      return "digests";
  }
  VOUCH_CHECK(false);
}

size_t length_of(const Field& field) {
  switch (type_of(field)) {
    case FieldType::kBytes:
      return std::get<Bytes>(field).size();
    case FieldType::kText:
      return std::get<std::string>(field).size();
    case FieldType::kDigests:
      return std::get<std::vector<Digest>>(field).size();
    default:
      return 1;
  }
}

void write_fields(ByteWriter& out, const Fields& fields) {
  VOUCH_CHECK(fields.size() <= kMaxFields);
  out.u8(static_cast<uint8_t>(fields.size()));
  for (const Field& field : fields) {
    out.u8(static_cast<uint8_t>(type_of(field)));
    std::visit([&](const auto& value) { write_value(out, value); }, field);
  }
}

Result<Fields> read_fields(ByteReader& in) {
  const uint8_t count = in.u8();
  if (count > kMaxFields) {
    return Error{"a record has more than 32 fields"};
  }
  Fields fields;
  for (uint8_t i = 0; i < count; ++i) {
    VOUCH_ASSIGN(Field field, read_field(in));
    fields.push_back(std::move(field));
  }
  if (!in.ok()) {
    return Error{"a field is cut short or too long"};
  }
  return fields;
}

}  // namespace vouch
