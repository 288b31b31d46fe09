// What the records of a retrieval name by digests.
#pragma once

#include "protocol/contest/contest_objects.h"
#include "protocol/retrieval/retrieval_records.h"

namespace vouch {

/// So many missing objects of a list are named one by one; if more are missing, the list's digest
/// stands for them. All of a session are then fewer than a TimeTold has room for.
constexpr size_t kMostMissingOfList = 8192;

/// Objects that the records name, themselves or in lists, and that the bundle does not have, or has
/// damaged; each once. A list that is longer than what is due is a fault by itself, and nothing
/// that it names is looked for.
[[nodiscard]] std::vector<Digest> missing_of_retrieval(std::span<const SignedRecord> records,
                                                       const Bundle& bundle);

/// The first digest of a list that is in it before, and where. Nothing that lists of a retrieval
/// name is for two places: each proof, document and input is that of its own. So such a list is a
/// fault by itself, and what it names over and over does not have to be read as often.
struct Repeated {
  uint64_t before = 0;
  uint64_t again = 0;
};
[[nodiscard]] std::optional<Repeated> first_repeated(std::span<const Digest> digests);

}  // namespace vouch
