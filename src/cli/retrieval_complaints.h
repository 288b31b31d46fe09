// What a requester found of a delivery, kept in the state from `retrieval verify` to `retrieval
// sample`.
#pragma once

#include <span>
#include <vector>

#include "records/session_store.h"

namespace vouch {

[[nodiscard]] Result<void> keep_complaints(SessionStore& store, std::span<const uint64_t> numbers);
/// Error: the delivery was not verified yet.
[[nodiscard]] Result<std::vector<uint64_t>> kept_complaints(const SessionStore& store);

}  // namespace vouch
