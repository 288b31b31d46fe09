// A file of records: what parties hand each other, and what is shown to a third.
#pragma once

#include <optional>
#include <vector>

#include "records/session_history.h"

namespace vouch {

constexpr std::string_view kRecordListMagic = "VOUCHRLS";
constexpr size_t kMaxRecordListBytes = size_t{1} << 28;

[[nodiscard]] Bytes encode_record_list(const std::vector<Bytes>& records);
/// The frame only: views of what each record should be. Error: not such a file, cut short, or
/// records longer than any may be.
[[nodiscard]] Result<std::vector<ByteSpan>> decode_record_list(ByteSpan bytes);
/// The same as far as it goes, and at most `most` of them: what is before the first thing that is
/// wrong, and why not more. (A file has room for millions of empty records.)
struct ReadableList {
  std::vector<ByteSpan> records;
  std::optional<Error> wrong;
};
[[nodiscard]] ReadableList decode_readable_list(ByteSpan bytes, size_t most = SIZE_MAX);

/// Checks records of one session, each coming after those that it answers, from the first of every
/// party on. `known` is what the caller knows of the chains' ends (empty: nothing): they reach at
/// least there, and through the records named. Only that finds records left out at the end.
[[nodiscard]] Checked<std::vector<SignedRecord>> check_records(
    const Session& session, const ProtocolRules& rules, const std::vector<ByteSpan>& records,
    const std::vector<ChainEnd>& known = {});

}  // namespace vouch
