// What `prove` says of a proof that it made.
#pragma once

#include <string>

#include "cli/answer.h"
#include "prove/prove.h"

namespace vouch {

/// Which part of the proof takes how many bytes of its `bytes`.
[[nodiscard]] Json proof_parts(const ProveResult& result, size_t bytes);

}  // namespace vouch
