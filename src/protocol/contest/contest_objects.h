// What the records of a contest name by digests.
#pragma once

#include "protocol/bundle.h"
#include "protocol/contest/contest_records.h"

namespace vouch {

/// An object of the bundle: at most so many bytes, and what it should be.
struct NamedObject {
  Digest digest{};
  size_t most = 0;
  const char* what = "";
};

[[nodiscard]] NamedObject model_object(const ContestOpened& terms);
[[nodiscard]] NamedObject head_object(const ContestOpened& terms);
[[nodiscard]] NamedObject record_object(const Digest& digest);
[[nodiscard]] NamedObject input_object(const Digest& digest);
[[nodiscard]] NamedObject proof_object(const Digest& digest);

[[nodiscard]] Result<Bytes> get(const Bundle& bundle, const NamedObject& object);

/// Those of all these records that the bundle does not have, or has damaged.
[[nodiscard]] std::vector<Digest> missing_objects(std::span<const SignedRecord> records,
                                                  const Bundle& bundle);

}  // namespace vouch
