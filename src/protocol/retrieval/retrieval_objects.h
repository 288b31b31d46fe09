// What the records of a retrieval name by digests.
#pragma once

#include "protocol/contest/contest_objects.h"
#include "protocol/retrieval/retrieval_records.h"

namespace vouch {

/// Objects that a record announces and that the bundle does not have, or has damaged: those that it
/// names, and those of the lists that it names.
[[nodiscard]] std::vector<Digest> missing_of_retrieval(const SignedRecord& record,
                                                       const Bundle& bundle);

/// Of all records.
[[nodiscard]] std::vector<Digest> missing_of_retrieval(std::span<const SignedRecord> records,
                                                       const Bundle& bundle);

}  // namespace vouch
