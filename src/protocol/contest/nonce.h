// A party's random bytes of a contest.
#pragma once

#include "records/session_store.h"

namespace vouch {

/// Drawn at the first call and kept in the party's state, so that it is the same ever after.
[[nodiscard]] Result<Digest> own_nonce(SessionStore& state);

}  // namespace vouch
