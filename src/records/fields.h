// What a record says: a short list of typed values. What they mean is for the record's kind to say
// (records/record_kind.h); their encoding is the same for all, so that a record of any kind can be
// decoded, shown and fuzzed.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "records/digest.h"

namespace vouch {

/// The byte before a value on the wire.
enum class FieldType : uint8_t {
  kNumber = 1,   ///< u64
  kDigest = 2,   ///< 32 bytes
  kBytes = 3,    ///< prefixed
  kText = 4,     ///< prefixed, printable ASCII
  kDigests = 5,  ///< u32 count, 32 bytes each
};

/// In the order of FieldType.
using Field = std::variant<uint64_t, Digest, Bytes, std::string, std::vector<Digest>>;
using Fields = std::vector<Field>;

constexpr size_t kMaxFields = 32;
/// Of one field's bytes; a record's limit (records/record.h) is met first where there are several.
constexpr uint32_t kMaxFieldBytes = uint32_t{1} << 20;

[[nodiscard]] FieldType type_of(const Field& field);
/// "number", "digest", …
[[nodiscard]] const char* type_name(FieldType type);
/// How long it is: bytes of kBytes and kText, digests of kDigests, else 1.
[[nodiscard]] size_t length_of(const Field& field);

/// Contract: within the limits, text printable.
void write_fields(ByteWriter& out, const Fields& fields);
/// Error: beyond the limits, an unknown type, or cut short.
[[nodiscard]] Result<Fields> read_fields(ByteReader& in);

}  // namespace vouch
